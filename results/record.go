package results

import "time"

// Schema is the version of the record's layout, and what is written has no
// other. A reader takes an older one down to oldestSchema and refuses the rest.
//
// In layout 1 latency ended when the client's read returned, bytes and requests
// were counted between other moments than deliveries, and requests had no full.
const (
	Schema       = 2
	oldestSchema = 1
	layouts      = "1 or 2"
)

// A Record is the result of one run: everything that is in run.json. All times
// are in seconds and all sizes in bytes.
type Record struct {
	Schema     int        `json:"schema"`            // version of this layout: 2; see the top
	ID         string     `json:"id"`                // the run's directory name: its UTC start, 20060102T150405Z
	Began      time.Time  `json:"began"`             // start, UTC
	Ended      time.Time  `json:"ended"`             // end, or the last time it was saved, UTC
	Partial    string     `json:"partial,omitempty"` // why the run is not complete; empty when it is
	Planned    int        `json:"planned"`           // trials that a complete run has
	Seed       uint64     `json:"seed"`              // of the order of trials and of random arrivals
	Provenance Provenance `json:"provenance"`        // where the numbers come from
	Scenarios  []Scenario `json:"scenarios"`         // in the order in which a report shows them
	Targets    []Target   `json:"targets"`           // who answered, in the order in which a report shows them
	Checks     []Check    `json:"checks,omitempty"`  // what was found out about targets before their trials
	Trials     []*Trial   `json:"trials"`            // in the order in which they ran
	Duel       *Duel      `json:"duel,omitempty"`    // the record is a comparison of its targets; absent: it is not
	NotRun     []NotRun   `json:"not_run,omitempty"` // what was asked and could not be run

	Expectations []Expectation `json:"expectations,omitempty"` // what scenarios said beforehand
	Predictions  []Predicted   `json:"predictions,omitempty"`  // what theory said beforehand, where it has a closed form
	Published    []Published   `json:"claims,omitempty"`       // published numbers that the run repeated

	Statements   []Statement   `json:"statements,omitempty"`   // what people say about the transports, and what has to come out for it to hold
	Observations []Observation `json:"observations,omitempty"` // numbers that were measured apart from trials

	Capacity *Capacity `json:"capacity,omitempty"` // the record is a search for the highest load that is carried; absent: it is not
}

// A Scenario is what was asked: its own text and what was read out of it.
type Scenario struct {
	Name     string   `json:"name"`             // unique in the record
	File     string   `json:"file"`             // where the text came from; "built-in" for the embedded ones
	About    string   `json:"about"`            // one sentence
	Text     string   `json:"text"`             // the YAML as it was run
	Hash     string   `json:"hash"`             // SHA-256 of what decides the load, hex
	Sweep    string   `json:"sweep,omitempty"`  // what is swept: clients, payload, rate, interval; empty: nothing
	Points   []string `json:"points,omitempty"` // the sweep's values, in order
	Variants []string `json:"variants"`         // names, in order; a transport alone where the sweep sets its interval
	Trials   int      `json:"trials"`           // of each variant at each point

	Proxy *Proxy `json:"proxy,omitempty"` // in front of the server; absent: none
	Nodes *Nodes `json:"nodes,omitempty"` // that were the server together; absent: it was one process
}

// NotRun is a part of what was asked that was not run, with the reason.
type NotRun struct {
	Scenario string `json:"scenario"`          // name
	Target   string `json:"target,omitempty"`  // name; empty: all
	Point    string `json:"point,omitempty"`   // of the sweep; empty: all
	Variant  string `json:"variant,omitempty"` // empty: all
	Reason   string `json:"reason"`            // a sentence

	About  string `json:"about,omitempty"`  // what the target is, where it could not be started; absent: not known
	Offers string `json:"offers,omitempty"` // the transports that its description names, with spaces between them, where it could not be started; absent: not known
}
