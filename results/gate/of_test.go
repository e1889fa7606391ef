package gate_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
	"pushbench/results/gate"
)

var update = flag.Bool("update", false, "write the golden files anew")

// trial is one of 1,000 deliveries. cpu is the server's, in seconds of all of them.
func trial(scenario, variant, target string, number int, cpu float64) *results.Trial {
	t := &results.Trial{
		Scenario: scenario, Variant: variant, Transport: variant, Target: target, Number: number,
		Load:            results.Workload{Clients: 100, Topics: 1, Rate: 10, Payload: 128, Window: 1, Hash: "load of " + scenario},
		Deliveries:      results.Deliveries{Offered: 10, Published: 10, Expected: 1000, Delivered: 1000, InWindow: 1000, Timed: 1000, Events: 10},
		SteadyClientSec: 100,
		Steady:          results.Ledger{In: results.Bytes{results.Payload: 128_000, results.Framing: 14_000, results.TCPIP: 52_000}, Out: results.Bytes{results.TCPIP: 52_000}, SegmentsIn: 1000, SegmentsOut: 1000},
		Handshake:       results.Ledger{In: results.Bytes{results.Head: 18_300, results.TCPIP: 16_400}, Out: results.Bytes{results.Head: 8_800, results.TCPIP: 21_600}, SegmentsIn: 300, SegmentsOut: 400},
		Connection:      results.Connection{Opened: 100, ServerCPU: 0.02, Held: results.Held{Stacks: 1_000_000, Heap: 1_200_000, Goroutines: 200, Descriptors: 100}},
		Server:          results.Process{CPU: cpu},
		Trust:           results.Trust{Busy: 0.5},
		Age:             results.Age{Mean: 0.05},
	}
	t.Whole = t.Handshake
	t.Whole.In, t.Whole.Out = t.Whole.In.Plus(t.Steady.In), t.Whole.Out.Plus(t.Steady.Out)
	t.Whole.SegmentsIn, t.Whole.SegmentsOut = 1300, 1400
	for i := range 100 {
		for h, d := range map[*results.Histogram]time.Duration{&t.Latency: 300 * time.Microsecond, &t.Age.Peak: 100 * time.Millisecond, &t.Connection.Open: 200 * time.Microsecond} {
			if err := h.Record(d + time.Duration(i+number)*time.Microsecond); err != nil {
				panic(err)
			}
		}
	}
	return t
}

// dueled is the record of a duel of n blocks, in two cells. change changes head's
// trials.
func dueled(n int, change func(*results.Trial)) *results.Record {
	rec := record(0, results.Target{Name: arms.Base, Revision: "1111111", Command: []string{"base"}}, results.Target{Name: arms.Again, Revision: "1111111"},
		results.Target{Name: arms.Head, Revision: "2222222+dirty", Command: []string{"head"}})
	rec.Duel = &results.Duel{Base: arms.Base, Again: arms.Again, Head: arms.Head, Relinked: true, Generator: results.GeneratorOne, Blocks: n,
		Stopped: results.StoppedPrecision, Reproduce: "pushbench duel base head --seed 7"}
	for i := range n {
		for _, variant := range []string{"sse", "websocket"} {
			for k, target := range rec.Targets {
				t := trial("live-feed", variant, target.Name, i+1, 0.04*(1+0.2*float64(i%3))*(1+wobble(i, k)))
				if target.Name == arms.Head && change != nil {
					change(t)
				}
				rec.Trials = append(rec.Trials, t)
			}
		}
	}
	return rec
}

// record is one of n trials in each of two cells.
func record(n int, targets ...results.Target) *results.Record {
	rec := &results.Record{
		Schema: results.Schema, ID: "20260102T030405Z", Seed: 7, Targets: targets,
		Scenarios: []results.Scenario{{Name: "live-feed", Variants: []string{"sse", "websocket"}}},
		Provenance: results.Provenance{Version: "synthetic", Commit: "3333333", GoVersion: "go1.26.0", OS: "linux/amd64", Kernel: "6.1.0", Host: "a",
			CPU: "Synthetic CPU: nothing was measured", Cores: 2, Congestion: "cubic", Granted: results.Granted{Procs: 2}},
	}
	for i := range n {
		for _, variant := range []string{"sse", "websocket"} {
			rec.Trials = append(rec.Trials, trial("live-feed", variant, targets[0].Name, i+1, 0.04*(1+wobble(i, 0))))
		}
	}
	return rec
}

