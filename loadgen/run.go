package loadgen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// lead is how long before the schedule begins the clients of polling start to
// ask; it covers the start of the publisher.
const lead = 20 * time.Millisecond

// openTimeout bounds the opening of one connection, drainTimeout the wait for
// the last deliveries beyond what the variant's own interval allows.
const (
	openTimeout  = 20 * time.Second
	drainTimeout = 3 * time.Second
)

// Run carries out one trial against a server on which nothing was published
// yet. It fills everything in the trial but Scenario, Sweep, Point and Number.
//
// The error is for a trial that could not be carried out: bad options, no
// server, ctx done. A broken invariant (an event that came twice, out of
// order or not at all, a lost connection, a ledger that does not balance)
// ends the trial too, but gives a trial whose Failed names it.
//
// Run blocks until every goroutine it started has ended and every connection
// is closed. It may be called concurrently, though trials that share a machine
// disturb each other.
func Run(ctx context.Context, o Options) (*results.Trial, error) {
	if err := o.prepare(); err != nil {
		return nil, err
	}
	offsets, err := Schedule(o.Rate, o.Arrival, o.Burst, o.Spacing, o.Warmup, o.Window, o.Seed)
	if err != nil {
		return nil, err
	}
	s, err := newSession(&o, offsets)
	if err != nil {
		return nil, err
	}
	defer s.inside.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	s.publisher, err = newPublisher(ctx, s.rec, s.web, o.Topics, o.Payload)
	if err != nil {
		return nil, err
	}
	defer s.publisher.close()
	if err := s.publisher.retained(ctx); err != nil {
		return nil, err
	}
	defer s.hangUp()
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	if err := s.measure(ctx, offsets); err != nil {
		return nil, err
	}
	return s.trial, nil
}

// A session is one trial while it runs.
type session struct {
	*Options
	trial         *results.Trial
	rec           *account.Recorder
	web           *dialer // of the publisher, to the HTTP server
	dialer        *dialer // of the clients
	inside        *inside
	server        *meter // nil: unknown
	self          *meter
	publisher     *publisher
	clients       []*client
	attack        *attack
	clock         *clock.Wall
	cuts          cuts
	unbalanced    string   // what does not add up in a client's books
	retransmitted [2]int64 // what the server's ends had retransmitted at the edges of the window
	receivers     sync.WaitGroup
	ending        chan struct{} // closed when clients are being disconnected on purpose

	mu        sync.Mutex
	handshake ledger.Totals // of the clients that are open
}

func newSession(o *Options, offsets []time.Duration) (*session, error) {
	v, wall := o.Variant, clock.NewWall()
	publisher := o.Target.Publisher
	if publisher == nil {
		publisher = o.Target.Clients
	}
	web, err := newDialer(wall, publisher, o.Target.HTTP, o.Target.Cert, v.TLS, false)
	if err != nil {
		return nil, err
	}
	address := o.Target.HTTP
	if v.Transport == wire.TCP {
		address = o.Target.TCP
	}
	clients, err := newDialer(wall, o.Target.Clients, address, o.Target.Cert, v.TLS, v.Resume)
	if err != nil {
		return nil, err
	}
	s := &session{
		Options: o, web: web, dialer: clients, inside: newInside(web), clock: wall,
		rec:    account.New(wall, o.Clients, o.Topics, o.Retained*o.Topics, len(offsets)),
		ending: make(chan struct{}),
		trial: &results.Trial{
			Variant: v.String(), Transport: string(v.Transport), Began: time.Now().UTC(),
			Load: results.Workload{
				Clients: o.Clients, Topics: o.Topics, Rate: o.Rate, Arrival: o.Arrival, Payload: o.Payload,
				Retained: o.Retained, Warmup: o.Warmup.Seconds(), Window: o.Window.Seconds(),
				Interval: v.Interval.Seconds(), Opening: o.Opening,
			},
		},
	}
	s.rec.Trace, s.rec.ClosedLoop = o.Trace, o.Uncorrected
	if o.Arrival == Bursts {
		s.trial.Load.Burst, s.trial.Load.Spacing = o.Burst, o.Spacing.Seconds()
	}
	if s.self, err = newMeter(os.Getpid()); err != nil {
		return nil, err
	}
	if o.Target.PID != 0 {
		if s.server, err = newMeter(o.Target.PID); err != nil {
			return nil, fmt.Errorf("server process: %w", err)
		}
	}
	for i := range o.Clients {
		s.clients = append(s.clients, &client{Account: account.Account{Client: i, Topic: i % o.Topics}, rec: s.rec, cuts: &s.cuts})
	}
	s.attack = newAttack(s.clients, s.rec)
	return s, nil
}

