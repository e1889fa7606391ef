// Package clock tells the time of a trial. Its instants are of the monotonic
// clock; the stamps of kernels and servers, by the wall clock, become instants.
package clock

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// epoch is the zero of every instant: nanoseconds on the monotonic clock, so
// that an instant is an int64 and costs no memory.
var epoch = time.Now()

// Now is the present instant: nanoseconds on the monotonic clock.
func Now() int64 { return int64(time.Since(epoch)) }

// A Wall converts between instants and the wall clock, by which kernels
// and servers stamp (CLOCK_REALTIME). Its offset is the tightest of several
// readings of the wall clock, each between two of the monotonic clock: a
// thread that is preempted between two clocks widens one bracket and is not
// believed. It is read again while a trial runs, since the wall clock drifts
// and may be set. Make one with NewWall; safe for concurrent use.
type Wall struct {
	offset atomic.Int64 // wall clock less instant, nanoseconds

	mu     sync.Mutex
	first  int64 // the first offset
	width  int64 // of the last bracket: the offset is right to half of it
	at     int64 // Instant of the last reading
	widest int64 // of all brackets that were believed
	steps  int   // times at which the wall clock was set
	step   int64 // the largest of these steps, nanoseconds, without its sign
}

const (
	brackets   = 16                    // readings of which the tightest is believed
	clockEvery = 50 * time.Millisecond // between two readings of the wall clock

	// slewLimit is how fast a wall clock that is not set can move against the
	// monotonic clock: the kernel slews by up to 500 ppm for NTP, and adjtime(3)
	// adds as much.
	slewLimit = 1e-3
)

// NewWall reads the wall clock for the first time.
func NewWall() *Wall {
	c := &Wall{}
	c.first, c.width, c.at = bracketed(readWall)
	c.widest = c.width
	c.offset.Store(c.first)
	return c
}

func readWall() int64 { return time.Now().UnixNano() }

// bracketed reads the wall clock's offset, the width of the bracket in which
// it was read, and when.
func bracketed(wall func() int64) (offset, width, at int64) {
	for i := range brackets {
		before := Now()
		w := wall()
		after := Now()
		if i == 0 || after-before < width {
			offset, width, at = w-(before+after)/2, after-before, after
		}
	}
	return offset, width, at
}

// read reads the wall clock again.
func (c *Wall) read() { c.update(bracketed(readWall)) }

// update takes a new reading, and notices when the wall clock was set since
// the last one.
func (c *Wall) update(offset, width, at int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	moved := offset - c.offset.Load()
	moved = max(moved, -moved)
	if allowed := (width+c.width)/2 + int64(slewLimit*float64(at-c.at)); moved > allowed {
		c.steps++
		c.step = max(c.step, moved)
	}
	c.width, c.at, c.widest = width, at, max(c.widest, width)
	c.offset.Store(offset)
}

// Watch reads the wall clock until ctx is done.
func (c *Wall) Watch(ctx context.Context) {
	t := time.NewTicker(clockEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			c.read()
		case <-ctx.Done():
			return
		}
	}
}

// Instant converts a wall-clock time in nanoseconds since 1970, just past.
func (c *Wall) Instant(unixNano int64) int64 { return unixNano - c.offset.Load() }

// Time is the inverse of Instant: an instant as others on this machine know it.
func (c *Wall) Time(at int64) time.Time { return time.Unix(0, at+c.offset.Load()) }

// Slip is how far the wall clock has moved against the monotonic clock.
func (c *Wall) Slip() time.Duration { return time.Duration(c.offset.Load() - c.first) }

// Steps is how often the wall clock was set, and by how much at most.
func (c *Wall) Steps() (times int, most time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steps, time.Duration(c.step)
}

// WaitUntil waits for the instant at without holding a thread, to about a
// millisecond.
func WaitUntil(ctx context.Context, at int64) error {
	t := time.NewTimer(time.Duration(at - Now()))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
