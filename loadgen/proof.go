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
	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
)

// A proof is an event with the number 0, which is in no figure: when it has come to a
// client, the client's subscription is made. Only that proves it, for many servers send
// the head of an answer with the first event, or before they take a subscriber in.
type proof struct {
	waiting  []waiting              // by topic
	delay    atomic.Int64           // nanoseconds from the last one to the next
	soon     chan struct{}          // wakes who waits for the next one to be due: it is sooner
	opening  atomic.Bool            // clients wait for one in turn
	heardAt  atomic.Int64           // when a client got one
	quiet    atomic.Bool            // all clients are proved: nobody asks any more when one was heard
	answered atomic.Pointer[string] // the page by which the server answered to the last one; nil: it did not
}

// waiting is what proofs there are for in one topic.
type waiting struct {
	clients   atomic.Int32 // that have no proof yet
	published atomic.Int64 // proofs
}

// prepare makes p ready for so many topics.
func (p *proof) prepare(topics int) {
	p.waiting, p.soon = make([]waiting, topics), make(chan struct{}, 1)
}

// wanted reports whether a client of the topic waits for a proof, of which there is one
// more then. In other topics they would only be a burden.
func (p *proof) wanted(topic int) bool {
	w := &p.waiting[topic]
	if w.clients.Load() == 0 {
		return false
	}
	w.published.Add(1)
	return true
}

// Each proof is published so much later than the last one, and the next twice as late;
// while clients are opened, soon for each of them. After the last one no proof may come
// for a while.
const (
	firstProof = 5 * time.Millisecond
	lastProof  = 250 * time.Millisecond
	settled    = 300 * time.Millisecond
)

// next has the next proof come soon, for the next client.
func (p *proof) next() {
	if p.delay.Swap(int64(firstProof)) <= int64(firstProof) {
		return
	}
	select {
	case p.soon <- struct{}{}:
	default:
	}
}

// said is what an error says of the page by which the server answered.
func (p *proof) said() string {
	if words := p.answered.Load(); words != nil {
		return "; the request to publish was answered with a page: " + *words
	}
	return ""
}

// A prover publishes proofs.
type prover interface {
	// prove publishes one in each topic that wants one, and waits for the server to take it.
	prove(ctx context.Context) error
}

// whileProving calls f while proofs are published. The context of f is done, too, when
// they no longer can be, which is the error then. A server that has events of its own
// needs none.
func (s *session) whileProving(ctx context.Context, f func(context.Context) error) error {
	p, ok := s.publisher.(prover)
	if !ok {
		return f(ctx)
	}
	s.interpreter.next()
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	over := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		if err := s.interpreter.keepProving(inner, over, p); err != nil {
			cancel(fmt.Errorf("publishing an event to prove a subscription: %w", err))
		}
	})
	err := f(inner)
	if close(over); err != nil {
		cancel(err) // a request to publish may never be answered
	}
	work.Wait()
	if cause := context.Cause(inner); cause != nil && ctx.Err() == nil {
		return cause // what failed first
	}
	return err
}

// keepProving publishes proofs until it is over or ctx is done, which interrupts a
// request to publish. It publishes none while clients still hear the last one: a server
// that is slow to reach all of them would fall behind more and more.
func (f *interpreter) keepProving(ctx context.Context, over <-chan struct{}, p prover) error {
	for {
		delay := f.delay.Load()
		wait := time.NewTimer(time.Duration(delay))
		select {
		case <-over:
			wait.Stop()
			return nil
		case <-ctx.Done():
			wait.Stop()
			return nil
		case <-f.soon:
			wait.Stop()
			continue
		case <-wait.C:
		}
		if clock.Now()-f.heardAt.Load() < delay {
			continue
		}
		f.delay.CompareAndSwap(delay, min(2*delay, int64(lastProof)))
		if err := p.prove(ctx); err != nil {
			return err
		}
	}
}

