package gate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pushbench/results"
	"pushbench/results/rank"
)

// Arms are the names of the targets that a block has a trial of.
type Arms struct {
	Base  string
	Again string // the base once more: the null arm
	Head  string
}

// Options are what a decision may take into account. The zero value is that of
// arms that were linked anew in each block and share one load generator.
type Options struct {
	Known      []Known  // what identical code differs by; nil: Committed()
	Accept     []string // changes for the worse that were declared beforehand: a metric, or variant:metric
	FixedLinks bool     // each arm has one binary, whose layout is in all of its blocks
	Generator  string   // results.GeneratorEach: the load generator is judged, too
}

// Decide says of the blocks, measured side by side, what head changed against
// base. A cell may have at most [rank.Most] blocks. Sides and provenance are the
// caller's to fill in.
func Decide(blocks []Block, arms Arms, o Options) *Comparison {
	d := newDecision(o)
	d.c.Interleaved = true
	for i, group := range byCell(blocks) {
		e, n := d.beside(group, arms)
		if i == 0 || n < d.c.Blocks {
			d.c.Blocks = n
		}
		d.judge(e)
	}
	if o.FixedLinks && len(blocks) > 0 {
		d.c.Notes = append(d.c.Notes, fmt.Sprintf("Each side has one link only, and the order of functions in a binary alone moves CPU and latency: "+
			"a change of these below %.0f %% is not called one.", 100*fixedLinkFloor))
	}
	return d.finish()
}

// byCell groups the blocks by cell, in the order of the first of each.
func byCell(blocks []Block) [][]Block {
	at := map[Cell]int{}
	var groups [][]Block
	for _, b := range blocks {
		i, ok := at[b.Cell()]
		if !ok {
			i, at[b.Cell()] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], b)
	}
	return groups
}

// An evidence is what was measured in one cell. Samples of base include those of
// base again.
type evidence struct {
	cell       Cell
	base, head []Sample
	noise      string // why no time is believed; empty: it is

	// change and null estimate the logarithms of ratios of a number. The null arm's
	// estimate has N = 0 where there is none.
	estimate func(number) (change, null rank.Estimate)
}

// A number reads one number of a sample; ok is false where it has none above zero.
type number func(Sample) (v float64, ok bool)

// beside is the evidence of the complete blocks of one cell, and how many they are.
func (d *decision) beside(blocks []Block, arms Arms) (evidence, int) {
	e := evidence{cell: blocks[0].Cell()}
	var complete [][3]Sample
	noisy := map[string]int{}
	left := map[string]int{} // reasons to leave a block out
	for _, b := range blocks {
		var s [3]Sample
		why, noise := "", ""
		for i, arm := range []struct{ name, role string }{{arms.Base, "base"}, {arms.Again, "base again"}, {arms.Head, "head"}} {
			var ok bool
			if s[i], ok = b.Arms[arm.name]; !ok {
				why = "there is no trial of " + arm.role
			} else if s[i].Failed != "" && why == "" {
				why = arm.role + " failed: " + s[i].Failed
			}
			if noise == "" {
				noise = s[i].Noise
			}
		}
		if why != "" {
			left[why]++
			continue
		}
		if noise != "" {
			noisy[noise]++
		}
		complete = append(complete, s)
		e.base = append(e.base, s[0], s[1])
		e.head = append(e.head, s[2])
	}
	for _, why := range sortedKeys(left) {
		d.c.Missing = append(d.c.Missing, Missing{Cell: e.cell.String(), Reason: fmt.Sprintf("%d of %d blocks are left out: %s", left[why], len(blocks), why)})
	}
	e.noise = mostly(noisy, len(complete))
	e.estimate = func(of number) (change, null rank.Estimate) {
		var r, n []float64
		for _, s := range complete {
			base, ok0 := of(s[0])
			again, ok1 := of(s[1])
			head, ok2 := of(s[2])
			if ok0 && ok1 && ok2 {
				base, again, head = math.Log(base), math.Log(again), math.Log(head)
				r, n = append(r, head-(base+again)/2), append(n, again-base)
			}
		}
		return rank.Signed(r), rank.Signed(n)
	}
	d.failures(blocks, arms)
	return e, len(complete)
}

// mostly returns the noise that was in more than half of n blocks, whatever its
// kinds; empty when it was in fewer.
func mostly(noisy map[string]int, n int) string {
	total := 0
	for _, k := range noisy {
		total += k
	}
	if 2*total <= n {
		return ""
	}
	return fmt.Sprintf("%s in %d of %d blocks", strings.Join(sortedKeys(noisy), ", or "), total, n)
}

