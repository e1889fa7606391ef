package power

import (
	"slices"

	"pushbench/results/gate"
)

// A run is as many consecutive rounds of a session as a comparison has. A round is
// the blocks with one number, one of each cell.
type run struct {
	session *Session
	cells   []gate.Cell // of the session
	rounds  [][]gate.Block
	place   int  // among the runs of the session
	next    *run // whose blocks confirm what this one flags; the first one's for the last; nil when there is no other
}

func (r *run) blocks() []gate.Block { return slices.Concat(r.rounds...) }

// has reports whether the run's session has the arm.
func (r *run) has(arm string) bool { return r.session.arm(arm) != nil }

// cut cuts the session into runs of n rounds, and says how that went. Blocks with a
// number that not all cells have are left out: an interruption leaves such.
func (s *Session) cut(n int) ([]*run, Conditions) {
	c := Conditions{
		Began: s.Began, Seed: s.Seed, Layouts: s.Layouts, Scenario: s.Scenario, CPU: s.Provenance.CPU, Cores: s.Provenance.Cores,
		Kernel: s.Provenance.Kernel, Go: s.Provenance.GoVersion, Commit: s.Provenance.Commit, Arms: s.Arms,
	}
	cells := s.cells()
	byNumber := map[int][]gate.Block{}
	var numbers []int
	for _, b := range s.Blocks {
		if byNumber[b.Number] == nil {
			numbers = append(numbers, b.Number)
		}
		byNumber[b.Number] = append(byNumber[b.Number], b)
	}
	slices.Sort(numbers)
	var rounds [][]gate.Block
	for _, number := range numbers {
		round := byNumber[number]
		if len(round) < len(cells) {
			c.Ragged += len(round)
			continue
		}
		slices.SortStableFunc(round, func(a, b gate.Block) int { return slices.Index(cells, a.Cell()) - slices.Index(cells, b.Cell()) })
		rounds = append(rounds, round)
	}
	c.Rounds, c.Runs, c.Left = len(rounds), len(rounds)/n, len(rounds)%n
	runs := make([]*run, c.Runs)
	for i := range runs {
		runs[i] = &run{session: s, cells: cells, rounds: rounds[i*n : (i+1)*n], place: i}
	}
	for i, r := range runs {
		if len(runs) > 1 {
			r.next = runs[(i+1)%len(runs)]
		}
	}
	return runs, c
}

// A class is what decides how far what is known reaches: the machine, and the load of
// each scenario as a whole.
type class struct {
	cpu   string
	cores int
	loads map[string]string // hash, by the scenario's name
}

// newest is the class of the session that began last; of equals it is the last. The
// load of each scenario is that of the last session that has it. why says of each
// session why it does not count, as a clause. Empty: it counts.
func newest(sessions []Session) (last class, why []string) {
	why = make([]string, len(sessions))
	last.loads = map[string]string{}
	order := make([]int, len(sessions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return sessions[i].Began.Compare(sessions[j].Began) })
	for _, i := range order {
		s := &sessions[i]
		last.cpu, last.cores, last.loads[s.Scenario.Name] = s.Provenance.CPU, s.Provenance.Cores, s.Scenario.Hash
	}
	for i, s := range sessions {
		switch {
		case s.Scenario.Hash != last.loads[s.Scenario.Name]:
			why[i] = "the newest session of the scenario has another load"
		case s.Provenance.CPU != last.cpu || s.Provenance.Cores != last.cores:
			why[i] = "the newest session is of another machine"
		}
	}
	return last, why
}
