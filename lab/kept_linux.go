package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"time"

	"pushbench/lab/check"
	"pushbench/lab/process"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// kept are the servers of those targets that have one for all trials, by name. Safe for
// concurrent use.
type kept struct {
	mu      sync.Mutex
	servers map[string]*opened
}

// An opened is a server for one trial.
type opened struct {
	*target.Server
	stop   stop
	served bool                    // clients of others before, and has taken memory for them
	warm   map[wire.Transport]bool // over which it has been warmed up
}

// A stop ends a server after a trial, and is told whether that has failed. The error says
// how the server ended when that was not as asked.
type stop func(failed bool) error

// open returns a server of t, a fresh one if that is asked for and t is started here. A
// target that is warmed up keeps its server all the same: fresh ones are for memory, and what
// one grows by that has been warmed up says nothing about its connections. A server
// that is kept is only ended where it has ended by itself, or where a fresh one needs its
// port; another is started then for the next trial.
func (k *kept) open(ctx context.Context, t target.Target, fresh bool, c target.Conditions, in func(start func() error) error) (opened, error) {
	if fresh = fresh && t.Started() && t.WarmUp() == 0; fresh || !t.Kept() {
		if fresh && t.Kept() && !t.File.Chosen() {
			_ = k.end(t.Name) // where it is still there, its port says so
		}
		s, err := t.Open(ctx, c, in)
		if err != nil {
			return opened{}, err
		}
		return opened{Server: s, stop: func(bool) error { return s.Stop() }, warm: map[wire.Transport]bool{}}, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	s, served := k.servers[t.Name]
	if served && s.Gone() { // since its last trial
		_ = s.Stop()
		served = false
	}
	if !served {
		server, err := t.Open(ctx, c, in)
		if err != nil {
			return opened{}, err
		}
		if k.servers == nil {
			k.servers = map[string]*opened{}
		}
		s = &opened{Server: server, warm: map[wire.Transport]bool{}}
		k.servers[t.Name] = s
	}
	o := *s
	o.served = served || !t.Started()
	o.stop = func(failed bool) error { return k.leave(ctx, t.Name, s.Server, failed) }
	return o, nil
}

// end ends the kept server of that name, if there is one.
func (k *kept) end(name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.servers[name]
	delete(k.servers, name)
	if s == nil {
		return nil
	}
	return s.Stop()
}

// goneWithin is how long after its connections were closed a server may be there.
const goneWithin = 200 * time.Millisecond

// departing gives a server that may have ended the time until that is known.
func departing(s *target.Server) {
	limit := time.NewTimer(goneWithin)
	defer limit.Stop()
	select {
	case <-s.Exited():
	case <-limit.C:
	}
}

// leave ends a kept server that has ended by itself, as it may have where a trial failed. One
// that goes on is to notice now that its clients have left, and not in the next trial.
func (k *kept) leave(ctx context.Context, name string, s *target.Server, failed bool) error {
	_ = s.Signal(syscall.SIGCONT) // the trial may have ended while the server was paused
	if failed {
		departing(s)
	}
	if !s.Gone() {
		err := check.Farewell(ctx, check.Server{Name: name, Address: s.HTTP, Dialect: s.Dialect, Cert: s.Cert})
		if err != nil && ctx.Err() == nil {
			departing(s)
		}
	}
	if !s.Gone() {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.servers, name)
	return s.Stop()
}

// close ends all that are kept. How they end is no part of a trial.
func (k *kept) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.servers {
		_ = s.Stop()
	}
	k.servers = nil
}

// askTarget starts t, finds out what it can tell and over which transports it cannot be
// measured and, unless it is kept, stops it. Our own servers are not asked: they can tell
// everything. The error says that it does not start, does not get ready or does not answer.
func (r *Runner) askTarget(ctx context.Context, t target.Target) (known results.Target, err error) {
	if t.Own() {
		return results.Target{Name: t.Name}, nil
	}
	linked := t
	if linked.Command, _, err = t.Linked(ctx, 1); err != nil {
		return known, err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("target %s: %w", t.Name, err)
		}
	}()
	open := func() (opened, error) {
		return r.kept.open(ctx, linked, false, target.Conditions{Host: "127.0.0.1", Heartbeat: 15 * time.Second, History: 1024, Topics: 1, Memory: 256}, nil)
	}
	s, err := open()
	if err != nil {
		return known, err
	}
	r.remote = r.remote || s.Remote()
	known, err = t.Ask(ctx, s.Server)
	for _, on := range r.tried(t) {
		if err != nil {
			break
		}
		wrong := r.tryOut(ctx, t, s.Server, on)
		if wrong == nil || ctx.Err() != nil {
			continue
		}
		departing(s.Server)
		if end := s.stop(true); errors.Is(end, process.ErrByItself) {
			wrong = end
		}
		r.refused[way{t.Name, on}] = wrong.Error()
		if s, err = open(); err != nil {
			return known, err
		}
	}
	err = errors.Join(err, ctx.Err())
	// A described server that has to be killed is a warning in each trial.
	if end := s.stop(err != nil); err == nil && end != nil && (t.File == nil || errors.Is(end, process.ErrByItself)) {
		err = end
	}
	return known, err
}

// tryOut says why t, of which s is a server, cannot be measured over a transport: events
// do not come in order, each once. Nothing is wrong that its file knows of.
func (r *Runner) tryOut(ctx context.Context, t target.Target, s *target.Server, on wire.Transport) error {
	if slices.ContainsFunc(t.File.Known, func(k targets.Known) bool { return k.Fact == check.Order(on) }) {
		return nil
	}
	return check.Basis(ctx, check.Server{Name: t.Name, Address: s.HTTP, Dialect: s.Dialect, Cert: s.Cert}, on)
}
