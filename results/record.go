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

// A Record is what one run found out: everything that is in run.json. Times
// are seconds and sizes are bytes throughout.
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
	Trials     []*Trial   `json:"trials"`            // in the order in which they ran
	NotRun     []NotRun   `json:"not_run,omitempty"` // what was asked and could not be run

	Expectations []Expectation `json:"expectations,omitempty"` // what scenarios said beforehand
	Predictions  []Predicted   `json:"predictions,omitempty"`  // what theory said beforehand, where it has a closed form
	Claims       []Claim       `json:"claims,omitempty"`       // published numbers that the run repeated
}

// An Expectation is what a scenario said beforehand of its outcome, and
// whether it came true.
type Expectation struct {
	Scenario string  `json:"scenario"`          // name
	Target   string  `json:"target,omitempty"`  // name; empty: all
	Point    string  `json:"point,omitempty"`   // of the sweep; empty: all
	Variant  string  `json:"variant,omitempty"` // empty: all
	Text     string  `json:"text"`              // as the scenario words it
	Metric   string  `json:"metric"`            // unit
	Got      float64 `json:"got"`               // the median over trials, in the metric's base unit
	Want     float64 `json:"want"`              // the bound, in the same unit
	Held     bool    `json:"held"`              // whether it came true
	Reason   string  `json:"reason,omitempty"`  // why it could not be judged; Held is false then
}

// Predicted sets a measured metric of a cell beside its closed form. One
// beyond its tolerance is a finding.
type Predicted struct {
	Scenario  string  `json:"scenario"`        // name
	Target    string  `json:"target"`          // name
	Point     string  `json:"point,omitempty"` // of the sweep; empty for a variant that the sweep does not touch
	Variant   string  `json:"variant"`         // name
	Metric    string  `json:"metric"`          // unit
	Measured  float64 `json:"measured"`        // the median over trials, in the metric's base unit
	Expected  float64 `json:"expected"`        // by the closed form, in the same unit
	Tolerance float64 `json:"tolerance"`       // how far off Measured may be: relative, or absolute where Expected is 0
	Formula   string  `json:"formula"`         // for people, with its numbers
	Source    string  `json:"source"`          // where it comes from: an RFC's section, a paper
	Finding   bool    `json:"finding"`         // the residual is beyond the tolerance
}

// A Claim is a number that somebody published, and what came out when it was
// repeated.
type Claim struct {
	Row      int     `json:"row"`               // of the reproduction: claims of one source share it
	Title    string  `json:"title"`             // of the row
	Source   string  `json:"source"`            // who published it, and where
	Quantity string  `json:"quantity"`          // what the number is, in words
	Kind     string  `json:"kind"`              // how to show it: sec, bytes, count, share, Mibit/s, ×
	Theirs   float64 `json:"theirs"`            // as published, in the base unit of the kind
	Derived  bool    `json:"derived,omitempty"` // Theirs is not printed there but follows from what is
	Ours     float64 `json:"ours"`              // in the same unit
	How      string  `json:"how"`               // how ours came about: measured (with the load), or computed (by which rule)
	Verdict  string  `json:"verdict"`           // reproduced, corrected (their number has an error that Why explains), differs (another machine or other software), not reproduced; of a prediction: as predicted, not reproduced
	Why      string  `json:"why"`               // a sentence

	Predicted bool `json:"predicted,omitempty"` // Theirs is nobody's number but what the theory of this project says: counted apart
}

// Provenance is what a reader needs to reproduce a run and to judge whether
// two runs compare.
type Provenance struct {
	Version    string            `json:"version"`            // of pushbench
	Commit     string            `json:"commit"`             // "unknown" when it cannot be told; "+dirty" appended when the tree was changed
	Command    []string          `json:"command"`            // the command line
	GoVersion  string            `json:"go_version"`         // of the toolchain that built pushbench
	OS         string            `json:"os"`                 // GOOS/GOARCH
	Kernel     string            `json:"kernel"`             // release
	Host       string            `json:"host"`               // a hash, so that records of one machine can be told apart without naming it
	CPU        string            `json:"cpu"`                // model name
	Cores      int               `json:"cores"`              // that the process may use
	Memory     uint64            `json:"memory_bytes"`       // of the machine
	Congestion string            `json:"congestion_control"` // TCP algorithm of the kernel
	Governor   string            `json:"governor,omitempty"` // CPU frequency governor, where there is one
	Files      uint64            `json:"descriptor_limit"`   // open files that a process may have
	Path       string            `json:"path"`               // what lies between client and server, in words: "loopback"; each trial says it in full
	Modules    map[string]string `json:"modules"`            // version of each dependency that was built in
	Granted    Granted           `json:"granted,omitzero"`   // what the processes were given of the machine
}

