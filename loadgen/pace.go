package loadgen

import (
	"time"

	"pushbench/loadgen/clock"
)

// A pace limits how fast a connection is read. It belongs to the goroutine that reads.
type pace struct {
	rate int64           // bytes per second
	over <-chan struct{} // closed when nobody is to wait any more
	due  int64           // when the next read may begin
}

// step is how much time one read stands for.
const step = 20 * time.Millisecond

// piece is how many bytes are read at once.
func (p *pace) piece() int { return int(max(1, p.rate/int64(time.Second/step))) }

// wait waits until the next read may begin, and returns the part of b that it may fill.
func (p *pace) wait(b []byte) []byte {
	if left := time.Duration(p.due - clock.Now()); left > 0 {
		t := time.NewTimer(left)
		defer t.Stop()
		select {
		case <-t.C:
		case <-p.over:
		}
	}
	return b[:min(len(b), p.piece())]
}

// took notes that n bytes have been read at the instant now. What a timer is late by is made up
// for, and what was not there to be read is not.
func (p *pace) took(n int, now int64) {
	p.due = max(p.due, now-int64(step)) + int64(n)*int64(time.Second)/p.rate
}
