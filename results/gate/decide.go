package gate

import (
	"fmt"
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
	Generator  string   // results.GeneratorEach: the load generator is judged, too, and the arms ran one after another

	// Where it was measured, and the hash of each scenario's load by its name: what is
	// known of another class of machine, or another load, is taken with reserve. Where
	// they are empty, everything that is known is taken to be of this one.
	CPU    string
	Cores  int
	Shared bool // servers and load generator shared all CPUs, as in no calibration
	Loads  map[string]string
}

// Decide says of the blocks, measured side by side, what head changed against
// base. A cell may have at most [rank.Most] blocks. Sides and provenance are the
// caller's to fill in.
func Decide(blocks []Block, arms Arms, o Options) *Comparison {
	d := newDecision(o)
	d.c.Interleaved = true
	d.c.InTurn = d.o.Generator == results.GeneratorEach
	for i, group := range byCell(blocks) {
		e := d.beside(group, arms)
		if i == 0 || e.n < d.c.Blocks {
			d.c.Blocks = e.n
		}
		d.failures(group, arms)
		d.judge(e)
	}
	if d.c.InTurn && len(blocks) > 0 {
		d.note("The arms ran one after another, each under a load generator of its own: identical code differs by 10 to 30 %% then. "+
			"So no time is called changed below %.0f %%, and no calibration applies, since those are of arms side by side.", 100*inTurnFloor)
	}
	if o.FixedLinks && len(blocks) > 0 {
		d.note("Each side has one link only, and the order of functions in a binary alone moves CPU and latency: "+
			"a change of these below %.0f %% is not called one.", 100*fixedLinkFloor)
	}
	return d.finish()
}

// A decision is a comparison while it is made.
type decision struct {
	c        *Comparison
	o        Options
	separate bool
	origins  [unasked]map[string]bool // metrics by where their bars come from
	accepted map[string]bool          // what was declared beforehand and is a number of the comparison
	possible map[int]float64          // least probability that the test of the finding at the index can give
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
	d := &decision{c: c, o: o, accepted: map[string]bool{}, possible: map[int]float64{}}
	for i := range d.origins {
		d.origins[i] = map[string]bool{}
	}
	return d
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
			d.measured(e, r, of)
		case len(base) > 0 && len(e.head) > 0:
			d.absent(e, r, base, head, "head does not have it")
		case len(head) > 0 && len(e.base) > 0:
			d.absent(e, r, base, head, "base does not have it")
		}
	}
}

// absent says that one side lacks the number. If it is gated, and the other side has
// it in nearly every trial, it is open: nobody knows how it changed.
func (d *decision) absent(e evidence, r Rule, base, head []float64, reason string) {
	d.missing(e.cell, r.Unit, "%s", reason)
	f := d.finding(e.cell, r)
	if r.count != nil {
		all := func(s Sample) map[string]Count { return s.Counts }
		_, before := steady(countsOf(e.base, all, r.Unit))
		_, after := steady(countsOf(e.head, all, r.Unit))
		f.Gated = f.Gated || before || after
	}
	if f.Gated && (len(base) > 0 && most(base, e.base) || len(head) > 0 && most(head, e.head)) {
		f.Reason = reason
		d.lacking(f, base, head)
	}
}

// finding is an empty one of the number in the cell.
func (d *decision) finding(c Cell, r Rule) Finding {
	f := Finding{Scenario: c.Scenario, Point: c.Point, Variant: c.Variant, Metric: r.Unit, Title: r.title, Kind: r.kind}
	if m, ok := metrics()[r.Unit]; ok {
		f.Title, f.Kind, f.Higher = m.Title, m.Kind, m.Better == "higher"
	}
	f.Gated = r.Gated == Always || r.Gated == OwnGenerator && d.o.Generator == results.GeneratorEach
	for _, name := range []string{f.Metric, f.Variant + ":" + f.Metric} {
		if slices.Contains(d.o.Accept, name) {
			f.Accepted, d.accepted[name] = true, true
		}
	}
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
	adjusted, t := rank.Holm(p), d.tests(len(p))
	for i := range c.Findings {
		if f := &c.Findings[i]; f.Gated && !f.Exact {
			f.Adjusted, adjusted = adjusted[0], adjusted[1:]
			f.decide(t, d.possible[i])
		}
	}
	d.about(nowhere, "There is no calibration of %s: their bars are the declared floors alone.")
	d.about(ofFew, "Some cells were calibrated in fewer than 6 runs: for %s the largest spread of the cells with more is taken where it is larger.")
	d.about(ofOthers, "Some cells were not calibrated: for %s the largest spread of any calibrated cell is taken.")
	d.about(elsewhere, "The bars of %s come from a calibration of another machine or load: the largest spread of any calibrated cell is taken.")
	for _, name := range d.o.Accept {
		if !d.accepted[name] {
			d.note("A change of %s was declared beforehand, and no number of the comparison has that name.", name)
		}
	}
	c.conclude()
	return c
}

// missing says what could not be compared; without a metric it is the cell.
func (d *decision) missing(c Cell, metric, format string, args ...any) {
	d.c.Missing = append(d.c.Missing, Missing{Cell: c.String(), Metric: metric, Reason: fmt.Sprintf(format, args...)})
}

// left says what of the cell is left out; nothing is left of it if it is empty.
func (d *decision) left(c Cell, empty bool, format string, args ...any) {
	d.missing(c, "", format, args...)
	d.c.Missing[len(d.c.Missing)-1].Empty = empty
}

// note appends a sentence.
func (d *decision) note(format string, args ...any) {
	d.c.Notes = append(d.c.Notes, fmt.Sprintf(format, args...))
}

// about appends a sentence about the metrics whose bars come from there, if there are
// any.
func (d *decision) about(from origin, format string) {
	var units []string
	for _, r := range rules {
		if d.origins[from][r.Unit] {
			units = append(units, r.Unit)
		}
	}
	if len(units) > 0 {
		d.note(format, strings.Join(units, ", "))
	}
}
