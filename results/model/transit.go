package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// predictTransit is the mean latency over a path with a delay: one transit for
// what is pushed; for long-polling one to three, as RFC 6202 section 2.2 has
// it, by how often an event finds no request waiting. The publisher is beside
// the server.
func predictTransit(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	transit := t.Path.Delay
	if unit != "mean-sec" || transit <= 0 || t.Path.Loss > 0 || l.Rate <= 0 {
		return Prediction{}, false
	}
	way := results.FormatValue(transit, "sec")
	switch t.Transport {
	case "sse", "websocket", "tcp":
		return overPath(transit, "one transit of "+way, "an event that is pushed crosses the path once"), true
	case "polling":
		if l.Interval <= 0 {
			return Prediction{}, false
		}
		p := overPath(transit+l.Interval/2, fmt.Sprintf("Δ/2 + one transit of %s, Δ = %s", way, results.FormatValue(l.Interval, "sec")), "the wait for the server's next poll is uniform on 0 to Δ, its answer crosses the path once")
		p.Tolerance += 1 / float64(l.Clients)
		return p, true
	case "longpoll":
		return longPollTransit(l, transit)
	}
	return Prediction{}, false
}

// longPollTransit is the mean latency of long-polling: after an answer the
// server has the next request one round trip later, and what comes meanwhile
// waits for it.
func longPollTransit(l load, transit float64) (Prediction, bool) {
	const source = "RFC 6202 section 2.2: one network transit on average, up to three"
	way := results.FormatValue(transit, "sec")
	if beats := l.beats(); beats > 0 {
		wait := periodicWait(1/beats, 2*transit)
		return overPath(transit+wait, fmt.Sprintf("one transit of %s + a mean wait of %s for the next request, by recurrence over events %s apart",
			way, results.FormatValue(wait, "sec"), results.FormatValue(1/beats, "sec")), source), true
	}
	if l.Arrival != "poisson" || l.Topics != 1 {
		return Prediction{}, false
	}
	// In a cycle either some events come within the round trip, each waits for
	// its end, half of it on average; or none, and the next finds a request.
	within := 2 * transit * l.Rate
	wait := within * transit / (within + math.Exp(-within))
	p := overPath(transit+wait, fmt.Sprintf("D + 2λD²/(2λD + e^(−2λD)), D = %s, λ = %.3g/s", way, l.Rate), source+"; renewal theory over the cycles of a Poisson process")
	p.Tolerance += l.scatter()
	return p, true
}

// periodicWait is the mean time that events, gap apart, wait at the server for
// a request that comes trip after the last answer.
func periodicWait(gap, trip float64) float64 {
	const events, instant = 10_000, 1e-9 // s; closer moments are the same
	free, sum := 0.0, 0.0                // free: when the server has a request
	for i := range events {
		at := float64(i) * gap
		if at > free-instant { // answered at once
			free = at + trip
			continue
		}
		sum += free - at
		if at+gap > free+instant { // the last that waits: all go in one answer
			free += trip
		}
	}
	return sum / events
}
