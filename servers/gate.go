package servers

import "sync"

// A gate is where a pump and a connection meet: the pump goes through it to write, and as
// soon as a write on the connection has to wait for the client, whoever's it is, the pump is
// handed to another goroutine. So a pump waits for no client: not in its own write, and not
// for a lock that another writer of the connection holds meanwhile.
type gate struct {
	mu      sync.Mutex
	waiting int   // writes that wait for the client
	pump    *pump // that has gone in and has not come out
}

// enter lets a pump in, unless a write waits for the client.
func (g *gate) enter(p *pump) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting > 0 {
		return false
	}
	g.pump = p
	return true
}

// exit lets the pump out that went in. False: it was handed on meanwhile.
func (g *gate) exit() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	kept := g.pump != nil
	g.pump = nil
	return kept
}

// wait is called when a write begins to wait for the client.
func (g *gate) wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting++
	if g.pump != nil {
		go g.pump.run()
		g.pump = nil
	}
}

// done is called when a write that waited is over.
func (g *gate) done() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting--
}
