package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// atATime is how many clients come at the same time.
const atATime = 20

// streamSteps are how many there are before all that are asked for.
var streamSteps = []int{10, 50, 100, 250, 500}

// checkStreams tells how many clients the server holds at once, of those that are asked
// for or that its file says it can hold. It reports whether the server goes on when they
// have left.
func (p *prober) checkStreams(ctx context.Context, t *table, on wire.Transport, asked int) bool {
	says := p.terms(on).Most
	limited := says > 0 && says < asked
	if limited {
		asked = says
	}
	var from manner
	if on == wire.LongPoll { // a new client's first answer may have all events that the server keeps, which are many by now
		from.from = p.upToDate(ctx, on)
	}
	p.unpublish() // a server may have a process for each connection
	c := newCrowd(p, on, asked)
	c.from = from
	held := c.most(ctx, asked)
	fine := c.leave(ctx)
	c.p.unpublish()
	p.number, p.clients = c.p.number, c.p.clients
	state, text := results.Pass, fmt.Sprintf("%s at once all get an event", count(held, "client"))
	if held == 1 {
		text = "1 client gets its events"
	}
	switch {
	case errors.Is(c.wrong, errSlow):
		text += "; more were not tried, because " + c.wrong.Error()
	case c.wrong != nil:
		state, text = results.Fail, fmt.Sprintf("%s, and %s do not: %v", text, grouped(c.bad), c.wrong)
	case limited:
		state, text = results.Fail, text+"; more were not tried, because the target file says that the server holds no more"
	}
	if !fine {
		text += "; the server does not recover when these clients have left"
	}
	f := t.add(on, streams, state, "%s.", text).with("streams", float64(held)).with("asked", float64(asked))
	if limited && c.wrong == nil {
		f.Known = fmt.Sprintf("the target file sets the limit (most: %d) and gives no reason", says)
	}
	return fine
}

// errSlow ends what is tried, and is no fault of those that are open.
var errSlow = errors.New("the time was up after")

// upToDate returns the cursors of a client that has all events. They are nil where that
// does not succeed, as the clients to come will find out.
func (p *prober) upToDate(ctx context.Context, on wire.Transport) *dialect.Cursors {
	s, err := p.reopen(ctx, on, manner{})
	if err != nil {
		return nil
	}
	s.close()
	return s.(*asker).cursors
}

// A crowd is clients that are at a server at once.
type crowd struct {
	p       *prober // publishes over a connection of its own, and waits less
	on      wire.Transport
	from    manner // of each client
	members []*member
	end     time.Time // when no more is tried

	bad   int   // how many are too many
	wrong error // what happens then; nil: nothing that was tried is too many
}

// A member is one client of a crowd.
type member struct {
	subscriber       // nil: it was not let in
	err        error // why it is there no more
}

func newCrowd(p *prober, on wire.Transport, asked int) *crowd {
	many := *p
	many.publisher = publisher{}
	many.limits.answer, many.limits.head = p.limits.stream, p.limits.settle/2
	return &crowd{p: &many, on: on, end: time.Now().Add(p.limits.streams + time.Duration(asked)*p.terms(on).Pause)}
}

// most finds out how many clients of those that are asked for the server holds at once.
// That it holds one is known.
func (c *crowd) most(ctx context.Context, asked int) (held int) {
	held = 1
	try := func(n int) (got int, fine bool) {
		got, err := c.hold(ctx, n)
		if err != nil {
			c.bad, c.wrong = n, err
			c.leave(ctx)
			return got, false
		}
		held = n
		return n, true
	}
	got, fine := 0, true
	for _, n := range append(slices.DeleteFunc(slices.Clone(streamSteps), func(n int) bool { return n >= asked }), asked) {
		if got, fine = try(n); !fine {
			break
		}
	}
	for n := got; !fine && !errors.Is(c.wrong, errSlow) && c.bad-held > 1 && ctx.Err() == nil && time.Now().Before(c.end); {
		if n <= held || n >= c.bad { // what the server answered before says nothing more
			n = (held + c.bad) / 2
		}
		if _, fits := try(n); fits {
			n++
		} else {
			n--
		}
	}
	return held
}