// receive starts the goroutine of a client to which the server pushes. It
// begins on a small stack of its own, not on the one that dialed.
func (s *session) receive(c *client) {
	s.receivers.Go(func() {
		for {
			if err := c.stream.receive(); err != nil {
				c.stream.flush()
				select {
				case <-s.ending:
				default:
					s.rec.Fail(fmt.Errorf("client %d lost its connection: %w", c.Client, err))
				}
				return
			}
		}
	})
}

// ask makes the clients of polling and long-polling ask until ctx is done.
func (s *session) ask(ctx context.Context) {
	v := s.Variant
	switch {
	case v.Transport == wire.LongPoll:
		_ = s.attack.loop(ctx, 0) // its error is the recorder's broken invariant
	case v.Transport == wire.Polling && v.Delay:
		_ = s.attack.loop(ctx, v.Interval)
	case v.Transport == wire.Polling:
		// Slots begin with the window; the first of them soon enough for every
		// client to be in step with the schedule by then.
		_ = s.attack.rate(ctx, s.rec.From-int64(s.Warmup/v.Interval*v.Interval), v.Interval)
	}
}

// measure runs the window on open clients and fills the trial.
func (s *session) measure(ctx context.Context, offsets []time.Duration) error {
	asking, stopAsking := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stopAsking()
	start := clock.Now() + int64(lead)
	s.rec.Begin(start, offsets, s.Warmup, s.Window)
	s.cuts.begin(s.rec.From, s.rec.To)
	work.Go(func() { s.clock.Watch(asking) })
	answered := make(chan struct{})
	work.Go(func() {
		defer close(answered)
		s.ask(asking)
	})

	work.Go(func() {
		select {
		case <-s.Target.Gone:
			s.rec.Fail(errors.New("the server process ended"))
		case <-asking.Done():
		}
	})
	for _, act := range s.Acts {
		work.Go(func() {
			if clock.WaitUntil(asking, s.rec.From+int64(act.At)) != nil {
				return
			}
			if err := act.Do(); err != nil {
				s.rec.Fail(err)
			}
		})
	}
	publishing, stopPublishing := context.WithCancel(ctx)
	defer stopPublishing()
	work.Go(func() {
		if err := s.publisher.run(publishing); err != nil && publishing.Err() == nil {
			s.rec.Fail(err)
		}
	})

	broken := s.window(ctx)
	if broken == nil {
		broken = s.drain(ctx)
	}
	if broken == nil {
		broken = s.lastEdge(ctx)
	}
	stopPublishing()
	stopAsking()
	switch {
	case broken != nil:
		s.publisher.interrupt()
	case s.Variant.Transport == wire.Polling:
		s.lastAnswers(ctx, answered)
	}
	close(s.ending)
	s.interrupt()
	work.Wait()
	s.receivers.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, c := range s.clients {
		if c.request != nil {
			c.request.flush()
		}
	}
	if broken == nil {
		broken = s.finishPublishing(ctx)
	}
	s.report(ctx, broken)
	return ctx.Err()
}

// lastAnswers waits for the polls that are under way, so that no answer is cut
// in two.
func (s *session) lastAnswers(ctx context.Context, answered <-chan struct{}) {
	t := time.NewTimer(drainTimeout)
	defer t.Stop()
	select {
	case <-answered:
	case <-t.C:
	case <-ctx.Done():
	}
}

// finishPublishing ends the publisher's requests in time.
func (s *session) finishPublishing(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if err := s.publisher.finish(ctx); err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	if sent, acked := s.publisher.sent.Load(), s.publisher.acked.Load(); sent != acked {
		return fmt.Errorf("the server acknowledged %d of %d events", acked, sent)
	}
	return nil
}

// interrupt ends the reads of every client.
func (s *session) interrupt() {
	for _, c := range s.clients {
		c.stop()
	}
}

// hangUp closes all connections, each with its protocol's goodbye.
func (s *session) hangUp() {
	select {
	case <-s.ending:
	default:
		close(s.ending)
	}
	for _, c := range s.clients {
		if c.conn == nil {
			continue
		}
		if c.leave != nil {
			c.leave()
		}
		c.conn.stream.Close()
	}
	s.receivers.Wait()
}
