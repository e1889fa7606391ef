package loadgen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/servers/wire"
)

// CeilingOptions say what is measured. All but Time are required.
type CeilingOptions struct {
	Target  Target       // a null server (package servers/null) in a process of its own, PID included
	Credit  *Credit      // the memory that the server was given, with room for Clients
	Variant wire.Variant // with its own TLS; the interval of polling does not count
	Clients int
	Payload int           // bytes, as the server was told
	Time    time.Duration // of the measurement, after all clients are open, up to 10 s; 0: one second
}

// A Limit is the most that the load generator takes of one variant.
type Limit struct {
	// PerSecond is the deliveries per second of the best slice. On polling
	// and long-polling each is the one event of an answer, so that it is
	// answers per second, too.
	PerSecond float64

	// PerCPU is the deliveries for each CPU second of the generator, over all
	// slices. A machine that does other things, too, has less effect on it.
	PerCPU float64

	Slices    []float64 // deliveries per second of each slice, in the order of time
	Generator float64   // CPU seconds per second of the generator in the best slice
	Server    float64   // the same of the null server; that of a stream is awake all the time

	// Idle is the share of the best slice in which the null server had
	// nothing to do: on the streams the time in which each client had an
	// event waiting, on the others 1 less Server, not below 0. Near 0 the
	// generator was not the limit, and takes PerSecond at least: the null
	// server was or, when Generator and Server are together less than the
	// machine's cores, what else the machine did.
	Idle float64
}

// ceilingSlices is how many parts the time of a ceiling is cut into. The best
// counts, not the median: whatever else goes on at a machine only takes away
// from what the generator can do.
const ceilingSlices = 5

// Ceiling measures how many deliveries per second this generator takes of a
// variant when the server costs as little as possible and one event, never
// more, waits for each client: the end of what a trial with that many clients
// and that payload can measure. A trial near it measures the generator.
//
// Connections, clients, recorder and, on polling and long-polling, package
// vegeta are those of a trial. Polling asks in a closed loop. All clients read
// the events of one topic, so that their records lie together in memory as in
// a trial of one topic.
//
// The generator shares the machine with the null server, as it does with the
// server of a trial. On two cores, writing to the streams takes the null server
// most of one, and PerSecond is what the generator takes with the other. A real
// server needs more for each delivery, so that a trial on two cores ends at the
// machine's limit before it comes to the ceiling. With more cores the generator
// uses several and the one thread that writes to the streams may be the limit,
// which Idle tells.
//
// The error is for bad options, a server that is gone, an event that came
// twice, out of order or not at all, or ctx done. Ceiling blocks until every
// goroutine it started has ended and every connection is closed.
func Ceiling(ctx context.Context, o CeilingOptions) (*Limit, error) {
	o.Time = cmp.Or(o.Time, time.Second)
	switch {
	case o.Target.PID == 0:
		return nil, errors.New("the null server's process is not known")
	case o.Credit == nil || o.Credit.clients < o.Clients:
		return nil, fmt.Errorf("the credit has no room for %d clients", o.Clients)
	case o.Time < 0 || o.Time > longestCeiling:
		return nil, fmt.Errorf("a ceiling is measured for up to %s, not %s", longestCeiling, o.Time)
	}
	return o.measure(ctx, enough(o))
}

// Events are prepared for a rate that no generator reaches, but not more than
// the recorder has memory for, at 200 bytes each.
const (
	mostPerSecond  = 1e6 // all clients together
	mostEvents     = 1 << 18
	longestCeiling = 10 * time.Second
)

// enough is how many events are prepared for each client. A client that takes
// them all ends the measurement early.
func enough(o CeilingOptions) int {
	perClient := mostPerSecond / float64(max(1, o.Clients)) * o.Time.Seconds()
	return int(math.Ceil(min(perClient, mostEvents-64))) + 64
}

func (o CeilingOptions) measure(ctx context.Context, events int) (*Limit, error) {
	// Every event is due at once and in the window, so that each reception is
	// measured in all the ways that a trial has.
	trial := &Options{Target: o.Target, Variant: o.Variant, Clients: o.Clients, Payload: o.Payload, Rate: 1, Window: time.Hour}
	if err := trial.prepare(); err != nil {
		return nil, err
	}
	c := &ceiling{credit: o.Credit, offsets: make([]time.Duration, events)}
	var err error
	if c.session, err = newSession(trial, c.offsets); err != nil {
		return nil, err
	}
	defer c.stats.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.credit.reset()
	c.before = c.credit.sent()
	defer c.hangUp()
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	return c.measure(ctx, o.Time)
}

// A ceiling is one measurement while it runs.
type ceiling struct {
	*session
	credit  *Credit
	offsets []time.Duration // of the events prepared for each client, all 0
	before  int64           // events that the server had sent to others
}

// asks reports whether the clients ask for each event.
func (c *ceiling) asks() bool { return c.clients[0].request != nil }