// only changes the trials of one variant.
func only(variant string, change func(*results.Trial)) func(*results.Trial) {
	return func(t *results.Trial) {
		if t.Variant == variant {
			change(t)
		}
	}
}

// byteMore adds a byte of framing to each event.
func byteMore(t *results.Trial) {
	t.Steady.In[results.Framing] += t.Deliveries.InWindow
	t.Whole.In[results.Framing] += t.Deliveries.Delivered
}

// moreCPU takes 5 % more.
func moreCPU(t *results.Trial) { t.Server.CPU *= 1.05 }

// Every verdict once, as compare.json has it.
func TestGolden(t *testing.T) {
	busy := func(t *results.Trial) { t.Trust.Busy = 0.95 }
	across := only("sse", func(t *results.Trial) { t.Server.CPU *= 1.01 + 0.005*float64(t.Number%5) })
	for name, c := range map[string]struct {
		rec, confirm *results.Record
		o            gate.Options
		want         gate.Verdict
	}{
		"same":         {dueled(12, nil), nil, unknown, gate.Same},
		"better":       {dueled(12, only("sse", func(t *results.Trial) { t.Server.CPU /= 1.2 })), nil, unknown, gate.Better},
		"worse":        {dueled(12, only("websocket", moreCPU)), dueled(8, only("websocket", moreCPU)), unknown, gate.Worse},
		"worse-exact":  {dueled(12, only("sse", byteMore)), nil, unknown, gate.Worse},
		"accepted":     {dueled(12, only("sse", byteMore)), nil, gate.Options{Known: []gate.Known{}, Accept: []string{"sse:data-B/event"}}, gate.Same},
		"unconfirmed":  {dueled(12, moreCPU), dueled(8, nil), unknown, gate.Inconclusive},
		"inconclusive": {dueled(12, across), nil, unknown, gate.Inconclusive},
		"void":         {dueled(12, busy), nil, unknown, gate.Void},
		"failed":       {dueled(12, only("sse", func(t *results.Trial) { t.Failed = "3 events were missed" })), nil, unknown, gate.Worse},
	} {
		got, err := gate.Of(c.rec, c.confirm, c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Verdict != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Verdict, got.Reason, c.want)
		}
		golden(t, name, got)
	}
	got, err := gate.Separate(record(6, results.Target{Name: "a"}), record(8, results.Target{Name: "b"}), "a", "b", unknown)
	if err != nil || got.Verdict != gate.Same {
		t.Fatalf("separate: %+v, %v", got, err)
	}
	golden(t, "separate", got)
}

func golden(t *testing.T, name string, c *gate.Comparison) {
	t.Helper()
	got, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s: %s", file, diff)
	}
}

func TestOfSaysWhoWasCompared(t *testing.T) {
	c, err := gate.Of(dueled(6, func(t *results.Trial) { t.Inject = []string{"cpu=5%"} }), nil, unknown)
	if err != nil {
		t.Fatal(err)
	}
	want := gate.Side{Name: arms.Head, Revision: "2222222+dirty", Command: []string{"head"}, Inject: []string{"cpu=5%"}}
	if diff := cmp.Diff(want, c.Head); diff != "" || c.Base.Revision != "1111111" || c.Base.Inject != nil {
		t.Errorf("%+v; %s", c.Base, diff)
	}
	if !c.Interleaved || !c.Relinked || c.Generator != results.GeneratorOne || c.Blocks != 6 || c.Seed != 7 || c.Stopped != results.StoppedPrecision ||
		c.Reproduce == "" || c.Provenance.CPU == "" || c.Schema != gate.Schema {
		t.Errorf("%+v", c)
	}
}

