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

// The metrics that a doubt about times may be about.
var (
	tails = []string{"p99-sec", "p999-sec", "max-sec"}
	// split are told by the server's clock.
	split = []string{"to-server-sec", "from-server-sec"}
	// arrivals end by when an event reached the clients' machine: the kernel's
	// stamp, by the wall clock.
	arrivals = append([]string{"p50-sec", "p90-sec", "mean-sec", "uncorrected-p99-sec", "generator-wait-sec", "from-server-sec", "uniform-fit", "spread-sec",
		"age-sec", "peak-age-sec"}, tails...)
)

// Concerns reports whether the doubt is about m: a warning that the machine
// was busy says nothing against a count of bytes. A code that is not known
// concerns everything.
func (w Warning) Concerns(m Metric) bool {
	switch w.Code {
	case "few-samples", "few-events":
		return slices.Contains(tails, m.Unit)
	case "unstamped", "shared-stamps", "slow-answers", "publisher-reopened":
		return slices.Contains(arrivals, m.Unit)
	case "server-clock":
		return slices.Contains(split, m.Unit)
	case "reopened":
		return m.Kind == kindBytes || strings.HasPrefix(m.Unit, "requests/") || m.Unit == "segments/event" || slices.Contains(tails, m.Unit)
	case "few-connections":
		return m.Unit == "kernel-B/conn" || m.Unit == "server-mem-B/conn" || m.Unit == "outside-B/conn"
	case "server-processes":
		return m.Unit == "server-cpu-sec/event" || m.Unit == "server-cpu-sec/conn" || m.Unit == "server-syscalls/event"
	case "machine-busy", "cpu-pressure", "schedule-lag", "overlap", "ceiling", "bias", "throttled", "path-late":
		return m.Kind == kindSec || m.Unit == "conns/sec"
	case "clock":
		return slices.Contains(arrivals, m.Unit) || slices.Contains(split, m.Unit)
	case "retransmission", "path-overrun":
		return m.Kind == kindSec || m.Kind == kindBytes
	}
	return true
}
