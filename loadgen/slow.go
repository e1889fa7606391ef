package loadgen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Slow is clients beside those of Options.Clients that read slowly: TCP's window closes, and
// the server cannot write to them. They subscribe as the others do and stop when the window
// ends. They are in no figure of the others, and have their own: results.SlowDeliveries. The
// zero value is none.
type Slow struct {
	Clients int   // slow client i subscribes to topic i mod Topics
	Rate    int64 // bytes per second that each takes from its connection, at least leastRate
	History int   // events of each topic that the server was told to keep, for the record; 0: all of the trial
}

// leastRate is a rate at which a connection is still opened in time, also over TLS.
const leastRate = 1000

// problem says why there can be no such clients in a trial with these options.
func (s *Slow) problem(o *Options) error {
	switch {
	case *s == Slow{}:
		return nil
	case s.Clients < 1 || s.Rate < leastRate || s.History < 0:
		return fmt.Errorf("%d slow clients that read %d bytes per second, and a history of %d events: "+
			"there is at least one, which reads at least %d bytes per second", s.Clients, s.Rate, s.History, leastRate)
	case o.Rate == 0 || o.Retained > 0:
		return errors.New("slow clients need events that are published while they read, and none from before that")
	case o.Send > 0:
		return errors.New("clients that publish do not go with clients that read slowly")
	case o.Fault.Kind != "" || o.Reconnect != nil:
		return errors.New("clients that read slowly do not come back when they have lost their connection")
	case o.Variant.Word(wire.HTTP) == "2":
		return errors.New("clients over HTTP/2 do not survive the end of a stream, which is what a server does to a slow one")
	case o.Target.Clients != nil && o.Target.Inside == nil:
		return errors.New("slow clients set options of their sockets before they connect, and their way does not let them")
	}
	return nil
}

// record is s as a record has it; nil: there are none.
func (s *Slow) record() *results.SlowClients {
	if s.Clients == 0 {
		return nil
	}
	return &results.SlowClients{Clients: s.Clients, Rate: float64(s.Rate), History: s.History}
}

// laggards are the clients of a trial that read slowly. They have a recorder of their own. The
// edges of the window are not theirs: with more to read at all times they would have no moment
// to take one. Methods of nil, which is none of them, do nothing.
type laggards struct {
	options *Options // of the trial, but with so many clients
	dialer  *dialer
	rec     *account.Recorder
	clients []*client
	ended   []bool // by client: the server has ended its stream
	cuts    atomic.Int64
	timed   int64 // deliveries between the two readings of the CPU clocks
	grown   int64 // of the server's memory over the window

	reading sync.WaitGroup
	cancel  context.CancelFunc // of their requests
	over    chan struct{}      // closed when they are to stop
	stopped sync.Once
}

// newLaggards returns the slow clients of the trial, which are not connected yet. They connect
// to the address by themselves.
func (s *session) newLaggards(address, cert string, scheduled int) (*laggards, error) {
	if s.Slow.Clients == 0 {
		return nil, nil
	}
	o := *s.Options
	o.Clients = s.Slow.Clients
	room := max(4<<10, 2*int(s.Slow.Rate)/int(time.Second/step))
	v, via := o.Variant, narrow{s.Target.Inside, room}
	d, err := newDialer(s.clock, via, address, cert, v.On(wire.TLS), v.On(wire.Resume))
	if err != nil {
		return nil, err
	}
	l := &laggards{
		options: &o, dialer: d, ended: make([]bool, o.Clients), over: make(chan struct{}),
		rec: account.New(s.clock, o.Clients, o.Topics, 0, scheduled),
	}
	d.pace = func() *pace { return &pace{rate: s.Slow.Rate, over: l.over} }
	l.rec.NoSplit = true
	for i := range o.Clients {
		l.clients = append(l.clients, &client{
			Account: account.Account{Client: i, Topic: i % o.Topics}, coding: codingOf(v), rec: l.rec, slow: true,
		})
	}
	return l, nil
}

// all are the clients, none of nil.
func (l *laggards) all() []*client {
	if l == nil {
		return nil
	}
	return l.clients
}

// openSlow opens the slow clients, one after the other. All others are open, and what they
// cost has been measured.
func (s *session) openSlow(ctx context.Context) error {
	l := s.slow
	if l == nil {
		return nil
	}
	open := protocols[s.Variant.Transport].open(l.options, l.dialer)
	for _, c := range l.clients {
		if err := s.connect(ctx, open, c); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("opening slow client %d: %w%s", c.Client, err, s.front.hint(err))
		}
	}
	stats, err := s.stats.read(ctx, false)
	s.mallocs = stats.Mallocs // what is allocated from now on is for events
	return err
}

