package gate

import (
	"fmt"
	"math"
	"slices"

	"pushbench/results"
	"pushbench/results/rank"
)

// Separate compares a target of one record with a target of another, which were
// measured at different times. There is no null arm in that: what the machine did
// meanwhile looks like a change of the server. So no time is called changed that
// differs by less than 25 %, and no memory by less than 5 %. Exact numbers are
// compared as ever.
//
// The error is an [Incomparable] one when the records allow no verdict.
func Separate(base, head *results.Record, baseTarget, headTarget string, o Options) (*Comparison, error) {
	if err := alike(base, head); err != nil {
		return nil, err
	}
	before, after := trialsOf(base, baseTarget), trialsOf(head, headTarget)
	if len(before) == 0 {
		return nil, incomparable("record %s has no trial of %s", base.ID, baseTarget)
	}
	if len(after) == 0 {
		return nil, incomparable("record %s has no trial of %s", head.ID, headTarget)
	}
	o.FixedLinks, o.Generator = true, results.GeneratorOne
	d := newDecision(o)
	d.separate = true
	first, common, unhashed := true, false, false
	scenarios := map[string]bool{} // of head
	for c := range after {
		scenarios[c.Scenario] = true
	}
	for _, cell := range cellsOf(base) {
		x, y := before[cell], after[cell]
		switch {
		case len(x) == 0:
			continue
		case len(y) == 0 && scenarios[cell.Scenario]:
			return nil, incomparable("record %s has no trial of %s, which record %s has", head.ID, cell, base.ID)
		case len(y) == 0:
			d.missing(cell, "", "head did not run the scenario")
			continue
		case len(x) > rank.MostOfTwo:
			return nil, incomparable("record %s has %d trials of %s; at most %d can be compared", base.ID, len(x), cell, rank.MostOfTwo)
		case len(y) > rank.MostOfTwo:
			return nil, incomparable("record %s has %d trials of %s; at most %d can be compared", head.ID, len(y), cell, rank.MostOfTwo)
		case x[0].AgentCount() != y[0].AgentCount():
			return nil, incomparable("the load of %s came from %s in record %s and from %s in record %s", cell,
				generators(x[0]), base.ID, generators(y[0]), head.ID)
		case !sameLoad(x, y):
			return nil, incomparable("the records had another load in %s", cell)
		}
		common = true
		unhashed = unhashed || x[0].Load.Hash == "" || y[0].Load.Hash == ""
		e := apart(cell, x, y)
		d.failuresApart(cell, x, y)
		if first || e.n < d.c.Blocks {
			d.c.Blocks = e.n
		}
		first = false
		d.judge(e)
	}
	if !common {
		return nil, incomparable("records %s and %s have no scenario, point and variant in common", base.ID, head.ID)
	}
	if len(d.c.Findings) == 0 {
		return nil, incomparable("no cell has valid trials in both records")
	}
	for _, cell := range cellsOf(head) {
		if len(after[cell]) > 0 && len(before[cell]) == 0 {
			d.missing(cell, "", "base does not have it")
		}
	}
	d.note("The two were measured at different times: identical code differs by 20 %% then. So no time is called changed "+
		"below %.0f %%, no memory below %.0f %%, and there is no control that would show a change of the machine.",
		100*separateFloor, 100*separateMemory)
	if unhashed {
		d.note("A record does not have the hash of its load: the loads were compared by their figures.")
	}
	d.c.Notes = append(d.c.Notes, differences(base.Provenance, head.Provenance)...)
	c := d.finish()
	if err := c.incomplete(); err != nil {
		return nil, err
	}
	c.Base, c.Head, c.Seed, c.Provenance = sideOf(base, baseTarget), sideOf(head, headTarget), head.Seed, head.Provenance
	c.describe(base, head)
	return c, nil
}

// apart is the evidence of trials of two records.
func apart(cell Cell, base, head []*results.Trial) evidence {
	e := evidence{cell: cell}
	for _, side := range []struct {
		name    string
		trials  []*results.Trial
		samples *[]Sample
	}{{"base", base, &e.base}, {"head", head, &e.head}} {
		noisy := map[string]int{}
		for _, t := range side.trials {
			if s := SampleOf(t); s.Failed == "" {
				*side.samples = append(*side.samples, s)
				if s.Noise != "" {
					noisy[s.Noise]++
				}
			}
		}
		if noise := mostly(noisy, len(*side.samples), "trials of "+side.name); e.noise == "" { // one noisy side is enough
			e.noise = noise
		}
	}
	e.n = min(len(e.base), len(e.head))
	e.enough = func(_ int, base, head []float64) bool { return most(base, e.base) && most(head, e.head) }
	e.least = func(_ int, base, head []float64) float64 { return leastOfTrials(len(base), len(head)) }
	e.estimate = func(of number) (change, null rank.Estimate) {
		logs := func(samples []Sample) []float64 {
			all := values(samples, of)
			for i, v := range all {
				all[i] = math.Log(v)
			}
			return all
		}
		return rank.Shift(logs(e.base), logs(e.head)), rank.Estimate{}
	}
	return e
}

// alike refuses records that do not compare as a whole.
func alike(base, head *results.Record) error {
	for _, r := range []*results.Record{base, head} {
		if r.Partial != "" {
			return incomparable("record %s is partial: %s", r.ID, r.Partial)
		}
	}
	if base.Schema != head.Schema {
		return incomparable("record %s has layout %d and record %s layout %d, which define numbers differently",
			base.ID, base.Schema, head.ID, head.Schema)
	}
	if what, b, h := samePlace(base.Provenance, head.Provenance); what != "" {
		return incomparable("the %s of record %s is %v, that of record %s %v", what, base.ID, b, head.ID, h)
	}
	return nil
}

// samePlace returns what makes two machines two classes, and what it is in each;
// nothing where they are of one.
func samePlace(a, b results.Provenance) (what string, inA, inB any) {
	for _, p := range []struct {
		what string
		a, b any
	}{
		{"CPU", a.CPU, b.CPU},
		{"number of cores", a.Cores, b.Cores},
		{"CPU quota", a.Granted.Quota, b.Granted.Quota},
		{"GOMAXPROCS", a.Granted.Procs, b.Granted.Procs},
		{"operating system", a.OS, b.OS},
	} {
		if p.a != p.b {
			return p.what, p.a, p.b
		}
	}
	return "", nil, nil
}

// differences are sentences about what differs and does not forbid to compare.
func differences(b, h results.Provenance) (notes []string) {
	for _, p := range []struct{ what, base, head string }{
		{"kernel", b.Kernel, h.Kernel},
		{"Go version", b.GoVersion, h.GoVersion},
		{"machine", b.Host, h.Host},
		{"congestion control", b.Congestion, h.Congestion},
		{"CPU governor", b.Governor, h.Governor},
	} {
		if p.base != p.head {
			notes = append(notes, fmt.Sprintf("The %s was another: %s for base, %s for head.", p.what, p.base, p.head))
		}
	}
	return slices.Clip(notes)
}

// generators says where the load of a trial came from.
func generators(t *results.Trial) string {
	if n := t.AgentCount(); n > 0 {
		return fmt.Sprintf("%d agents", n)
	}
	return "one process"
}
