package servers

import (
	"sync"
	"sync/atomic"
)

// An outlet is where one client of a topic is written to: by the topic's pump, by timers, by who
// reads from the client, and by a goroutine of its own while the client does not keep up: by one
// of them at a time, who holds mu. What becomes due meanwhile is left to that one.
type outlet struct {
	to    writer
	gate  *gate // of its connection; nil: a write may wait at any time without a word
	pump  *pump // under mu; nil: none has it
	index int   // among the pump's outlets

	due atomic.Bool // there may be something to write
	mu  sync.Mutex
}

// A writer writes all that is due to a client. It may wait for the client. The caller holds the
// outlet's mu.
type writer interface{ write() }

// push writes what is due for a pump. It returns false when the pump was handed to another
// goroutine, because the client did not take it at once.
func (o *outlet) push(p *pump) (kept bool) {
	o.due.Store(true)
	for o.due.Load() && o.mu.TryLock() {
		if o.gate == nil {
			o.write()
			o.mu.Unlock()
			continue
		}
		// One that has left p has left its gate, too: the connection may be another outlet's by now.
		if o.pump != p || !o.gate.enter(p) {
			go o.rest()
			return true
		}
		o.write()
		kept := o.gate.exit()
		o.mu.Unlock()
		if !kept {
			o.turn()
			return false
		}
	}
	return true
}

// turn writes what is due, unless somebody else does. It may wait for the client.
func (o *outlet) turn() {
	for o.due.Load() && o.mu.TryLock() {
		o.write()
		o.mu.Unlock()
	}
}

// A reader locks an outlet for who reads from its client: what becomes due meanwhile is written
// when it is let go of.
type reader struct{ *outlet }

func (r reader) Lock() { r.mu.Lock() }

func (r reader) Unlock() {
	r.mu.Unlock()
	r.turn()
}

// rest is turn for who has locked mu already.
func (o *outlet) rest() {
	o.write()
	o.mu.Unlock()
	o.turn()
}

func (o *outlet) write() {
	o.due.Store(false)
	o.to.write()
}
