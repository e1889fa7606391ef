package path

import (
	"pushbench/scenarios/link"

	"math/rand/v2"
	"time"
)

// A fate is what becomes of a packet.
type fate int

const (
	delivered fate = iota
	lost           // at random, on the line
	dropped        // it found the queue full
)

// A shaper is one direction of a Link without a clock or a device: a queue
// with tail drop, a transmitter of the Link's rate and behind it a line with
// its delay, its jitter and its loss. It must be asked for each packet, in the
// order of their arrival.
type shaper struct {
	link    link.Link
	random  *rand.PCG
	waiting fifo[int64] // when the transmission of each packet in the queue begins
	free    int64       // when the transmitter has finished the last packet
	last    int64       // the last departure
}

// newShaper returns the shaper of a direction, whose number is part of the seed.
func newShaper(l link.Link, direction uint64) *shaper {
	return &shaper{link: l, random: rand.NewPCG(l.Seed, direction)}
}

// next returns the fate of the next packet, which has size bytes and arrives
// at an instant in nanoseconds, not before the one before it. A delivered
// packet departs at the instant due.
//
// A packet that is lost has been transmitted and takes its time from Rate, as
// on a real line. Each packet draws twice whatever becomes of it, so that the
// n-th packet draws the same however the others fared.
func (o *shaper) next(size int, arrival int64) (due int64, f fate) {
	loss, jitter := o.draw(), o.draw()
	finish, ok := o.transmit(size, arrival)
	switch {
	case !ok:
		return 0, dropped
	case loss < o.link.Loss:
		return 0, lost
	}
	due = finish + int64(o.link.Delay) + int64((2*jitter-1)*float64(o.link.Jitter))
	o.last = max(o.last, due)
	return o.last, delivered
}

// draw returns a number uniform on [0, 1).
func (o *shaper) draw() float64 { return float64(o.random.Uint64()>>11) / (1 << 53) }

// transmit returns when the transmission of a packet ends; it begins at once
// or after the last one's. A queue that is full when the packet arrives does
// not take it.
func (o *shaper) transmit(size int, arrival int64) (finish int64, ok bool) {
	if o.link.Rate == 0 {
		return arrival, true
	}
	for o.waiting.len() > 0 && o.waiting.peek() <= arrival {
		o.waiting.pop()
	}
	if o.waiting.len() >= queueLength(o.link) {
		return 0, false
	}
	begin := max(arrival, o.free)
	if begin > arrival {
		o.waiting.push(begin)
	}
	second := int64(time.Second)
	o.free = begin + (int64(size)*second+o.link.Rate-1)/o.link.Rate // rounded up: never faster than Rate
	return o.free, true
}

// queueLength is how many packets may wait for l's rate.
func queueLength(l link.Link) int {
	if l.Queue == 0 {
		return 1000
	}
	return l.Queue
}
