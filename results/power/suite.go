package power

import (
	"slices"

	"pushbench/results/gate"
)

// A suite is what one comparison of the gate judges: a run, and runs of other sessions
// for the cells that its own session does not have. How many numbers are judged
// together decides how sure each of them has to be.
type suite struct {
	of    *evaluation
	parts []int // of runs; the first is the one that is asked about
}

// suite completes run i. Without used its partners may be those of another run, too:
// they stand for what did not change. With used they are runs that are not in it.
// whole is false when a cell is missing.
func (e *evaluation) suite(i int, used map[int]bool) (s suite, whole bool) {
	s = suite{e, []int{i}}
	r := e.runs[i]
	missing := without(e.cells, r.cells)
	for _, other := range e.sessions {
		theirs := e.unchanged[other]
		cells := e.runs[theirs[0]].cells
		if len(missing) == 0 || len(without(cells, missing)) > 0 {
			continue
		}
		at := r.place % len(theirs)
		if used != nil {
			at = slices.IndexFunc(theirs, func(j int) bool { return !used[j] })
		}
		if at >= 0 {
			s.parts = append(s.parts, theirs[at])
			missing = without(missing, cells)
		}
	}
	return s, len(missing) == 0
}

// suites are as many as there are that have all cells and share no block.
func (e *evaluation) suites() (all []suite) {
	used := map[int]bool{}
	for i, r := range e.runs {
		if used[i] || !r.has(Same) {
			continue
		}
		if s, whole := e.suite(i, used); whole {
			all = append(all, s)
			for _, j := range s.parts {
				used[j] = true
			}
		}
	}
	return all
}

// without are the cells that are not among others.
func without(cells, others []gate.Cell) []gate.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c gate.Cell) bool { return slices.Contains(others, c) })
}

// blocks are the first n rounds of each part, for a comparison with that head. Where a
// session does not have it, nothing changed: its third base is the head.
func (s suite) blocks(n int, head string) (all []gate.Block) {
	for _, i := range s.parts {
		r := s.of.runs[i]
		all = append(all, r.as(slices.Concat(r.rounds[:n]...), head)...)
	}
	return all
}

// as is the blocks with head among their arms.
func (r *run) as(blocks []gate.Block, head string) []gate.Block {
	if r.has(head) {
		return blocks
	}
	for i, b := range blocks {
		arms := map[string]gate.Sample{}
		for name, sample := range b.Arms {
			if name == Same {
				name = head
			}
			arms[name] = sample
		}
		blocks[i].Arms = arms
	}
	return blocks
}

// judge compares head with base, by bars that no part of the suite has a part in.
func (s suite) judge(arms gate.Arms) *gate.Comparison { return s.first(s.of.t.BlocksPerRun, arms) }

// first is judge after n rounds.
func (s suite) first(n int, arms gate.Arms) *gate.Comparison {
	return gate.Decide(s.blocks(n, arms.Head), arms, gate.Options{Known: s.of.known.without(s.parts...)})
}

// confirm measures what is flagged once more, with the blocks of the runs after those of
// the suite. It reports whether there are such.
func (s suite) confirm(c *gate.Comparison, arms gate.Arms) bool {
	flagged := c.Flagged()
	var second []gate.Block
	for _, i := range s.parts {
		next := s.of.runs[i].next
		if next == nil {
			return false
		}
		for _, b := range next.as(next.blocks(), arms.Head) {
			if slices.Contains(flagged, b.Cell()) {
				second = append(second, b)
			}
		}
	}
	c.Confirm(second, arms)
	return true
}

// own reports whether the finding is in a cell of the run that is asked about.
func (s suite) own(f gate.Finding) bool {
	return slices.Contains(s.of.runs[s.parts[0]].cells, cellOf(f))
}

func cellOf(f gate.Finding) gate.Cell {
	return gate.Cell{Scenario: f.Scenario, Point: f.Point, Variant: f.Variant}
}
