package gate

import "pushbench/results"

// Schema is the version of a Comparison's layout.
const Schema = 1

// A Verdict is what a comparison says, of one number or as a whole.
type Verdict string

// The verdicts. Void means that the comparison cannot be believed: the null
// arm, which is the base once more, crossed the bar by enough to explain the change,
// or the machine was not quiet, or a cell could not be compared at all. Unconfirmed is a change that a second measurement did not show again.
const (
	Better       Verdict = "better"
	Worse        Verdict = "worse"
	Same         Verdict = "same"
	Inconclusive Verdict = "inconclusive"
	Unconfirmed  Verdict = "unconfirmed"
	Void         Verdict = "void"
)

// A Comparison is what the gate says of head against base: everything that is
// in compare.json. Times are in seconds, sizes in bytes.
type Comparison struct {
	Schema  int     `json:"schema"`           // version of this layout
	Verdict Verdict `json:"verdict"`          // as a whole: worse if one gated finding is that was not accepted; else void if one is or a cell is empty; else inconclusive (or unconfirmed), better, same
	Reason  string  `json:"reason,omitempty"` // why it is void: a sentence without its full stop

	Base Side `json:"base"`
	Head Side `json:"head"`

	// Interleaved says that base, base again and head were measured in one job, block
	// by block: side by side, or one after another where InTurn is true. If not, what
	// was measured at another time is compared, and the bars are those of separate runs.
	Interleaved bool   `json:"interleaved"`
	InTurn      bool   `json:"in_turn,omitempty"`     // the arms of a block ran one after another
	Relinked    bool   `json:"relinked"`              // each arm of each block was linked anew, with another layout
	Generator   string `json:"generator"`             // one: the same load generator in all arms; each: every arm had its own
	ServerCPUs  string `json:"server_cpus,omitempty"` // that all servers ran on; empty: they shared all with the load generator
	// GeneratorCPUs are those of the load generator, where the servers had their own.
	GeneratorCPUs string `json:"generator_cpus,omitempty"`
	Blocks        int    `json:"blocks"`              // complete ones
	Stopped       string `json:"stopped,omitempty"`   // why there were no more blocks: precision, budget, asked, interrupted
	Seed          uint64 `json:"seed"`                // of orders, layouts and arrivals
	Reproduce     string `json:"reproduce,omitempty"` // the command line that repeats it, seed included
	Record        string `json:"record,omitempty"`    // the record that it was made of

	Provenance results.Provenance `json:"provenance"` // of the job, or of head's record
	Loads      []Load             `json:"loads,omitempty"`

	Findings []Finding `json:"findings"`           // of every number: what changed first, by certainty times size, then what did not
	Notes    []string  `json:"notes,omitempty"`    // how much less it can tell than a job of its own would: sentences
	Missing  []Missing `json:"missing,omitempty"`  // what could not be compared
	Accepted []string  `json:"accepted,omitempty"` // metrics whose changes were declared beforehand
}

// A Load is what was put on the servers at one point of a scenario.
type Load struct {
	Scenario string `json:"scenario"`
	Point    string `json:"point,omitempty"`
	Hash     string `json:"hash"` // as in results.Workload; the same for all variants
}

// A Side is one of the two that are compared.
type Side struct {
	Name     string   `json:"name"`               // as the record calls the target
	Revision string   `json:"revision,omitempty"` // commit, "+dirty" behind it when files were changed; empty: not known
	Command  []string `json:"command,omitempty"`  // what started it
	Inject   []string `json:"inject,omitempty"`   // slowed down on purpose: see serve --inject
}

