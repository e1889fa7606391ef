package plots

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/words"
	"pushbench/results"
)

// machineCodes are the warnings that say that the load generator or the
// machine, and not the server, was the limit.
var machineCodes = []string{"machine-busy", "cpu-pressure", "schedule-lag", "ceiling", "bias", "clock", "throttled", "path-late", "path-overrun"}

// doubt joins the cell's warnings that concern m, and says how much they
// weigh; empty when there are none.
func (c cell) doubt(m results.Metric) (text string, weight chart.Weight) {
	var out []string
	for _, w := range c.Warnings() {
		if !w.Concerns(m) {
			continue
		}
		out, weight = append(out, words.Sentence(words.Told(w.Text))), max(weight, chart.Doubtful)
		if slices.Contains(machineCodes, w.Code) {
			weight = chart.Alarming
		}
	}
	return strings.Join(out, " "), weight
}

// failure says that trials of the cell failed; empty when none did.
func (c cell) failure() string {
	n := len(c.Failed)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s failed and %s left out: %s", words.Count(n, "trial"), words.Be(n, "was", "were"), words.Told(c.Failed[0].Failed))
}

// weight is that of the heaviest of the cell's failures and of its warnings
// that concern one of the metrics.
func (c cell) weight(units ...string) chart.Weight {
	if len(c.Failed) > 0 {
		return chart.Alarming
	}
	out := chart.Clean
	for _, unit := range units {
		if m, ok := results.MetricByUnit(unit); ok {
			_, w := c.doubt(m)
			out = max(out, w)
		}
	}
	return out
}

// sign returns the warning sign when one of the metrics of one of the cells is
// doubtful.
func sign(cells []cell, units ...string) string {
	if slices.ContainsFunc(cells, func(c cell) bool { return c.weight(units...) != chart.Clean }) {
		return "\u00a0⚠"
	}
	return ""
}

// A doubtNote is one warning or failure of a scenario, with the cells that
// have it.
type doubtNote struct {
	Code, Text string
	Cells      string // which, and in how many trials
	Red        bool   // the generator or the machine was the limit, or a trial failed
	place      string // the scenario with the cells, as short as it goes

	hits []hit
}

// A hit is how often one cell has a warning.
type hit struct {
	cell
	trials int
}

// doubts gathers the warnings and failures of a set, the red ones first.
func doubts(s set) []doubtNote {
	var out []doubtNote
	at := map[[2]string]int{}
	add := func(c cell, code, text string, trials int) {
		key := [2]string{code, text}
		i, ok := at[key]
		if !ok {
			i, at[key] = len(out), len(out)
			out = append(out, doubtNote{Code: code, Text: text, Red: code == "failed" || slices.Contains(machineCodes, code)})
		}
		if last := len(out[i].hits) - 1; last >= 0 && out[i].hits[last].Variant == c.Variant && out[i].hits[last].Point == c.Point {
			out[i].hits[last].trials += trials
			return
		}
		out[i].hits = append(out[i].hits, hit{c, trials})
	}
	for _, c := range s.cells {
		for _, t := range c.Failed {
			add(c, "failed", words.Sentence("A trial failed and is in no number: "+words.Told(t.Failed)), 1)
		}
		for _, w := range c.Warnings() {
			add(c, w.Code, words.Sentence(words.Told(w.Text)), w.Trials)
		}
	}
	for i := range out {
		out[i].locate(s)
	}
	slices.SortStableFunc(out, func(a, b doubtNote) int { return btoi(b.Red) - btoi(a.Red) })
	return out
}

// locate names the cells that a note concerns: everything, everything at some
// points of the sweep, and what remains one by one.
func (n *doubtNote) locate(s set) {
	var points, names, single []string
	var whole, all int // trials
	for _, p := range s.scenario.Points {
		trials, name := n.wholePoint(s, p)
		if trials > 0 {
			points, names, whole = append(points, p), append(names, name), whole+trials
		}
	}
	for _, h := range n.hits {
		all += h.trials
		if h.Point != "" && slices.Contains(points, h.Point) {
			continue
		}
		where := h.name
		if h.Point != "" {
			where += " at " + pointName(h.cell)
		}
		single = append(single, where+" ("+words.Count(h.trials, "trial")+")")
	}
	at := words.JoinValues(names)
	switch name := s.scenario.Name; {
	case len(n.hits) == len(s.cells) && len(s.cells) > 1:
		n.Cells, n.place = "everything here ("+words.Count(all, "trial")+")", name
	case len(points) == 0:
		n.Cells = strings.Join(single, ", ")
		n.place = name + ": " + n.Cells
	default:
		n.Cells = strings.Join(append([]string{"everything at " + at + " (" + words.Count(whole, "trial") + ")"}, single...), ", ")
		if n.place = name + ": " + n.Cells; len(single) == 0 {
			n.place = name + " at " + at
		}
	}
}

// wholePoint returns in how many trials of a point the note is found and how
// that point is called, when the note concerns each of its several cells.
func (n *doubtNote) wholePoint(s set, point string) (trials int, name string) {
	there, hits := 0, 0
	for _, c := range s.cells {
		there += btoi(c.Point == point)
	}
	for _, h := range n.hits {
		if h.Point == point {
			trials, hits, name = trials+h.trials, hits+1, pointName(h.cell)
		}
	}
	if there < 2 || hits < there {
		return 0, ""
	}
	return trials, name
}