// Granted is what the load generator was given of the machine and how Go's
// runtime was set up in it, and so in each server of the run, which inherits it.
type Granted struct {
	Procs       int     `json:"gomaxprocs"`                 // GOMAXPROCS: threads that run Go code at a time, in each process
	GC          int     `json:"gogc"`                       // GOGC: growth of the heap until the next collection, percent; -1: off
	MemoryLimit int64   `json:"gomemlimit_bytes,omitempty"` // GOMEMLIMIT; 0: none
	Debug       string  `json:"godebug,omitempty"`          // GODEBUG of the environment; empty: none
	Quota       float64 `json:"cpu_quota_cores,omitempty"`  // CPU time that the control groups grant to all processes together, in cores; 0: no limit
	Affinity    string  `json:"affinity,omitempty"`         // CPUs that the processes may run on: 0-3,8; empty: not known
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
}

// NotRun is a part of what was asked that was not run, with the reason.
type NotRun struct {
	Scenario string `json:"scenario"`          // name
	Target   string `json:"target,omitempty"`  // name; empty: all
	Point    string `json:"point,omitempty"`   // of the sweep; empty: all
	Variant  string `json:"variant,omitempty"` // empty: all
	Reason   string `json:"reason"`            // a sentence
}

// A Trial is one execution of one variant of one scenario against a fresh
// server process.
type Trial struct {
	Scenario  string    `json:"scenario"`        // name
	Sweep     string    `json:"sweep,omitempty"` // what is swept: clients, payload, rate, interval
	Point     string    `json:"point,omitempty"` // its value in this trial; empty for a variant that the sweep does not touch
	Target    string    `json:"target"`          // name of who answered
	Variant   string    `json:"variant"`         // polling/interval=500ms
	Transport string    `json:"transport"`       // polling
	Number    int       `json:"number"`          // 1.. within scenario, point, target and variant
	Began     time.Time `json:"began"`           // start, UTC
	Load      Workload  `json:"load"`            // what clients and publisher did
	Path      Path      `json:"path"`            // what lay between clients and server
	Stall     *Stall    `json:"stall,omitempty"` // in which the server stood still

	Failed   string    `json:"failed,omitempty"`   // which invariant broke; such a trial is never averaged
	Warnings []Warning `json:"warnings,omitempty"` // doubts about this trial
	Absent   []Absent  `json:"absent,omitempty"`   // what the target could not tell, so that numbers are missing

	Latency     Histogram  `json:"latency"`     // due by the schedule until its last byte reached the clients' machine, by the kernel's stamp
	Departure   Histogram  `json:"departure"`   // the publisher's write begins until its last byte left the machine, by the kernel's stamp: one count for each write of which the kernel tells
	ToServer    Histogram  `json:"to_server"`   // due until the server had it, by the server's clock: one count for each event; empty when that clock contradicts ours
	FromServer  Histogram  `json:"from_server"` // server had it until it reached the clients' machine: one count for each delivery; empty as to_server
	Wait        Histogram  `json:"wait"`        // the generator's own wait: from the kernel's stamp of the event's arrival at the clients' machine until the client's read returned it; in no latency
	Spread      Histogram  `json:"spread"`      // first until last client of one event, by arrival; events with at least two clients
	Age         Age        `json:"age"`         // staleness of what clients hold
	Uncorrected Histogram  `json:"uncorrected"` // what a generator in a closed loop would report as latency, one that waits for each event before it sends the next: Latency without what was due meanwhile. Only with a stall, to show the difference
	Deliveries  Deliveries `json:"deliveries"`  // every event and client accounted for

	Handshake       Ledger     `json:"handshake"`         // opening all connections, up to and with the first round trip
	Steady          Ledger     `json:"steady"`            // the window: between each client's two cuts, which it takes at a moment when nothing is half done on its connection
	SteadyClientSec float64    `json:"steady_client_sec"` // sum over all clients of the time between their two cuts: what bytes and requests for each client and minute are divided by
	Whole           Ledger     `json:"whole"`             // from the first connect to the last byte before the goodbyes
	Balance         Balance    `json:"balance"`           // ledger against sockets, whole trial
	Connection      Connection `json:"connection"`        // opening and holding

	Server    Process   `json:"server"`    // over the window
	Generator Process   `json:"generator"` // over the window, without the publisher's waiting awake before an event is due
	Trust     Trust     `json:"trust"`     // how far to believe it
	Requests  HTTPCount `json:"requests"`  // of the window

	Audit *Audit `json:"audit,omitempty"` // the trial against a packet capture; absent when there was none
}

