package results

import "time"

// A Trial is one execution of one variant of one scenario against a fresh
// server process.
type Trial struct {
	Scenario  string     `json:"scenario"`            // name
	Sweep     string     `json:"sweep,omitempty"`     // what is swept: clients, payload, rate, interval
	Point     string     `json:"point,omitempty"`     // its value in this trial; empty for a variant that the sweep does not touch
	Target    string     `json:"target"`              // name of who answered
	Variant   string     `json:"variant"`             // polling/interval=500ms
	Transport string     `json:"transport"`           // polling
	Settings  Settings   `json:"settings,omitempty"`  // of the variant: all that the transport has
	Number    int        `json:"number"`              // 1.. within scenario, point, target and variant
	Began     time.Time  `json:"began"`               // start, UTC
	Beside    int        `json:"beside,omitempty"`    // trials of other targets that ran at the same time, each connection and each event in turn; the load generator's own figures and the kernel's memory are then of all of them together
	Slot      int        `json:"slot,omitempty"`      // its place among these, from 0: in the order of opening, and in each gap between two events
	Layout    uint64     `json:"layout,omitempty"`    // seed of the order of functions in the server's binary (go tool link -randlayout); 0: not known
	Inject    []string   `json:"inject,omitempty"`    // by what the server was made worse on purpose: see serve --inject
	Load      Workload   `json:"load"`                // what clients and publisher did
	Path      Path       `json:"path"`                // what lay between clients and server
	Stall     *Stall     `json:"stall,omitempty"`     // time in which the server was paused
	Proxy     *Front     `json:"proxy,omitempty"`     // what stood in front of the server; absent: nothing
	Backplane *Backplane `json:"backplane,omitempty"` // what carried events between the nodes of the server; absent: it was one process
	Fault     *Fault     `json:"fault,omitempty"`     // what befell the clients' connections in mid-trial

	Failed   string    `json:"failed,omitempty"`   // which rule was broken; such a trial is in no average
	Warnings []Warning `json:"warnings,omitempty"` // doubts about this trial
	Absent   []Absent  `json:"absent,omitempty"`   // what the target could not tell, so that numbers are missing

	Latency     Histogram  `json:"latency"`     // from when an event was due until its last byte reached the clients' machine, by the kernel's stamp
	Departure   Histogram  `json:"departure"`   // the publisher's write begins until its last byte left the machine, by the kernel's stamp: one count for each write of which the kernel tells
	ToServer    Histogram  `json:"to_server"`   // due until the server had it, by the server's clock: one count for each event; empty when that clock contradicts ours
	FromServer  Histogram  `json:"from_server"` // server had it until it reached the clients' machine: one count for each delivery; empty as to_server
	Wait        Histogram  `json:"wait"`        // the generator's own wait: from the kernel's stamp of the event's arrival at the clients' machine until the client's read returned it; in no latency
	Spread      Histogram  `json:"spread"`      // first until last client of one event, by arrival; events with at least two clients
	Age         Age        `json:"age"`         // staleness of what clients hold
	Uncorrected Histogram  `json:"uncorrected"` // what a generator that waits for each event before it sends the next would report as latency. Only with a stall, to show the difference
	Deliveries  Deliveries `json:"deliveries"`  // every event and client accounted for

	Handshake       Ledger     `json:"handshake"`          // opening all connections, up to and with the first round trip
	Steady          Ledger     `json:"steady"`             // the window: between two moments of each client at which no message is under way on its connection
	SteadyClientSec float64    `json:"steady_client_sec"`  // sum over all clients of the time between these two moments: bytes and requests per client-minute are divided by it
	Whole           Ledger     `json:"whole"`              // from the first connect to the last byte before the connections are closed
	Balance         Balance    `json:"balance"`            // ledger against sockets, whole trial
	Connection      Connection `json:"connection"`         // opening and holding
	Recovery        *Recovery  `json:"recovery,omitempty"` // how clients came back that had lost their connection; absent where that fails the trial

	SlowDeliveries *SlowDeliveries `json:"slow,omitempty"` // what came of the clients that read slowly; absent: there were none

	Server    Process   `json:"server"`    // over the window
	Generator Process   `json:"generator"` // over the window, without the publisher's waiting awake before an event is due
	Trust     Trust     `json:"trust"`     // how far to trust it
	Requests  HTTPCount `json:"requests"`  // of the window

	Audit *Audit `json:"audit,omitempty"` // the trial against a packet capture; absent when there was none

	Parts *Parts `json:"parts,omitempty"` // how several load generators carried the trial out together; absent: one did
}

