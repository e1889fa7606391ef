package gate

import (
	"fmt"
	"slices"

	"pushbench/results"
)

// Flagged returns the cells in which a number that is not exact changed, for
// better or worse, and was not declared to beforehand. They are to be measured once
// more, with blocks and links of their own: what one job and one set of links did will
// not be there again.
func (c *Comparison) Flagged() []Cell {
	var cells []Cell
	for _, f := range c.Findings {
		if at := (Cell{f.Scenario, f.Point, f.Variant}); f.flagged() && !slices.Contains(cells, at) {
			cells = append(cells, at)
		}
	}
	return cells
}

func (f Finding) flagged() bool {
	return !f.Exact && f.Gated && (f.Verdict == Better || f.Verdict == Worse && !f.Accepted)
}

// Confirm sets beside each change that is flagged what the second blocks say.
// It is held where their estimate lies beyond the same bar on the same side, and
// their whole interval on that side of no change; else it is unconfirmed. It is void
// where the second blocks cannot be believed, by the rules of the first. What they did
// not measure, for want of six complete blocks, stays what it is, and says so: servers
// that fail in the second measurement do not take back what the first one found. Then
// it gives the comparison its verdict again. What is exact needs no second measurement.
//
// Note: the whole interval need not be beyond the bar a second time. The first
// measurement was certain of that; the second one is to show that the first was not
// of its hour and its links. With a bar b and an interval of ±h, a change of b + h
// (one and a half bars where h is half of b) is beyond the bar with its whole interval
// half of the time. To ask for that twice would find a quarter of such changes. This
// confirms nearly all of those that the first measurement found.
func (c *Comparison) Confirm(second []Block, arms Arms) {
	measured := map[Cell]evidence{}
	d := newDecision(Options{Known: []Known{}})
	for _, group := range byCell(second) {
		e := d.beside(group, arms)
		measured[e.cell] = e
	}
	for _, m := range d.c.Missing {
		m.Reason, m.Empty = "in the second measurement "+m.Reason, false
		c.Missing = append(c.Missing, m)
	}
	for i := range c.Findings {
		if f := &c.Findings[i]; f.flagged() {
			f.confirm(measured[Cell{f.Scenario, f.Point, f.Variant}])
		}
	}
	c.conclude()
}

// confirm sets beside the finding what the second evidence of its cell says.
func (f *Finding) confirm(e evidence) {
	if e.n == 0 {
		f.add("it could not be confirmed: the second measurement has no complete block of the cell")
		return
	}
	change, null := e.estimate(numberOf(f.Metric))
	if change.N < leastBlocks || !change.Bounded() {
		f.add(fmt.Sprintf("it could not be confirmed: the second measurement has the number in %d complete blocks, and an interval needs %d", change.N, leastBlocks))
		return
	}
	again := *f
	again.Change, again.Lo, again.Hi, again.Null = change.Center, change.Lo, change.Hi, null.Center
	timed := slices.ContainsFunc(rules, func(r Rule) bool { return r.Unit == f.Metric && r.timed })
	up, down := change.Center > f.Bar && change.Lo > 0, change.Center < -f.Bar && change.Hi < 0
	held := f.Change > 0 && up || f.Change < 0 && down
	f.Confirm = &Second{N: change.N, Change: change.Center, Lo: change.Lo, Hi: change.Hi, Held: held}
	switch apart := again.nullApart(); {
	case e.noise != "" && timed:
		f.Verdict, f.Reason, f.Confirm.Held = Void, "in the second measurement "+e.noise, false
	case apart != "" && !again.outweighs():
		f.Verdict, f.Reason, f.Confirm.Held = Void, "in the second measurement "+apart, false
	case !held:
		f.Verdict = Unconfirmed
	}
}

// add appends a clause to the reason.
func (f *Finding) add(reason string) {
	if f.Reason != "" {
		f.Reason += "; "
	}
	f.Reason += reason
}

// confirms refuses a record that is no second measurement of what rec measured.
func confirms(confirm, rec *results.Record) error {
	refuse := func(format string, args ...any) error {
		return incomparable("record %s confirms nothing of record %s: %s", confirm.ID, rec.ID, fmt.Sprintf(format, args...))
	}
	if confirm.ID == rec.ID && confirm.Began.Equal(rec.Began) {
		return refuse("it is the same")
	}
	if what, first, now := samePlace(rec.Provenance, confirm.Provenance); what != "" {
		return refuse("the %s is %v there and was %v", what, now, first)
	}
	a, b := rec.Duel, confirm.Duel
	switch {
	case a.Generator != b.Generator:
		return refuse("the load generator is %s there and was %s", b.Generator, a.Generator)
	case (a.ServerCPUs == "") != (b.ServerCPUs == ""):
		return refuse("servers and load generator shared all CPUs in only one of both")
	case a.Relinked != b.Relinked:
		return refuse("only one of both linked each arm of each block anew")
	}
	for _, side := range [][2]Side{{sideOf(rec, a.Base), sideOf(confirm, b.Base)}, {sideOf(rec, a.Again), sideOf(confirm, b.Again)}, {sideOf(rec, a.Head), sideOf(confirm, b.Head)}} {
		switch first, now := side[0], side[1]; {
		case first.Revision != now.Revision || !slices.Equal(first.Inject, now.Inject):
			return refuse("%s is of another revision there", first.Name)
		case !slices.Equal(first.Command, now.Command):
			return refuse("%s is another command there", first.Name)
		}
	}
	before, after := trialsOf(rec, a.Base), trialsOf(confirm, b.Base)
	for _, cell := range cellsOf(confirm) {
		x, y := before[cell], after[cell]
		if len(x) > 0 && len(y) > 0 && !sameLoad(x, y) {
			return refuse("the load of %s is another one there", cell)
		}
	}
	return nil
}
