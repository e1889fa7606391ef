package gate

import (
	"pushbench/results"
)

// A Block is one trial of each arm in one cell, measured together. It is all
// that a decision is made of, so that blocks can be kept as lines of JSON, mixed
// and decided on again.
type Block struct {
	Scenario string            `json:"scenario"`
	Point    string            `json:"point,omitempty"` // of the sweep
	Variant  string            `json:"variant"`
	Number   int               `json:"number"`
	Arms     map[string]Sample `json:"arms"` // by name of the target
}

// Cell is where the block was measured.
func (b Block) Cell() Cell { return Cell{b.Scenario, b.Point, b.Variant} }

// A Cell is a variant at a point of a scenario.
type Cell struct{ Scenario, Point, Variant string }

// String is the cell's name for people.
func (c Cell) String() string {
	name := c.Scenario
	if c.Point != "" {
		name += " " + c.Point
	}
	return name + " " + c.Variant
}

// A Sample is what one trial says: one value of each number.
type Sample struct {
	Failed string             `json:"failed,omitempty"` // which rule was broken; there is nothing else then
	Noise  string             `json:"noise,omitempty"`  // why its times cannot be believed: a clause
	Values map[string]float64 `json:"values,omitempty"` // by the metric's unit, those that the trial has and that are above zero
	Counts map[string]Count   `json:"counts,omitempty"` // by key
	Whole  map[string]Count   `json:"whole,omitempty"`  // by key: the same of the whole trial after opening, of those that are of the window
}

// A Count is a ratio of two whole numbers, N for each of Of: bytes for each
// event. Both are kept, so that two counts are equal or not to the last one.
type Count struct {
	N   int64         `json:"n"`
	Of  int64         `json:"of"`
	In  results.Bytes `json:"in,omitzero"`  // of bytes: N by kind, server to client
	Out results.Bytes `json:"out,omitzero"` // client to server
}

// Value is the ratio.
func (c Count) Value() float64 { return float64(c.N) / float64(c.Of) }

// Blocks returns the blocks of the record in the order in which they began, those
// of incomplete ones, too. A block is the trials with one number in one cell, of
// all targets.
func Blocks(rec *results.Record) []Block {
	type key struct {
		Cell
		number int
	}
	at := map[key]int{}
	var blocks []Block
	for _, t := range rec.Trials {
		k := key{Cell{t.Scenario, t.Point, t.Variant}, t.Number}
		i, ok := at[k]
		if !ok {
			i, at[k] = len(blocks), len(blocks)
			blocks = append(blocks, Block{t.Scenario, t.Point, t.Variant, t.Number, map[string]Sample{}})
		}
		blocks[i].Arms[t.Target] = SampleOf(t)
	}
	return blocks
}

// SampleOf returns what the trial says.
func SampleOf(t *results.Trial) Sample {
	if t.Failed != "" {
		return Sample{Failed: t.Failed}
	}
	s := Sample{Values: map[string]float64{}, Counts: map[string]Count{}, Whole: map[string]Count{}}
	_, busy := t.TooBusy()
	switch {
	case t.Trust.Throttled > 0:
		s.Noise = "processes were paused because a CPU quota was used up"
	case busy:
		s.Noise = "the machine's cores were busy"
	}
	for _, r := range rules {
		if r.count != nil {
			keep(s.Counts, r.Unit, r.count, t)
			if r.whole != nil {
				keep(s.Whole, r.Unit, r.whole, t)
			}
		} else if m, ok := metrics()[r.Unit]; ok {
			if v, ok := m.Value(t); ok && v > 0 {
				s.Values[r.Unit] = v
			}
		}
	}
	return s
}

// keep keeps the trial's count, if it has one.
func keep(counts map[string]Count, key string, of func(*results.Trial) (Count, bool), t *results.Trial) {
	if c, ok := of(t); ok && c.Of > 0 && c.N >= 0 {
		counts[key] = c
	}
}
