// Package published sets published numbers beside those of a record that repeats
// them.
package published

import (
	"fmt"
	"math"

	"pushbench/results"
)

// The verdicts on a number.
const (
	Reproduced    = "reproduced"     // within what is said to be allowed
	Corrected     = "corrected"      // theirs has an error that is understood
	Differs       = "differs"        // as it must: other software, another machine, another choice
	NotReproduced = "not reproduced" // and nobody knows why
	AsPredicted   = "as predicted"   // of what nobody published, but the theory of this project says
)

// Measured is what was repeated apart from the record's trials.
type Measured struct {
	Polls  *Polls  // of the exchange that Request2010 and Answer2010 are; nil: not measured
	Frames []Frame // of WebSocket messages, both ways
}

// Polls is what the kernel counted of repeated requests and answers.
type Polls struct {
	Clients, Exchanges int64
	Seconds            float64
	Out, In            int64 // bytes of data
}

// A Frame is what stood around one WebSocket message, in bytes.
type Frame struct {
	Payload  int
	ToServer int64 // head and mask
	ToClient int64 // head
}

// Of returns the published numbers that rec and m can answer, in the order of their rows.
// What a part of the record would be needed for that is not in it, because it
// was not run or failed, is left out: the record says why.
func Of(rec *results.Record, m Measured) []results.Published {
	b := &book{rec: rec}
	b.headers(m.Polls)
	b.updates()
	b.framing(m.Frames)
	b.transits()
	b.staleness()
	b.stall()
	b.memory()
	b.distance()
	return b.numbers
}

// A book gathers published numbers.
type book struct {
	rec     *results.Record
	numbers []results.Published
	row     results.Published // number, title and source of those that follow
}

func (b *book) open(row int, title, source string) {
	b.row = results.Published{Row: row, Title: title, Source: source}
}

// An entry is a published number without its row. It has to have a way to come out badly: a
// number that was measured, not one that follows from constants, and a tolerance
// that it can miss.
type entry struct {
	quantity, kind string
	theirs, ours   float64
	derived        bool    // theirs is not printed there but follows from what is
	predicted      bool    // theirs is what the theory of this project says
	tolerance      float64 // relative, absolute where theirs is 0: ours is reproduced within it
	corrected      float64 // what theirs should have been: ours is that within tolerance, or not reproduced; 0: theirs has no error
	differs        float64 // the factor by which ours may differ for the reason that why gives; 0: not at all
	how, why       string
}

func (b *book) add(e entry) {
	c := b.row
	c.Quantity, c.Kind, c.Theirs, c.Ours, c.Derived, c.Predicted, c.How, c.Why = e.quantity, e.kind, e.theirs, e.ours, e.derived, e.predicted, e.how, e.why
	c.Verdict = e.verdict()
	b.numbers = append(b.numbers, c)
}

func (e entry) verdict() string {
	near := func(want float64) bool {
		scale := math.Abs(want)
		if want == 0 {
			scale = 1
		}
		// What float64 loses in a quotient of two counts is no difference.
		return math.Abs(e.ours-want) <= (e.tolerance+1e-12)*scale
	}
	switch {
	case e.corrected != 0 && near(e.corrected):
		return Corrected
	case e.corrected != 0:
		return NotReproduced
	case near(e.theirs) && e.predicted:
		return AsPredicted
	case near(e.theirs):
		return Reproduced
	case e.differs > 0 && e.ours > e.theirs/e.differs && e.ours < e.theirs*e.differs:
		return Differs
	}
	return NotReproduced
}

// cell returns the cell of a scenario's variant with valid trials of our own
// servers; point may be empty.
func (b *book) cell(scenario, point, variant string) (results.Cell, bool) {
	for _, c := range b.rec.Select(scenario) {
		if c.Target == results.Builtin && c.Variant == variant && c.Point == point && len(c.Trials) > 0 {
			return c, true
		}
	}
	return results.Cell{}, false
}

// metric is the median of a metric of a cell.
func metric(c results.Cell, unit string) (float64, bool) {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return 0, false
	}
	s, ok := c.Summarize(m)
	return s.Center, ok
}

// ofCell words how a number of a cell came about.
func ofCell(c results.Cell) string {
	n := "1 trial"
	if len(c.Trials) > 1 {
		n = fmt.Sprintf("median of %d trials", len(c.Trials))
	}
	l := c.Trials[0].Load
	clients := fmt.Sprintf("%d clients", l.Clients)
	if l.Clients == 1 {
		clients = "1 client"
	}
	return fmt.Sprintf("measured: %s, %s, %s", c.Scenario, clients, n)
}
