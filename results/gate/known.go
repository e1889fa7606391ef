package gate

import (
	_ "embed"
	"encoding/json"
	"sync"
)

// Known is what identical code was seen to differ by: the result of a
// calibration, for one number in the cells of one variant, on one class of
// machines under one load.
type Known struct {
	Scenario string  `json:"scenario"`
	Variant  string  `json:"variant"`
	Metric   string  `json:"metric"` // unit, or key of a count
	Q99      float64 `json:"q99"`    // 99th percentile of |estimate of the null arm| over runs, as a natural logarithm of a ratio
	Blocks   int     `json:"blocks"` // of each run
	Runs     int     `json:"runs"`
	CPU      string  `json:"cpu"`   // model of the machine's
	Cores    int     `json:"cores"` // of the machine
	Hash     string  `json:"hash"`  // of the load of the whole scenario, as in results.Scenario
}

//go:embed known.json
var committed []byte

// Committed returns what is known of the machine on which pushbench was
// calibrated last: known.json, which pushbench calibrate writes. The caller
// must not change it.
var Committed = sync.OnceValue(func() []Known {
	var all []Known
	if err := json.Unmarshal(committed, &all); err != nil {
		panic("known.json: " + err.Error()) // a test reads it
	}
	return all
})

// An origin is where a bar comes from.
type origin int

const (
	nowhere   origin = iota // nothing is known of the metric
	ofCell                  // the cell itself was calibrated
	ofFew                   // it was, in few runs
	ofOthers                // other cells were
	elsewhere               // a calibration of another machine or load
	unasked                 // the cell itself was not calibrated, and others say nothing of it
)

// enoughRuns is in how many runs a cell has to be calibrated for its own spread to be
// taken, however small it is. That of few runs is uncertain, and so the bar is wider: of
// six it has 3.7 of their root mean square, and of hundreds 2.6 (Student's t).
const enoughRuns = 6

// known returns what is known of the metric in the cell. Where that cell was not
// calibrated on this class of machine with this load it is the largest of what is
// known of the metric in any cell, and 0 where nothing is. Where it was calibrated
// in few runs, it is the larger of that and of the cells that were in more.
//
// A count says nothing of another cell: how often events share an answer depends on
// the transport. It is 0 where the cell itself was not calibrated, or in few runs: a
// count that is exact in the others has no spread there.
//
// What is known was seen in runs of a certain number of blocks and is taken as
// it is for a run of another number. It is not scaled by the root of their ratio:
// what makes arms differ is in part the same in all blocks of a job, which more
// blocks do not average out.
func known(o Options, c Cell, r Rule) (q99 float64, from origin) {
	var own Known
	var largest, settled float64 // of all cells, and of those that were calibrated in many runs
	found, place, here := false, false, false
	for _, k := range o.Known {
		if k.Metric != r.Unit {
			continue
		}
		largest = max(largest, k.Q99)
		if k.Runs >= enoughRuns {
			settled = max(settled, k.Q99)
		}
		same := k.Scenario == c.Scenario && k.Variant == c.Variant
		machine := o.CPU == "" || o.CPU == k.CPU && o.Cores == k.Cores && !o.Shared
		load := o.Loads[c.Scenario] == "" || o.Loads[c.Scenario] == k.Hash
		place, here = place || same, here || machine
		if same && machine && load && !found {
			own, found = k, true
		}
	}
	switch {
	case found && own.Runs >= enoughRuns:
		return own.Q99, ofCell
	case r.Counted():
		return 0, unasked
	case found:
		return max(own.Q99, settled), ofFew
	case largest == 0:
		return 0, nowhere
	case place || !here:
		return largest, elsewhere
	}
	return largest, ofOthers
}
