package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// predictTransit is the mean latency over a path with a delay: one transit for
// what is pushed; for long-polling one to three, as RFC 6202 section 2.2 counts
// them, by how often an event finds no request waiting. The publisher is beside
// the server.
func predictTransit(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	transit := t.Path.Delay
	if unit != "mean-sec" || transit <= 0 || l.Rate <= 0 || slowToAsk(t) {
		return Prediction{}, false
	}
	way := results.FormatValue(transit, "sec")
	switch t.Transport {
	case "sse", "websocket", "tcp":
		return overPath(transit, 1, "one transit of "+way, "an event that is pushed crosses the path once"), true
	case "polling":
		if l.Interval <= 2*transit { // one poll is under way at a time
			return Prediction{}, false
		}
		p := overPath(transit+l.Interval/2, 1, fmt.Sprintf("Δ/2 + one transit of %s, Δ = %s", way, results.FormatValue(l.Interval, "sec")), "the wait for the server's next poll is uniform on 0 to Δ, its answer crosses the path once")
		p.Tolerance += l.offGrid(0.5, true, paced(t), transit) / p.Value
		return p, true
	case "longpoll":
		return longPollTransit(l, t.Settings.Seconds("batch"), transit)
	}
	return Prediction{}, false
}

// longPollTransit is the mean latency of long-polling: after an answer the
// server has the next request one round trip later, and what comes meanwhile
// waits for it.
func longPollTransit(l load, batch, transit float64) (Prediction, bool) {
	trip := 2 * transit
	beats := l.beats()
	switch {
	case l.Arrival == "burst":
		return together(l, trip, batch)
	case l.Arrival == "constant" && 1/beats >= trip+batch+2*overhead:
		return overPath(transit+batch, 1, waits(transit, batch)+": every event finds a request", sourceTransit), true
	case batch > 0 || l.Topics != 1:
	case l.Arrival == "constant" && 1/beats < trip:
		// The answers are a round trip apart and the events fall anywhere
		// between them; on a grid when the two times have a common measure.
		step := math.Mod(trip, 1/beats)
		if step < overhead {
			step = 1 / beats
		}
		p := overPath(2*transit, 2, waits(transit, transit)+": answers are a round trip apart and events fall anywhere between them", sourceTransit)
		p.Tolerance += step / 2 / p.Value
		return p, true
	case l.Arrival == "poisson":
		// In a cycle either some events come within the round trip, each waits
		// for its end, half of it on average; or none, and the next one finds a
		// request.
		within := trip * l.Rate
		wait := within * transit / (within + math.Exp(-within))
		p := overPath(transit+wait, 2, fmt.Sprintf("D + 2λD²/(2λD + e^(−2λD)), D = %s, λ = %.3g/s", results.FormatValue(transit, "sec"), l.Rate),
			sourceTransit+"; renewal theory over the cycles of a Poisson process")
		p.Tolerance += l.scatter()
		return p, true
	}
	return Prediction{}, false
}

const sourceTransit = "RFC 6202 section 2.2 counts the transits: an answer, the next request, its answer; how often each happens is derived here"

// together is the mean latency of bursts that are far apart, of events that are
// not at one moment: the first finds a request, the others wait for the next
// one, unless the server waits for all of them.
func together(l load, trip, batch float64) (Prediction, bool) {
	n := float64(l.Burst)
	length := (n - 1) * l.Spacing
	if l.Topics != 1 || n/l.Rate < 2*trip || l.Spacing <= 0 && batch <= 0 {
		return Prediction{}, false
	}
	wait := batch - length/2
	switch {
	case length <= batch:
	case batch == 0 && length < trip:
		wait = (n - 1) / n * (trip - n*l.Spacing/2)
	default:
		return Prediction{}, false
	}
	return overPath(trip/2+wait, 2, waits(trip/2, wait)+fmt.Sprintf(" for the next request or for the batch, over bursts of %d", l.Burst), sourceTransit), true
}

func waits(transit, wait float64) string {
	return fmt.Sprintf("one transit of %s + a mean wait of %s", results.FormatValue(transit, "sec"), results.FormatValue(wait, "sec"))
}