// hold has n clients at the server at once, and publishes until each of them got one
// event. The error says what went wrong; got is how many the server answered.
func (c *crowd) hold(ctx context.Context, n int) (got int, err error) {
	if err := c.open(ctx, n); err != nil {
		return c.answered(), err
	}
	var sent []uint64
	limit := c.p.soon()
	joining := c.on == wire.LongPoll // a client's first answer may come at once
	for wait := 4 * c.p.limits.settle; ; wait *= 2 {
		if c.on == wire.LongPoll {
			c.ask(ctx)
		}
		number, err := c.p.publish(ctx, size)
		if err != nil {
			return c.answered(), err
		}
		sent = append(sent, number)
		until := time.Now().Add(wait)
		if until.After(limit) {
			until = limit
		}
		c.all(func(m *member) { m.listen(ctx, number, until) })
		got = c.heard(sent)
		if got == n && !joining {
			return n, nil
		}
		if joining {
			joining, sent = false, nil
		}
		if err := c.lost(); err != nil {
			return got, err
		}
		if !time.Now().Before(limit) {
			return got, fmt.Errorf("%s of %d got no event within %s", grouped(n-got), n, wire.Duration(c.p.limits.answer))
		}
	}
}

// open lets clients in until there are n.
func (c *crowd) open(ctx context.Context, n int) error {
	var work sync.WaitGroup
	places := make(chan struct{}, atATime)
	failed := make(chan struct{}, n)
	for len(c.members) < n && len(failed) == 0 && time.Now().Before(c.end) {
		m := &member{}
		c.members = append(c.members, m)
		c.p.clients++
		one := *c.p // its number is its own
		time.Sleep(c.p.terms(c.on).Pause)
		places <- struct{}{}
		work.Go(func() {
			defer func() { <-places }()
			if m.subscriber, m.err = one.subscribe(ctx, c.on, c.from); m.err != nil {
				failed <- struct{}{}
			}
		})
	}
	work.Wait()
	if err := c.lost(); err != nil {
		return err
	}
	if len(c.members) < n {
		return fmt.Errorf("%w %s", errSlow, count(len(c.members), "client"))
	}
	return nil
}

// ask has the request of each client at the server before the next event.
func (c *crowd) ask(ctx context.Context) {
	c.all(func(m *member) {
		if a, ok := m.subscriber.(*asker); ok && m.err == nil {
			m.err = a.ask(ctx)
		}
	})
	time.Sleep(c.p.limits.settle)
}

// listen hears until the event with the number has come, or the limit.
func (m *member) listen(ctx context.Context, number uint64, until time.Time) {
	for m.err == nil && !slices.Contains(m.own().heard, number) {
		_, err := m.hear(ctx, until)
		if err == errQuiet {
			return
		}
		m.err = err
	}
}

// all does something with every client at the same time.
func (c *crowd) all(do func(*member)) {
	var work sync.WaitGroup
	for _, m := range c.members {
		work.Go(func() { do(m) })
	}
	work.Wait()
}

// heard is by how many clients at most one event was heard.
func (c *crowd) heard(sent []uint64) (most int) {
	for _, number := range sent {
		n := 0
		for _, m := range c.members {
			if slices.Contains(m.own().heard, number) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// answered is how many clients the server has let in or answered.
func (c *crowd) answered() (n int) {
	for _, m := range c.members {
		if m.err == nil && m.own().answer != nil {
			n++
		}
	}
	return n
}

// lost says of the first client that is there no more why that is.
func (c *crowd) lost() error {
	for i, m := range c.members {
		if m.err != nil {
			return fmt.Errorf("client %d: %w", i+1, c.p.unanswered(m.err))
		}
	}
	return nil
}

// leave closes all clients, and has servers notice that only do so when they write. It
// reports whether they do.
func (c *crowd) leave(ctx context.Context) bool {
	c.all(func(m *member) {
		if m.subscriber != nil {
			m.close()
		}
	})
	c.members = nil
	for told := 0; told < 2 && ctx.Err() == nil; {
		_, err := c.p.publish(ctx, size)
		if err == nil {
			told++
		} else if time.Now().After(c.end) {
			return false
		}
		time.Sleep(c.p.limits.poll)
	}
	return true
}
