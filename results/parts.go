package results

import "slices"

// Parts say how several load generators, which are called agents, carried a trial out
// together. Each has opened its own clients, published the events of its own topics, and
// timed by its own clock the deliveries of these events to its clients: these latencies are
// in the trial's, and so are age, spread and the split at the server. The deliveries of events
// that another agent published are counted, and their latencies are apart.
type Parts struct {
	Agents  []Agent   `json:"agents,omitempty"`         // in the order of their numbers
	Host    string    `json:"host,omitempty"`           // of the machine that has the server, as the agents have theirs
	Spread  float64   `json:"start_spread_sec"`         // the most by which the agents may have begun apart: the latest start less the earliest, with their bounds
	Others  Histogram `json:"others_latency"`           // from when an event of another agent was due until it reached the clients' machine
	Error   float64   `json:"others_error_sec"`         // the most by which each of these latencies may be wrong: the bounds of two agents, and what their clocks drifted
	Counted Counted   `json:"counted"`                  // when the CPU time of the server was read
	Apart   float64   `json:"counts_apart_sec"`         // the most by which two readings of counts may be apart that belong to one end of the window, the server's and the agents', with the bounds of their clocks
	Dialed  float64   `json:"dialed_before_sec"`        // how long before the window the first of all connections was begun
	Opened  float64   `json:"opened_before_sec"`        // and how long before it the last one was open
	Early   int64     `json:"others_early,omitempty"`   // deliveries that seemed to come before the event was due: they are in no histogram
	AgeTime float64   `json:"age_client_sec,omitempty"` // sum over clients of the time of which age.mean_sec is the mean
}

// Counted says how late a process has read its counts, at both ends of the window, after the
// instants on which all that carry out a trial agree: CPU time is divided by the deliveries of
// the time between.
type Counted struct {
	From float64 `json:"from_sec"` // at its beginning
	To   float64 `json:"to_sec"`   // at its end
}

// An Agent is one of several load generators of a trial. What it was to do is by the plan,
// and not by what it said.
type Agent struct {
	Number     int     `json:"number"`                   // from 0: of k agents it has every k-th client and topic, from this number on
	Name       string  `json:"name"`                     // by which it joined
	Host       string  `json:"host"`                     // of its machine since that was started: processes of one host have one clock
	PID        int     `json:"pid"`                      // of its process
	Cores      int     `json:"cores"`                    // threads that run Go code at a time (GOMAXPROCS)
	Clients    int     `json:"clients"`                  // by the plan
	Topics     int     `json:"topics"`                   // to which it publishes, by the plan
	Expected   int64   `json:"expected"`                 // deliveries to its clients, by the plan
	Delivered  int64   `json:"delivered"`                // of these: received at least once
	P50        float64 `json:"p50_sec"`                  // median latency of its own events to its clients; 0: there is none
	P99        float64 `json:"p99_sec"`                  // and the 99th percentile
	Others     float64 `json:"others_p50_sec,omitempty"` // median latency of other agents' events to its clients, by its own clock; 0: there is none
	Lag        float64 `json:"lag_p99_sec"`              // 99th percentile of its publisher's lateness
	CPU        float64 `json:"cpu_sec"`                  // user and system time over the window
	Share      float64 `json:"share"`                    // of one core
	Offset     float64 `json:"offset_sec"`               // its wall clock less the coordinator's, before the window
	Bound      float64 `json:"bound_sec"`                // how far its clock may be from that: half of the least round trip
	Drift      float64 `json:"drift_sec"`                // how far its clock has moved against the coordinator's until after the window
	BoundAfter float64 `json:"bound_after_sec"`          // how far that may be wrong, by the round trips after the window
	Counted    Counted `json:"counted"`                  // when it has read its counts
	Start      float64 `json:"start_sec"`                // how long after the instant of the start its process went to work
	Limit      string  `json:"limit,omitempty"`          // why the agent, and not the server, may have been the limit; absent: it was not
	Lost       string  `json:"lost,omitempty"`           // why and when it was lost; absent: it was not
	Failed     string  `json:"failed,omitempty"`         // which rule was broken in its part; absent: none
}

// A Part is what came of one agent's part of a trial.
type Part struct {
	Agent           // with what the plan says
	Events   int64  // that the agent publishes, by the plan
	Measured int64  // deliveries to its clients of events that are due in the window, by the plan
	Report   *Trial // what it has measured; nil: it has not said
	GaveUp   bool   // it has none because it was told to stop: another part has failed
}

// Elsewhere reports whether an agent was on another machine than the server.
func (t *Trial) Elsewhere() bool {
	return t.Parts != nil && slices.ContainsFunc(t.Parts.Agents, func(a Agent) bool { return a.Host != t.Parts.Host })
}

// AgentCount is how many agents carried the trial out; 0: one load generator did, which is the
// run's own.
func (t *Trial) AgentCount() int {
	if t.Parts == nil {
		return 0
	}
	return len(t.Parts.Agents)
}
