package servers

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// A pump writes each event of a topic to its outlets, one after the other, on one goroutine:
// to wake a goroutine for each client would cost as much as half a write. The outlets of a
// topic are shared out among pumps, at most one for each core.
//
// An outlet whose client does not take what is written at once gets a goroutine of its own,
// until the client has all there is: see gate.
type pump struct {
	topic *Topic
	work  *activity
	stop  chan struct{} // closed when it has no outlets any more

	// Of the goroutine that has the pump.
	changed <-chan struct{} // closed when there is something to write
	next    int             // outlets that have yet to get it

	mu      sync.Mutex
	outlets []*outlet
}

// pumps are those of a topic.
type pumps struct {
	mu  sync.Mutex
	all []*pump
}

// share is how many outlets a pump has before the topic takes another one.
const share = 64

// join gives o, whose mu the caller holds, to a pump. An outlet without a gate has one of its own,
// which may wait for the client. The caller is inside work, and so is the pump.
func (t *Topic) join(o *outlet, work *activity) {
	t.pumps.mu.Lock()
	defer t.pumps.mu.Unlock()
	p := t.pumps.least()
	if o.gate == nil || p == nil || len(p.outlets) >= share && len(t.pumps.all) < runtime.GOMAXPROCS(0) {
		p = &pump{topic: t, work: work, stop: make(chan struct{}), changed: t.View().Changed()}
		if o.gate != nil {
			t.pumps.all = append(t.pumps.all, p)
		}
		p.work.more()
		defer func() { go p.run() }()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	o.pump, o.index = p, len(p.outlets)
	p.outlets = append(p.outlets, o)
}

// least returns the pump with the fewest outlets; nil: there is none.
func (ps *pumps) least() *pump {
	if len(ps.all) == 0 {
		return nil
	}
	return slices.MinFunc(ps.all, func(a, b *pump) int { return len(a.outlets) - len(b.outlets) })
}

// part takes o, whose mu the caller holds, from its pump, which ends with its last outlet.
func (t *Topic) part(o *outlet) {
	t.pumps.mu.Lock()
	defer t.pumps.mu.Unlock()
	p := o.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.outlets) - 1
	p.outlets[o.index] = p.outlets[last]
	p.outlets[o.index].index = o.index
	p.outlets[last] = nil
	p.outlets = p.outlets[:last]
	o.pump = nil
	if last == 0 {
		close(p.stop)
		t.pumps.all = slices.DeleteFunc(t.pumps.all, func(other *pump) bool { return other == p })
	}
}

// run goes on with the pump until it has no outlets or has been handed to another goroutine.
func (p *pump) run() {
	for {
		for o := p.take(); o != nil; o = p.take() {
			if !o.push(p) {
				return
			}
		}
		select {
		case <-p.changed:
		case <-p.stop:
			p.work.leave()
			return
		}
		p.changed, p.next = p.topic.View().Changed(), math.MaxInt
	}
}

// take returns the next outlet, nil when all have had their turn. It goes from the last to the
// first, so that an outlet that takes the place of one that leaves is not left out. One that
// joins has looked for itself.
func (p *pump) take() *outlet {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = min(p.next, len(p.outlets))
	if p.next == 0 {
		return nil
	}
	p.next--
	return p.outlets[p.next]
}
