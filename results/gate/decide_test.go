package gate_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/results/gate"
)

var arms = gate.Arms{Base: "before", Again: "before-again", Head: "after"}

const cpu = "server-cpu-sec/event"

// nothing known: the bars are the floors.
var unknown = gate.Options{Known: []gate.Known{}}

// blocks makes n blocks of one cell. of fills the samples of base, base again and
// head in block i.
func blocks(n int, of func(i int, base, again, head *gate.Sample)) []gate.Block {
	all := make([]gate.Block, n)
	for i := range all {
		var s [3]gate.Sample
		for k := range s {
			s[k] = gate.Sample{Values: map[string]float64{}, Counts: map[string]gate.Count{}}
		}
		of(i, &s[0], &s[1], &s[2])
		all[i] = gate.Block{Scenario: "live-feed", Variant: "sse", Number: i + 1,
			Arms: map[string]gate.Sample{arms.Base: s[0], arms.Again: s[1], arms.Head: s[2]}}
	}
	return all
}

// wobble is a small number that adds up to nothing over blocks, another for each k.
func wobble(i, k int) float64 { return 0.001 * float64((i*(2*k+3)+k)%5-2) }

// changed is n blocks in which head takes the factor of base's CPU, and the null
// arm that of null.
func changed(n int, factor, null float64) []gate.Block {
	return blocks(n, func(i int, base, again, head *gate.Sample) {
		job := 1e-5 * (1 + 0.2*float64(i%4)) // what all arms of a block share
		base.Values[cpu] = job * (1 + wobble(i, 0))
		again.Values[cpu] = job * null * (1 + wobble(i, 1))
		head.Values[cpu] = job * math.Sqrt(null) * factor * (1 + wobble(i, 2))
	})
}

func find(t *testing.T, c *gate.Comparison, metric string) gate.Finding {
	t.Helper()
	i := slices.IndexFunc(c.Findings, func(f gate.Finding) bool { return f.Metric == metric })
	if i < 0 {
		t.Fatalf("there is no finding of %s", metric)
	}
	return c.Findings[i]
}

