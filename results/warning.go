package results

import (
	"fmt"
	"slices"
	"strings"
)

// busyLimit is the share of all cores in use beyond which times are those of the queue
// in front of the cores.
const busyLimit = 0.85

// TooBusy is the doubt about the trial's times when the machine's cores were in use for
// nearly all of the time; ok is false when they were not. The text has no figures of the
// trial, so that trials with the same doubt have the same.
func (t *Trial) TooBusy() (w Warning, ok bool) {
	if t.Trust.Busy <= busyLimit {
		return Warning{}, false
	}
	return Warning{"machine-busy", fmt.Sprintf("more than %.0f %% of all cores were in use: "+
		"times depend on the scheduler as much as on the transport", 100*busyLimit)}, true
}

// pressureLimit is the share of the window in which tasks waited for a CPU beyond which that
// wait is a doubt.
const pressureLimit = 0.25

// Pressed is the doubt about the trial's times when tasks of the machine waited for a CPU; ok
// is false when they did not, or nothing was published: while connections are opened two
// processes take turns, on any machine.
func (t *Trial) Pressed() (w Warning, ok bool) {
	if !(t.Load.Rate > 0 && t.Trust.Pressure > pressureLimit) {
		return Warning{}, false
	}
	return Warning{"cpu-pressure", fmt.Sprintf("tasks waited for a CPU during more than %.0f %% of the time: "+
		"this wait is part of all times", 100*pressureLimit)}, true
}

// The metrics that a doubt about times may be about.
var (
	tails = []string{"p99-sec", "p999-sec", "max-sec"}
	// split are told by the server's clock.
	split = []string{"to-server-sec", "from-server-sec"}
	// arrivals end by when an event reached the clients' machine: the kernel's
	// stamp, by the wall clock.
	arrivals = append([]string{"p50-sec", "p90-sec", "mean-sec", "uncorrected-p99-sec", "generator-wait-sec", "from-server-sec", "uniform-fit", "spread-sec",
		"age-sec", "peak-age-sec"}, tails...)
	// lagless are the arrivals that have no schedule lag in them: they begin when the event
	// has been sent, or they are no time.
	lagless = []string{"generator-wait-sec", "from-server-sec", "spread-sec", "uniform-fit"}
)

// Concerns reports whether the doubt can be about m: a warning that the machine
// was busy says nothing against a count of bytes. A code that is not known
// concerns everything. Whether it is about m in a certain trial, Trial.Doubtful says.
func (w Warning) Concerns(m Metric) bool {
	switch w.Code {
	case "few-samples", "few-events":
		return slices.Contains(tails, m.Unit)
	case "unstamped", "shared-stamps", "slow-answers", "others-apart":
		return slices.Contains(arrivals, m.Unit)
	case "server-clock":
		return slices.Contains(split, m.Unit)
	case "reopened":
		return m.Kind == kindBytes || strings.HasPrefix(m.Unit, "requests/") || m.Unit == "segments/event" || slices.Contains(tails, m.Unit)
	case "few-connections":
		return m.Unit == "kernel-B/conn" || m.Unit == "server-mem-B/conn" || m.Unit == "outside-B/conn"
	case "counts-apart":
		return m.Unit == "server-cpu-sec/event" || m.Unit == "server-syscalls/event" || m.Unit == "backplane-cpu-sec/event"
	case "server-processes":
		return m.Unit == "server-cpu-sec/event" || m.Unit == "server-cpu-sec/conn" || m.Unit == "server-syscalls/event"
	case "schedule-lag", "publisher-reopened":
		return slices.Contains(arrivals, m.Unit) && !slices.Contains(lagless, m.Unit) || m.Unit == "to-server-sec"
	case "backlog":
		return strings.HasSuffix(m.Unit, "/event") && m.Unit != "server-allocs/event" || m.Unit == "wire-B/client-min"
	case "machine-busy", "cpu-pressure", "overlap", "ceiling", "ceiling-unknown", "agent-limit",
		"bias", "throttled", "path-late":
		return m.Kind == kindSec || m.Unit == "conns/sec"
	case "clock":
		return slices.Contains(arrivals, m.Unit) || slices.Contains(split, m.Unit)
	case "retransmission", "path-overrun":
		return m.Kind == kindSec || m.Kind == kindBytes
	}
	return true
}

// FewHeld is the doubt about the memory of connections when so few were held that it cannot
// be told; ok is false when there were enough, or it is not known.
func (t *Trial) FewHeld() (w Warning, ok bool) {
	if t.Connection.Held == (Held{}) || t.Connection.Opened >= FewConnections {
		return Warning{}, false
	}
	return Warning{"few-connections", fmt.Sprintf("fewer than %d connections were held: "+
		"memory is counted in pages, which is too coarse for so few", FewConnections)}, true
}

// What came within a window that lags behind its schedule.
const (
	backlogLimit  = 0.05 // of the deliveries that were due
	backlogEvents = 2    // for each client: so many at an end of the window are chance
)

// Backlog is the doubt about what is divided by the deliveries of the window, when these are
// far more or fewer than those of the events that were due in it; ok is false when they are
// not, or when the target keeps only the newest event. The text has no figures of the trial,
// so that trials with the same doubt have the same.
func (t *Trial) Backlog() (w Warning, ok bool) {
	due := t.Latency.Count()
	if t.Parts != nil {
		due += t.Parts.Others.Count() + t.Parts.Early
	}
	off := max(due-t.Deliveries.InWindow, t.Deliveries.InWindow-due)
	if t.Deliveries.Superseded > 0 || float64(off) <= backlogLimit*float64(due) || off <= backlogEvents*int64(t.Load.Clients) {
		return Warning{}, false
	}
	return Warning{"backlog", fmt.Sprintf("the deliveries within the window differ by more than %.0f %% from those that were due in it, "+
		"because events came late and many at once: bytes and CPU time per event are divided by what came", 100*backlogLimit)}, true
}

// Doubts are the trial's warnings, and the doubts that its figures tell and no warning says.
// The caller must not change them.
func (t *Trial) Doubts() []Warning {
	if w, ok := t.Backlog(); ok {
		return append(slices.Clone(t.Warnings), w)
	}
	return t.Warnings
}

// Doubtful reports whether w, which is one of the trial's doubts, is about m. A publisher that
// was late with some events is in the tail of the latencies. It is in their median only where
// it was late with most.
func (t *Trial) Doubtful(w Warning, m Metric) bool {
	late := w.Code == "schedule-lag" || w.Code == "publisher-reopened"
	return w.Concerns(m) && (!late || t.lagMoves(m))
}

// lagShare is the part of a number that the schedule lag must be to move it.
const lagShare = 0.1

// lagMoves reports whether the schedule lag, in which is the time to connect again, may be in
// m to a part that counts. Each number is compared with the same one of the lag.
func (t *Trial) lagMoves(m Metric) bool {
	same := Histogram.Mean // of mean and age
	switch m.Unit {
	case "p50-sec", "peak-age-sec", "to-server-sec":
		same = func(h Histogram) float64 { return h.Quantile(0.5) }
	case "p90-sec":
		same = func(h Histogram) float64 { return h.Quantile(0.9) }
	case "uncorrected-p99-sec":
		same = func(h Histogram) float64 { return h.Quantile(0.99) }
	}
	v, ok := m.Value(t)
	return slices.Contains(tails, m.Unit) || t.Trust.Lag.Count() == 0 || !ok || same(t.Trust.Lag) > lagShare*v
}