// A comparison that cannot be made is an error, whoever asks.
func TestIncomparable(t *testing.T) {
	two := func(change func(base, head *results.Record)) func() (*gate.Comparison, error) {
		base, head := record(6, results.Target{Name: "a"}), record(6, results.Target{Name: "b"})
		head.ID = "20260202T030405Z"
		change(base, head)
		return func() (*gate.Comparison, error) { return gate.Separate(base, head, "a", "b", unknown) }
	}
	one := func(change func(*results.Record)) func() (*gate.Comparison, error) {
		rec := dueled(6, nil)
		change(rec)
		return func() (*gate.Comparison, error) { return gate.Of(rec, nil, unknown) }
	}
	without := func(rec *results.Record, target, variant string) {
		rec.Trials = slices.DeleteFunc(rec.Trials, func(t *results.Trial) bool { return t.Target == target && t.Variant == variant })
	}
	for _, c := range []struct {
		about string
		of    func() (*gate.Comparison, error)
		want  string // part of the reason
	}{
		{"another load", two(func(_, h *results.Record) { h.Trials[0].Load.Hash = "other" }), "another load in live-feed sse"},
		{"another rate, of records without the hash", two(func(b, h *results.Record) {
			for _, t := range slices.Concat(b.Trials, h.Trials) {
				t.Load.Hash = ""
			}
			h.Trials[1].Load.Rate = 11
		}), "another load in live-feed websocket"},
		{"another layout", two(func(b, _ *results.Record) { b.Schema = 1 }), "has layout 1 and record 20260202T030405Z layout 2"},
		{"no common cell", two(func(_, h *results.Record) {
			for _, t := range h.Trials {
				t.Scenario = "other"
			}
		}), "have no scenario, point and variant in common"},
		{"a variant that head lacks", two(func(_, h *results.Record) { without(h, "b", "sse") }), "record 20260202T030405Z has no trial of live-feed sse"},
		{"another CPU", two(func(_, h *results.Record) { h.Provenance.CPU = "Faster CPU" }), "the CPU of record"},
		{"more cores", two(func(_, h *results.Record) { h.Provenance.Cores = 4 }), "the number of cores of record 20260102T030405Z is 2, that of record 20260202T030405Z 4"},
		{"a quota", two(func(_, h *results.Record) { h.Provenance.Granted.Quota = 1.5 }), "CPU quota"},
		{"another GOMAXPROCS", two(func(_, h *results.Record) { h.Provenance.Granted.Procs = 1 }), "GOMAXPROCS"},
		{"another system", two(func(_, h *results.Record) { h.Provenance.OS = "linux/arm64" }), "operating system"},
		{"a partial base", two(func(b, _ *results.Record) { b.Partial = "interrupted" }), "record 20260102T030405Z is partial: interrupted"},
		{"a partial head", two(func(_, h *results.Record) { h.Partial = "interrupted" }), "record 20260202T030405Z is partial"},
		{"no trial of the target", two(func(b, _ *results.Record) { b.Trials = nil }), "record 20260102T030405Z has no trial of a"},
		{"no valid trial", two(func(b, h *results.Record) {
			for _, t := range slices.Concat(b.Trials, h.Trials) {
				t.Failed = "broken"
			}
		}), "no cell has valid trials in both records"},
		{"more trials than can be compared", two(func(b, _ *results.Record) {
			for range 60 {
				b.Trials = append(b.Trials, b.Trials[0])
			}
		}), "66 trials of live-feed sse; at most 60"},

		{"no duel", one(func(r *results.Record) { r.Duel = nil }), "no comparison of two servers side by side"},
		{"a partial duel", one(func(r *results.Record) { r.Partial = "interrupted" }), "is partial: interrupted"},
		{"a duel whose head lacks a variant", one(func(r *results.Record) { without(r, arms.Head, "sse") }), "after has no trial of live-feed sse"},
		{"a duel whose base lacks one", one(func(r *results.Record) { without(r, arms.Base, "sse") }), "before has no trial of live-feed sse"},
		{"a duel of two loads", one(func(r *results.Record) { r.Trials[2].Load.Hash = "other" }), "before and after had another load"},
		{"a duel without a trial", one(func(r *results.Record) { r.Trials = nil }), "no complete block"},
		{"a duel in which all failed", one(func(r *results.Record) {
			for _, t := range r.Trials {
				t.Failed = "broken"
			}
		}), "no complete block"},
		{"a confirmation that is partial", func() (*gate.Comparison, error) {
			second := dueled(6, nil)
			second.Partial = "interrupted"
			return gate.Of(dueled(6, nil), second, unknown)
		}, "is partial"},
	} {
		got, err := c.of()
		var refused *gate.Incomparable
		if !errors.As(err, &refused) || !strings.Contains(refused.Reason, c.want) || got != nil {
			t.Errorf("%s: %v", c.about, err)
		}
	}
}

