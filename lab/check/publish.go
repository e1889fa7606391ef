package check

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pushbench/loadgen/dialect"
)

// A publisher is what a prober publishes with. It connects when there is something to
// publish.
type publisher struct {
	over   *line   // of requests; nil: not connected
	used   bool    // it has brought an answer
	socket *socket // of messages; nil: not connected
	last   *answer // to a request
	conns  int     // up to now
	asked  int     // requests up to now
	page   error   // an answer was a page for people
}

// publish publishes an event with a payload of so many bytes.
func (p *prober) publish(ctx context.Context, bytes int) (uint64, error) {
	p.number++
	v := p.values()
	v.Client = 0
	v.Event = p.marker.AppendPayload(nil, p.number, bytes)
	var err error
	switch p.Dialect.Publish.By {
	case dialect.ByServer:
		err = errors.New("the server has events of its own")
	case dialect.ByWebSocket:
		err = p.message(ctx, &v)
	default:
		err = p.post(ctx, &v)
	}
	if err == nil {
		return p.number, nil
	}
	p.unpublish()
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return 0, fmt.Errorf("an event cannot be published: %v", err) // not an answer to a subscriber, which an unwanted would be
}

// post publishes by a request, which is repeated when its connection was used before and
// ends without a byte of answer.
func (p *prober) post(ctx context.Context, v *dialect.Values) error {
	for {
		if p.over == nil {
			l, err := p.dial(ctx)
			if err != nil {
				return err
			}
			p.over, p.used = l, false
			p.conns++
		}
		before, again := len(p.over.got), p.used
		err := p.exchange(v)
		if err == nil || !again || err == errQuiet || len(p.over.got) > before || ctx.Err() != nil {
			return p.unanswered(err)
		}
		p.unpublish()
	}
}

// exchange sends a request and reads its answer.
func (p *prober) exchange(v *dialect.Values) error {
	if err := p.over.write(p.request(&p.Dialect.Publish.Request, v, nil), p.soon()); err != nil {
		return err
	}
	a, err := p.over.head(p.soon())
	if err != nil {
		return err
	}
	p.last, p.used = a, true
	p.asked++
	if !p.Dialect.Publish.Accepts(a.status) {
		return a.refusal(p.over.beginning(a))
	}
	b := p.over.body(a)
	if err := b.all(p.soon()); err != nil {
		return err
	}
	if err := a.page(b.text); err != nil {
		p.page = err
	}
	if a.closes {
		p.unpublish()
	}
	return nil
}

// message publishes by a message over a WebSocket, which nobody answers.
func (p *prober) message(ctx context.Context, v *dialect.Values) error {
	spec := p.Dialect.Publish.WebSocket
	if p.socket == nil {
		s, err := openSocket(ctx, ear{p: p}, spec, manner{})
		if err != nil {
			return err
		}
		p.socket = s
		p.conns++
		for end := p.soon(); s.step < len(spec.Open) || spec.Confirm != "" && !s.confirmed; {
			if err := s.one(end); err != nil {
				return p.unanswered(err)
			}
		}
	}
	for end := p.soon(); time.Now().Before(end); { // what the server says to it, such as pings
		if err := p.socket.one(time.Now().Add(time.Millisecond)); err == errQuiet {
			break
		} else if err != nil {
			return err
		}
	}
	op := byte(opText)
	if spec.Binary {
		op = opBinary
	}
	return p.socket.send(op, p.Dialect.Publish.Message.Append(nil, v))
}

// unpublish closes the publisher's connection. The next event opens another.
func (p *prober) unpublish() {
	p.over.close()
	if p.socket != nil {
		p.socket.close()
	}
	p.over, p.socket = nil, nil
}
