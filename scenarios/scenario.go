package scenarios

import (
	"time"

	"pushbench/results"
	"pushbench/scenarios/front"
	"pushbench/scenarios/link"
	"pushbench/servers/wire"
)

// A Scenario is a load and its conditions, to be carried out on each of its
// variants. Make one with Parse, Load or Builtin, which check it; a Scenario
// is not changed afterwards and may be used concurrently.
type Scenario struct {
	Name  string // the file's name without its directory and .yaml
	File  string // where the text came from; BuiltinFile for the embedded ones
	Text  string // the YAML as it was read
	About string // one sentence
	Suite string // SuiteDefault, SuiteFull, SuiteTruth, SuiteReproduce, SuiteGate, SuiteAtlas or SuiteScale

	Clients   int // simulated subscribers
	Topics    int // client i subscribes to topic i % Topics
	Events    Events
	Send      Send
	Warmup    time.Duration // published to but not measured
	Duration  time.Duration // the measured window, after the warm-up; all connections are held open for so long
	Opening   int           // connections being opened at a time
	Heartbeat time.Duration // of the server
	Path      *link.Link    // what lies between clients and server; nil: loopback
	Profile   string        // name of the link.Profile that Path is; empty: it is none
	Proxy     *front.Proxy  // what stands in front of the server; nil: nothing
	Nodes     int           // processes that are the server together, clients being spread over them; 0: one without a backplane
	Backplane string        // what carries events between them: BackplaneRedis or BackplaneNATS; empty: there is one process
	Stall     Stall
	Fault     Fault
	Reconnect *Reconnect // what clients do that have lost their connection; nil: it fails the trial
	Slow      Slow
	Fresh     bool // each trial has a server process of its own, also where a target's file keeps one for all
	Variants  []wire.Variant
	Sweep     Sweep
	Trials    int // of each variant at each point
	Expect    []Expect
}

// The backplanes.
const (
	BackplaneRedis = "redis"
	BackplaneNATS  = "nats"
)

// A Stall is a time in which the server is paused (SIGSTOP, SIGCONT); the
// zero value is none.
type Stall struct {
	After time.Duration // from the beginning of the window
	For   time.Duration
}

// A Send is what each client publishes to its topic; the zero value is nothing. There is
// no other publisher then.
type Send struct {
	Rate float64 // events per second
}

// A Fault befalls the clients' connections, or the proxy; the zero value is none.
type Fault struct {
	Kind  string        // results.FaultCut, results.FaultRestart or results.FaultReload
	After time.Duration // from the beginning of the window
	Share float64       `json:",omitzero"` // of a cut: of the clients, those with the lowest numbers; 0: all of them
}

// A Reconnect is when a client to which the server pushes connects again.
type Reconnect struct {
	After  time.Duration // from the loss of its connection
	Jitter time.Duration `json:",omitzero"` // up to so much is added at random
	Forget bool          `json:",omitzero"` // WebSocket clients do not say which event was their last
}

// asEventSource is what clients do where a scenario with a fault does not say it: they wait
// for as long as our servers tell an EventSource to (WHATWG HTML section 9.2.5, retry).
const asEventSource = 2 * time.Second

// Events is what is published.
type Events struct {
	Rate     float64 // events per second over all topics, the mean over time; 0: none
	Arrival  string  // constant, poisson or burst
	Payload  int     // bytes of each event
	Burst    int     // events per burst; 1 unless Arrival is burst
	Retained int     // events in each topic's history before a client connects

	// What pads payloads: random, or empty for the sentence of wire.Pangram.
	Filler string `json:",omitempty"`

	// From one event of a burst to the next; 0: all at once.
	Spacing time.Duration `json:",omitempty"`
}

// The suites. A scenario of the default suite is also one of the full suite;
// the others are for runs that are audited, for published experiments, for comparisons
// of two servers, for servers of any kind, with one topic and no kept events, and for very many
// clients.
const (
	SuiteDefault   = "default"
	SuiteFull      = "full"
	SuiteTruth     = "truth"
	SuiteReproduce = "reproduce"
	SuiteGate      = "gate"
	SuiteAtlas     = "atlas"
	SuiteScale     = "scale"
)

// BuiltinFile is the File of the embedded scenarios.
const BuiltinFile = "built-in"

// defaults is the scenario that a file changes: every field that a file may
// leave out.
func defaults() Scenario {
	return Scenario{
		Suite:     SuiteDefault,
		Clients:   100,
		Topics:    1,
		Events:    Events{Rate: 10, Arrival: results.Constant, Payload: 128, Burst: 1},
		Warmup:    500 * time.Millisecond,
		Duration:  2 * time.Second,
		Opening:   1,
		Heartbeat: 15 * time.Second,
		Trials:    6,
	}
}
