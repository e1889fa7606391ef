package results

import (
	"strings"
	"testing"
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
