package duel

import (
	"math"

	"pushbench/results"
	"pushbench/results/example"
	"pushbench/results/gate"
)

// cellOf makes findings of one cell.
type cellOf struct{ scenario, variant string }

var (
	wsFeed  = cellOf{"live-feed", "websocket"}
	sseFeed = cellOf{"live-feed", "sse"}
	poll    = cellOf{"live-feed", "polling/interval=500ms"}
	connect = cellOf{"connect", "websocket"}
)

func (c cellOf) finding(metric, title, kind string) gate.Finding {
	f := gate.Finding{Scenario: c.scenario, Variant: c.variant, Metric: metric, Title: title, Kind: kind, Gated: true, Verdict: gate.Same}
	f.Transport, f.Settings = example.Variant(c.variant)
	return f
}

// timed is a number with a change in percent, its interval and its bar.
func (c cellOf) timed(metric string, v gate.Verdict, base, change, lo, hi, bar float64) gate.Finding {
	m, _ := results.MetricByUnit(metric)
	ln := func(p float64) float64 { return math.Log1p(p / 100) }
	f := c.finding(metric, m.Title, m.Kind)
	f.Verdict, f.Base, f.Head, f.N = v, base, base*(1+change/100), 12
	f.Change, f.Lo, f.Hi, f.P, f.Adjusted = ln(change), ln(lo), ln(hi), 0.0004883, 0.004
	f.Bar, f.Floor, f.Known = ln(bar), ln(bar), ln(bar/2)
	f.Null, f.NullLo, f.NullHi = ln(0.3), ln(-0.8), ln(1.1)
	f.Least = ln(bar + (hi-lo)/2)
	return f
}

// exact is a number of bytes, of which framing to the client makes the difference.
func (c cellOf) exact(v gate.Verdict, base, head float64) gate.Finding {
	f := c.finding("sent-B/event", "bytes after opening per delivered event", "bytes")
	f.Exact, f.Verdict, f.Base, f.Head = true, v, base, head
	if base != head {
		f.Moved = []gate.Moved{{Kind: "framing", Direction: "in", Base: 20, Head: 20 + head - base}}
	}
	return f
}

// comparison is one with these findings, as a job of its own makes it.
func comparison(v gate.Verdict, findings ...gate.Finding) *gate.Comparison {
	return &gate.Comparison{
		Schema: gate.Schema, Verdict: v, Interleaved: true, Relinked: true, Generator: results.GeneratorOne, Blocks: 12,
		Base:    gate.Side{Name: "base", Revision: "0dff766cbd5b1f52f0f1c3b2d4c1b6e1d2b3a4f5", Command: []string{"bin/base", "serve"}},
		Head:    gate.Side{Name: "head", Revision: "3be4d06d1c3b2a4f5e6d7c8b9a0f1e2d3c4b5a69+dirty", Command: []string{"bin/head", "serve"}},
		Stopped: results.StoppedPrecision, Seed: 18446744073709551615, Record: "results/duels/20261126-140000/run.json",
		Reproduce:  "pushbench duel --base 0dff766cbd5b --head 3be4d06d1c3b --scenario ci --blocks 12 --seed 18446744073709551615",
		Provenance: example.Record().Provenance, Findings: findings,
	}
}

// calm are numbers that did not change, and one that is shown only.
func calm() []gate.Finding {
	shown := wsFeed.timed("p99-sec", gate.Inconclusive, 883e-6, 12, -30, 62, 5)
	shown.Gated, shown.Bar, shown.Floor, shown.Known, shown.Least = false, 0, 0, 0, 0
	return []gate.Finding{
		wsFeed.exact(gate.Same, 236, 236), sseFeed.exact(gate.Same, 253.0625, 253.0625),
		wsFeed.timed("p50-sec", gate.Same, 326e-6, 0.4, -1.2, 2.1, 5), sseFeed.timed("p50-sec", gate.Same, 270e-6, -0.2, -2.2, 1.9, 5),
		sseFeed.timed("server-cpu-sec/event", gate.Same, 39.3e-6, 0.1, -0.9, 1.1, 2), poll.timed("age-sec", gate.Same, 0.249, 0.01, -0.1, 0.12, 5),
		connect.timed("open-sec", gate.Same, 290e-6, -1.5, -4.4, 2.2, 10), shown,
	}
}

// held is f as a second measurement confirms it.
func held(f gate.Finding) gate.Finding {
	f.Confirm = &gate.Second{N: 12, Change: f.Change * 0.97, Lo: f.Lo * 0.95, Hi: f.Hi * 0.99, Held: true}
	return f
}

