package servers

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// A pump writes each event of a topic to its streams, one after the other, on one goroutine:
// to wake a goroutine for each stream would cost as much as half a write. The streams of a
// topic are shared out among pumps, at most one for each core.
//
// A stream whose client does not take what is written at once gets a goroutine of its own,
// until the client has all there is: see gate.
type pump struct {
	topic *Topic
	work  *activity
	stop  chan struct{} // closed when it has no streams any more

	// Of the goroutine that has the pump.
	changed <-chan struct{} // closed when there is something to write
	next    int             // streams that have yet to get it

	mu      sync.Mutex
	streams []*stream
}

// pumps are those of a topic.
type pumps struct {
	mu  sync.Mutex
	all []*pump
}

// share is how many streams a pump has before the topic takes another one.
const share = 64

// join gives st to a pump. A stream without a gate has one of its own, which may wait for the
// client.
func (t *Topic) join(st *stream) {
	t.pumps.mu.Lock()
	defer t.pumps.mu.Unlock()
	p := t.pumps.least()
	if st.gate == nil || p == nil || len(p.streams) >= share && len(t.pumps.all) < runtime.GOMAXPROCS(0) {
		p = &pump{topic: t, work: &st.s.work, stop: make(chan struct{}), changed: t.View().Changed()}
		if st.gate != nil {
			t.pumps.all = append(t.pumps.all, p)
		}
		p.work.more()
		defer func() { go p.run() }()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	st.pump, st.index = p, len(p.streams)
	p.streams = append(p.streams, st)
}

// least returns the pump with the fewest streams; nil: there is none.
func (ps *pumps) least() *pump {
	if len(ps.all) == 0 {
		return nil
	}
	return slices.MinFunc(ps.all, func(a, b *pump) int { return len(a.streams) - len(b.streams) })
}

// part takes st from its pump, which ends with its last stream.
func (t *Topic) part(st *stream) {
	t.pumps.mu.Lock()
	defer t.pumps.mu.Unlock()
	p := st.pump
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.streams) - 1
	p.streams[st.index] = p.streams[last]
	p.streams[st.index].index = st.index
	p.streams[last] = nil
	p.streams = p.streams[:last]
	if last == 0 {
		close(p.stop)
		t.pumps.all = slices.DeleteFunc(t.pumps.all, func(other *pump) bool { return other == p })
	}
}

// run goes on with the pump until it has no streams or has been handed to another goroutine.
func (p *pump) run() {
	for {
		for st := p.take(); st != nil; st = p.take() {
			if !st.push(p) {
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

// take returns the next stream, nil when all have had their turn. It goes from the last to the
// first, so that a stream that takes the place of one that leaves is not left out. One that
// joins has looked for itself.
func (p *pump) take() *stream {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = min(p.next, len(p.streams))
	if p.next == 0 {
		return nil
	}
	p.next--
	return p.streams[p.next]
}
