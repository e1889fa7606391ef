package model

import (
	"pushbench/results"
)

// predictLongPoll holds while events come slower than the client can ask
// again: one answer, one event.
func predictLongPoll(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	trip := t.Connection.HTTP.Quantile(0.5)
	if l.Rate <= 0 || l.Arrival != "constant" || trip == 0 || l.topicRate()*trip > 0.05 {
		return Prediction{}, false
	}
	switch unit {
	case "requests/event":
		return Prediction{1, "one answer for one event", "events come slower than a round trip", 0.05 + l.scatter()}, true
	case "framing-B/event":
		return Prediction{2, "two brackets around one event", "a JSON array of one element (RFC 8259 section 5)", 0.05}, true
	}
	return Prediction{}, false
}