func TestVerdictsOfWhatVaries(t *testing.T) {
	for _, c := range []struct {
		about  string
		blocks []gate.Block
		o      gate.Options
		want   gate.Verdict
		reason string // part of it
	}{
		{"5 % more CPU is beyond its limit of 2 %", changed(12, 1.05, 1), unknown, gate.Worse, ""},
		{"5 % less is better", changed(12, 1/1.05, 1), unknown, gate.Better, ""},
		{"1 % is within the bar", changed(12, 1.01, 1), unknown, gate.Same, ""},
		{"no change is the same", changed(12, 1, 1), unknown, gate.Same, ""},
		{"2 % is on the bar", changed(12, 1.02, 1), unknown, gate.Inconclusive, "across the bar"},
		{"five blocks have no interval", changed(5, 1.05, 1), unknown, gate.Inconclusive, "more than the 5 values"},
		{"six have one", changed(6, 1.05, 1), unknown, gate.Worse, ""},
		{"a null arm beyond the bar leaves nothing to believe", changed(12, 1.035, 1.04), unknown, gate.Void, "base measured once more differs from base by 3.9 %"},
		{"but a change that is larger than half of the null arm beyond the bar", changed(12, 1.05, 1.04), unknown, gate.Worse, "the change is more than that explains"},
		{"or smaller", changed(12, 1/1.05, 1.04), unknown, gate.Better, "the change is more than that explains"},
		{"nor one that moved the other way", changed(12, 1, 1/1.04), unknown, gate.Void, "by -3.94 %, beyond its limit of 2 %"},
		{"of one link only, CPU has a bar of 10 %", changed(12, 1.05, 1), gate.Options{Known: []gate.Known{}, FixedLinks: true}, gate.Same, ""},
		{"and 15 % is beyond it", changed(12, 1.15, 1), gate.Options{Known: []gate.Known{}, FixedLinks: true}, gate.Worse, ""},
		{"what identical code differs by raises the bar", changed(12, 1.05, 1),
			gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.06}}}, gate.Same, ""},
		{"the largest of other cells, where it was not measured in this one", changed(12, 1.05, 1),
			gate.Options{Known: []gate.Known{{Scenario: "quiet", Variant: "sse", Metric: cpu, Q99: 0.01}, {Scenario: "live-feed", Variant: "tcp", Metric: cpu, Q99: 0.06}}}, gate.Same, ""},
		{"a null arm that is apart by what it is known to be", changed(12, 1, 1.04),
			gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.03}}}, gate.Same, ""},
		{"which could be a part of a change near the bar", changed(12, 1.045, 1.04),
			gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.03}}}, gate.Inconclusive, "could be a part of the change"},
		{"and of none far beyond it", changed(12, 1.08, 1.04),
			gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.03}}}, gate.Worse, ""},
		{"its own, where others are larger", changed(12, 1.05, 1),
			gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.01}, {Scenario: "live-feed", Variant: "tcp", Metric: cpu, Q99: 0.05}}}, gate.Worse, ""},
		{"a change that was declared is no regression", changed(12, 1.05, 1), gate.Options{Known: []gate.Known{}, Accept: []string{cpu}}, gate.Same, ""},
		{"nor of this variant", changed(12, 1.05, 1), gate.Options{Known: []gate.Known{}, Accept: []string{"sse:" + cpu}}, gate.Same, ""},
		{"it is, of another variant", changed(12, 1.05, 1), gate.Options{Known: []gate.Known{}, Accept: []string{"tcp:" + cpu}}, gate.Worse, ""},
	} {
		got := gate.Decide(c.blocks, arms, c.o)
		f := find(t, got, cpu)
		if got.Verdict != c.want || !strings.Contains(f.Reason, c.reason) || (f.Reason == "") != (c.reason == "") {
			t.Errorf("%s: %s, want %s; %+v", c.about, got.Verdict, c.want, f)
		}
		if len(c.o.Accept) == 0 && f.Verdict != got.Verdict || f.Accepted && f.Verdict != gate.Worse {
			t.Errorf("%s: the finding is %s, the comparison %s", c.about, f.Verdict, got.Verdict)
		}
		if (got.Reason != "") != (got.Verdict == gate.Void) {
			t.Errorf("%s: %s because %q", c.about, got.Verdict, got.Reason)
		}
	}
}

func TestAFindingSaysWhatItRestsOn(t *testing.T) {
	f := find(t, gate.Decide(changed(12, 1.05, 1), arms, unknown), cpu)
	if math.Abs(f.Change-math.Log(1.05)) > 0.002 || f.Lo >= f.Change || f.Hi <= f.Change || f.N != 12 || f.Floor != math.Log1p(0.02) || f.Bar != f.Floor {
		t.Errorf("%+v", f)
	}
	if f.P != 1.0/2048 || f.Adjusted != f.P || f.Least != f.Bar+(f.Hi-f.Lo)/2 || math.Abs(f.Null) > 0.002 || f.NullLo >= f.NullHi {
		t.Errorf("%+v", f)
	}
	if f.Title != "server CPU per delivered event" || f.Kind != "sec" || f.Higher || f.Exact || !f.Gated {
		t.Errorf("%+v", f)
	}
	if f.Base < 1e-5 || f.Head < f.Base*1.04 {
		t.Errorf("medians: %v and %v", f.Base, f.Head)
	}
}

