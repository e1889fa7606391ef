package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Server is the server to check.
type Server struct {
	Name    string
	Address string           // host:port
	Dialect *dialect.Dialect // how it speaks; [Builtin] for pushbench's own servers
	Cert    string           // PEM certificate to trust; empty: the system's

	// Known has the reasons of facts that are expected to fail, by the names of the facts.
	// A transport whose Terms say that it fails need not be here.
	Known map[string]string

	// Memory is how many bytes the server's processes hold. Nil: it is not known which
	// they are.
	Memory func() (bytes int64, err error)

	// Stop ends the server as a run does, and waits until it has ended. Nil: somebody
	// else has started it. A check ends with it.
	Stop func() error
}

// Streams is how many clients at once a server is asked to hold.
const Streams = 1000

// Options say how to check. The zero value finds out everything.
type Options struct {
	Quick    bool              // leave out what takes a long wait or much data
	Streams  int               // how many clients at once the server is asked to hold at most; 0: Streams
	Progress func(text string) // told what is being checked; may be nil

	limits *limits // of tests; nil: the usual ones
}

// Estimate is how long Run takes with a server that answers well. With one that does not,
// each transport takes half a minute more.
func Estimate(s Server, o Options) time.Duration {
	l := o.bounds()
	n, flooded, held := 0, 0, 0
	if d := s.Dialect; d != nil {
		for _, offered := range []bool{d.Polling != nil, d.LongPoll != nil, d.SSE != nil, d.WebSocket != nil} {
			if offered {
				n++
			}
		}
		for _, offered := range []bool{d.SSE != nil, d.WebSocket != nil} {
			if offered {
				flooded++
			}
		}
		held = flooded
		if d.LongPoll != nil {
			held++
		}
	}
	total := time.Duration(n) * 20 * l.settle
	if !o.Quick {
		total += l.silence + time.Duration(flooded)*l.flood/2 + time.Duration(held)*l.streams/8
		if d := s.Dialect; d != nil && d.SSE != nil && !d.SSE.Completes.Empty() {
			total += 30 * l.settle
		}
	}
	return total.Round(time.Second)
}

func (o Options) bounds() limits {
	if o.limits != nil {
		return *o.limits
	}
	return usual
}

// Run checks s over each transport that its dialect offers. What goes wrong with the
// server is a fact. The error is that of ctx, or says what is wrong with the dialect.
func Run(ctx context.Context, s Server, o Options) (*results.Check, error) {
	say := o.Progress
	if say == nil {
		say = func(string) {}
	}
	p, err := newProber(s, o.bounds(), say)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	t := &table{results.Check{Target: s.Name, Quick: o.Quick}}
	p.all(ctx, t, o)
	p.unpublish()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.know(t)
	t.sort()
	t.Seconds = time.Since(began).Seconds()
	return &t.Check, nil
}

// all finds out everything.
func (p *prober) all(ctx context.Context, t *table, o Options) {
	var sound []wire.Transport
	for _, on := range p.offered() {
		p.say(string(on) + ": order, heads, bytes on the wire, reconnecting")
		if p.checkTransport(ctx, t, on) {
			sound = append(sound, on)
		}
	}
	for _, on := range wire.Transports() {
		if on != wire.TCP && !p.offers(on) {
			t.add(on, order, results.NotOffered, "The target does not offer %s.", on.Label()).Basis = false
		}
	}
	p.checkPublisher(t)
	if o.Quick || len(sound) == 0 {
		return
	}
	own := p.Dialect.Publish.By == dialect.ByServer
	if !own {
		p.checkSilence(ctx, t, sound)
	}
	for _, on := range sound {
		switch {
		case own:
			t.add(on, silence, results.NotTold, "The server sends events of its own, so there is no silence to watch.")
		case on == wire.SSE, on == wire.WebSocket:
			p.say(string(on) + ": a client that does not read")
			p.checkSlow(ctx, t, on)
		}
	}
	if s := p.Dialect.SSE; s != nil && !s.Completes.Empty() && slices.Contains(sound, wire.SSE) {
		p.checkComplete(ctx, t)
	}
	broken := wire.Transport("") // by many clients
	for _, on := range sound {
		switch {
		case on == wire.Polling:
		case broken != "":
			t.add(on, streams, results.NotTold, "The server has not recovered from the many clients of %s.", broken.Label())
		case own:
			t.add(on, streams, results.NotTold, "The server sends events of its own, so it cannot be told when all clients have one.")
		default:
			p.say(string(on) + ": many clients at once")
			if !p.checkStreams(ctx, t, on, cmp.Or(o.Streams, Streams)) {
				broken = on
			}
		}
	}
	p.say("how the server stops")
	p.checkStop(ctx, t, sound)
}

