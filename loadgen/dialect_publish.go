package loadgen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/results"
)

// publishTimeout bounds the answer to a request to publish, and the opening of a
// connection for it.
const publishTimeout = 10 * time.Second

// unanswered is the error of a server that has not answered a request to publish for so
// long.
type unanswered time.Duration

func (u unanswered) Error() string {
	return fmt.Sprintf("the request to publish was not answered within %s", time.Duration(u))
}

// newSource opens what the events are published with, as the dialect says.
func (f *interpreter) newSource(ctx context.Context, rec *account.Recorder, d *dialer) (source, error) {
	if !f.emits() {
		rec.Sent = make([]atomic.Bool, len(rec.Due))
	}
	switch f.Publish.By {
	case dialect.ByServer:
		return &emitted{}, nil
	case dialect.ByWebSocket:
		return f.newMessages(ctx, rec, d)
	}
	p := &requests{rec: rec, in: f, dialer: d}
	lanes := 1
	if f.Publish.Parallel {
		lanes = len(f.topics)
	}
	for range lanes {
		p.lanes = append(p.lanes, &lane{requests: p})
	}
	return p, nil
}

// requests publish each event by a request of its own. The next is sent when the last
// one has been answered: how late it is then is in the schedule's lag.
type requests struct {
	published
	rec     *account.Recorder
	in      *interpreter
	dialer  *dialer
	lanes   []*lane // one, or one for each topic
	mu      sync.Mutex
	stopped atomic.Bool
}

// A lane is one connection and what is sent over it, one after the other.
type lane struct {
	*requests
	pipe    *pipe // nil: not connected; it is set under requests.mu
	reused  bool  // it has brought an answer
	closed  bool  // the server closes it after the last answer
	due     int64 // of the event at hand, until its request is sent for the first time; 0: none
	free    int64 // when the last event was answered
	late    results.Histogram
	payload []byte
	body    []byte
	request []byte
}

func (p *requests) run(ctx context.Context) error {
	defer func() {
		for _, l := range p.lanes {
			p.lag.Merge(l.late)
		}
	}()
	if len(p.lanes) > 1 {
		return p.runTogether(ctx)
	}
	return p.pace(ctx, p.rec, func(first, next int) (int, error) {
		for seq := first; seq < next; seq++ {
			if err := p.lanes[0].publish(ctx, seq); err != nil {
				return seq, err
			}
		}
		return next, nil
	})
}