// open opens the clients one by one; none gets an event yet. The null server
// knows the clients of streams by their topics, while the recorder shall see
// one topic.
func (c *ceiling) open(ctx context.Context) error {
	open := protocols[c.Variant.Transport].open(c.Options, c.dialer)
	subscribe := func(ctx context.Context, cl *client) error {
		cl.Credit = c.credit.client(cl.Client)
		cl.Topic = cl.Client
		defer func() { cl.Topic = 0 }()
		return open(ctx, cl)
	}
	for sharers := range slices.Chunk(c.clients, max(1, c.Variant.Number(wire.Streams))) {
		if err := c.openLink(ctx, subscribe, sharers); err != nil {
			return err
		}
	}
	return nil
}

// measure lets the events flow for d and sees to it that all came.
func (c *ceiling) measure(ctx context.Context, d time.Duration) (*Limit, error) {
	var work sync.WaitGroup
	defer work.Wait()
	asking, stop := context.WithCancel(ctx)
	defer stop()
	start := clock.Now()
	c.rec.Begin(start, c.offsets, 0, c.Window)
	for seq := range c.rec.AtServer {
		c.rec.AtServer[seq].Store(start)
	}
	c.credit.allow(uint64(len(c.offsets)))
	defer c.credit.allow(0)
	if c.asks() {
		work.Go(func() { _ = c.attack.loop(asking, 0) }) // its error is the recorder's broken invariant
	}
	limit, err := c.slices(ctx, d)
	c.credit.allow(0)
	stop()
	unanswered := time.AfterFunc(drainTimeout, c.interrupt)
	work.Wait()
	unanswered.Stop()
	if err != nil {
		return nil, err
	}
	return limit, c.awaitAll(ctx)
}

// A slicePoint is what is counted at the ends of a slice.
type slicePoint struct{ at, delivered, self, server, idle int64 }

func (c *ceiling) read() (r slicePoint, err error) {
	var errs [2]error
	r.self, errs[0] = c.self.cpu()
	r.server, errs[1] = c.server.cpu()
	r.idle = c.credit.idle()
	r.at, r.delivered = clock.Now(), c.rec.Delivered()
	return r, errors.Join(errs[:]...)
}

// slices reads the figures at the ends of each slice. A slice in which a client
// had all the events prepared for it does not count and is the last.
func (c *ceiling) slices(ctx context.Context, d time.Duration) (*Limit, error) {
	l := &Limit{}
	first, err := c.read()
	last := first
	for i := 0; i < ceilingSlices && err == nil; i++ {
		if err = c.pause(ctx, d/ceilingSlices); err != nil {
			break
		}
		var next slicePoint
		if next, err = c.read(); err != nil || c.exhausted() {
			break
		}
		l.add(last, next, c.asks())
		l.PerCPU = float64(next.delivered-first.delivered) / (float64(next.self-first.self) / 1e9)
		last = next
	}
	if err == nil && len(l.Slices) == 0 {
		err = fmt.Errorf("a client used up the %d events that were prepared for it in less than %s", len(c.offsets), d/ceilingSlices)
	}
	return l, err
}

// add adds the slice between two readings.
func (l *Limit) add(a, b slicePoint, asks bool) {
	seconds := time.Duration(b.at - a.at).Seconds()
	rate := float64(b.delivered-a.delivered) / seconds
	if l.Slices = append(l.Slices, rate); rate < slices.Max(l.Slices) {
		return
	}
	l.PerSecond = rate
	l.Generator = float64(b.self-a.self) / 1e9 / seconds
	l.Server = float64(b.server-a.server) / 1e9 / seconds
	l.Idle = float64(b.idle-a.idle) / 1e9 / seconds
	if asks {
		l.Idle = max(0, 1-l.Server)
	}
}

func (c *ceiling) exhausted() bool {
	return slices.ContainsFunc(c.clients, func(cl *client) bool { return cl.Credit.Load() >= uint64(len(c.offsets)) })
}

// awaitAll waits until all that was sent has come.
func (c *ceiling) awaitAll(ctx context.Context) error {
	for until := clock.Now() + int64(drainTimeout); ; {
		select {
		case err := <-c.rec.Broken:
			return err
		default:
		}
		none := c.asks() || c.credit.seen() == 0
		sent, came := c.credit.sent()-c.before, c.rec.Delivered()
		if none && sent == came {
			return nil
		}
		if clock.Now() > until {
			return fmt.Errorf("of the %d events that the null server sent %d came", sent, came)
		}
		if err := c.pause(ctx, time.Millisecond); err != nil {
			return err
		}
	}
}

// pause waits for d, unless something ends the measurement.
func (c *ceiling) pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case err := <-c.rec.Broken:
		return err
	case <-c.Target.Gone:
		return errors.New("the null server's process ended")
	case <-ctx.Done():
		return ctx.Err()
	}
}
