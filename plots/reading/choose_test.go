package reading

import (
	"strings"
	"testing"
	"time"

	"pushbench/plots/view"
	"pushbench/results"
)

const cpu = "server-cpu-sec/event"

// spread is a cell of n trials with these bounds of CPU; six trials have an interval.
func spread(n int, lo, center, hi float64) view.Cell {
	c := view.Cell{Name: "it", Cell: results.Cell{Transport: "sse"}}
	for i := range n {
		v := center
		switch i {
		case 0:
			v = lo
		case n - 1:
			v = hi
		}
		t := &results.Trial{Transport: "sse"}
		t.Server.CPU, t.Deliveries.InWindow = v, 1
		if err := t.Latency.Record(time.Millisecond); err != nil { // of that one
			panic(err)
		}
		c.Trials = append(c.Trials, t)
	}
	return c
}

// TestChoose holds a choice to the bounds: no single winner where they overlap,
// and none at all of too few trials.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		fact           string
		cells          []view.Cell
		chosen, others []float64 // medians
		sure           certainty
	}{
		{"intervals apart have one winner", []view.Cell{spread(6, 1, 2, 3), spread(6, 4, 5, 6)}, []float64{2}, []float64{5}, certain},
		{"intervals that overlap have none", []view.Cell{spread(6, 1, 2, 4), spread(6, 3, 5, 6)}, []float64{2, 5}, nil, certain},
		{"intervals that touch overlap", []view.Cell{spread(6, 1, 2, 3), spread(6, 3, 5, 6)}, []float64{2, 5}, nil, certain},
		{"what lies beyond the next is no winner", []view.Cell{spread(6, 1, 2, 4), spread(6, 3, 5, 6), spread(6, 7, 8, 9)}, []float64{2, 5}, []float64{8}, certain},
		{"what overlaps is chosen wherever it stands", []view.Cell{spread(6, 1, 2, 4), spread(6, 5, 5.5, 6), spread(6, 4, 7, 9)}, []float64{2, 7}, []float64{5.5}, certain},
		{"the order of the cells is nothing", []view.Cell{spread(6, 4, 5, 6), spread(6, 1, 2, 3)}, []float64{2}, []float64{5}, certain},
		{"ranges of a few trials are a hint", []view.Cell{spread(3, 1, 2, 3), spread(3, 4, 5, 6)}, []float64{2}, []float64{5}, likely},
		{"one range among intervals makes a hint", []view.Cell{spread(6, 1, 2, 3), spread(5, 4, 5, 6)}, []float64{2}, []float64{5}, likely},
		{"two trials are too few", []view.Cell{spread(2, 1, 2, 3), spread(6, 4, 5, 6)}, []float64{2}, []float64{5}, tooFew},
		{"the same number on both has no winner", []view.Cell{spread(6, 2, 2, 2), spread(6, 2, 2, 2)}, []float64{2, 2}, nil, certain},
	} {
		chosen, others, sure := choose(c.cells, cpu)
		if !centers(chosen, c.chosen) || !centers(others, c.others) || sure != c.sure {
			t.Errorf("%s: chosen %v, others %v, certainty %d, want %v, %v, %d", c.fact, chosen, others, sure, c.chosen, c.others, c.sure)
		}
	}
}

func centers(cells []view.Cell, want []float64) bool {
	for i, c := range cells {
		if i >= len(want) || c.Center(cpu) != want[i] {
			return false
		}
	}
	return len(cells) == len(want)
}

// TestWhy holds the reasons to what was chosen.
func TestWhy(t *testing.T) {
	for _, c := range []struct {
		fact          string
		cells         []view.Cell
		choose, wants string
	}{
		{"none overlaps", []view.Cell{spread(6, 1, 2, 3), spread(6, 4, 5, 6)}, "it", "2.00 s (1.00–3.00 s). The next is it with 5.00 s (4.00–6.00 s). The 95 % intervals do not overlap."},
		{"one beyond the next does", []view.Cell{spread(6, 1, 2, 4), spread(6, 5, 5.5, 6), spread(6, 4, 7, 9)}, "it or it", "The 95 % intervals overlap, so this run names no single winner. The next is it with 5.50 s (5.00–6.00 s)."},
		{"all do", []view.Cell{spread(6, 1, 2, 4), spread(6, 3, 5, 6)}, "this run cannot tell them apart", "The 95 % intervals overlap, so this run names no single winner."},
	} {
		a, _ := need{what: "CPU", unit: cpu, cells: c.cells}.advice(view.Scenario{Cells: c.cells})
		if why := strings.ReplaceAll(a.Why, "\u00a0", " "); a.Choose != c.choose || !strings.HasSuffix(why, c.wants) {
			t.Errorf("%s: %q because %q, want %q because %q", c.fact, a.Choose, why, c.choose, c.wants)
		}
	}
}

// TestSingle holds a list to say when each of its numbers is from one trial alone.
func TestSingle(t *testing.T) {
	one, more := spread(1, 1, 1, 1), spread(2, 1, 1, 1)
	for _, c := range []struct {
		cells []view.Cell
		want  string
	}{{[]view.Cell{one}, " (one trial)"}, {[]view.Cell{one, one}, " (one trial each)"}, {[]view.Cell{one, more}, ""}} {
		if got := single(c.cells, cpu); got != c.want {
			t.Errorf("%d cells: %q, want %q", len(c.cells), got, c.want)
		}
	}
}
