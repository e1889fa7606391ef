package backplane

import "sync"

// A Gate is open while a node gets what is published. Else nobody may get what this node
// publishes: it waits. The zero value is shut. Its methods may be called concurrently.
type Gate struct {
	mu   sync.Mutex
	open chan struct{} // closed while it is open; nil: nobody has asked yet
}

// Opened returns a channel that is closed while the gate is open, or when it opens next.
func (g *Gate) Opened() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.current()
}

// Open opens the gate. It may be open.
func (g *Gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c := g.current(); !closed(c) {
		close(c)
	}
}

// Shut shuts the gate. It may be shut.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if closed(g.current()) { // else somebody may be waiting
		g.open = nil
	}
}

func (g *Gate) current() chan struct{} {
	if g.open == nil {
		g.open = make(chan struct{})
	}
	return g.open
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
