//go:build linux

package null

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Serve answers until ctx is done and then cuts its clients off. It returns
// when all of its goroutines have ended. The error is nil unless a listener
// failed. Call it once.
//
// While there is a stream and the clients may get events, one thread is busy
// all the time: see push.
func (s *Server) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer s.credit.unmap()
	var group sync.WaitGroup
	failed := make(chan error, 2)
	group.Go(func() { failed <- s.accept(ctx, s.listener, s.answer) })
	if s.tcp != nil {
		group.Go(func() { failed <- s.accept(ctx, s.tcp, s.frames) })
	}
	if s.credit != nil {
		group.Go(func() { s.push(ctx) })
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	cancel()
	s.stop()
	group.Wait()
	s.work.Wait()
	return err
}

// stop closes the listeners and whatever is open.
func (s *Server) stop() {
	s.listener.Close()
	if s.tcp != nil {
		s.tcp.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.Close()
	}
	s.conns = nil
}

// accept has each connection of l served by a goroutine of its own until l is
// closed.
func (s *Server) accept(ctx context.Context, l net.Listener, serve func(*client) error) error {
	for {
		nc, err := l.Accept()
		if err == nil {
			s.start(nc, serve)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("listening on %s: %w", l.Addr(), err)
		}
		// Out of descriptors, or a client that left early: both pass.
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// start serves nc, unless the server is stopping.
func (s *Server) start(nc net.Conn, serve func(*client) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		nc.Close()
		return
	}
	s.conns[nc] = struct{}{}
	s.work.Go(func() {
		_ = serve(&client{Conn: nc, buf: make([]byte, 1024)}) // the client left, or was told
		nc.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, nc) // nothing, when the server is stopping
	})
}
