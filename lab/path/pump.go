//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// A pump carries packets from one TUN device to another as an shaper says.
type pump struct {
	from, to *os.File
	shaper   *shaper
	line     *line
	alarm    *alarm

	mu   sync.Mutex
	cut  bool
	seen Direction
	late time.Duration // sum over the departures
	err  error         // why the pump stopped before its devices were closed
}

func newPump(from, to *os.File, l link.Link, direction uint64) (*pump, error) {
	a, err := newAlarm()
	if err != nil {
		return nil, err
	}
	return &pump{from: from, to: to, shaper: newShaper(l, direction), line: newLine(l.Largest()), alarm: a}, nil
}

// collect reads packets until the device is closed.
func (p *pump) collect() {
	defer p.line.close()
	buf := p.line.buffer()
	for {
		n, err := p.from.Read(buf)
		if err != nil {
			p.fail(err)
			return
		}
		due, f := p.shaper.next(n, now())
		p.count(n, f)
		if f == delivered {
			p.line.push(packet{buf, n, due})
			buf = p.line.buffer()
		}
	}
}

// emit writes the packets when they are due, until the line is closed.
func (p *pump) emit() {
	defer p.line.close()
	for {
		k, ok := p.line.pop()
		if !ok {
			return
		}
		if err := p.alarm.sleepUntil(k.due); err != nil {
			p.fail(err)
			return
		}
		if p.depart(k) {
			_, err := p.to.Write(k.buf[:k.size])
			if errors.Is(err, os.ErrClosed) {
				return
			}
			p.arrive(k.size, err)
		}
		p.line.recycle(k.buf)
	}
}

func (p *pump) count(size int, f fate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen.Packets++
	p.seen.Bytes += int64(size)
	switch f {
	case lost:
		p.seen.Lost++
	case dropped:
		p.seen.Dropped++
	}
}

// depart counts a packet that leaves the line, and tells whether there still
// is one.
func (p *pump) depart(k packet) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		p.seen.Cut++
		return false
	}
	late := time.Duration(now() - k.due)
	p.late += late
	p.seen.LateMax = max(p.seen.LateMax, late)
	return true
}

func (p *pump) arrive(size int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.seen.Refused++
		return
	}
	p.seen.Delivered++
	p.seen.DeliveredBytes += int64(size)
}

func (p *pump) sever() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
}

// fail keeps the first error that is not Close's doing.
func (p *pump) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil && !errors.Is(err, os.ErrClosed) {
		p.err = err
	}
}

// failure returns why the pump stopped, if it did before Close.
func (p *pump) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		return nil
	}
	return fmt.Errorf("tunnel: %w", p.err)
}

func (p *pump) stats() Direction {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.seen
	if n := d.Delivered + d.Refused; n > 0 {
		d.LateMean = p.late / time.Duration(n)
	}
	return d
}