func TestSeparateSaysHowMuchLessItCanTell(t *testing.T) {
	base, head := record(8, results.Target{Name: "a"}), record(8, results.Target{Name: "b"})
	head.Provenance.Kernel, head.Provenance.GoVersion = "6.2.0", "go1.27.0"
	for _, t := range head.Trials {
		t.Server.CPU *= 1.2
		byteMore(t)
		t.Connection.Held.Heap = t.Connection.Held.Heap * 11 / 10
	}
	extra := trial("live-feed", "tcp", "b", 1, 1)
	head.Trials = append(head.Trials, extra)
	c, err := gate.Separate(base, head, "a", "b", unknown)
	if err != nil {
		t.Fatal(err)
	}
	for metric, want := range map[string]gate.Verdict{cpu: gate.Same, "data-B/event": gate.Worse, "heap-B/conn": gate.Worse} {
		if f := find(t, c, metric); f.Verdict != want {
			t.Errorf("%s: %+v, want %s", metric, f, want)
		}
	}
	notes := strings.Join(c.Notes, "\n")
	for _, want := range []string{"measured at different times", "The kernel was another: 6.1.0 for base, 6.2.0 for head.", "The Go version was another"} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is not in %q", want, notes)
		}
	}
	if c.Interleaved || c.Relinked || len(c.Missing) != 1 || c.Missing[0].Reason != "base does not have it" {
		t.Errorf("%+v", c)
	}
	for _, t := range head.Trials {
		t.Server.CPU *= 1.5
	}
	if c, err = gate.Separate(base, head, "a", "b", unknown); err != nil || find(t, c, cpu).Verdict != gate.Worse {
		t.Errorf("80 %% more CPU: %+v, %v", c, err)
	}
}

// Head failing where base does not is a regression, in separate records, too.
func TestSeparateCountsFailures(t *testing.T) {
	base, head := record(8, results.Target{Name: "a"}), record(8, results.Target{Name: "b"})
	for i, t := range head.Trials {
		if i%4 == 0 {
			t.Failed = "an event was missed"
		}
	}
	c, err := gate.Separate(base, head, "a", "b", unknown)
	if err != nil || c.Verdict != gate.Worse || find(t, c, gate.FailedTrials).Head != 4 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestBlocksAreLinesOfJSON(t *testing.T) {
	want := gate.Blocks(dueled(3, only("sse", func(t *results.Trial) { t.Failed = "broken" })))
	if len(want) != 6 || want[1].Cell().String() != "live-feed websocket" || want[5].Number != 3 {
		t.Fatalf("%+v", want)
	}
	for _, b := range want {
		data, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		var got gate.Block
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRules(t *testing.T) {
	if len(gate.Committed()) == 0 {
		t.Log("known.json is empty")
	}
	seen := map[string]bool{}
	for _, r := range gate.Rules() {
		if seen[r.Unit] || r.Floor < 0 || r.Floor > 0.25 || r.Gated != gate.Shown && (r.Floor == 0 || r.Why == "") {
			t.Errorf("%+v", r)
		}
		seen[r.Unit] = true
	}
	for _, k := range gate.Committed() {
		if !seen[k.Metric] || k.Q99 <= 0 || k.Blocks == 0 || k.Runs == 0 || k.Scenario == "" || k.Variant == "" {
			t.Errorf("known.json: %+v", k)
		}
	}
}
