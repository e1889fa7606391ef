package model

import (
	"fmt"
	"math"
	"slices"

	"pushbench/results"
)

// predictPollTime is the delay that asking every Δ adds: U(0, Δ). Its tolerance
// is how far the clients' phases, a grid on Δ, are from that for the events of
// the schedule, and what the formula leaves out: a round trip, and what software
// adds to it.
func predictPollTime(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	if l.Rate <= 0 || l.Interval <= 2*t.Path.Delay { // one poll is under way at a time
		return Prediction{}, false
	}
	if unit == "uniform-fit" {
		return predictUniform(t)
	}
	share := map[string]float64{"p50-sec": 0.5, "p90-sec": 0.9, "p99-sec": 0.99, "p999-sec": 0.999, "max-sec": 1, "mean-sec": 0.5, "from-server-sec": 0.5}[unit]
	if share == 0 && unit != "spread-sec" {
		return Prediction{}, false
	}
	delay := results.FormatValue(l.Interval, "sec")
	p := Prediction{Value: share*l.Interval + t.Path.Delay, Source: "an event comes at a random moment between two polls: its wait is uniform on 0 to Δ",
		Formula: fmt.Sprintf("%g·Δ, Δ = %s; the path's time is not in it", share, delay)}
	if t.Path.Delay > 0 {
		p.Formula = fmt.Sprintf("%g·Δ + one transit of %s, Δ = %s", share, results.FormatValue(t.Path.Delay, "sec"), delay)
	}
	paced := paced(t)
	if paced {
		p.Formula = fmt.Sprintf("%g·Δ, Δ = %s; the round trip, by which a cycle is longer, is not in it", share, delay)
	}
	off := l.offGrid(share, unit == "mean-sec", paced, t.Path.Delay)
	clients := float64(l.Clients) / float64(l.Topics)
	if unit == "spread-sec" && clients >= 2 && !paced {
		share = 1 - 1/clients
		p.Value, off = share*l.Interval, 0
		p.Formula = fmt.Sprintf("(1 − 1/n)·Δ, n = %g clients of a topic with evenly spread phases, Δ = %s", clients, delay)
	}
	if share == 0 {
		return Prediction{}, false
	}
	asked := trip(t, 0.9)
	p.Tolerance = (off+asked+overhead)/p.Value + digit
	p.Formula += fmt.Sprintf("; tolerance: the clients' phases %s, a round trip %s, software %s, three digits",
		results.FormatValue(off, "sec"), results.FormatValue(asked, "sec"), results.FormatValue(overhead, "sec"))
	return p, true
}

// offGrid is how far, in seconds, the quantile of polling's waits (or their
// mean) may be from that of U(0, Δ), because clients ask in the middle of equal
// slots of Δ. Of a constant schedule the waits are known one by one. Of any other
// event, the clients of its topic are a grid of their own, so that no share is
// off by more than one of them; nor by more than chance has it. late is how long
// a poll takes to the server.
func (l load) offGrid(share float64, mean, paced bool, late float64) float64 {
	grid := float64(l.Topics) / float64(l.Clients)
	events := max(1, l.topicRate()*l.Window)
	if l.Arrival != "constant" || paced || float64(l.Clients)*events > 20_000 {
		return l.Interval * min(grid, 1.36/math.Sqrt(events))
	}
	d, ok := l.schedule()
	if !ok {
		return l.Interval
	}
	turn := float64(l.Topics) * d.gap
	most := math.Floor(l.Window/turn) + 1 // events of a topic in the window
	var waits []float64
	var sum float64
	for i := range l.Clients {
		phase := (float64(i)+0.5)/float64(l.Clients)*l.Interval + late
		first := d.first + float64(i%l.Topics)*d.gap - l.Warmup
		at := first + turn*math.Ceil(-first/turn)
		for k := 0.0; k < most && at < l.Window; k, at = k+1, at+turn {
			wait := math.Mod(phase-at, l.Interval)
			if wait < 0 {
				wait += l.Interval
			}
			waits, sum = append(waits, wait), sum+wait
		}
	}
	if len(waits) == 0 {
		return l.Interval
	}
	if mean {
		off := math.Abs(sum/float64(len(waits)) - share*l.Interval)
		if off <= rounding*l.Interval {
			return 0
		}
		return off
	}
	slices.Sort(waits)
	rank := max(1, min(len(waits), int(math.Ceil(share*float64(len(waits))-1e-9))))
	// A wait that is nearly the whole interval may be none at all, and the other
	// way round: the next rank stands for it.
	off := math.Abs(waits[rank-1] - share*l.Interval)
	return max(off, math.Abs(waits[min(rank, len(waits)-1)]-share*l.Interval))
}

// predictPollRequests is how often polling asks and how often in vain. Each
// client asks once more or less than Δ fits into the window, and gets one event
// more or less than its schedule says.
func predictPollRequests(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	delay := results.FormatValue(l.Interval, "sec")
	once := l.Interval / l.Window
	if paced(t) { // a cycle is longer by the round trip
		once += (2*t.Path.Delay + trip(t, 0.9) + overhead) / l.Interval
	}
	if unit == "requests/client-sec" {
		return Prediction{1 / l.Interval, "1/Δ, Δ = " + delay + "; tolerance: one poll more or less in the window", "one poll every Δ", once}, true
	}
	events := l.topicRate() * l.Interval // expected in one Δ
	if l.Rate <= 0 || !(events > 0) || !finite(events) {
		return Prediction{}, false
	}
	either := once + l.scatter()
	if unit == "requests/event" {
		return Prediction{1 / events, fmt.Sprintf("1/(λΔ), λΔ = %.3g; tolerance: one poll and one event more or less in the window", events),
			"one poll every Δ, one delivery of every event", either + either*either}, true
	}
	empty, formula, ok := l.silence(l.Interval)
	if !ok || unit != "empty-requests-share" {
		return Prediction{}, false
	}
	// What is not empty is off by as much, and by the events that are due within
	// the scatter of a poll, which then comes in vain.
	off := min(1, events)*either + overhead/l.Interval
	p := Prediction{empty, formula + fmt.Sprintf("; tolerance: one poll and one event more or less in the window, or within %s of each other", results.FormatValue(overhead, "sec")),
		"renewal theory: events in an interval of a Poisson or periodic process", off}
	if empty > 0 {
		p.Tolerance = off / empty
	}
	return p, true
}
