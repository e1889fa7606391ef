package gate

import (
	"slices"

	"pushbench/results"
	"pushbench/results/rank"
)

// Of returns what a duel's record says, with its sides and where it comes from.
// A change is confirmed by the record confirm, another duel of the same sides,
// where there is one; nil: there is none. Whether each arm was linked anew, and
// whose the load generator was, on which machine and with which loads, is in the record
// and overrides o.
//
// The error is an [Incomparable] one when the record allows no verdict.
func Of(rec, confirm *results.Record, o Options) (*Comparison, error) {
	blocks, arms, err := duel(rec)
	if err != nil {
		return nil, err
	}
	o.FixedLinks, o.Generator = !rec.Duel.Relinked, rec.Duel.Generator
	o.CPU, o.Cores, o.Loads = rec.Provenance.CPU, rec.Provenance.Cores, loadsOf(rec)
	o.Shared = rec.Duel.ServerCPUs == ""
	c := Decide(blocks, arms, o)
	if len(c.Findings) == 0 {
		return nil, incomparable("the record has no complete block of valid trials")
	}
	if err := c.incomplete(); err != nil {
		return nil, err
	}
	c.Base, c.Head = sideOf(rec, rec.Duel.Base), sideOf(rec, rec.Duel.Head)
	if confirm != nil {
		second, again, err := duel(confirm)
		if err != nil {
			return nil, err
		}
		if err := confirms(confirm, rec); err != nil {
			return nil, err
		}
		c.Confirm(second, again)
	}
	c.ServerCPUs, c.GeneratorCPUs = rec.Duel.ServerCPUs, rec.Duel.GeneratorCPUs
	c.Stopped, c.Seed, c.Reproduce, c.Provenance = rec.Duel.Stopped, rec.Seed, rec.Duel.Reproduce, rec.Provenance
	c.describe(rec)
	return c, nil
}

// duel returns the blocks of a duel's record, if they compare.
func duel(rec *results.Record) ([]Block, Arms, error) {
	if rec.Duel == nil {
		return nil, Arms{}, incomparable("record %s is no comparison of two servers side by side", rec.ID)
	}
	if rec.Partial != "" {
		return nil, Arms{}, incomparable("record %s is partial: %s", rec.ID, rec.Partial)
	}
	arms := Arms{rec.Duel.Base, rec.Duel.Again, rec.Duel.Head}
	names := []string{arms.Base, arms.Again, arms.Head}
	lists := make([]map[Cell][]*results.Trial, len(names))
	for i, name := range names {
		lists[i] = trialsOf(rec, name)
	}
	for _, cell := range cellsOf(rec) {
		first := lists[0][cell]
		for i, name := range names {
			switch trials := lists[i][cell]; {
			case len(trials) == 0 && len(first) > 0:
				return nil, arms, incomparable("%s has no trial of %s", name, cell)
			case len(first) == 0 && len(trials) > 0:
				return nil, arms, incomparable("%s has no trial of %s", names[0], cell)
			case len(trials) > rank.Most:
				return nil, arms, incomparable("%s has %d trials of %s; at most %d can be compared", name, len(trials), cell, rank.Most)
			case len(trials) > 0 && !sameLoad(first, trials):
				return nil, arms, incomparable("%s and %s had another load in %s", names[0], name, cell)
			}
		}
	}
	return Blocks(rec), arms, nil
}

// trialsOf are the trials of one target by cell, failed ones, too.
func trialsOf(rec *results.Record, target string) map[Cell][]*results.Trial {
	all := map[Cell][]*results.Trial{}
	for _, t := range rec.Trials {
		if t.Target == target {
			c := Cell{t.Scenario, t.Point, t.Variant}
			all[c] = append(all[c], t)
		}
	}
	return all
}

// cellsOf are the cells of the record, in the order of a report.
func cellsOf(rec *results.Record) (cells []Cell) {
	seen := map[Cell]bool{}
	for _, c := range rec.Cells() {
		if at := (Cell{c.Scenario, c.Point, c.Variant}); !seen[at] {
			seen[at] = true
			cells = append(cells, at)
		}
	}
	return cells
}

// sameLoad reports whether all trials had one load. Trials of before a load had
// a hash are compared by what the record says of it.
func sameLoad(base, head []*results.Trial) bool {
	first := base[0]
	for _, t := range slices.Concat(base, head) {
		if t.Load.Hash != "" && first.Load.Hash != "" {
			if t.Load.Hash != first.Load.Hash {
				return false
			}
			continue
		}
		a, b := t.Load, first.Load
		a.Hash, b.Hash = "", ""
		if a != b || t.Path.Kind != first.Path.Kind || t.Path.Delay != first.Path.Delay || t.Path.Jitter != first.Path.Jitter ||
			t.Path.Rate != first.Path.Rate || t.Path.Loss != first.Path.Loss {
			return false
		}
	}
	return true
}

// loadsOf are the hashes of the scenarios' loads.
func loadsOf(rec *results.Record) map[string]string {
	all := map[string]string{}
	for _, s := range rec.Scenarios {
		all[s.Name] = s.Hash
	}
	return all
}

// sideOf is what the record says of the target.
func sideOf(rec *results.Record, target string) Side {
	s := Side{Name: target}
	for _, t := range rec.Targets {
		if t.Name == target {
			s.Revision, s.Command = t.Revision, t.Command
		}
	}
	if s.Revision == "" && target == results.Builtin && rec.Provenance.Commit != "unknown" {
		s.Revision = rec.Provenance.Commit
	}
	for _, t := range rec.Trials {
		if t.Target == target && len(t.Inject) > 0 {
			s.Inject = t.Inject
			break
		}
	}
	return s
}