func TestInconclusiveSaysWhatItWouldTake(t *testing.T) {
	of := func(n int, center, step float64) gate.Finding {
		return find(t, gate.Decide(blocks(n, func(i int, base, again, head *gate.Sample) {
			base.Values[cpu], again.Values[cpu] = 1, 1
			head.Values[cpu] = math.Exp(center + step*(float64(i)-float64(n-1)/2))
		}), arms, unknown), cpu)
	}
	f := of(8, 0.05, 0.02)
	half, far := (f.Hi-f.Lo)/2, 0.05-f.Bar
	if f.Verdict != gate.Inconclusive || f.Needed != int(math.Ceil(8*half/far*half/far)) || f.Needed < 9 || f.Least <= f.Bar {
		t.Errorf("%+v", f)
	}
	f = of(8, math.Log1p(0.0201), 0.02)
	if f.Verdict != gate.Inconclusive || f.Needed != 0 || !strings.Contains(f.Reason, "more blocks would not decide") {
		t.Errorf("on the bar: %+v", f)
	}
	if f = of(8, 0, 0.02); f.Verdict != gate.Inconclusive || f.Needed < 9 {
		t.Errorf("no change: %+v", f)
	}
}

// Of many numbers few blocks can call none changed, however large the change is.
func TestFewBlocksSayHowManyItTakes(t *testing.T) {
	for n, want := range map[int]int{0: 6, 1: 6, 2: 7, 14: 10, 40: 11, 100: 12} {
		if got := gate.LeastBlocks(n); got != want {
			t.Errorf("%d numbers: %d blocks, want %d", n, got, want)
		}
	}
	rng := rand.New(rand.NewPCG(11, 12))
	for n, callable := range map[int]bool{6: false, 9: false, 10: true} {
		for _, change := range []float64{0, 0.5} {
			for _, f := range gate.Decide(many(rng, 2, n, change, 0.003), arms, unknown).Findings {
				if (f.Least > 0) != callable || f.Verdict == gate.Inconclusive &&
					(f.Needed != 10 || !strings.HasSuffix(f.Reason, "no change could be called with fewer than 10 blocks")) {
					t.Errorf("%d blocks: %+v", n, f)
				}
			}
		}
	}
}

// The numbers of head in the place of base, and the other way round, change every
// sign and nothing else.
func TestExchangingBaseAndHeadChangesTheSign(t *testing.T) {
	opposite := map[gate.Verdict]gate.Verdict{gate.Worse: gate.Better, gate.Better: gate.Worse}
	rng := rand.New(rand.NewPCG(5, 6))
	for _, change := range []float64{0, 0.02, 0.05, -0.3} {
		there := many(rng, 3, 8, change, 0.02)
		back := slices.Clone(there)
		for i, b := range there {
			base, head := b.Arms[arms.Base], b.Arms[arms.Head]
			count := func(n int64) map[string]gate.Count { return map[string]gate.Count{"data-B/event": {N: n, Of: 10}} }
			base.Counts, head.Counts = count(1480), count(1480+int64(100*change))
			there[i].Arms = map[string]gate.Sample{arms.Base: base, arms.Again: base, arms.Head: head}
			back[i].Arms = map[string]gate.Sample{arms.Base: head, arms.Again: head, arms.Head: base}
		}
		a, b := gate.Decide(there, arms, unknown), gate.Decide(back, arms, unknown)
		for _, f := range a.Findings {
			i := slices.IndexFunc(b.Findings, func(o gate.Finding) bool { return o.Cell() == f.Cell() && o.Metric == f.Metric })
			g := b.Findings[i]
			want := f.Verdict
			if o, ok := opposite[want]; ok {
				want = o
			}
			if near := func(x, y float64) bool { return math.Abs(x-y) < 1e-9 }; g.Verdict != want || !near(g.Change, -f.Change) || !near(g.Lo, -f.Hi) ||
				!near(g.Hi, -f.Lo) || g.P != f.P || !near(g.Base, f.Head) || !near(g.Head, f.Base) {
				t.Errorf("%+v\nexchanged: %+v", f, g)
			}
		}
	}
}

