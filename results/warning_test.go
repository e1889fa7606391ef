package results

import (
	"strings"
	"testing"
)

// A machine is too busy when the share is beyond the limit, and the text has no figure of the trial.
func TestTooBusy(t *testing.T) {
	for _, c := range []struct {
		share float64
		want  bool
	}{{0, false}, {0.85, false}, {0.86, true}, {1, true}} {
		trial := &Trial{Trust: Trust{Busy: c.share}}
		w, got := trial.TooBusy()
		told := w.Code == "machine-busy" && strings.HasPrefix(w.Text, "more than 85 % of all cores were in use: ")
		if got != c.want || got != told {
			t.Errorf("%g: %t, %+v", c.share, got, w)
		}
	}
}

func TestWarningConcerns(t *testing.T) {
	for _, c := range []struct {
		fact, code, unit string
		want             bool
	}{
		{"few samples make p99 a guess", "few-samples", "p99-sec", true},
		{"and leave the median alone", "few-samples", "p50-sec", false},
		{"so do few events", "few-events", "p99-sec", true},
		{"which say nothing against bytes", "few-events", "wire-B/event", false},
		{"a busy machine disturbs times", "machine-busy", "open-sec", true},
		{"and CPU time, which is one", "cpu-pressure", "server-cpu-sec/event", true},
		{"and no count of bytes", "cpu-pressure", "wire-B/event", false},
		{"the wall clock matters to the split at the server", "clock", "to-server-sec", true},
		{"and to latency, which ends by the kernel's stamp", "clock", "p50-sec", true},
		{"and not to CPU", "clock", "server-cpu-sec/event", false},
		{"without a stamp the wait is in the latency", "unstamped", "mean-sec", true},
		{"and in the age of what a client holds", "unstamped", "age-sec", true},
		{"which says nothing of opening", "unstamped", "open-sec", false},
		{"a stamp for several events makes the earlier ones late", "shared-stamps", "p50-sec", true},
		{"and leaves the way to the server alone", "shared-stamps", "to-server-sec", false},
		{"a server's wrong clock matters to the split", "server-clock", "from-server-sec", true},
		{"and not to latency, which it does not tell", "server-clock", "p50-sec", false},
		{"new connections cost bytes", "reopened", "wire-B/event", true},
		{"and requests", "reopened", "requests/event", true},
		{"and the deliveries that waited for them are late", "reopened", "max-sec", true},
		{"most did not", "reopened", "p50-sec", false},
		{"events that were sent late arrive late", "slow-answers", "p50-sec", true},
		{"and cost no more bytes", "slow-answers", "wire-B/event", false},
		{"so do those for which the publisher connected", "publisher-reopened", "p99-sec", true},
		{"a quota stops the clocks of nobody", "throttled", "p50-sec", true},
		{"and takes no bytes", "throttled", "wire-B/event", false},
		{"a late path makes all times later", "path-late", "p50-sec", true},
		{"packets that the path dropped are sent again", "path-overrun", "wire-B/event", true},
		{"few connections make the kernel's memory a guess", "few-connections", "server-mem-B/conn", true},
		{"and leave the heap alone", "few-connections", "heap-B/conn", false},
		{"a process that ended takes its CPU time with it", "server-processes", "server-cpu-sec/event", true},
		{"and no memory of those that are there", "server-processes", "resident-B/conn", false},
		{"near its ceiling the generator is what is timed", "ceiling", "p50-sec", true},
		{"and bytes stay bytes", "ceiling", "wire-B/event", false},
		{"the generator's own error is in times", "bias", "mean-sec", true},
		{"retransmissions are bytes, too", "retransmission", "wire-B/event", true},
		{"a server that was made worse on purpose is in every number", "injected", "handshake-B/conn", true},
		{"what is not known concerns everything", "odd", "missed-events", true},
	} {
		m, ok := MetricByUnit(c.unit)
		if !ok {
			t.Fatalf("no metric %s", c.unit)
		}
		if got := (Warning{Code: c.code}).Concerns(m); got != c.want {
			t.Errorf("%s: %v", c.fact, got)
		}
	}
}
