package results

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Of a target that has events of its own, nobody knows when each was due and how large it
// was: the numbers that rest on it are absent with that reason, and the payload is what
// came.
func TestEventsOfItsOwn(t *testing.T) {
	r := small(t)
	trial := r.Trials[0]
	trial.Steady.In[Payload]++
	if err := r.Validate(); err == nil || !strings.Contains(err.Error(), "steady.in.payload: is 505, but 4 deliveries of 126 bytes make 504") {
		t.Errorf("a payload that does not add up: %v", err)
	}
	const reason = "the server has events of its own"
	trial.Absent = append(trial.Absent, Absent{What: Due, Reason: reason})
	if err := r.Validate(); err != nil {
		t.Errorf("a payload that nobody knows: %v", err)
	}
	for _, m := range latencyMetrics() {
		if why := m.Why(trial); why != reason {
			t.Errorf("%s: %q", m.Unit, why)
		}
		if why := m.Why(&Trial{}); why == reason {
			t.Errorf("%s of another trial: %q", m.Unit, why)
		}
	}
}

// Of a target that opens a client with an event only, the numbers of opening are absent
// with that reason, and no others.
func TestOpeningByEvent(t *testing.T) {
	const reason = "it opens clients with events"
	trial := Trial{Absent: []Absent{{What: Opening, Reason: reason}}}
	trial.Connection = Connection{Opened: 1, Seconds: 1, ServerCPU: 1, ClientCPU: 1}
	c := &trial.Connection
	all := []*Histogram{&c.TCP, &c.TLS, &c.HTTP, &c.Open, &c.FirstEvent}
	for _, h := range all {
		if err := h.Record(time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	known := []string{"connect-sec", "tls-sec", "first-event-sec"}
	for _, m := range connectionMetrics() {
		_, ok := m.Value(&trial)
		if want := slices.Contains(known, m.Unit); ok != want || !want && m.Why(&trial) != reason {
			t.Errorf("%s: there is a number: %v", m.Unit, ok)
		}
		if _, ok := m.Value(&Trial{Connection: trial.Connection}); !ok {
			t.Errorf("%s: there is none of another target", m.Unit)
		}
	}
}
