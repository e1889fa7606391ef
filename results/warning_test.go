package results

import (
	"slices"
	"strings"
	"testing"
	"time"
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
		{"and with them the time to the server", "publisher-reopened", "to-server-sec", true},
		{"a late publisher is in latencies", "schedule-lag", "p50-sec", true},
		{"and not in what begins when the event was sent", "schedule-lag", "spread-sec", false},
		{"nor in opening", "schedule-lag", "open-sec", false},
		{"nor in CPU time", "schedule-lag", "server-cpu-sec/event", false},
		{"what lags behind its window is divided by other deliveries", "backlog", "wire-B/event", true},
		{"so is CPU time", "backlog", "server-cpu-sec/event", true},
		{"and the bytes of a minute are those of another minute", "backlog", "wire-B/client-min", true},
		{"latencies are of the events that were due", "backlog", "p50-sec", false},
		{"allocations are of the whole trial", "backlog", "server-allocs/event", false},
		{"a quota stops the clocks of nobody", "throttled", "p50-sec", true},
		{"and takes no bytes", "throttled", "wire-B/event", false},
		{"a late path makes all times later", "path-late", "p50-sec", true},
		{"an unknown ceiling leaves times in doubt", "ceiling-unknown", "p50-sec", true},
		{"an unknown ceiling says nothing against bytes", "ceiling-unknown", "wire-B/event", false},
		{"packets that the path dropped are sent again", "path-overrun", "wire-B/event", true},
		{"few connections make the kernel's memory a guess", "few-connections", "server-mem-B/conn", true},
		{"and leave the heap alone", "few-connections", "heap-B/conn", false},
		{"a process that ended takes its CPU time with it", "server-processes", "server-cpu-sec/event", true},
		{"and no memory of those that are there", "server-processes", "resident-B/conn", false},
		{"near its ceiling the generator is what is timed", "ceiling", "p50-sec", true},
		{"and bytes stay bytes", "ceiling", "wire-B/event", false},
		{"a ceiling that nobody knows is a doubt about times", "ceiling-unknown", "p50-sec", true},
		{"and none about bytes", "ceiling-unknown", "overhead-B/event", false},
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

// What came within a window is told apart from what was due in it where they differ by more
// than the ends of the window can.
func TestBacklog(t *testing.T) {
	for _, c := range []struct {
		fact                       string
		due                        int
		came                       int64
		others, superseded, doubts int64
	}{
		{"all came", 1000, 1000, 0, 0, 0},
		{"a twentieth came later", 1000, 950, 0, 0, 0},
		{"more than that came later", 1000, 949, 0, 0, 1},
		{"more than that came from before", 1000, 1051, 0, 0, 1},
		{"two events for each client are chance", 100, 80, 0, 0, 0},
		{"three are not", 100, 70, 0, 0, 1},
		{"none came", 1000, 0, 0, 0, 1},
		{"there were none", 0, 0, 0, 0, 0},
		{"others came by another agent", 900, 1000, 100, 0, 0},
		{"only the newest event is kept", 1000, 100, 0, 900, 0},
	} {
		trial := &Trial{Load: Workload{Clients: 10}, Warnings: []Warning{{"odd", "odd"}},
			Latency:    histogram(t, slices.Repeat([]time.Duration{time.Millisecond}, c.due)...),
			Deliveries: Deliveries{InWindow: c.came, Superseded: c.superseded}}
		if c.others > 0 {
			trial.Parts = &Parts{Others: histogram(t, slices.Repeat([]time.Duration{time.Millisecond}, int(c.others))...)}
		}
		if got := trial.Doubts(); len(got) != 1+int(c.doubts) || c.doubts > 0 && got[1].Code != "backlog" || len(trial.Warnings) != 1 {
			t.Errorf("%s: %v", c.fact, got)
		}
	}
}

// A late publisher is a doubt about the tail of the latencies, and about another number where
// the lag is much of it.
func TestDoubtful(t *testing.T) {
	ms := func(n ...int) (h Histogram) {
		for _, v := range n {
			h.Merge(histogram(t, slices.Repeat([]time.Duration{time.Duration(v) * time.Millisecond}, 100)...))
		}
		return h
	}
	rare := &Trial{Trust: Trust{Lag: ms(1, 1, 1, 1, 900)}, Latency: ms(20, 20, 20, 20, 1000), Deliveries: Deliveries{InWindow: 500}}
	steady := &Trial{Trust: Trust{Lag: ms(10)}, Latency: ms(20), Deliveries: Deliveries{InWindow: 100}}
	unknown := &Trial{Latency: ms(20), Deliveries: Deliveries{InWindow: 100}}
	for _, c := range []struct {
		fact, code, unit string
		trial            *Trial
		want             bool
	}{
		{"some events that were late are in the tail", "schedule-lag", "p99-sec", rare, true},
		{"so are those for which the publisher connected", "publisher-reopened", "max-sec", rare, true},
		{"they do not move the median", "schedule-lag", "p50-sec", rare, false},
		{"nor does connecting", "publisher-reopened", "p50-sec", rare, false},
		{"they move the mean", "schedule-lag", "mean-sec", rare, true},
		{"and what nine of ten were below", "schedule-lag", "p90-sec", rare, true},
		{"all events that were late move the median", "schedule-lag", "p50-sec", steady, true},
		{"what nobody knows may move it", "schedule-lag", "p50-sec", unknown, true},
		{"no lag is in bytes", "schedule-lag", "wire-B/event", steady, false},
		{"other doubts are about all that they concern", "slow-answers", "p50-sec", rare, true},
	} {
		m, _ := MetricByUnit(c.unit)
		if got := c.trial.Doubtful(Warning{Code: c.code}, m); got != c.want {
			t.Errorf("%s: %v", c.fact, got)
		}
		if got := (Cell{Trials: []*Trial{{Warnings: []Warning{{Code: "odd"}}}, c.trial}}).Doubts(m); len(got) != 1 {
			t.Errorf("%s: the cell has %v", c.fact, got)
		}
	}
}