func TestTheUnitOfANumberIsOfNoAccount(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	a := many(rng, 2, 10, 0.03, 0.03)
	var b []gate.Block
	for _, block := range a {
		scaled := map[string]gate.Sample{}
		for name, s := range block.Arms {
			values := map[string]float64{}
			for unit, v := range s.Values {
				values[unit] = 1024 * v
			}
			scaled[name] = gate.Sample{Values: values}
		}
		block.Arms = scaled
		b = append(b, block)
	}
	x, y := gate.Decide(a, arms, unknown), gate.Decide(b, arms, unknown)
	for i, f := range x.Findings {
		g := y.Findings[i]
		if f.Verdict != g.Verdict || f.Metric != g.Metric || math.Abs(f.Change-g.Change) > 1e-9 || math.Abs(1024*f.Base-g.Base) > 1e-9*g.Base {
			t.Errorf("%+v\nscaled: %+v", f, g)
		}
	}
}

// Identical numbers in all arms are no change, however few blocks there are.
func TestIdenticalDataHasNoChange(t *testing.T) {
	for n := 1; n <= 14; n++ {
		c := gate.Decide(blocks(n, func(i int, base, again, head *gate.Sample) {
			for _, s := range []*gate.Sample{base, again, head} {
				s.Values[cpu], s.Values["p50-sec"] = float64(i+1), 3
				s.Counts["data-B/event"] = gate.Count{N: 1480, Of: 10}
			}
		}), arms, unknown)
		want := gate.Same
		if n < 6 {
			want = gate.Inconclusive
		}
		if c.Verdict != want || len(c.Flagged()) > 0 || c.Precise() != (n >= 6) {
			t.Errorf("%d blocks: %s, precise: %v", n, c.Verdict, c.Precise())
		}
	}
}

func TestPreciseAsksForNarrowIntervals(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	if c := gate.Decide(many(rng, 2, 12, 0.5, 0.003), arms, unknown); !c.Precise() {
		t.Error("intervals of half a percent are not narrow enough")
	}
	if c := gate.Decide(many(rng, 2, 12, 0, 0.1), arms, unknown); c.Precise() {
		t.Error("intervals of ten percent are narrow enough")
	}
	// Of 14 numbers a test of 9 blocks has at least p = 14/256, of 10 blocks 14/512.
	for n, want := range map[int]bool{6: false, 9: false, 10: true} {
		if c := gate.Decide(many(rng, 2, n, 0.5, 0.003), arms, unknown); c.Precise() != want || (c.Verdict == gate.Worse) != want {
			t.Errorf("a large change in %d blocks: precise %v, %s", n, c.Precise(), c.Verdict)
		}
	}
	if c := gate.Decide(many(rng, 2, 6, 0, 0.003), arms, unknown); !c.Precise() || c.Verdict != gate.Same {
		t.Errorf("no change in 6 blocks: %s", c.Verdict)
	}
	if c := gate.Decide(nil, arms, unknown); c.Precise() || c.Verdict != gate.Void || c.Reason != "no number could be compared" {
		t.Errorf("no block at all: %+v", c)
	}
}

func TestWhatIsShownOnlyDecidesNothing(t *testing.T) {
	of := blocks(12, func(i int, base, again, head *gate.Sample) {
		for _, s := range []*gate.Sample{base, again, head} {
			s.Values[cpu], s.Values["p99-sec"], s.Values["loadgen-cpu-sec/event"] = 1, 1, 1
		}
		head.Values["p99-sec"], head.Values["loadgen-cpu-sec/event"] = 2, 2
	})
	c := gate.Decide(of, arms, unknown)
	if f := find(t, c, "p99-sec"); c.Verdict != gate.Same || f.Verdict != "" || f.Gated || f.Lo != math.Log(2) {
		t.Errorf("%s; %+v", c.Verdict, f)
	}
	each := gate.Decide(of, arms, gate.Options{Known: []gate.Known{}, Generator: results.GeneratorEach})
	if f := find(t, each, "loadgen-cpu-sec/event"); each.Verdict != gate.Worse || f.Verdict != gate.Worse {
		t.Errorf("a generator for each arm: %s; %+v", each.Verdict, f)
	}
}
