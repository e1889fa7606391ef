package gate_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
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
	rec.Duel = &results.Duel{Base: arms.Base, Again: arms.Again, Head: arms.Head, ServerCPUs: "1", GeneratorCPUs: "0", Relinked: true, Generator: results.GeneratorOne, Blocks: n,
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

// second is dueled, measured later.
func second(n int, change func(*results.Trial)) *results.Record {
	rec := dueled(n, change)
	rec.ID = "20260102T040506Z"
	rec.Began = rec.Began.Add(time.Hour)
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
		"same":        {dueled(12, nil), nil, unknown, gate.Same},
		"better":      {dueled(12, only("sse", func(t *results.Trial) { t.Server.CPU /= 1.2 })), nil, unknown, gate.Better},
		"worse":       {dueled(12, only("websocket", moreCPU)), second(8, only("websocket", moreCPU)), unknown, gate.Worse},
		"worse-exact": {dueled(12, only("sse", byteMore)), nil, unknown, gate.Worse},
		"accepted":    {dueled(12, only("sse", byteMore)), nil, gate.Options{Known: []gate.Known{}, Accept: []string{"sse:data-B/event"}}, gate.Same},
		"unconfirmed": {dueled(12, moreCPU), second(8, nil), unknown, gate.Inconclusive},
		"not-confirmed": {dueled(12, only("sse", moreCPU)), second(8, only("sse", func(t *results.Trial) {
			if t.Number > 5 {
				t.Failed = "3 events were missed"
			}
		})), unknown, gate.Worse},
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
