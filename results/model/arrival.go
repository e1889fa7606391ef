package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// load is a workload with what follows from it.
type load results.Workload

// topicRate is the events per second of one topic: those that a client gets.
func (l load) topicRate() float64 { return l.Rate / float64(l.Topics) }

// beats is how often in a second a periodic schedule has something for a
// topic, all at one moment; 0 when the schedule is not so.
func (l load) beats() float64 {
	switch {
	case l.Arrival == "constant":
		return l.topicRate()
	case l.Arrival == "burst" && l.Topics == 1 && l.Burst > 0 && l.Spacing == 0:
		return l.Rate / float64(l.Burst)
	}
	return 0
}

// silence is the share of intervals of d seconds in which a topic has no
// event; ok is false where no closed form is known. Of a Poisson process over T
// topics in turn, a topic gets every Tth event.
func (l load) silence(d float64) (share float64, formula string, ok bool) {
	if beats := l.beats(); beats > 0 {
		return max(0, 1-beats*d), fmt.Sprintf("max(0, 1 − λΔ), λΔ = %.3g", beats*d), true
	}
	mean := l.Rate * d
	if l.Arrival != "poisson" || !(mean >= 0) {
		return 0, "", false
	}
	term := math.Exp(-mean) // P(Poisson(mean) = k)
	if !(term > 0) {        // too small for a float64
		// The tail is less than e^(−mean/8) there (Chernoff): none that a sum shows.
		return 0, fmt.Sprintf("P(Poisson(RΔ) < %d), RΔ = %.3g", l.Topics, mean), float64(l.Topics) <= mean/2
	}
	below, sum := 0.0, 0.0
	for k := range l.Topics {
		if float64(k) > mean && below+term == below { // all further ones are the same
			sum += float64(l.Topics-k) * below
			break
		}
		below += term
		sum += below
		term *= mean / float64(k+1)
	}
	if l.Topics == 1 {
		return sum, fmt.Sprintf("e^(−λΔ), λΔ = %.3g", mean), true
	}
	return sum / float64(l.Topics), fmt.Sprintf("mean over k < %d of P(Poisson(RΔ) ≤ k), RΔ = %.3g", l.Topics, mean), true
}

// quiet is for how long, in seconds of the window, a client has yet to get its first event, in
// the mean of all topics; 0 where the schedule is not periodic.
func (l load) quiet() float64 {
	turn := 1 / l.beats()
	if math.IsInf(turn, 0) {
		return 0
	}
	gap := turn / float64(l.Topics)
	first := math.Mod(l.Warmup+gap/2, gap) - l.Warmup // of the first topic, from the window's beginning
	late := max(0, math.Floor(-first/gap)+1)          // the first topic that has it in the window
	n := float64(l.Topics) - late
	if n <= 0 {
		return 0
	}
	return min(l.Window, n/float64(l.Topics)*(first+gap*(late+float64(l.Topics)-1)/2))
}

// scatter is how far the count of a topic's events in the window may be from
// its mean, relative: one at its end or, of a Poisson process, three standard
// deviations.
func (l load) scatter() float64 {
	if beats := l.beats(); beats > 0 {
		return 1 / max(1, beats*l.Window)
	}
	return 3 / math.Sqrt(max(1, l.Rate*l.Window))
}
