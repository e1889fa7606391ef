package reading

import (
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
	"pushbench/results"
)

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
		notes := Doubts(view.Find(sample.Doubted("odd", c.in), c.scenario))
		if len(notes) != 1 {
			t.Fatalf("%s: %d notes", c.why, len(notes))
		}
		if notes[0].Cells != c.cells || notes[0].Place != c.place {
			t.Errorf("%s: %q in %q, want %q in %q", c.why, notes[0].Cells, notes[0].Place, c.cells, c.place)
		}
	}
}
