package model

import (
	"math"
	"sort"
)

// due is what a constant schedule publishes: event i at first + i·gap after the
// publishing began, topics in turn.
type due struct {
	load
	first, gap float64
}

// schedule returns when the events of a constant load are due: half a gap after
// the window begins, and every gap before and after that. ok is false for a load
// whose events have no numbers, such as more of them than a float64 can count.
func (l load) schedule() (d due, ok bool) {
	// In whole nanoseconds, as the schedule is: 0.7 + 0.1 is less than 0.8 in
	// seconds, and an event would be due a gap later.
	const second = 1e9
	gap := second / l.Rate
	d = due{l, math.Mod(math.Round(l.Warmup*second)+gap/2, gap) / second, gap / second}
	// The numbers of the other topics lie between these and one less.
	first, last := d.window(0)
	return d, finite(gap*float64(l.Topics)) && finite(first) && finite(last)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// number is that of the last event of a topic that is due at or before at, in
// seconds from the beginning of the window; without one, that of the history.
func (d due) number(topic int, at float64) float64 {
	turn := float64(d.Topics) * d.gap
	n := math.Floor((at+d.Warmup-d.first-float64(topic)*d.gap)/turn+1e-9) + 1
	return float64(d.Retained) + max(0, n)
}

// clients is how many clients a topic has.
func (l load) clients(topic int) float64 {
	return math.Floor((float64(l.Clients) - float64(topic) + float64(l.Topics) - 1) / float64(l.Topics))
}

// window returns the first and the last number of the events of a topic that
// are due in the window.
func (d due) window(topic int) (first, last float64) {
	return d.number(topic, 0) + 1, d.number(topic, d.Window)
}

// pairs is how many deliveries the events of the window are.
func (d due) pairs() (n float64) {
	d.each(func(clients, first, last float64) { n += clients * (last - first + 1) })
	return n
}

// each calls f for all topics whose events of the window have the same numbers,
// first to last, and so many clients all together. There are few such stretches
// however many topics there are: what is counted differs by one at most.
func (d due) each(f func(clients, first, last float64)) {
	type numbers struct{ clients, first, last float64 }
	stretches(d.Topics, func(j int) numbers {
		first, last := d.window(j)
		return numbers{d.clients(j), first, last}
	}, func(topics int, n numbers) { f(float64(topics)*n.clients, n.first, n.last) })
}

// stretches calls f for each stretch of the whole numbers below n on which key
// has one value. Key never comes back to a value that it has left.
func stretches[K comparable](n int, key func(int) K, f func(length int, k K)) {
	for from := 0; from < n; {
		k := key(from)
		to := from + 1 + sort.Search(n-from-1, func(i int) bool { return key(from+1+i) != k })
		f(to-from, k)
		from = to
	}
}

// digits is how many decimal digits all numbers from first to last have
// together, a finite last: summed for each power of ten.
func digits(first, last float64) (sum float64) {
	for d, from := 1.0, 0.0; from <= last; d, from = d+1, math.Pow(10, d) {
		sum += d * max(0, min(last, math.Pow(10, d)-1)-max(first, from)+1)
	}
	return sum
}