// openProving opens all clients, while proofs are published where a client may need one
// to be opened at all.
func (s *session) openProving(ctx context.Context) error {
	f := s.interpreter
	if !f.opensByEvent() {
		return s.openAll(ctx)
	}
	f.opening.Store(true)
	defer f.opening.Store(false)
	return s.whileProving(ctx, s.openAll)
}

// opensByEvent reports whether a client may count as open only when something has come
// for which an event must be published.
func (f *interpreter) opensByEvent() bool {
	opened := f.opened()
	return f.transport == wire.LongPoll || opened == dialect.AtEvent || opened == dialect.AtByte
}

// unproved is the error of a server that has not let an event through for so long.
type unproved time.Duration

func (u unproved) Error() string {
	return fmt.Sprintf("no event came through within %s", time.Duration(u))
}

// unsettled is the error of a server that goes on with events for so long after all
// clients had one.
type unsettled time.Duration

func (u unsettled) Error() string {
	return fmt.Sprintf("the events that prove the subscriptions still came after %s", time.Duration(u))
}

// prove waits until an event has come to each client, and until no more proofs come.
func (s *session) prove(ctx context.Context) error {
	limit, cancel := context.WithTimeoutCause(ctx, s.answersWithin, unproved(s.answersWithin))
	defer cancel()
	err := s.whileProving(limit, s.allProved)
	if err == nil {
		err = s.settle(ctx)
	}
	s.interpreter.quiet.Store(true)
	return err
}

// allProved waits for each client. Those that ask do so until they are answered with an
// event, all at a time.
func (s *session) allProved(ctx context.Context) error {
	if s.interpreter.ask() == nil {
		for _, c := range s.clients {
			if err := s.awaitProof(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}
	return s.eachClient(ctx, (*client).askUntilProved)
}

// awaitProof waits for an event that the server pushes to c.
func (s *session) awaitProof(ctx context.Context, c *client) error {
	for !c.listener.proved.Load() {
		select {
		case err := <-s.rec.Broken:
			return err
		default:
		}
		if err := clock.WaitUntil(ctx, clock.Now()+int64(time.Millisecond)); err != nil {
			return s.withoutProof(ctx, c, err)
		}
	}
	return nil
}

// withoutProof says which client has no event, and what it has got instead, or that it
// has too many.
func (s *session) withoutProof(ctx context.Context, c *client, err error) error {
	var none unproved
	var many unsettled
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &none):
		err = fmt.Errorf("%w%s%s", none, c.listener.why(), s.interpreter.said())
	case errors.As(cause, &many):
		err = many
	}
	return fmt.Errorf("client %d: %w", c.Client, err)
}

// settle waits until no client has got a proof for some time, so that none comes in the
// time that is measured. Clients that ask go on with it until then.
func (s *session) settle(ctx context.Context) error {
	limit := s.answersWithin + settled
	ctx, cancel := context.WithTimeoutCause(ctx, limit, unsettled(limit))
	defer cancel()
	f := s.interpreter
	f.heardAt.Store(clock.Now())
	switch {
	case f.emits():
		return nil
	case f.transport == wire.Polling:
		return s.eachClient(ctx, (*client).takeProofs)
	case f.transport == wire.LongPoll:
		return s.eachClient(ctx, (*client).pendSettled)
	}
	for clock.Now() < f.settledAt() {
		if clock.WaitUntil(ctx, f.settledAt()) != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// settledAt is until when to wait for more proofs.
func (p *proof) settledAt() int64 { return p.heardAt.Load() + int64(settled) }

// eachClient calls f for all clients at a time. The error is the first client's that has
// one, and says which.
func (s *session) eachClient(ctx context.Context, f func(*client, context.Context) error) error {
	errs := make([]error, len(s.clients))
	var work sync.WaitGroup
	for i, c := range s.clients {
		work.Go(func() { errs[i] = f(c, ctx) })
	}
	work.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return s.withoutProof(ctx, s.clients[i], errs[i])
	}
	return nil
}
