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

// alone are the runs by themselves, each with the cells of its own session only.
func (e *evaluation) alone() (all []suite) {
	for i, r := range e.runs {
		if r.has(Same) {
			all = append(all, suite{e, []int{i}})
		}
	}
	return all
}

// without are the cells that are not among others.
func without(cells, others []gate.Cell) []gate.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c gate.Cell) bool { return slices.Contains(others, c) })
}

// blocks are the first n rounds of each run, for a comparison with that head. An arm
// that is worse is so in the first run alone, which is the one that is asked about: in
// the others nothing changed, and the third base is the head, even if their session
// has an arm of the same name.
func blocks(parts []*run, n int, head string) (all []gate.Block) {
	for i, r := range parts {
		own := slices.Concat(r.rounds[:n]...)
		if i > 0 && !original(head) {
			for j, b := range own {
				own[j].Arms = map[string]gate.Sample{Base: b.Arms[Base], Again: b.Arms[Again], head: b.Arms[Same]}
			}
		}
		all = append(all, own...)
	}
	return all
}

// judge compares head with base as the gate does, by bars that no part of the suite has
// a part in: it stops after the first step at which the comparison is precise. rounds
// is after how many.
func (s suite) judge(arms gate.Arms) (c *gate.Comparison, rounds int) {
	known := s.known()
	for rounds = Step; rounds < s.of.t.BlocksPerRun; rounds += Step {
		if c = s.first(rounds, arms, known); c.Precise() {
			return c, rounds
		}
	}
	return s.first(s.of.t.BlocksPerRun, arms, known), s.of.t.BlocksPerRun
}

// all compares after all rounds, whether or not the gate would have stopped.
func (s suite) all(arms gate.Arms) *gate.Comparison {
	return s.first(s.of.t.BlocksPerRun, arms, s.known())
}

// known is what all runs but those of the suite say.
func (s suite) known() []gate.Known { return s.of.known.without(s.parts...) }

// first compares after n rounds.
func (s suite) first(n int, arms gate.Arms, known []gate.Known) *gate.Comparison {
	return gate.Decide(blocks(s.runs(), n, arms.Head), arms, gate.Options{Known: known})
}

func (s suite) runs() (all []*run) {
	for _, i := range s.parts {
		all = append(all, s.of.runs[i])
	}
	return all
}

// confirm measures what is flagged once more, with as many blocks of the runs after
// those of the suite as n rounds have. It reports whether there are such.
func (s suite) confirm(c *gate.Comparison, n int, arms gate.Arms) bool {
	flagged := c.Flagged()
	runs := s.runs()
	for i, r := range runs {
		if runs[i] = r.next; r.next == nil {
			return false
		}
	}
	second := slices.DeleteFunc(blocks(runs, n, arms.Head), func(b gate.Block) bool {
		return !slices.Contains(flagged, b.Cell())
	})
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