// samples are comparisons of every verdict, by the name of the golden file.
func samples() map[string]*gate.Comparison {
	with := func(fs ...gate.Finding) []gate.Finding { return append(fs, calm()...) }
	all := map[string]*gate.Comparison{"same": comparison(gate.Same, calm()...)}

	all["worse"] = comparison(gate.Worse, with(
		sseFeed.exact(gate.Worse, 253.0625, 254.0625), held(wsFeed.timed("server-cpu-sec/event", gate.Worse, 45.3e-6, 5.2, 4.1, 6.3, 2)),
		held(connect.timed("server-cpu-sec/conn", gate.Worse, 120e-6, 140, 120, 163, 5)),
		poll.timed("server-cpu-sec/event", gate.Inconclusive, 67e-6, 1.8, -0.9, 4.6, 2))...)
	all["worse"].Findings[3].Needed = 30

	all["better"] = comparison(gate.Better, with(held(wsFeed.timed("heap-B/conn", gate.Better, 7800, -9.4, -10.1, -8.8, 1)), sseFeed.exact(gate.Better, 255, 253))...)
	all["better"].Findings = all["better"].Findings[:len(all["better"].Findings)-1] // nothing that is shown only

	open := wsFeed.timed("server-cpu-sec/event", gate.Inconclusive, 45.3e-6, 1.5, -2.1, 5.2, 2)
	open.Needed, open.Least = 30, math.Log1p(0.061)
	all["inconclusive"] = comparison(gate.Inconclusive, with(open)...)
	all["inconclusive"].Stopped = results.StoppedBudget

	again := wsFeed.timed("server-cpu-sec/event", gate.Unconfirmed, 45.3e-6, 5.2, 4.1, 6.3, 2)
	again.Confirm = &gate.Second{N: 12, Change: 0.004, Lo: -0.006, Hi: 0.014}
	all["unconfirmed"] = comparison(gate.Inconclusive, with(again)...)

	void := wsFeed.timed("server-cpu-sec/event", gate.Void, 45.3e-6, 7, 5.5, 8.6, 2)
	void.Null, void.NullLo, void.NullHi = math.Log1p(0.08), math.Log1p(0.05), math.Log1p(0.11)
	all["void"] = comparison(gate.Void, with(void)...)
	all["void"].Reason = "server CPU per delivered event of live-feed websocket: base measured once more differs from base"

	busy := comparison(gate.Void, wsFeed.timed("p50-sec", gate.Void, 326e-6, 9, -20, 44, 5))
	busy.Findings[0].Reason = "the machine's cores were busy in 9 of 12 blocks"
	busy.Reason = "median event latency of live-feed websocket: the machine's cores were busy in 9 of 12 blocks"
	all["not-quiet"] = busy

	few := wsFeed.timed("server-cpu-sec/event", gate.Inconclusive, 45.3e-6, 5.2, 0, 0, 2)
	few.Unbounded, few.N, few.Needed, few.Least, few.NullLo, few.NullHi = true, 4, 6, 0, 0, 0
	few.Reason = "an interval of 95 % needs more than the 4 values that there are"
	all["few-blocks"] = comparison(gate.Inconclusive, few)
	all["few-blocks"].Blocks, all["few-blocks"].Stopped = 4, results.StoppedInterrupted

	nothing := comparison(gate.Void)
	nothing.Reason, nothing.Blocks = "no number could be compared", 0
	all["nothing"] = nothing

	declared := sseFeed.exact(gate.Worse, 253, 254)
	declared.Accepted = true
	all["declared"] = comparison(gate.Same, with(declared)...)
	all["declared"].Accepted = []string{"sse:sent-B/event"}
	all["declared"].Head.Inject = []string{"sse-bytes=1"}

	apart := comparison(gate.Worse, sseFeed.exact(gate.Worse, 253, 255), wsFeed.timed("p50-sec", gate.Inconclusive, 326e-6, 9, -20, 44, 25))
	apart.Interleaved, apart.Relinked, apart.Generator, apart.Stopped, apart.Reproduce, apart.Blocks = false, false, "", "", "", 0
	for i := range apart.Findings {
		apart.Findings[i].Null, apart.Findings[i].NullLo, apart.Findings[i].NullHi = 0, 0, 0
	}
	apart.Notes = []string{"Runs minutes apart differ by 20 % on identical code, so a change of a time below 25 % cannot be told"}
	apart.Missing = []gate.Missing{
		{Cell: "scale 1000 websocket", Reason: "base has no valid trial of it"},
		{Cell: "live-feed sse", Metric: "heap-B/conn", Reason: "head does not tell its own memory"},
	}
	all["separate"] = apart
	return all
}

// many is a comparison of 300 cells, half of which changed.
func many() *gate.Comparison {
	c := comparison(gate.Worse)
	for i := range 300 {
		v := gate.Same
		if i%2 == 0 {
			v = gate.Worse
		}
		f := wsFeed.timed("server-cpu-sec/event", v, 45e-6, 5.2, 4.1, 6.3, 2)
		f.Scenario, f.Sweep, f.Point = "scale", "clients", string(rune('1'+i%9))+"000"
		if i%3 == 0 {
			f.Scenario = "live-feed-" + string(rune('a'+i%26))
		}
		c.Findings = append(c.Findings, f)
	}
	return c
}
