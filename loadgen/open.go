package loadgen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// open opens all clients and fills the trial's connection cost. A client
// counts as open after one round trip; with retained events it goes on until
// it has the first one, on every transport alike.
func (s *session) open(ctx context.Context) error {
	before, err := s.afterCollection(ctx)
	if err != nil {
		return err
	}
	if _, err := s.Together.meet(ctx); err != nil {
		return err
	}
	began := clock.Now()
	openAll := s.openAll
	if s.interpreter != nil {
		openAll = s.openProving
	}
	if err := openAll(ctx); err != nil {
		return err
	}
	s.Together.allOpen(s.Slot)
	seconds := time.Duration(clock.Now() - began).Seconds()
	opened, err := s.processes()
	if err != nil {
		return err
	}
	if opened.machine, err = readMachine(); err != nil {
		return err
	}
	if s.Rate == 0 {
		s.headroom(before.machine, opened.machine, seconds)
	}
	if s.interpreter != nil {
		if err := s.prove(ctx); err != nil {
			return err
		}
	}
	if pend := protocols[s.Variant.Transport].pend; pend != nil {
		if err := pend(s, ctx); err != nil {
			return err
		}
	}
	if _, err := s.Together.meet(ctx); err != nil {
		return err
	}
	after, err := s.afterCollection(ctx)
	if err != nil {
		return err
	}
	s.mallocs = after.stats.Mallocs
	c := &s.trial.Connection
	c.Opened = int64(len(s.clients))
	if s.trial.Lacks(results.Opening) == "" {
		c.Seconds = seconds
		c.ServerCPU = float64(opened.server.cpu-before.server.cpu) / 1e9
		c.ClientCPU = float64(opened.self.cpu-before.self.cpu) / 1e9
	}
	if s.Variant.Transport != wire.LongPoll || s.Target.NoFigures == "" { // else nobody tells whether the requests are pending
		c.Held = memory(before, after)
	}
	if s.handshake.RetransmittedIn, err = s.retransmittedIn(); err != nil {
		return errCounters(err)
	}
	s.trial.Handshake = s.handshake.Since(ledger.Books{})
	s.phases()
	return nil
}

// openAll opens the clients, Opening at a time. With session tickets the
// first one goes alone, so that every other finds a ticket.
func (s *session) openAll(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	open := s.opener()
	rest := s.clients
	if s.Variant.On(wire.Resume) {
		if err := s.openInTurn(ctx, open, rest[:1]); err != nil {
			return err
		}
		rest = rest[1:]
	}
	if s.Together != nil {
		for len(rest) > 0 {
			n := min(s.Opening, len(rest))
			if err := s.openInTurn(ctx, open, rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	var first error
	var once sync.Once
	for range min(s.Opening, len(rest)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(rest) {
					return
				}
				if err := s.openOne(ctx, open, rest[i]); err != nil {
					once.Do(func() { first = err })
					cancel()
				}
			}
		})
	}
	workers.Wait()
	if first != nil {
		return first
	}
	return ctx.Err()
}

// openInTurn opens clients at once when it is this trial's turn.
func (s *session) openInTurn(ctx context.Context, open opener, clients []*client) error {
	if err := s.Together.take(ctx, s.Slot); err != nil {
		return err
	}
	defer s.Together.pass()
	errs := make([]error, len(clients))
	var opening sync.WaitGroup
	for i, c := range clients {
		opening.Go(func() { errs[i] = s.openOne(ctx, open, c) })
	}
	opening.Wait()
	return errors.Join(errs...)
}

// opener opens the trial's clients.
func (s *session) opener() opener {
	if s.interpreter != nil {
		return s.interpreter.opener(s.dialer)
	}
	return protocols[s.Variant.Transport].open(s.Options, s.dialer)
}

// noAnswer is the error of a server that has not answered for so long.
type noAnswer time.Duration

func (n noAnswer) Error() string { return fmt.Sprintf("no answer within %s", time.Duration(n)) }

var errTimeout error = noAnswer(openTimeout)

// overdue reports whether the time of ctx was over when there was err: a dialer may set
// the connection's deadline itself, which can be noticed a little before ctx is done.
func overdue(ctx context.Context, err error) bool {
	deadline, _ := ctx.Deadline()
	return ctx.Err() != nil || err != nil && !time.Now().Before(deadline)
}

func (s *session) openOne(ctx context.Context, open opener, c *client) error {
	limit, cancel := context.WithTimeoutCause(ctx, s.answersWithin, noAnswer(s.answersWithin))
	defer cancel()
	err := open(limit, c)
	if err == nil && s.Retained > 0 {
		err = c.wait(limit)
	}
	if c.conn != nil && !c.conn.unwatch() && err == nil {
		err = limit.Err()
	}
	if overdue(limit, err) && ctx.Err() == nil {
		err = noAnswer(s.answersWithin)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("opening client %d: %w%s", c.Client, err, s.interpreter.hint(c, err))
	}
	c.conn.unwatch = nil
	below, err := c.link.counters()
	if err != nil {
		return errCounters(err)
	}
	s.mu.Lock()
	c.addTo(&s.handshake, below)
	s.mu.Unlock()
	if c.stream != nil {
		s.receive(c)
	}
	return s.interpreter.pause(ctx)
}

// phases fills the histograms of opening from the clients' instants.
func (s *session) phases() {
	c := &s.trial.Connection
	for _, cl := range s.clients {
		p := cl.phases
		rec := func(h *results.Histogram, from, to int64) {
			if h.Record(time.Duration(to-from)) != nil {
				s.trial.Deliveries.Negative++
			}
		}
		rec(&c.TCP, p.began, p.tcp)
		if s.trial.Lacks(results.Opening) == "" {
			rec(&c.HTTP, p.tls, cl.opened)
			rec(&c.Open, p.began, cl.opened)
		}
		if p.tls != p.tcp {
			rec(&c.TLS, p.tcp, p.tls)
		}
		if p.resumed {
			c.Resumed++
		}
		if s.Retained > 0 {
			rec(&c.FirstEvent, p.began, cl.first)
		}
	}
}