// runTogether has each topic wait for its own answers alone.
func (p *requests) runTogether(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var work sync.WaitGroup
	queues := make([]chan int, len(p.lanes))
	for i, l := range p.lanes {
		queues[i] = make(chan int, len(p.rec.Due)/len(p.lanes)+1) // room for all
		work.Go(func() {
			for seq := range queues[i] {
				if ctx.Err() != nil {
					return // another one failed
				}
				if err := l.publish(ctx, seq); err != nil {
					cancel(fmt.Errorf("publishing event %d: %w", seq, err))
					return
				}
			}
		})
	}
	err := p.pace(ctx, p.rec, func(first, next int) (int, error) {
		for seq := first; seq < next; seq++ {
			queues[seq%len(queues)] <- seq
		}
		return next, nil
	})
	for _, q := range queues {
		close(q)
	}
	work.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// publish publishes an event of the schedule.
func (l *lane) publish(ctx context.Context, seq int) error {
	if l.due = l.rec.Due[seq]; l.due < l.free {
		l.awaited.Add(1)
	}
	l.rec.Sent[seq].Store(true)
	l.sent.Add(1)
	err := l.event(ctx, uint64(seq)+1, seq%len(l.in.topics))
	l.free = clock.Now()
	if err != nil {
		return err
	}
	l.rec.AtServer[seq].Store(l.free)
	l.acked.Add(1)
	return nil
}

// prove publishes an event that proves subscriptions in each topic where a client waits
// for one.
func (p *requests) prove(ctx context.Context) error {
	defer context.AfterFunc(ctx, p.interrupt)()
	for topic := range p.in.topics {
		if !p.in.wanted(topic) {
			continue
		}
		if err := p.lanes[topic%len(p.lanes)].event(ctx, 0, topic); err != nil {
			return err
		}
	}
	return nil
}

// event publishes the event with that number. As in poller.ask, a request is repeated on
// a new connection when the last one was used before and ends without a byte of answer.
// The server may have taken it all the same: that it was repeated is kept, for a client
// may get the event twice then.
func (l *lane) event(ctx context.Context, number uint64, topic int) error {
	l.payload = l.in.marker.AppendPayload(l.payload[:0], number, l.in.size)
	v := l.in.publisher(topic)
	v.Event = l.payload
	l.request, _ = l.in.appendRequest(l.request[:0], &l.body, nil, &l.in.Publish.Request, &v)
	for {
		if err := l.connect(ctx); err != nil {
			return err
		}
		again := l.reused
		err := l.exchange()
		if err == nil || !again || !lost(err) || l.stopped.Load() {
			return err
		}
		l.closed = true
		l.in.again.Store(number, nil)
	}
}

// connect sees to it that there is a connection that the server has not closed.
func (l *lane) connect(ctx context.Context) error {
	if l.pipe != nil && !l.closed && clock.Now()-l.pipe.last.Returned > int64(idleFor) {
		l.closed = l.stale()
	}
	if l.pipe != nil && !l.closed {
		return nil
	}
	limit, cancel := context.WithTimeoutCause(ctx, l.in.answers, unanswered(l.in.answers))
	defer cancel()
	c, _, err := l.dialer.dial(limit)
	if err != nil {
		return cmp.Or(context.Cause(limit), err)
	}
	if !c.unwatch() {
		c.stream.Close()
		return context.Cause(limit)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pipe != nil {
		l.pipe.stream.Close()
		l.reopened.Add(1)
	}
	l.pipe, l.reused, l.closed = newPipe(c, 4096), false, false
	return nil
}

// stale reports whether the connection is of no more use between two requests: the server
// has closed it, or has said something that nobody asked for, such as that it waited too
// long. That is no answer to the next request.
func (l *lane) stale() bool {
	p := l.pipe
	return p.r < p.w || p.hungUp() || !p.secure() && p.readable()
}

// exchange sends the request and reads the answer.
func (l *lane) exchange() error {
	p := l.pipe
	p.tcp.SetDeadline(time.Now().Add(l.in.answers))
	if l.stopped.Load() { // meanwhile, and the deadline of that is gone
		p.tcp.SetDeadline(time.Unix(1, 0))
	}
	if late := clock.Now() - l.due; l.due != 0 {
		if l.due = 0; l.late.Record(time.Duration(late)) != nil {
			return errors.New("it was sent before it was due")
		}
	}
	err := p.write(results.Head, l.request)
	if err == nil {
		err = l.answer()
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && !l.stopped.Load() {
		return unanswered(l.in.answers)
	}
	return err
}

// answer reads the answer to the request, and says why the server has not taken it.
func (l *lane) answer() error {
	res, err := l.pipe.readResponse()
	if err != nil {
		return err
	}
	l.reused = true
	if !l.in.Publish.Accepts(res.Status) {
		if err := redirected(l.pipe, res); err != nil {
			return err
		}
		return refused(res.Status, l.pipe.beginning(res))
	}
	res = untilClose(res)
	l.closed = res.Closes
	text, err := l.pipe.readAll(res)
	if err == nil && !l.in.quiet.Load() {
		var words *string
		if err := page(res, text); err != nil {
			text := err.Error()
			words = &text
		}
		l.in.answered.Store(words)
	}
	return err
}

// interrupt makes every request fail, now and from now on.
func (p *requests) interrupt() {
	p.stopped.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.lanes {
		if l.pipe != nil {
			l.pipe.tcp.SetDeadline(time.Unix(1, 0))
		}
	}
}

// finish has nothing to wait for: the last request was answered.
func (*requests) finish(context.Context) error { return nil }

func (p *requests) close() {
	for _, l := range p.lanes {
		if l.pipe != nil {
			l.pipe.stream.Close()
		}
	}
}