// begin has the slow clients read until they are stopped. The arguments are those of Recorder.Begin.
func (l *laggards) begin(ctx context.Context, start int64, offsets []time.Duration, warmup, window time.Duration) {
	if l == nil {
		return
	}
	l.rec.Begin(start, offsets, warmup, window)
	ctx, l.cancel = context.WithCancel(ctx)
	for _, c := range l.clients {
		l.reading.Go(func() { l.read(ctx, c, start) })
	}
}

// stop has the slow clients read no more, and returns when none of them does. Their connections
// stay as they are.
func (l *laggards) stop() {
	if l == nil {
		return
	}
	l.stopped.Do(func() {
		close(l.over)
		l.cancel()
		for _, c := range l.clients {
			c.stop()
		}
	})
	l.reading.Wait()
}

// read has c read until it is stopped or the server has ended its stream. An answer that the
// server has cut off is asked for again, over another connection.
func (l *laggards) read(ctx context.Context, c *client, start int64) {
	interval := int64(l.options.Variant.Duration(wire.Interval))
	due := start + interval*int64(c.Client)/int64(len(l.clients))
	for {
		var err error
		if c.stream != nil {
			err = c.stream.receive()
		} else if err = clock.WaitUntil(ctx, due); err == nil {
			_, err = c.request.ask(ctx)
			due = l.next(due, clock.Now())
		}
		switch {
		case err == nil:
		case c.stopped.Load() || ctx.Err() != nil:
			return
		case !endedBy(c, err):
			l.rec.Fail(fmt.Errorf("slow client %d: %w", c.Client, err))
			return
		default:
			l.cuts.Add(1)
			if l.ended[c.Client] = c.stream != nil; c.stream != nil {
				return
			}
		}
	}
}

// next is when a client polls again whose last poll was due at the instant due and over now. Where
// that took longer than the interval, it polls at once. Long-polling has no interval.
func (l *laggards) next(due, now int64) int64 {
	interval := int64(l.options.Variant.Duration(wire.Interval))
	if l.options.Variant.Word(wire.Pace) == "delay" {
		return now + interval
	}
	return max(due+interval, now)
}

// endedBy reports whether err, by which the stream of c or an answer has ended, is the server's
// end of it.
func endedBy(c *client, err error) bool {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return false
	}
	return c.broken(err) || errors.Is(err, errForgotten) || websocket.IsCloseError(err, wire.CloseSlow)
}

// errForgotten is the server's word that it no longer has the events after a client's cursor.
var errForgotten = errors.New("the server's history no longer has the events")

// forgo takes the server's word, in a Gap document, that it no longer has events that c has
// yet to read. c goes on behind them.
func (c *client) forgo(doc []byte) error {
	var g wire.Gap
	if json.Unmarshal(doc, &g) != nil || g.Oldest == 0 {
		return fmt.Errorf("%w: %s", errForgotten, parse.Excerpt(doc))
	}
	c.rec.Lose(&c.Account, g.Oldest-1)
	return nil
}

// delivered is how many events the slow clients have read.
func (l *laggards) delivered() int64 {
	if l == nil {
		return 0
	}
	return l.rec.Delivered()
}

// fill fills t with what came of the slow clients. They have been stopped, and what they had
// read in part is booked. The error is a broken invariant.
func (l *laggards) fill(t *results.Trial, payload int) error {
	if l == nil {
		return nil
	}
	l.stop()
	var own results.Trial
	accounts := make([]*account.Account, len(l.clients))
	got := &results.SlowDeliveries{Cuts: l.cuts.Load(), Timed: l.timed, Grown: l.grown}
	for i, c := range l.clients {
		accounts[i] = &c.Account
		if l.ended[i] {
			got.CutOff += int64(l.rec.DueBy(c.Topic, l.rec.To) - c.Has())
		}
	}
	l.rec.Fill(&own, accounts)
	d := own.Deliveries
	got.Expected, got.Delivered, got.Dropped, got.Latency = d.Expected, d.Delivered, d.Lost, own.Latency
	got.Behind = d.Missed - d.Lost - got.CutOff
	t.SlowDeliveries = got
	t.Deliveries.Negative += d.Negative
	select {
	case err := <-l.rec.Broken:
		return err
	default:
	}
	for _, c := range l.clients {
		c.conn.hungUp() // notes that the server has ended its stream
		below, err := c.link.counters()
		if err != nil {
			return errCounters(err)
		}
		var one ledger.Totals
		c.addTo(&one, below)
		if unbalanced := one.Unbalanced(c.Client, payload); unbalanced != "" {
			return fmt.Errorf("of the slow clients: %s", unbalanced)
		}
	}
	return nil
}

// everybody are all clients, the slow ones last.
func (s *session) everybody() []*client { return slices.Concat(s.clients, s.slow.all()) }

// between notes what was between two readings, those at the ends of the window.
func (l *laggards) between(a, b sample) {
	if l == nil {
		return
	}
	l.timed = b.slow - a.slow
	l.grown = b.footprint.server.resident - a.footprint.server.resident
}