// A Finding is the comparison of one metric in one cell.
type Finding struct {
	Scenario  string           `json:"scenario"`
	Sweep     string           `json:"sweep,omitempty"` // what the scenario sweeps
	Point     string           `json:"point,omitempty"` // of the sweep
	Variant   string           `json:"variant"`
	Transport string           `json:"transport,omitempty"` // of the variant; empty: the comparison was not made of a record
	Settings  results.Settings `json:"settings,omitempty"`  // of the variant
	Metric    string           `json:"metric"`              // the unit of a Rule: p50-sec, data-B/event; or FailedTrials
	Title     string           `json:"title"`               // for people: median event latency
	Kind      string           `json:"kind"`                // how results.FormatValue shows the value: sec, bytes, count, share
	Higher    bool             `json:"higher_better"`       // more is better; else less is
	Exact     bool             `json:"exact"`               // a count that nearly every trial of one side gave alike: a difference of one is a verdict
	Whole     bool             `json:"whole,omitempty"`     // the count is of the whole trial after opening, else of the window: two numbers
	Gated     bool             `json:"gated"`               // it decides; else it is shown only
	Verdict   Verdict          `json:"verdict"`             // empty when the number is shown only
	Reason    string           `json:"reason,omitempty"`    // why it is void or inconclusive, or a trial failed: a clause
	Accepted  bool             `json:"accepted,omitempty"`  // a change for the worse was declared beforehand: it fails nothing

	Base float64 `json:"base"` // median over blocks; of an exact number the number
	Head float64 `json:"head"`

	// Changes are natural logarithms of ratios of head to base, so that exchanging
	// both changes the sign alone. In a block head is compared with the geometric
	// mean of base and base again. Of an exact number there are N and Change alone.
	N         int     `json:"n,omitempty"`         // blocks that have the number in all arms; of separate records: trials of the side with fewer
	Change    float64 `json:"change,omitempty"`    // Hodges–Lehmann estimate; of an exact number the change itself, 0 where one of both is
	Lo        float64 `json:"lo,omitempty"`        // bounds of its 95 % interval, by the exact distribution of the test
	Hi        float64 `json:"hi,omitempty"`        //
	Unbounded bool    `json:"unbounded,omitempty"` // too few blocks for an interval: Lo and Hi are absent
	P         float64 `json:"p,omitempty"`         // exact test by ranks, two-sided
	Adjusted  float64 `json:"p_holm,omitempty"`    // by Holm, over all gated numbers of the comparison that are not exact
	Bar       float64 `json:"bar,omitempty"`       // the whole interval beyond it is a change, within it is the same
	Floor     float64 `json:"floor,omitempty"`     // the least bar, as declared
	Known     float64 `json:"known,omitempty"`     // 99th percentile of |null estimate| known for the metric; 0: not known, or records are separate
	Null      float64 `json:"null,omitempty"`      // estimate for the null arm: base again against base
	NullLo    float64 `json:"null_lo,omitempty"`   // bounds of its interval
	NullHi    float64 `json:"null_hi,omitempty"`   //
	Least     float64 `json:"least,omitempty"`     // the smallest change that this comparison could have called one; 0: none, for want of blocks
	Needed    int     `json:"needed,omitempty"`    // of an inconclusive one: blocks, or trials of each record, that would probably decide; 0: more would not
	Confirm   *Second `json:"confirm,omitempty"`   // the second measurement of a change

	Moved []Moved `json:"moved,omitempty"` // of exact bytes: the kinds that changed; those of TCP/IP headers follow from segments and are in no count
}

// Cell names the finding's cell: scenario, point and variant.
func (f Finding) Cell() string {
	return Cell{f.Scenario, f.Point, f.Variant}.String()
}

// A Second is the measurement that confirms a change or does not, with links
// and blocks of its own.
type Second struct {
	N      int     `json:"n"`
	Change float64 `json:"change"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	Held   bool    `json:"held"` // of the same sign and beyond the same bar
}

// Moved is how one kind of bytes changed.
type Moved struct {
	Kind      string  `json:"kind"`      // key of a results.Kind
	Direction string  `json:"direction"` // in: server to client; out: client to server
	Base      float64 `json:"base"`      // bytes of each event or connection
	Head      float64 `json:"head"`
}

// Missing is a cell that one of the two does not have, or a number that could
// not be compared.
type Missing struct {
	Cell   string `json:"cell"`
	Metric string `json:"metric,omitempty"` // empty: the whole cell
	Reason string `json:"reason"`           // a sentence without its full stop
	Empty  bool   `json:"empty,omitempty"`  // both sides were measured in the cell, and nothing of it could be compared
}
