package loadgen

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	if err := s.front.empty(); err != nil {
		return err
	}
	if _, err := s.meet(ctx, Empty); err != nil {
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
	s.opening = [2]int64{began, clock.Now()}
	seconds := time.Duration(s.opening[1] - began).Seconds()
	opened, err := s.opened(before, seconds)
	if err != nil {
		return err
	}
	if _, err := s.meet(ctx, Opened); err != nil {
		return err
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
	if _, err := s.meet(ctx, Held); err != nil {
		return err
	}
	after, err := s.afterCollection(ctx)
	if err != nil {
		return err
	}
	if err := s.front.held(s.trial); err != nil {
		return err
	}
	if err := s.openSlow(ctx); err != nil {
		return err
	}
	c := &s.trial.Connection
	c.Opened = int64(len(s.clients))
	if s.trial.Lacks(results.Opening) == "" {
		c.Seconds = seconds
	}
	s.cost(before, opened, after)
	if s.handshake.RetransmittedIn, err = s.retransmittedIn(); err != nil {
		return errCounters(err)
	}
	s.trial.Handshake = s.handshake.Since(ledger.Books{})
	s.phases()
	return nil
}

// opened reads the footprint when all clients are open, seconds after the first connect.
func (s *session) opened(before footprint, seconds float64) (opened footprint, err error) {
	if opened, err = s.processes(); err != nil {
		return opened, err
	}
	if opened.machine, err = readMachine(); err != nil {
		return opened, err
	}
	if s.Rate == 0 {
		s.headroom(before.machine, opened.machine, seconds)
	}
	return opened, nil
}

// cost fills what it cost to open all connections, and what it costs to hold them.
func (s *session) cost(before, opened, after footprint) {
	s.mallocs = after.stats.Mallocs
	c := &s.trial.Connection
	if s.trial.Lacks(results.Opening) == "" {
		c.ServerCPU = float64(opened.server.cpu-before.server.cpu) / 1e9
		c.ClientCPU = float64(opened.self.cpu-before.self.cpu) / 1e9
	}
	told := s.Target.NoFigures == "" || s.divided() // else nobody tells whether the requests are pending
	if s.Variant.Transport != wire.LongPoll || told {
		c.Held = memory(before, after, s.endsHere())
	}
}

// openAll opens the links, Opening at a time. With session tickets the first one
// goes alone, so that every other finds a ticket.
func (s *session) openAll(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	open := s.opener()
	if s.recovery != nil {
		s.recovery.open = open
	}
	rest := slices.Collect(slices.Chunk(s.clients, max(1, s.Variant.Number(wire.Streams))))
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
				if err := s.openLink(ctx, open, rest[i]); err != nil {
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

// openInTurn opens links at once when it is this trial's turn.
func (s *session) openInTurn(ctx context.Context, open opener, links [][]*client) error {
	if err := s.Together.take(ctx, s.Slot); err != nil {
		return err
	}
	defer s.Together.pass()
	errs := make([]error, len(links))
	var opening sync.WaitGroup
	for i, sharers := range links {
		opening.Go(func() { errs[i] = s.openLink(ctx, open, sharers) })
	}
	opening.Wait()
	return errors.Join(errs...)
}

// openLink opens the clients of one link, one after the other. The goroutine of one
// of them reads for all, from when all are open.
func (s *session) openLink(ctx context.Context, open opener, sharers []*client) error {
	for _, c := range sharers {
		if err := s.openOne(ctx, open, c); err != nil {
			return err
		}
	}
	if c := sharers[0]; c.stream != nil {
		s.receive(c)
	}
	return s.interpreter.pause(ctx)
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
	if err := s.connect(ctx, open, c); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("opening client %d: %w%s%s", c.Client, err, s.interpreter.hint(c, err), s.front.hint(err))
	}
	below, err := c.link.counters()
	if err != nil {
		return errCounters(err)
	}
	s.mu.Lock()
	c.addTo(&s.handshake, below)
	if s.isOpen++; s.isOpen%openStep == 0 {
		s.progress(float64(s.isOpen)/float64(len(s.clients)), 0)
	}
	s.mu.Unlock()
	return nil
}

// openStep is how many clients are opened from one report of progress to the next.
const openStep = 256

// opensIn is about how long it takes to open a client, for the progress.
const opensIn = 300 * time.Microsecond

// progress reports how far the trial is when such a share of the clients is open, and so much
// of warm-up and window has passed.
func (s *session) progress(open float64, passed time.Duration) {
	opening, rest := float64(s.Clients)*opensIn.Seconds(), (s.Warmup + s.Window).Seconds()
	s.Progress(max(0, min(1, (open*opening+passed.Seconds())/(opening+rest))))
}

// connect opens c within the time that a client may take.
func (s *session) connect(ctx context.Context, open opener, c *client) error {
	limit, cancel := context.WithTimeoutCause(ctx, s.answersWithin, noAnswer(s.answersWithin))
	defer cancel()
	err := open(limit, c)
	if err == nil && s.Retained > 0 {
		err = c.wait(limit)
	}
	if err == nil && s.Send > 0 {
		err = s.openUplink(limit, c)
	}
	if c.conn != nil && !c.conn.unwatch() && err == nil {
		err = limit.Err()
	}
	if overdue(limit, err) && ctx.Err() == nil {
		err = noAnswer(s.answersWithin)
	}
	if err == nil {
		c.conn.unwatch = nil
	}
	return err
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
		if !p.joined {
			rec(&c.TCP, p.began, p.tcp)
		}
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
