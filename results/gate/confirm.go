package gate

import "slices"

// Flagged returns the cells in which a number that is not exact changed, for
// better or worse. They are to be measured once more, with blocks and links of
// their own: what one job and one set of links did will not be there again.
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
	return !f.Exact && f.Gated && (f.Verdict == Worse || f.Verdict == Better)
}

// Confirm sets beside each change that is flagged what the second blocks say.
// It is held where their estimate lies beyond the same bar on the same side, and
// their whole interval on that side of no change; else it is unconfirmed. Then it gives
// the comparison its verdict again. What is exact needs no second measurement.
//
// Note: the whole interval need not be beyond the bar a second time. The first
// measurement was certain of that; the second one is to show that the first was not
// of its hour and its links. To ask for both would miss changes of two bars half of
// the time.
func (c *Comparison) Confirm(second []Block, arms Arms) {
	measured := map[Cell]evidence{}
	d := newDecision(Options{})
	for _, group := range byCell(second) {
		e := d.beside(group, arms)
		measured[e.cell] = e
	}
	for i := range c.Findings {
		f := &c.Findings[i]
		if !f.flagged() {
			continue
		}
		s := &Second{}
		if e, ok := measured[Cell{f.Scenario, f.Point, f.Variant}]; ok {
			if again, _ := e.estimate(numberOf(f.Metric)); again.N > 0 {
				s.N, s.Change = again.N, again.Center
				if again.Bounded() {
					s.Lo, s.Hi = again.Lo, again.Hi
				}
			}
		}
		up, down := s.Change > f.Bar && s.Lo > 0, s.Change < -f.Bar && s.Hi < 0
		if s.Held = f.Change > 0 && up || f.Change < 0 && down; !s.Held {
			f.Verdict = Unconfirmed
		}
		f.Confirm = s
	}
	c.conclude()
}
