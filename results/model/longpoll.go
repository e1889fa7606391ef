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
	trip := t.Connection.HTTP.Quantile(0.5)
	if unit != "requests/event" || l.Rate <= 0 || l.Arrival != "constant" || trip == 0 || l.topicRate()*trip > 0.05 {
		return Prediction{}, false
	}
	gap := 1 / l.topicRate()
	late := t.Latency.Above(gap) + t.Trust.Lag.Above(gap-trip)
	return Prediction{1, fmt.Sprintf("one answer for one event; tolerance: %.3g of the events came later than the next one was due, or were published so late", late),
		"events come slower than a round trip", late}, true
}
