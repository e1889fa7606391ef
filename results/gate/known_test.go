package gate_test

import (
	"math"
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/results/gate"
)

func TestNotesSayWhatTheBarsAre(t *testing.T) {
	for _, c := range []struct {
		o    gate.Options
		want string
	}{
		{unknown, "There is no calibration of server-cpu-sec/event"},
		{gate.Options{Known: []gate.Known{{Scenario: "other", Variant: "sse", Metric: cpu, Q99: 0.01}}}, "for server-cpu-sec/event the largest spread"},
		{gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.01, Runs: 5}}}, "in fewer than 6 runs: for server-cpu-sec/event"},
		{gate.Options{Generator: results.GeneratorEach}, "The arms ran one after another"},
		{gate.Options{FixedLinks: true}, "Each side has one link only"},
		{gate.Options{Accept: []string{"cpu"}}, "A change of cpu was declared beforehand, and no number"},
	} {
		got := strings.Join(gate.Decide(changed(6, 1, 1), arms, c.o).Notes, "\n")
		if !strings.Contains(got, c.want) {
			t.Errorf("%q is not in %q", c.want, got)
		}
	}
	own := gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.01, Runs: 40}}}
	if got := gate.Decide(changed(6, 1, 1), arms, own).Notes; len(got) > 0 {
		t.Errorf("a calibrated cell: %q", got)
	}
}

// A bar is the cell's own where this class of machine was calibrated with this load in
// runs enough.
func TestWhereABarComesFrom(t *testing.T) {
	here := gate.Options{CPU: "A", Cores: 2, Loads: map[string]string{"live-feed": "load"}}
	of := func(variant string, q99 float64, runs int, cpuModel string, cores int, hash string) gate.Known {
		return gate.Known{Scenario: "live-feed", Variant: variant, Metric: cpu, Q99: q99, Runs: runs, CPU: cpuModel, Cores: cores, Hash: hash}
	}
	other := of("tcp", 0.05, 40, "A", 2, "other load")
	const elsewhere, few, others = "another machine or load", "fewer than 6 runs", "Some cells were not calibrated"
	for _, c := range []struct {
		about string
		known []gate.Known
		want  float64
		note  string // part of it; empty: there is none
	}{
		{"its own", []gate.Known{other, of("sse", 0.03, 40, "A", 2, "load")}, 0.03, ""},
		{"of two loads of one variant the one that was measured", []gate.Known{of("sse", 0.04, 40, "A", 2, "point"), of("sse", 0.03, 40, "A", 2, "load")}, 0.03, ""},
		{"another load", []gate.Known{other, of("sse", 0.03, 40, "A", 2, "point")}, 0.05, elsewhere},
		{"another CPU", []gate.Known{of("sse", 0.03, 40, "B", 2, "load")}, 0.03, elsewhere},
		{"more cores", []gate.Known{of("sse", 0.03, 40, "A", 4, "load")}, 0.03, elsewhere},
		{"a calibration that does not say where", []gate.Known{of("sse", 0.03, 40, "", 0, "")}, 0.03, elsewhere},
		{"other cells of another machine", []gate.Known{of("tcp", 0.03, 40, "B", 2, "load")}, 0.03, elsewhere},
		{"few runs, less than the other cells", []gate.Known{other, of("sse", 0.03, 5, "A", 2, "load")}, 0.05, few},
		{"few runs, more than the other cells", []gate.Known{other, of("sse", 0.06, 5, "A", 2, "load")}, 0.06, few},
		{"few runs, and of no other cell more", []gate.Known{of("tcp", 0.05, 5, "A", 2, "load"), of("sse", 0.03, 5, "A", 2, "load")}, 0.03, few},
		{"other cells", []gate.Known{other}, 0.05, others},
	} {
		o := here
		o.Known = c.known
		got := gate.Decide(changed(12, 1, 1), arms, o)
		notes := strings.Join(got.Notes, "\n")
		if f := find(t, got, cpu); f.Known != c.want || f.Bar != max(f.Floor, c.want) || (notes == "") != (c.note == "") || !strings.Contains(notes, c.note) {
			t.Errorf("%s: known %v, want %v; %q", c.about, f.Known, c.want, notes)
		}
	}
}

// How often events share an answer depends on the transport and on chance: a count takes
// its bar from its own cell alone, and from many runs of it.
func TestACountBorrowsNothing(t *testing.T) {
	const metric = "data-B/event"
	inexact := blocks(12, func(i int, base, again, head *gate.Sample) {
		for j, s := range []*gate.Sample{base, again, head} {
			s.Counts[metric] = gate.Count{N: int64(14900 + 10*((i+j)%5) + 100*(j/2)), Of: 100}
			s.Whole = nil
		}
	})
	for _, c := range []struct {
		about string
		known gate.Known
		want  float64
	}{
		{"of another cell", gate.Known{Scenario: "live-feed", Variant: "longpoll", Metric: metric, Q99: 0.05, Runs: 40}, 0},
		{"of few runs", gate.Known{Scenario: "live-feed", Variant: "sse", Metric: metric, Q99: 0.05, Runs: 5}, 0},
		{"its own", gate.Known{Scenario: "live-feed", Variant: "sse", Metric: metric, Q99: 0.05, Runs: 6}, 0.05},
	} {
		c1 := gate.Decide(inexact, arms, gate.Options{Known: []gate.Known{c.known}})
		if f := find(t, c1, metric); f.Exact || f.Known != c.want || f.Bar != max(f.Floor, c.want) {
			t.Errorf("%s: %+v", c.about, f)
		}
	}
}

// Arms that ran one after another differ more, and no calibration is of such.
func TestArmsInTurnHaveFloorsOfTheirOwn(t *testing.T) {
	o := gate.Options{Known: []gate.Known{{Scenario: "live-feed", Variant: "sse", Metric: cpu, Q99: 0.2, Runs: 40}}, Generator: results.GeneratorEach}
	for factor, want := range map[float64]gate.Verdict{1.05: gate.Same, 1.15: gate.Worse} {
		c := gate.Decide(changed(12, factor, 1), arms, o)
		if f := find(t, c, cpu); !c.InTurn || f.Verdict != want || f.Bar != math.Log1p(0.10) || f.Known != 0 || len(c.Notes) != 1 {
			t.Errorf("%v: %v, %q, %+v", factor, c.InTurn, c.Notes, f)
		}
	}
	if gate.Decide(changed(12, 1, 1), arms, unknown).InTurn {
		t.Error("one generator for all arms is side by side")
	}
}

// The record of a duel says on which machine and of which load it is.
func TestADuelBorrowsWhatIsOfAnotherMachineOrLoad(t *testing.T) {
	for _, c := range []struct {
		cpu      string
		hash     string
		borrowed bool
	}{{"A", "load", false}, {"B", "load", true}, {"A", "other", true}} {
		rec := dueled(6, nil)
		rec.Provenance.CPU, rec.Scenarios[0].Hash = "A", "load"
		o := gate.Options{Known: []gate.Known{}}
		for _, variant := range []string{"sse", "websocket"} {
			o.Known = append(o.Known, gate.Known{Scenario: "live-feed", Variant: variant, Metric: cpu, Q99: 0.01, Runs: 40, CPU: c.cpu, Cores: 2, Hash: c.hash})
		}
		got, err := gate.Of(rec, nil, o)
		if err != nil {
			t.Fatal(err)
		}
		if notes := strings.Join(got.Notes, "\n"); strings.Contains(notes, "another machine or load") != c.borrowed {
			t.Errorf("%+v: %q", c, notes)
		}
	}
}
