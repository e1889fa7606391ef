package model

import "math"

// due is what a constant schedule publishes: event i at first + i·gap after the
// publishing began, topics in turn.
type due struct {
	load
	first, gap float64
}

// schedule returns when the events of a constant load are due: half a gap after
// the window begins, and every gap before and after that.
func (l load) schedule() due {
	gap := 1 / l.Rate
	return due{l, math.Mod(l.Warmup+gap/2, gap), gap}
}

// number is that of the last event of a topic that is due at or before at, in
// seconds from the beginning of the window; without one, that of the history.
func (d due) number(topic int, at float64) float64 {
	turn := float64(d.Topics) * d.gap
	n := math.Floor((at+d.Warmup-d.first-float64(topic)*d.gap)/turn+1e-9) + 1
	return float64(d.Retained) + max(0, n)
}

// clients is how many clients a topic has.
func (l load) clients(topic int) float64 {
	return float64((l.Clients - topic + l.Topics - 1) / l.Topics)
}

// window returns the first and the last number of the events of a topic that
// are due in the window.
func (d due) window(topic int) (first, last float64) {
	return d.number(topic, 0) + 1, d.number(topic, d.Window)
}

// pairs is how many deliveries the events of the window are.
func (d due) pairs() (n float64) {
	for j := range d.Topics {
		first, last := d.window(j)
		n += d.clients(j) * (last - first + 1)
	}
	return n
}

// digits is the sum of the decimal digits of all numbers from first to last.
func digits(first, last float64) (sum float64) {
	for d, from := 1.0, 0.0; from <= last; d, from = d+1, math.Pow(10, d) {
		sum += d * max(0, min(last, math.Pow(10, d)-1)-max(first, from)+1)
	}
	return sum
}
