package reading

import (
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
)

// A Doubt is one warning or failure of a scenario, with the cells that
// have it.
type Doubt struct {
	Code, Text string
	Cells      string // which, and in how many trials
	Red        bool   // the generator or the machine was the limit, or a trial failed
	Place      string // the scenario with the cells, as short as it goes

	hits []hit
}

// A hit is how often one cell has a warning.
type hit struct {
	view.Cell
	trials int
}

// Doubts gathers the warnings and failures of a scenario, the red ones first.
func Doubts(s view.Scenario) []Doubt {
	var out []Doubt
	at := map[[2]string]int{}
	add := func(c view.Cell, code, line string, trials int) {
		key := [2]string{code, line}
		i, ok := at[key]
		if !ok {
			i, at[key] = len(out), len(out)
			out = append(out, Doubt{Code: code, Text: line, Red: code == "failed" || view.MachineLimited(code)})
		}
		if last := len(out[i].hits) - 1; last >= 0 && out[i].hits[last].Variant == c.Variant && out[i].hits[last].Target == c.Target && out[i].hits[last].Point == c.Point {
			out[i].hits[last].trials += trials
			return
		}
		out[i].hits = append(out[i].hits, hit{c, trials})
	}
	for _, c := range s.Cells {
		for _, t := range c.Failed {
			add(c, "failed", text.Sentence("A trial failed and is in no number: "+text.Told(t.Failed)), 1)
		}
		for _, w := range c.Warnings() {
			add(c, w.Code, text.Sentence(text.Told(w.Text)), w.Trials)
		}
	}
	for i := range out {
		out[i].locate(s)
	}
	slices.SortStableFunc(out, func(a, b Doubt) int { return rank(a) - rank(b) })
	return out
}

// rank sorts notes: the red ones first.
func rank(n Doubt) int {
	if n.Red {
		return 0
	}
	return 1
}

// locate names the cells that a note concerns: everything, everything at some
// points of the sweep, and what remains one by one.
func (n *Doubt) locate(s view.Scenario) {
	var points, names, single []string
	var whole, all int // trials
	for _, p := range s.Scenario.Points {
		trials, name := n.everyCellAt(s, p)
		if trials > 0 {
			points, names, whole = append(points, p), append(names, name), whole+trials
		}
	}
	var rest []hit
	for _, h := range n.hits {
		all += h.trials
		if h.Point != "" && slices.Contains(points, h.Point) {
			continue
		}
		rest = append(rest, h)
	}
	single = each(rest)
	at := text.JoinValues(names)
	switch name := s.Scenario.Name; {
	case len(n.hits) == len(s.Cells) && len(s.Cells) > 1, len(n.hits) > 1 && n.Code != "failed" && len(n.hits) == valid(s.Cells):
		n.Cells, n.Place = "everything here ("+text.Count(all, "trial")+")", name
	case len(points) == 0 && view.Suffixed(s.Cells): // a name may have a comma
		n.Cells = strings.Join(single, "; ")
		n.Place = name + ": " + n.Cells
	case len(points) == 0:
		n.Cells = strings.Join(single, ", ")
		n.Place = name + ": " + n.Cells
	default:
		n.Cells = strings.Join(append([]string{"everything at " + at + " (" + text.Count(whole, "trial") + ")"}, single...), ", ")
		if n.Place = name + ": " + n.Cells; len(single) == 0 {
			n.Place = name + " at " + at
		}
	}
}

// everyCellAt returns in how many trials of a point the note is found and how
// that point is called, when the note concerns each of its several cells.
func (n *Doubt) everyCellAt(s view.Scenario, point string) (trials int, name string) {
	there, hits := 0, 0
	for _, c := range s.Cells {
		if c.Point == point {
			there++
		}
	}
	for _, h := range n.hits {
		if h.Point == point {
			trials, hits, name = trials+h.trials, hits+1, h.Cell.PointName()
		}
	}
	if there < 2 || hits < there {
		return 0, ""
	}
	return trials, name
}

// each names cells with the trials in which they have a note. Those of several targets that
// have it in as many trials stand together: SSE (nchan and spring), WebSocket (nchan), each
// in 2 trials.
func each(hits []hit) (out []string) {
	var all []view.Cell
	together := map[int][]view.Cell{} // by how many trials
	var counts []int
	for _, h := range hits {
		if together[h.trials] == nil {
			counts = append(counts, h.trials)
		}
		together[h.trials] = append(together[h.trials], h.Cell)
		all = append(all, h.Cell)
	}
	if !view.Suffixed(all) {
		for i, c := range view.WithPoints(all) {
			out = append(out, strings.Replace(c.Name, " · ", " at ", 1)+" ("+text.Count(hits[i].trials, "trial")+")")
		}
		return out
	}
	slices.SortFunc(counts, func(a, b int) int { return b - a })
	for _, n := range counts {
		cells := together[n]
		out = append(out, view.ByVariant(cells)+", "+text.Be(len(cells), "", "each ")+"in "+text.Count(n, "trial"))
	}
	return out
}

// valid counts the cells that have a valid trial.
func valid(cells []view.Cell) (n int) {
	for _, c := range cells {
		if len(c.Trials) > 0 {
			n++
		}
	}
	return n
}
