package power

import (
	"cmp"
	"fmt"
	"slices"

	"pushbench/results/gate"
)

// Options of an evaluation.
type Options struct {
	BlocksPerRun int         // of each cell, a multiple of Step; 0: the constant of that name
	Cells        []gate.Cell // that the gate judges: those that no session has are told
}

// How many blocks of each cell the gate measures: BlocksPerRun at most. It stops
// earlier where the comparison is precise, which it asks after each Step of blocks. Both
// are multiples of six, so that each of the six orders of the gate's three arms comes
// equally often.
const (
	BlocksPerRun = 18
	Step         = 6
)

// Evaluate says how often the gate is right, from the sessions of a calibration. Those
// count that are of the newest one's class: of the same processor, as many cores and
// the same load of their scenario. It changes nothing in the sessions.
func Evaluate(sessions []Session, o Options) *Table {
	o.BlocksPerRun = cmp.Or(o.BlocksPerRun, BlocksPerRun)
	t := &Table{BlocksPerRun: o.BlocksPerRun}
	var runs []*run
	class, why := newest(sessions)
	longest := 0
	for i := range sessions {
		own, c := sessions[i].cut(o.BlocksPerRun)
		if c.Ignored = why[i]; c.Ignored == "" {
			runs = append(runs, own...)
			longest = max(longest, c.Rounds)
			for _, cell := range sessions[i].cells() {
				if !slices.Contains(t.Cells, cell) {
					t.Cells = append(t.Cells, cell)
				}
			}
		} else {
			c.Runs, c.Left = 0, 0
		}
		t.Sessions = append(t.Sessions, c)
	}
	t.Missing = without(o.Cells, t.Cells)
	if t.Runs = len(runs); t.Runs == 0 {
		t.Reason = fmt.Sprintf("A run takes %d blocks of every cell in one session, and there are %d at most: that says nothing yet.",
			o.BlocksPerRun, longest)
		return t
	}
	e := evaluation{t: t, runs: runs, known: nullsOf(class, runs, o.BlocksPerRun), unchanged: map[*Session][]int{}}
	t.Known = e.known.without()
	for i, r := range runs {
		if !r.has(Same) {
			continue
		}
		if !slices.Contains(e.sessions, r.session) {
			e.sessions = append(e.sessions, r.session)
			e.cells = append(e.cells, without(r.cells, e.cells)...)
		}
		e.unchanged[r.session] = append(e.unchanged[r.session], i)
	}
	e.whole = e.suites()
	t.Whole = len(e.whole)
	t.Alarms = e.alarms(e.whole, sameArms)
	t.Exchanged = e.alarms(e.whole, gate.Arms{Base: Same, Again: Again, Head: Base})
	t.Alone = e.alarms(e.alone(), sameArms)
	t.Detections = e.detections()
	e.curves()
	e.resample(t.Known)
	e.precision()
	return t
}

// An evaluation is a table while it is made.
type evaluation struct {
	t         *Table
	runs      []*run
	known     *nulls
	sessions  []*Session         // that have a run and a third base
	unchanged map[*Session][]int // their runs
	cells     []gate.Cell        // of these
	whole     []suite            // of all cells, which share no block
}

// alarms judges the arm of arms that changes nothing in each suite.
func (e *evaluation) alarms(suites []suite, arms gate.Arms) Alarms {
	a := Alarms{Verdicts: map[gate.Verdict]int{}, Findings: map[gate.Verdict]int{}}
	var before, red, after, redAfter, runs, confirmed int
	for _, s := range suites {
		runs++
		c, rounds := s.judge(arms)
		a.Verdicts[c.Verdict]++
		for _, f := range c.Findings {
			a.count(f)
		}
		flagged, worse := flags(c)
		before, red = before+flagged, red+worse
		if s.confirm(c, rounds, arms) {
			confirmed++
			flagged, worse = flags(c)
			after, redAfter = after+flagged, redAfter+worse
		}
	}
	slices.SortFunc(a.Numbers, func(x, y Flags) int { return order(x.Metric) - order(y.Metric) })
	a.Before, a.Red, a.After, a.RedAfter = share(before, runs), share(red, runs), share(after, confirmed), share(redAfter, confirmed)
	return a
}

// flags are 1 where a comparison calls a number changed, and where it calls one
// worse; else 0.
func flags(c *gate.Comparison) (changed, worse int) {
	for _, f := range c.Findings {
		switch {
		case !f.Gated:
		case f.Verdict == gate.Worse:
			changed, worse = 1, 1
		case f.Verdict == gate.Better:
			changed = 1
		}
	}
	return changed, worse
}

// count counts a finding that decides.
func (a *Alarms) count(f gate.Finding) {
	if !f.Gated {
		return
	}
	a.Findings[f.Verdict]++
	i := slices.IndexFunc(a.Numbers, func(n Flags) bool { return n.Metric == f.Metric })
	if i < 0 {
		i = len(a.Numbers)
		a.Numbers = append(a.Numbers, Flags{Metric: f.Metric, Title: titleOf(f)})
	}
	n := &a.Numbers[i]
	n.Judged++
	switch f.Verdict {
	case gate.Worse, gate.Better:
		n.Flags++
	case gate.Void:
		n.Void++
	case gate.Inconclusive:
		n.Open++
	}
}

// titleOf is the number's title, whatever part of a trial it was judged of.
func titleOf(f gate.Finding) string {
	for _, r := range gate.Rules() {
		if r.Unit == f.Metric {
			return r.Title()
		}
	}
	return f.Title
}

// order is the place of the metric among the gate's rules.
func order(metric string) int {
	return slices.IndexFunc(gate.Rules(), func(r gate.Rule) bool { return r.Unit == metric })
}
