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

// known returns what is known of the metric in the cell; where that cell was
// not calibrated, the largest of what is known of the metric in any, and own is
// false. It is 0 where nothing is known.
//
// What is known was seen in runs of a certain number of blocks and is taken as
// it is for a run of another number. It is not scaled by the root of their ratio:
// what makes arms differ is in part the same in all blocks of a job, which more
// blocks do not average out.
func known(all []Known, c Cell, metric string) (q99 float64, own bool) {
	for _, k := range all {
		if k.Metric != metric {
			continue
		}
		if k.Scenario == c.Scenario && k.Variant == c.Variant {
			return k.Q99, true
		}
		q99 = max(q99, k.Q99)
	}
	return q99, false
}