// failures finds that one side fails where the other does not, in at least half
// of the blocks.
func (d *decision) failures(blocks []Block, arms Arms) {
	var n, base, head int // blocks, and those in which this side alone failed
	reason := ""
	for _, b := range blocks {
		if len(b.Arms) < 3 {
			continue
		}
		n++
		failed := b.Arms[arms.Base].Failed != "" || b.Arms[arms.Again].Failed != ""
		switch judged := b.Arms[arms.Head].Failed; {
		case judged != "" && !failed:
			head++
			reason = judged
		case judged == "" && failed:
			base++
		}
	}
	switch f := d.failed(blocks[0].Cell(), base, head); {
	case n == 0:
	case 2*head >= n:
		f.N, f.Verdict, f.Reason = n, Worse, reason
		d.c.Findings = append(d.c.Findings, f)
	case 2*base >= n:
		f.N, f.Verdict = n, Better
		d.c.Findings = append(d.c.Findings, f)
	}
}

// failed is the finding that so many trials failed.
func (d *decision) failed(c Cell, base, head int) Finding {
	f := d.finding(c, Rule{Unit: FailedTrials, title: "failed trials", kind: "count"})
	f.Exact, f.Gated, f.Base, f.Head = true, true, float64(base), float64(head)
	return f
}

func sortedKeys(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A decision is a comparison while it is made.
type decision struct {
	c        *Comparison
	o        Options
	separate bool
	floors   map[string]bool // metrics of which nothing is known
	borrowed map[string]bool // metrics of which only other cells are known
}

func newDecision(o Options) *decision {
	if o.Known == nil {
		o.Known = Committed()
	}
	generator := o.Generator
	if generator == "" {
		generator = results.GeneratorOne
	}
	c := &Comparison{Schema: Schema, Findings: []Finding{}, Relinked: !o.FixedLinks, Generator: generator, Accepted: o.Accept}
	return &decision{c: c, o: o, floors: map[string]bool{}, borrowed: map[string]bool{}}
}

// judge compares every number of one cell, as far as that can be done without
// knowing the others.
func (d *decision) judge(e evidence) {
	for _, r := range rules {
		if r.count != nil {
			if f, ok := d.exact(e, r); ok {
				d.c.Findings = append(d.c.Findings, f)
				continue
			}
		}
		of := numberOf(r.Unit)
		base, head := values(e.base, of), values(e.head, of)
		switch {
		case len(base) > 0 && len(head) > 0:
			if f, ok := d.measured(e, r, of); ok {
				d.c.Findings = append(d.c.Findings, f)
			}
		case len(base) > 0 && len(e.head) > 0:
			d.c.Missing = append(d.c.Missing, Missing{e.cell.String(), r.Unit, "head does not have it"})
		case len(head) > 0 && len(e.base) > 0:
			d.c.Missing = append(d.c.Missing, Missing{e.cell.String(), r.Unit, "base does not have it"})
		}
	}
}

// finding is an empty one of the number in the cell.
func (d *decision) finding(c Cell, r Rule) Finding {
	f := Finding{Scenario: c.Scenario, Point: c.Point, Variant: c.Variant, Metric: r.Unit, Title: r.title, Kind: r.kind}
	if m, ok := metrics()[r.Unit]; ok && r.count == nil {
		f.Title, f.Kind, f.Higher = m.Title, m.Kind, m.Better == "higher"
	}
	f.Gated = r.Gated == Always || r.Gated == OwnGenerator && d.o.Generator == results.GeneratorEach
	f.Accepted = slices.Contains(d.o.Accept, f.Metric) || slices.Contains(d.o.Accept, f.Variant+":"+f.Metric)
	return f
}

// numberOf reads the metric or count.
func numberOf(unit string) number {
	return func(s Sample) (float64, bool) {
		if c, ok := s.Counts[unit]; ok {
			return c.Value(), c.N > 0 && c.Of > 0
		}
		v := s.Values[unit]
		return v, v > 0
	}
}

// values are those of the samples that have the number.
func values(samples []Sample, of number) (all []float64) {
	for _, s := range samples {
		if v, ok := of(s); ok {
			all = append(all, v)
		}
	}
	return all
}

// finish corrects for the number of tests, gives the verdicts and sorts.
func (d *decision) finish() *Comparison {
	c := d.c
	var p []float64
	for _, f := range c.Findings {
		if f.Gated && !f.Exact {
			p = append(p, f.P)
		}
	}
	adjusted := rank.Holm(p)
	for i := range c.Findings {
		if f := &c.Findings[i]; f.Gated && !f.Exact {
			f.Adjusted, adjusted = adjusted[0], adjusted[1:]
			f.decide(len(p))
		}
	}
	d.note(d.floors, "There is no calibration of %s: their bars are the declared floors alone.")
	d.note(d.borrowed, "Some cells were not calibrated: for %s the largest spread of any calibrated cell is taken.")
	c.conclude()
	return c
}

// note appends a sentence about metrics, if there are any.
func (d *decision) note(about map[string]bool, format string) {
	var units []string
	for _, r := range rules {
		if about[r.Unit] {
			units = append(units, r.Unit)
		}
	}
	if len(units) > 0 {
		d.c.Notes = append(d.c.Notes, fmt.Sprintf(format, strings.Join(units, ", ")))
	}
}
