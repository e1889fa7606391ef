package servers

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Serve answers until ctx is done and then lets its clients go: held polls
// are answered, streams end, WebSockets are closed with code 1001. It returns
// when all of its goroutines have ended; clients that are still there after
// 3 s are cut off. The error is nil unless a listener or the backplane failed.
// Behind a backplane it accepts no clients until it has what the other nodes
// have. Call it once.
func (s *Server) Serve(ctx context.Context) error {
	// Requests get a context with a cause, so that held ones learn from it that
	// it is over, and that it is the server's end and not their client's.
	requests, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.http.BaseContext = func(net.Listener) context.Context { return requests }
	var group sync.WaitGroup
	failed := make(chan error, 4)
	if s.node != nil {
		s.node.join(ctx, &group, failed)
	}
	group.Go(func() { failed <- s.http.Serve(s.listener) })
	group.Go(func() { failed <- s.http.Serve(s.returns) })
	if s.tcp != nil {
		group.Go(func() { failed <- s.serveTCP(ctx) })
	}
	if s.o.Page {
		group.Go(func() { s.tick(ctx) })
	}
	s.o.Log.Info("serving", "http", s.ready.HTTP, "tcp", s.ready.TCP, "tls", s.o.TLS)
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	cancel()
	end(errEnding)
	if s.node != nil {
		s.node.end(errEnding)
	}
	s.stop()
	group.Wait()
	return err
}

// errEnding is the cause of a request's context that is done because the
// server ends. A client that has left, or has ended its half of the connection
// after a whole request, is the cause of context.Canceled.
var errEnding = errors.New("the server is shutting down")

// stop closes the listeners, waits for the clients to go and cuts them off
// when the grace period is over.
func (s *Server) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if s.tcp != nil {
		s.tcp.Close()
	}
	// Who is told to leave may connect again at once, and is to find nobody who accepts.
	left := make(chan struct{})
	s.http.RegisterOnShutdown(func() {
		defer close(left)
		s.conns.leave()
	})
	defer func() { <-left }()
	if err := s.http.Shutdown(ctx); err != nil {
		s.o.Log.Warn("cutting off the requests that are left", "after", grace)
		s.http.Close()
	}
	s.work.shut()
	select {
	case <-s.work.empty:
	case <-ctx.Done():
		s.o.Log.Warn("cutting off the connections that are left", "after", grace)
		s.conns.cut()
		<-s.work.empty
	}
}

// connState counts connections. A connection that was taken over by a
// WebSocket is counted down by its own Close.
func (s *Server) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.stats.connections.Add(1)
	case http.StateClosed:
		s.stats.connections.Add(-1)
	}
}

// serveTCP accepts clients of the tcp floor until its listener is closed.
func (s *Server) serveTCP(ctx context.Context) error {
	for {
		nc, err := s.tcp.Accept()
		if err == nil {
			s.stats.connections.Add(1)
			c := s.track(nc)
			if s.worse != nil {
				c.bear(s.worse.burden())
			}
			if !s.work.spawn(func() { s.serveFrames(c) }) {
				c.Close()
			}
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return http.ErrServerClosed
		}
		// Out of descriptors, or a client that left early: both pass.
		s.o.Log.Warn("accepting a tcp client", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// An activity counts what goes on in a server, so that it can be waited for.
type activity struct {
	mu     sync.Mutex
	inside int
	closed bool
	empty  chan struct{} // made by shut; closed when nobody is inside
}

// enter counts one in; false when it is shut.
func (a *activity) enter() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.inside++
	return true
}

// more counts in a goroutine that one which is inside starts.
func (a *activity) more() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inside++
}

func (a *activity) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inside--
	if a.closed && a.inside == 0 {
		close(a.empty)
	}
}

// spawn runs f in a goroutine that counts as inside until f returns. It does
// not run f, and returns false, when it is shut.
func (a *activity) spawn(f func()) bool {
	if !a.enter() {
		return false
	}
	go func() {
		defer a.leave()
		f()
	}()
	return true
}

func (a *activity) shut() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	a.empty = make(chan struct{})
	if a.inside == 0 {
		close(a.empty)
	}
}