// A Stall is a time in which the server process was stopped (SIGSTOP) and
// then continued.
type Stall struct {
	After float64 `json:"after_sec"` // from the beginning of the window
	For   float64 `json:"for_sec"`   // its length
}

// A Warning is a doubt that travels with the numbers it concerns.
type Warning struct {
	Code string `json:"code"` // machine-busy, cpu-pressure, schedule-lag, ceiling, ceiling-unknown, agent-limit, others-apart, counts-apart, clock, server-clock, unstamped, shared-stamps, few-samples, few-events, few-connections, overlap, reopened, throttled, path-late, path-overrun, retransmission, bias, server-end, server-processes, slow-answers, publisher-reopened, injected
	Text string `json:"text"` // a sentence that says what it means for the reader
}

// Age is the staleness of what clients hold: at each instant, the time since
// the newest event that the client has was due (the age of information), over
// the window and all clients.
type Age struct {
	Mean float64   `json:"mean_sec"` // time average
	Peak Histogram `json:"peak"`     // age just before each delivery that renewed it
}

// Deliveries accounts for every event and client over the whole trial.
// Expected = Delivered + Missed.
type Deliveries struct {
	Offered    int64 `json:"offered"`    // events that the schedule asked for
	Published  int64 `json:"published"`  // events that the server acknowledged
	Expected   int64 `json:"expected"`   // event and client pairs
	Delivered  int64 `json:"delivered"`  // pairs received at least once
	Missed     int64 `json:"missed"`     // pairs never received
	Duplicated int64 `json:"duplicated"` // receptions beyond the first of a pair
	Reordered  int64 `json:"reordered"`  // receptions after a later event of the topic
	Negative   int64 `json:"negative"`   // latencies below zero or beyond the histogram: counted, never clamped
	InWindow   int64 `json:"in_window"`  // deliveries between the two moments of each client: the bytes of the window are divided by it. The payload of the window is exactly that of these deliveries
	Timed      int64 `json:"timed"`      // deliveries between the two readings of the CPU clocks: CPU is divided by it
	Events     int64 `json:"events"`     // scheduled events that were due in the window

	Lost int64 `json:"lost,omitempty"` // of the missed ones: pairs of which the client was told, or knew, that it would not get them after it had lost its connection

	Superseded int64 `json:"superseded,omitempty"` // pairs of which the client got a newer event first, from a target that keeps only the latest: no loss, and not expected
}

// HTTPCount is how many requests the clients made in the window: those of transports
// that ask, and those by which clients of SSE opened a stream again.
type HTTPCount struct {
	Sent     int64 `json:"sent"`               // requests
	Full     int64 `json:"full"`               // answers that brought events
	Empty    int64 `json:"empty"`              // answers that brought none
	Heads    Heads `json:"heads"`              // as they were sent
	Reopened int64 `json:"reopened,omitempty"` // connections that took the place of one that the server closed between two requests: over HTTP/1.0 one for each
}

// Heads are the mean sizes of the HTTP heads of the window, each with its
// empty line; 0 where there was none.
type Heads struct {
	Request float64 `json:"request_bytes"` // of requests
	Answer  float64 `json:"answer_bytes"`  // of answers that brought events
	Empty   float64 `json:"empty_bytes"`   // of answers that brought none
}
