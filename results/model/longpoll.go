package model

import (
	"fmt"

	"pushbench/results"
)

// predictLongPoll holds while events come slower than the client can ask
// again: one answer, one event. The share of events that come while the client
// asks again, each of which shares an answer, is the tolerance, and what the
// window's edges cut off.
func predictLongPoll(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	asked := trip(t, 0.5)
	if unit != "requests/event" || l.Rate <= 0 || l.Arrival != "constant" ||
		asked == 0 || l.topicRate()*asked > 0.05 || slowToAsk(t) {
		return Prediction{}, false
	}
	gap := 1 / l.topicRate()
	late := t.Latency.Above(gap) + t.Trust.Lag.Above(gap-asked)
	return Prediction{1, fmt.Sprintf("one answer for one event; tolerance: %.3g of the events came later than the next one was due, or were published so late", late),
		"events come slower than a round trip", late}, true
}