// A Stall is a time in which the server process was stopped (SIGSTOP) and
// then continued.
type Stall struct {
	After float64 `json:"after_sec"` // from the beginning of the window
	For   float64 `json:"for_sec"`   // its length
}

// A Path is what lay between the clients and the server of a trial.
type Path struct {
	Kind   string  `json:"kind"`                         // loopback; veth: between network namespaces; tunnel: the same with what follows
	MTU    int     `json:"mtu"`                          // bytes of the largest IP packet
	Delay  float64 `json:"delay_sec,omitempty"`          // of every packet, each way
	Jitter float64 `json:"jitter_sec,omitempty"`         // the delay is uniform within Delay ± Jitter; packets stay in order
	Rate   float64 `json:"rate_bytes_per_sec,omitempty"` // each way; 0: unlimited
	Loss   float64 `json:"loss,omitempty"`               // share of packets, each way
	Seed   uint64  `json:"seed,omitempty"`               // of jitter and loss

	ToServer *Carried `json:"to_server,omitempty"` // what it did with the clients' packets; absent over loopback
	ToClient *Carried `json:"to_client,omitempty"` // what it did with the server's packets; absent over loopback
}

// Carried is what became of the packets that a path was given in one direction,
// from its opening to the end of the trial, and what the path itself added.
type Carried struct {
	Packets   int64   `json:"packets"`       // that came into it
	Bytes     int64   `json:"bytes"`         // of these, as IP packets
	Delivered int64   `json:"delivered"`     // that came out of it
	Lost      int64   `json:"lost"`          // at random, by its loss
	Dropped   int64   `json:"dropped"`       // that found the queue in front of its rate full
	Overrun   int64   `json:"overrun"`       // that the kernel dropped at an end, before it or after it: not asked for
	Refused   int64   `json:"refused"`       // that the kernel would not take from a tunnel: not asked for
	LateMean  float64 `json:"late_mean_sec"` // of the departures from a tunnel after they were due: in every time that was measured over it
	LateMax   float64 `json:"late_max_sec"`  // the latest of them
}

// An Audit compares a trial with a packet capture at the clients' end of the
// path: what the ledger says with the packets, and what the generator says of
// latency with the kernel's time stamps.
type Audit struct {
	Connections int64     `json:"connections"`   // of clients, all of them compared
	Packets     int64     `json:"packets"`       // captured on them
	Dropped     int64     `json:"dropped"`       // that the capture itself lost or could not read: the audit has failed
	In          Side      `json:"in"`            // server to client
	Out         Side      `json:"out"`           // client to server
	Deliveries  int64     `json:"deliveries"`    // of scheduled events, by the generator, warm-up included
	Events      int64     `json:"events"`        // of these, what the capture saw, too: all, or 0 where it cannot see them (TLS, or a publisher beside the server)
	Strangers   int64     `json:"strangers"`     // captured connections to the server that are neither clients' nor the publisher's nor for the server's own figures: a finding
	Kernel      Histogram `json:"kernel"`        // their latency by the kernel: the packet that begins the event leaves the publisher until the one that ends it reaches the clients' machine
	Bias        float64   `json:"bias_sec"`      // mean over Events of the generator's latency less the kernel's: the generator's own error, BiasSend + BiasRead
	BiasP99     float64   `json:"bias_p99_sec"`  // the same, 99th percentile
	BiasSend    float64   `json:"bias_send_sec"` // mean of what lies before: due until the event's first packet leaves
	BiasRead    float64   `json:"bias_read_sec"` // mean of what lies behind: its last packet is there until the latency ends
}

// Whole reports whether nothing is left to explain.
func (a *Audit) Whole() bool {
	return a.Dropped == 0 && a.Strangers == 0 && a.In.Unexplained == 0 && a.Out.Unexplained == 0
}

