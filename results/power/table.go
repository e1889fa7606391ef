package power

import (
	"time"

	"pushbench/results/gate"
	"pushbench/results/rank"
)

// Goals of the gate, as shares.
const (
	AlarmGoal     = 0.01 // of runs with a false alarm: at most
	DetectionGoal = 0.95 // of runs that detect a change: at least
)

// A Table is what a calibration says of the gate. It is made of the blocks alone
// and is the same each time.
type Table struct {
	BlocksPerRun int          `json:"blocks_per_run"`   // at most: the gate stops earlier when it is precise
	Reason       string       `json:"reason,omitempty"` // why there is no run, and so nothing else but Sessions and Cells: a sentence
	Sessions     []Conditions `json:"sessions"`
	Cells        []gate.Cell  `json:"cells"`             // of all sessions that count
	Missing      []gate.Cell  `json:"missing,omitempty"` // of Options.Cells: no session that counts has them
	Runs         int          `json:"runs"`              // of all sessions that count
	Whole        int          `json:"whole"`             // of all cells, completed from other sessions; they share no block

	Known      []gate.Known `json:"known"` // for known.json
	Alarms     Alarms       `json:"alarms"`
	Exchanged  Alarms       `json:"exchanged"` // the same with base and the third base exchanged
	Alone      Alarms       `json:"alone"`     // of each run by itself, with the cells of its own session only
	Detections []Detection  `json:"detections"`
	Curves     []Curve      `json:"curves"`    // on the runs, which share no block
	Resampled  []Curve      `json:"resampled"` // on blocks drawn with replacement
	Precision  []Precision  `json:"precision"`
	Precise    Precise      `json:"precise"`
}

// Conditions are those of a session.
type Conditions struct {
	Began    time.Time `json:"began"`
	Seed     uint64    `json:"seed"`
	Layouts  int       `json:"layouts"`
	Scenario Scenario  `json:"scenario"`
	CPU      string    `json:"cpu"`
	Cores    int       `json:"cores"`
	Kernel   string    `json:"kernel"`
	Go       string    `json:"go"`
	Commit   string    `json:"commit"`
	Arms     []Arm     `json:"arms"`
	Rounds   int       `json:"rounds"`            // blocks of each cell, where all cells have it
	Ragged   int       `json:"ragged,omitempty"`  // blocks that not all cells have: they are in no run
	Runs     int       `json:"runs"`              //
	Left     int       `json:"left,omitempty"`    // rounds at the end that are too few for another run
	Ignored  string    `json:"ignored,omitempty"` // why it does not count: a clause
}

// A Share is how many of how many, with the bounds of its 95 % interval (Clopper
// and Pearson). Where N is 0 there is nothing to share.
type Share struct {
	K  int     `json:"k"`
	N  int     `json:"n"`
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// Value is the share; 0 of none.
func (s Share) Value() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.K) / float64(s.N)
}

func share(k, n int) Share {
	lo, hi := rank.ClopperPearson(k, n)
	return Share{k, n, lo, hi}
}

// Alarms are what the gate said of a head that changes nothing. Each run is
// judged as a whole, all cells and numbers together, after as many blocks as the gate
// would have measured.
type Alarms struct {
	Before   Share                `json:"before"`    // runs with a number that is called worse or better
	After    Share                `json:"after"`     // runs in which the blocks of the next run confirm one; of runs with a next one
	Red      Share                `json:"red"`       // runs with a number that is called worse, not confirmed
	RedAfter Share                `json:"red_after"` // and confirmed: what fails a pull request
	Verdicts map[gate.Verdict]int `json:"verdicts"`  // runs by verdict as a whole, not confirmed
	Findings map[gate.Verdict]int `json:"findings"`  // numbers that decide, over all runs
	Numbers  []Flags              `json:"numbers"`   // numbers that decide, by metric
}

// Flags are how often one number was called changed.
type Flags struct {
	Metric string `json:"metric"`
	Title  string `json:"title"`
	Judged int    `json:"judged"` // in all cells of all runs
	Flags  int    `json:"flags"`  // called worse or better, not confirmed
	Void   int    `json:"void"`
	Open   int    `json:"inconclusive"`
}

// A Detection is how often a change that was made on purpose was called worse.
type Detection struct {
	Arm    string    `json:"arm"`
	Inject []string  `json:"inject"`
	Cell   gate.Cell `json:"cell"`
	Metric string    `json:"metric"`
	Title  string    `json:"title"`
	Kind   string    `json:"kind"`  // how results.FormatValue shows the number
	Exact  bool      `json:"exact"` // as the effect says: Asked and Measured are differences

	// What was injected is a little different in each session, since it is made for what
	// the unchanged server takes there: Inject and Asked are those of the run in the
	// middle.
	Asked    float64 `json:"asked"`    // as a share; of an exact number the difference
	AskedLo  float64 `json:"asked_lo"` // the least of all runs
	AskedHi  float64 `json:"asked_hi"` // and the most
	Measured float64 `json:"measured"` // median over runs of the estimates, in the same unit

	Before Share `json:"before"` // runs that call it worse
	After  Share `json:"after"`  // and confirm it with the blocks of the next run; of runs with a next one
}

// A Curve is how often a slow-down of one number in one cell is called worse,
// against its size. The sizes are computed: the values of the third base are
// multiplied.
type Curve struct {
	Metric string    `json:"metric"`
	Title  string    `json:"title"`
	Cell   gate.Cell `json:"cell"`
	Blocks int       `json:"blocks"` // of each run
	Points []Point   `json:"points"`
}

// A Point is one of a Curve. Runs that are resampled are not independent: their
// share has no interval, and its bounds are 0.
type Point struct {
	Size float64 `json:"size"` // as a share
	Share
}

// Precision is how narrow the intervals of one number in one cell are, over runs
// whose head changes nothing. They are natural logarithms of ratios.
type Precision struct {
	Metric string    `json:"metric"`
	Title  string    `json:"title"`
	Cell   gate.Cell `json:"cell"`
	Runs   int       `json:"runs"`  // in which it is judged and not exact
	Half   float64   `json:"half"`  // median over runs of half of the interval's width
	Bar    float64   `json:"bar"`   // median over runs
	Least  float64   `json:"least"` // median over runs of the smallest change that could have been called one
}

// Precise is after how many blocks a comparison whose head changes nothing is precise,
// so that the gate stops.
type Precise struct {
	Runs int   `json:"runs"`
	Held int   `json:"held"` // runs that are precise, with all of their blocks at the latest
	Ends []End `json:"ends"` // of these, by Blocks
}

// An End is how many runs the gate ends after so many blocks.
type End struct {
	Blocks int `json:"blocks"`
	Runs   int `json:"runs"`
}
