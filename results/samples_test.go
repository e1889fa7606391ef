package results

import (
	"slices"
	"testing"
	"time"
)

func TestSamplesFor(t *testing.T) {
	for q, want := range map[float64]int64{0: 1, 0.5: 2, 0.9: 10, 0.95: 20, 0.99: 100, 0.999: 1000, 0.9999: 10000, 1: 1} {
		if got := SamplesFor(q); got != want {
			t.Errorf("the quantile %g takes %d, want %d", q, got, want)
		}
	}
}

// Ten events to a hundred clients are ten samples on a stream, and a thousand
// for clients that poll.
func TestFewEvents(t *testing.T) {
	for _, c := range []struct {
		fact, transport    string
		events, deliveries int
		split              bool // the server's times are known
		counted            bool // the record says how many events were due
		want               string
	}{
		{"ten events to a hundred clients each", "sse", 10, 1000, true, false, "few-events"},
		{"the same on long-polling", "longpoll", 10, 1000, true, false, "few-events"},
		{"the same where only the schedule tells", "websocket", 10, 1000, false, false, "few-events"},
		{"99 events that the record counts, of whatever rate", "sse", 99, 9900, false, true, "few-events"},
		{"100 such", "sse", 100, 9900, false, true, ""},
		{"99 events", "tcp", 99, 9900, true, false, "few-events"},
		{"100 events", "tcp", 100, 10000, true, false, ""},
		{"ten events to a hundred clients that poll", "polling", 10, 1000, true, false, ""},
		{"99 deliveries by polling", "polling", 99, 99, true, false, "few-samples"},
		{"no deliveries", "sse", 0, 0, true, false, ""},
	} {
		trial := &Trial{Transport: c.transport, Load: Workload{Rate: float64(c.events), Window: 1}}
		trial.Latency = histogram(t, slices.Repeat([]time.Duration{time.Millisecond}, c.deliveries)...)
		if c.split {
			trial.ToServer = histogram(t, slices.Repeat([]time.Duration{time.Millisecond}, c.events)...)
		}
		if c.counted {
			trial.Deliveries.Events, trial.Load.Rate = int64(c.events), 1e6
		}
		w, ok := trial.FewEvents()
		if ok != (c.want != "") || w.Code != c.want {
			t.Errorf("%s: %+v %v", c.fact, w, ok)
		}
	}
}