// A Side is one direction of an audit, in bytes of IP packets, all
// connections together. When nothing is unexplained, Captured = Ledger + Retransmitted + Options.
type Side struct {
	Captured      int64 `json:"captured_bytes"`      // before the sockets' counters were read for the last time
	Segments      int64 `json:"segments"`            // packets of these
	Ledger        int64 `json:"ledger_bytes"`        // payload to TCP/IP headers, the whole trial
	Retransmitted int64 `json:"retransmitted_bytes"` // data that an earlier packet had
	Options       int64 `json:"options_bytes"`       // selective acknowledgments (RFC 2018), read from the packets: no counter of a socket tells
	Unexplained   int64 `json:"unexplained_bytes"`   // data, segments and headers that differ, without their signs: anything but 0 is a finding
	Ending        int64 `json:"ending_bytes"`        // captured afterwards, in no ledger: goodbyes, FIN and the last acknowledgments
	Endings       int64 `json:"ending_segments"`     // packets of these
}

// A Workload is what a trial's clients and publisher did.
type Workload struct {
	Clients  int     `json:"clients"`               // simulated subscribers
	Topics   int     `json:"topics"`                // client i subscribes to topic i mod topics
	Rate     float64 `json:"rate_per_sec"`          // events per second over all topics; 0: none
	Arrival  string  `json:"arrival"`               // constant, poisson, burst
	Burst    int     `json:"burst,omitempty"`       // events at one moment, when arrivals come in bursts
	Spacing  float64 `json:"spacing_sec,omitempty"` // from one event of a burst to the next
	Payload  int     `json:"payload_bytes"`         // of one event, exactly
	Retained int     `json:"retained,omitempty"`    // events in each topic's history before a client connects
	Warmup   float64 `json:"warmup_sec"`            // events flow, nothing counts but deliveries
	Window   float64 `json:"window_sec"`            // the measured time, after the warm-up

	WarmupAsked float64 `json:"warmup_asked_sec,omitempty"` // the warm-up that the scenario says, where the one that was run is longer: polling's longest interval, and one more event for each topic; 0: it is the same
	Hash        string  `json:"hash,omitempty"`             // SHA-256 of this load and its conditions without the variant, hex: trials of two records are of one load when it is the same

	Interval  float64 `json:"interval_sec,omitempty"`  // polling
	Heartbeat float64 `json:"heartbeat_sec,omitempty"` // of the server, on a stream that was silent for so long; 0: not known
	Opening   int     `json:"opening"`                 // connections opened at a time
}

// A Warning is a doubt that travels with the numbers it concerns.
type Warning struct {
	Code string `json:"code"` // machine-busy, cpu-pressure, schedule-lag, ceiling, ceiling-unknown, clock, server-clock, unstamped, shared-stamps, few-samples, few-events, few-connections, overlap, reopened, throttled, path-late, path-overrun, retransmission, bias, server-end
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
	InWindow   int64 `json:"in_window"`  // deliveries between the clients' two cuts: what the bytes of the window are divided by. The window's payload is exactly so many events'
	Timed      int64 `json:"timed"`      // deliveries between the two readings of the CPU clocks: what CPU is divided by
	Events     int64 `json:"events"`     // scheduled events that were due in the window
}

// Connection is what it takes to open and to hold one connection.
type Connection struct {
	Opened     int64     `json:"opened"`            // connections on which one round trip was over
	TCP        Histogram `json:"tcp"`               // connect until connected
	TLS        Histogram `json:"tls"`               // handshake; empty without TLS
	HTTP       Histogram `json:"http"`              // request sent until the answer's head has reached the clients' machine; the tcp floor: its first frame
	Open       Histogram `json:"open"`              // all of the above: connect until one round trip is over
	FirstEvent Histogram `json:"first_event"`       // connect until the first retained event has reached the clients' machine; empty without one
	Resumed    int64     `json:"resumed"`           // TLS handshakes that resumed a session
	Seconds    float64   `json:"seconds"`           // opening all connections
	ServerCPU  float64   `json:"server_cpu_sec"`    // for all of them
	ClientCPU  float64   `json:"generator_cpu_sec"` // for all of them
	Held       Held      `json:"held"`              // what they cost while held open
}

