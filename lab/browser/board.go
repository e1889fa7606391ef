//go:build linux

package browser

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// A sender is a connection, by the browser's address, over which requests of a route came.
type sender struct{ route, address string }

// A board counts what a server has open.
type board struct {
	mu          sync.Mutex
	asked       map[string]int       // requests by their route, since the start
	held        map[string]int       // those that are not answered to the end
	from        map[sender]int       // the same, by the connection, too
	latest      map[string]time.Time // when the newest one of them came
	accepted    int                  // connections, since the start
	connections map[net.Conn]struct{}
	changed     chan struct{} // closed and made anew with each change
}

func newBoard() *board {
	return &board{
		asked: map[string]int{}, held: map[string]int{}, from: map[sender]int{}, latest: map[string]time.Time{}, connections: map[net.Conn]struct{}{},
		changed: make(chan struct{}),
	}
}

// change does something to the counts.
func (b *board) change(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
	close(b.changed)
	b.changed = make(chan struct{})
}

// opened counts a request, which came from an address, until what it returns is called.
func (b *board) opened(route, address string) (closed func()) {
	by := sender{route, address}
	b.change(func() { b.asked[route]++; b.held[route]++; b.from[by]++; b.latest[route] = time.Now() })
	return func() {
		b.change(func() {
			b.held[route]--
			if b.from[by]--; b.from[by] == 0 {
				delete(b.from, by)
			}
		})
	}
}

// A tally is what a board has counted at one moment.
type tally struct {
	asked, held, accepted int
	connections           int // that are open
	carrying              int // that carry what is held: a browser may have others that it does not need
	latest                time.Time
}

func (b *board) look(route string) (tally, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := tally{asked: b.asked[route], held: b.held[route], accepted: b.accepted, connections: len(b.connections), latest: b.latest[route]}
	for by := range b.from {
		if by.route == route {
			t.carrying++
		}
	}
	return t, b.changed
}

// settle waits until enough, which may be nil, is true of the tally of a route, or until
// nothing has changed for the quiet time, and returns the tally.
func (b *board) settle(ctx context.Context, route string, quiet time.Duration, enough func(tally) bool) (tally, error) {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		now, changed := b.look(route)
		if enough != nil && enough(now) {
			return now, nil
		}
		timer.Reset(quiet)
		select {
		case <-changed:
		case <-timer.C:
			return now, nil
		case <-ctx.Done():
			return now, context.Cause(ctx)
		}
	}
}

func (b *board) closeConnections() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.connections {
		_ = c.(*countedConn).TCPConn.Close() // what counts it down is called by who has it
	}
}

// A countedListener counts the connections that it accepts.
type countedListener struct {
	net.Listener
	counts *board
}

func (l *countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil, errors.New("not a TCP connection")
	}
	counted := &countedConn{TCPConn: tcp, counts: l.counts}
	l.counts.change(func() {
		l.counts.accepted++
		l.counts.connections[counted] = struct{}{}
	})
	return counted, nil
}

// A countedConn is open until it is closed on this side, which is as soon as the other side
// has closed it.
type countedConn struct {
	*net.TCPConn
	counts *board
}

func (c *countedConn) Close() error {
	c.counts.change(func() { delete(c.counts.connections, c) })
	return c.TCPConn.Close()
}