// know adds what the target's file knows of the facts.
func (p *prober) know(t *table) {
	for i := range t.Facts {
		f := &t.Facts[i]
		if f.State != results.Pass {
			f.Known = cmp.Or(p.Known[f.Name], f.Known)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Known)) {
		if !isName(name) {
			t.Facts = append(t.Facts, results.Fact{Name: name, State: results.NotTold, Known: p.Known[name], Text: "The target file has this below known:, but there is no such fact."})
		}
	}
	for _, on := range p.offered() {
		for i := range t.Facts {
			if f := &t.Facts[i]; f.Name == nameOf(on, order) && f.State == results.Fail && f.Known == "" {
				f.Known = p.terms(on).Fails
			}
		}
	}
}

// checkTransport finds out what takes no long wait, and reports whether numbers can rest
// on the transport.
func (p *prober) checkTransport(ctx context.Context, t *table, on wire.Transport) bool {
	s, err := p.basis(ctx, on)
	if err != nil {
		t.add(on, order, results.Fail, "%s. No other fact about %s was checked.", sentence(err), on.Label())
		return false
	}
	if p.Dialect.Publish.By == dialect.ByServer {
		t.add(on, order, results.NotTold, "Events come, but the server makes them itself, and they have no numbers.")
		p.checkHead(t, on, s)
		s.close()
		p.checkOrigin(ctx, t, on)
		p.checkCompression(ctx, t, on)
		return true
	}
	switch {
	case p.latest(on):
		t.add(on, order, results.Pass, "The newest of %d events came, and none came after a newer one.", basisEvents)
	default:
		t.add(on, order, results.Pass, "%d events came in order, each once.", basisEvents)
	}
	p.checkHead(t, on, s)
	p.checkFraming(ctx, t, on, s)
	p.checkResume(ctx, t, on, s)
	p.checkLate(ctx, t, on)
	p.checkStale(ctx, t, on, s)
	p.checkOrigin(ctx, t, on)
	p.checkCompression(ctx, t, on)
	if a, ok := s.(*asker); ok {
		p.checkKeepAlive(t, on, a)
	}
	s.close()
	return true
}

// basisEvents is how many events have to come in order.
const basisEvents = 10

// Basis finds out what the numbers of a trial rest on: an event comes through over the
// transport, and several come in order, each once. The error says in one sentence what
// is wrong. It takes less than a second with a server that answers well, and leaves no
// client at it.
func Basis(ctx context.Context, s Server, on wire.Transport) error {
	return basis(ctx, s, on, usual)
}

func basis(ctx context.Context, s Server, on wire.Transport, l limits) error {
	p, err := newProber(s, l, func(string) {})
	if err != nil {
		return err
	}
	defer p.unpublish()
	if !p.offers(on) {
		return fmt.Errorf("the target does not offer %s", on.Label())
	}
	client, err := p.basis(ctx, on)
	if err != nil {
		return err
	}
	p.leave(ctx, client)
	return nil
}

// basis returns a client to which events have come in order.
func (p *prober) basis(ctx context.Context, on wire.Transport) (s subscriber, err error) {
	s, err = p.subscribe(ctx, on, manner{})
	if err != nil {
		return nil, p.unanswered(err)
	}
	defer func() {
		if err != nil {
			s.close()
			err = p.unanswered(err)
		}
	}()
	if err := p.join(ctx, s); err != nil || p.Dialect.Publish.By == dialect.ByServer {
		return s, err
	}
	want, err := p.send(ctx, basisEvents)
	if err != nil {
		return s, err
	}
	got, err := p.gather(ctx, s, want, p.limits.answer)
	if wrong := compare(want, got, p.latest(on)); wrong != "" {
		return s, errors.New(wrong)
	}
	return s, err
}

// offers reports whether the dialect has a transport.
func (p *prober) offers(on wire.Transport) bool {
	return slices.Contains(p.offered(), on)
}

// reopen is a client whose subscription is made.
func (p *prober) reopen(ctx context.Context, on wire.Transport, m manner) (subscriber, error) {
	s, err := p.subscribe(ctx, on, m)
	if err != nil {
		return nil, err
	}
	if p.Dialect.Publish.By != dialect.ByServer {
		_, err = p.settle(ctx, s) // what is left from before
	}
	if err == nil {
		err = p.join(ctx, s)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// Farewell lets a server notice that its clients have left. Many servers notice it only at the
// next event, so two events are published. They reach one topic: clients of other topics stay
// unnoticed. For a server with events of its own, Farewell does nothing. The error is that of
// publishing.
func Farewell(ctx context.Context, s Server) error {
	p, err := newProber(s, usual, func(string) {})
	if err != nil || p.Dialect.Publish.By == dialect.ByServer {
		return err
	}
	defer p.unpublish()
	return p.farewell(ctx)
}

// farewell publishes as often as servers need to notice who has left: the first event finds
// the connection closed, and the second an error.
func (p *prober) farewell(ctx context.Context) error {
	for range 2 {
		if _, err := p.publish(ctx, size); err != nil {
			return err
		}
		time.Sleep(p.limits.poll)
	}
	return nil
}

// leave closes s, and lets servers notice it that only do so when they write.
func (p *prober) leave(ctx context.Context, s subscriber) {
	s.close()
	if _, ok := s.(*stream); !ok || p.Dialect.Publish.By == dialect.ByServer {
		return
	}
	_ = p.farewell(ctx) // the next fact says so
}