// Held is what Opened connections add to the server while they are held open
// and idle: the difference between after and before, for all connections.
type Held struct {
	Stacks      int64 `json:"stacks_bytes,omitempty"`   // goroutine stacks
	Heap        int64 `json:"heap_bytes,omitempty"`     // live heap after a collection
	Runtime     int64 `json:"runtime_bytes,omitempty"`  // what the Go runtime took from the system beyond stacks and heap
	Kernel      int64 `json:"kernel_bytes"`             // socket buffers and slab objects; half of what both ends took on this machine
	Resident    int64 `json:"resident_bytes"`           // the process's RSS, from outside
	Goroutines  int64 `json:"goroutines,omitempty"`     // of the server
	Descriptors int64 `json:"descriptors"`              // open files of the server
	Generator   int64 `json:"generator_resident_bytes"` // RSS that the load generator added for them
}

// Process is what a process used over the window, seen from outside.
type Process struct {
	CPU         float64 `json:"cpu_sec"`              // user and system time
	Share       float64 `json:"share"`                // of one core: CPU seconds by window seconds
	Resident    int64   `json:"resident_bytes"`       // RSS at the end of the window
	Descriptors int     `json:"descriptors"`          // open files at the end of the window
	Goroutines  int     `json:"goroutines"`           // at the end of the window; 0: not known
	Voluntary   int64   `json:"voluntary_switches"`   // context switches: it waited
	Involuntary int64   `json:"involuntary_switches"` // context switches: it was made to wait
}

// Trust is how far the generator and the machine can be believed.
type Trust struct {
	Lag           Histogram `json:"schedule_lag"`              // due until its write begins
	Pressure      float64   `json:"cpu_pressure"`              // share of the window, or of opening when nothing is published, in which some task waited for a CPU (PSI some); -1: not available
	Ceiling       float64   `json:"ceiling_per_sec,omitempty"` // deliveries, or answers of transports that ask, that the generator takes per second from a server that does nothing else (a null server), with the trial's own variant, number of clients and payload; 0: not measured
	CeilingSpread float64   `json:"ceiling_spread,omitempty"`  // how much less the least of five parts of that measurement was, as a share
	CeilingIdle   float64   `json:"ceiling_idle,omitempty"`    // share of it in which the null server had nothing to do; near 0 the ceiling is a lower bound
	Busy          float64   `json:"machine_busy"`              // share of all cores in use over the same time
	ClockSlip     float64   `json:"clock_slip_sec"`            // wall clock against monotonic clock over the trial
	ClockSteps    int64     `json:"clock_steps,omitempty"`     // times at which this machine's wall clock was set during the trial
	ClockStep     float64   `json:"clock_step_sec,omitempty"`  // the largest of these steps, without its sign
	Impossible    int64     `json:"impossible,omitempty"`      // events and deliveries that the server had, by its clock, before they were due or after they were received
	Throttled     float64   `json:"throttled_sec,omitempty"`   // for how long, in the trial, processes stood still because a CPU quota was used up, over all CPUs
	Stamps        Stamps    `json:"stamps"`                    // by what the latencies end
}

// Stamps say by what the latencies end: the kernel's time stamp of the last
// byte of the read that brought the event.
type Stamps struct {
	Kernel     int64   `json:"kernel"`          // latencies that end by the kernel's stamp
	Missing    int64   `json:"missing"`         // latencies that end when the client's read returned, for want of a stamp that can be
	Shared     int64   `json:"shared"`          // of the first: the read brought some of what follows the event, too, so that the stamp may be later than the event's own
	SharedMean float64 `json:"shared_mean_sec"` // mean over these of how much earlier the event may have come at most: since it was due, or since the client's read before
	SharedMax  float64 `json:"shared_max_sec"`  // the greatest
}

// HTTPCount is how many requests the clients made in the window, for
// transports that ask.
type HTTPCount struct {
	Sent     int64 `json:"sent"`               // requests
	Full     int64 `json:"full"`               // answers that brought events
	Empty    int64 `json:"empty"`              // answers that brought none
	Heads    Heads `json:"heads"`              // as they were sent
	Reopened int64 `json:"reopened,omitempty"` // connections that took the place of one that the server closed between two requests
}

// Heads are the mean sizes of the HTTP heads of the window, each with its
// empty line; 0 where there was none.
type Heads struct {
	Request float64 `json:"request_bytes"` // of requests
	Answer  float64 `json:"answer_bytes"`  // of answers that brought events
	Empty   float64 `json:"empty_bytes"`   // of answers that brought none
}
