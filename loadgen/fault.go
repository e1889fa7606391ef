package loadgen

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Fault befalls the clients' connections, or the proxy that has them, in mid-trial. The zero
// value is none. A trial with a fault has a Reconnect, too.
type Fault struct {
	Kind  string        // results.FaultCut, results.FaultRestart or results.FaultReload; empty: none
	After time.Duration // from the beginning of the window
	Share float64       // of a cut: of the clients, those with the lowest numbers; 0: all of them

	// Do, of a restart, ends the server and starts it again at the same addresses, and returns
	// when the server is ready again. Of a reload it has the proxy reload its configuration, and
	// returns when that is done. A cut needs none.
	Do func(ctx context.Context) error
}

// aftermath is how long after a fault the server's CPU time is measured on its own.
const aftermath = time.Second

// problem says why there can be no such fault in a trial with these options.
func (f *Fault) problem(o *Options) error {
	switch {
	case f.Kind == "":
		return nil
	case !slices.Contains([]string{results.FaultCut, results.FaultRestart, results.FaultReload}, f.Kind):
		return fmt.Errorf("unknown fault %q: it is %s, %s or %s", f.Kind, results.FaultCut, results.FaultRestart, results.FaultReload)
	case o.Reconnect == nil:
		return errors.New("a fault needs clients that reconnect")
	case f.After <= 0 || f.After+aftermath > o.Window:
		return fmt.Errorf("the fault is %s into the window, which is to last for %s more: it lasts %s",
			f.After, aftermath, o.Window)
	case f.Share < 0 || f.Share > 1:
		return fmt.Errorf("the share of clients whose connections are cut is between 0 and 1, not %g", f.Share)
	case f.Kind == results.FaultCut:
		return nil
	case f.Kind == results.FaultReload && o.Target.Front == nil:
		return errors.New("a proxy reloads its configuration, and there is none")
	case f.Kind == results.FaultRestart && o.Target.Front != nil:
		return errors.New("what a proxy answers while the server is started again is not measured: a fault behind a proxy is a cut, or a reload")
	case f.Do == nil:
		return fmt.Errorf("nobody does the %s", f.Kind)
	case f.Kind == results.FaultReload:
		return nil
	case o.Variant.On(wire.TLS):
		return errors.New("a server that is started again has another certificate, which the clients do not trust")
	case o.Variant.Transport == wire.TCP:
		return errors.New("clients of the tcp floor cannot tell a server that was started again from the one before")
	}
	return nil
}

// problem says why clients cannot come back in a trial with these options.
func (r *Reconnect) problem(o *Options) error {
	http := o.Variant.Word(wire.HTTP)
	switch {
	case r == nil:
		return nil
	case http == "2":
		return errors.New("clients over HTTP/2 do not survive the loss of their connection")
	case http == "1.0" && o.Variant.Transport != wire.SSE:
		return errors.New("clients with a connection for each request have none that could be lost")
	}
	return nil
}

// record is the fault as a record has it; nil: none.
func (f *Fault) record() *results.Fault {
	if f.Kind == "" {
		return nil
	}
	return &results.Fault{Kind: f.Kind, After: f.After.Seconds(), Share: f.Share}
}

// befalls is how many of n clients lose their connection, or may lose it.
func (f *Fault) befalls(n int) int {
	if f.Kind != results.FaultCut || f.Share == 0 {
		return n
	}
	return max(1, int(math.Round(f.Share*float64(n))))
}

// inflict waits for the moment of the fault, has it happen, and measures what the server
// does in the second after it. By then all clients must have begun with the window, except
// those of polling, which do so by their schedule.
func (s *session) inflict(ctx context.Context) error {
	if clock.WaitUntil(ctx, s.rec.From+int64(s.Fault.After)) != nil {
		return nil
	}
	if s.Variant.Transport != wire.Polling && !s.await(ctx, 0, s.lastTimeout()) && ctx.Err() == nil {
		return errors.New("clients were in the middle of a message when the fault was due, since the window began")
	}
	var load *group
	var before int64
	if s.server != nil {
		var err error
		if load, err = newGroup(&s.Target); err == nil {
			before, err = load.cpu()
		}
		if err != nil {
			return fmt.Errorf("server process: %w", err)
		}
	}
	at := clock.Now()
	s.recovery.at.Store(at)
	if err := s.befall(ctx); err != nil {
		return err
	}
	if clock.WaitUntil(ctx, at+int64(aftermath)) != nil || load == nil {
		return nil
	}
	after, err := load.cpu()
	if err != nil {
		return fmt.Errorf("server process: %w", err)
	}
	s.recovery.mu.Lock()
	defer s.recovery.mu.Unlock()
	s.recovery.got.ServerCPU = time.Duration(after - before).Seconds()
	return nil
}

// befall does what the fault is.
func (s *session) befall(ctx context.Context) error {
	switch s.Fault.Kind {
	case results.FaultRestart:
		return s.restart(ctx)
	case results.FaultReload:
		return s.Fault.Do(ctx)
	}
	var all []ends
	struck := s.Fault.befalls(s.Clients)
	for _, c := range s.clients {
		if c.Client >= struck {
			continue // of the other parts of the trial some have lower numbers
		}
		c.mu.Lock()
		all = append(all, endsOf(c.conn.tcp))
		c.mu.Unlock()
	}
	if s.Target.Inside != nil {
		return s.Target.Inside(func() error { return sever(all) })
	}
	return sever(all)
}

// overcome waits until all that is measured of the fault is, or an invariant is broken.
func (s *session) overcome(ctx context.Context, inflicted <-chan struct{}) error {
	select {
	case <-inflicted:
		return nil
	case err := <-s.rec.Broken:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
