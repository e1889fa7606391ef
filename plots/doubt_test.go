package plots

import (
	"bytes"
	"strings"
	"testing"

	"pushbench/plots/chart"
	"pushbench/results"
	"pushbench/results/example"
)

// doubted is the example with a warning of code in some trials.
func doubted(code string, in func(*results.Trial) bool) *results.Record {
	r := example.Record()
	for _, t := range r.Trials {
		t.Failed, t.Warnings = "", nil
		if in(t) {
			t.Warnings = []results.Warning{{Code: code, Text: "doubt it"}}
		}
	}
	return r
}

func setOf(r *results.Record, name string) set {
	for _, s := range r.Scenarios {
		if s.Name == name {
			return newSet(r, s)
		}
	}
	return set{}
}

func TestDoubtStandsAtWhatItConcerns(t *testing.T) {
	everywhere := func(*results.Trial) bool { return true }
	for _, c := range []struct {
		why, code, unit string
		want            chart.Weight
	}{
		{"pressure is in times", "cpu-pressure", "p50-sec", chart.Alarming},
		{"so is a generator near its ceiling", "ceiling", "p99-sec", chart.Alarming},
		{"which counts bytes as well as ever", "ceiling", "wire-B/event", chart.Clean},
		{"and one that the kernel contradicts", "bias", "p50-sec", chart.Alarming},
		{"but not in bytes", "cpu-pressure", "wire-B/event", chart.Clean},
		{"few samples have no tail", "few-samples", "p99-sec", chart.Doubtful},
		{"but a median", "few-samples", "p50-sec", chart.Clean},
		{"what nobody knows is in everything", "odd", "wire-B/event", chart.Doubtful},
	} {
		feed := setOf(doubted(c.code, everywhere), "live-feed").cells[0]
		m, _ := results.MetricByUnit(c.unit)
		if _, got := feed.doubt(m); got != c.want || feed.weight(c.unit) != c.want {
			t.Errorf("%s: %s in %s weighs %d, want %d", c.why, c.code, c.unit, got, c.want)
		}
		if v := feed.value(m); (v.Doubt != "") != (c.want != chart.Clean) || v.Alarming != (c.want == chart.Alarming) {
			t.Errorf("%s: the value is %+v", c.why, v)
		}
	}
}

func TestBytesAreNotDoubtedForTime(t *testing.T) {
	r := doubted("cpu-pressure", func(t *results.Trial) bool { return true })
	var term bytes.Buffer
	if err := Terminal(&term, r, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	inBytes := false
	for _, line := range strings.Split(term.String(), "\n") {
		if strings.Contains(line, " by ") {
			inBytes = strings.HasPrefix(line, "wire bytes")
		}
		if inBytes = inBytes && line != ""; inBytes && strings.Contains(line, "⚠") {
			t.Errorf("a doubt about time stands at bytes: %s", line)
		}
	}
	f, ok, err := bytesFigure(setOf(r, "live-feed"))
	if err != nil || !ok || strings.Contains(string(f.SVG), "#B00020") {
		t.Errorf("a doubt about time stands in the figure of bytes, or there is none: %v", err)
	}
}

func TestGeneratorsLimitIsRedInFigures(t *testing.T) {
	for _, code := range []string{"ceiling", "bias"} {
		r := doubted(code, func(t *results.Trial) bool { return t.Transport == "sse" })
		for what, draw := range map[string]func(set) (Figure, bool, error){"live-feed": latencyFigure, "sweep-rate": sweepLatencyFigure} {
			f, ok, err := draw(setOf(r, what))
			if err != nil || !ok || !strings.Contains(string(f.SVG), "#B00020") {
				t.Errorf("%s: the figure of %s has no red sign, or there is none: %v", code, what, err)
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	at := func(points ...string) func(*results.Trial) bool {
		return func(t *results.Trial) bool {
			return strings.Contains(" "+strings.Join(points, " ")+" ", " "+t.Point+" ")
		}
	}
	for _, c := range []struct {
		why, scenario string
		in            func(*results.Trial) bool
		cells, place  string
	}{
		{"all cells are everything", "live-feed", func(*results.Trial) bool { return true }, "everything here (30 trials)", "live-feed"},
		{"all cells of two points", "sweep-clients", at("10", "100"), "everything at 10 and 100 clients (30 trials)", "sweep-clients at 10 and 100 clients"},
		{"one cell", "live-feed", func(t *results.Trial) bool { return t.Transport == "sse" && t.Number == 1 }, "SSE (1 trial)", "live-feed: SSE (1 trial)"},
		{"a point and one cell of another", "sweep-clients", func(t *results.Trial) bool {
			return t.Point == "10" || t.Point == "100" && t.Transport == "sse"
		}, "everything at 10 clients (15 trials), SSE at 100 clients (3 trials)", "sweep-clients: everything at 10 clients (15 trials), SSE at 100 clients (3 trials)"},
	} {
		notes := doubts(setOf(doubted("odd", c.in), c.scenario))
		if len(notes) != 1 {
			t.Fatalf("%s: %d notes", c.why, len(notes))
		}
		if notes[0].Cells != c.cells || notes[0].place != c.place {
			t.Errorf("%s: %q in %q, want %q in %q", c.why, notes[0].Cells, notes[0].place, c.cells, c.place)
		}
	}
}

func TestTerminalWarnsOnceOfOneThing(t *testing.T) {
	var term bytes.Buffer
	r := doubted("odd", func(t *results.Trial) bool { return t.Scenario == "quiet" || t.Point == "10" })
	if err := Terminal(&term, r, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	if want := "⚠ Doubt it. [quiet; sweep-clients at 10 clients; sweep-rate at 10 events/s]\n"; !strings.Contains(term.String(), want) {
		t.Errorf("the terminal does not say %q", want)
	}
}
