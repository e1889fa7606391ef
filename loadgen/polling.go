package loadgen

import (
	"context"
	"fmt"
	"strings"
)

// openPolling opens clients that ask every interval; package vegeta paces
// them.
func openPolling(o *Options, d *dialer) opener {
	extra := ""
	if o.Variant.ETag {
		extra = "&etag=1"
	}
	return openAsker(o, d, extra, extra)
}

// openAsker opens a client by its first request, with the parameters first;
// later ones have the parameters later.
func openAsker(o *Options, d *dialer, first, later string) opener {
	return func(ctx context.Context, c *client) error {
		if err := c.dial(ctx, d); err != nil {
			return err
		}
		topic := topicName(c.topic)
		a := &poller{client: c, pipe: newPipe(c.conn, bufferFor(o.Payload)), requester: newRequester(o.Variant, d.address, topic, first)}
		c.request = a
		_, err := a.ask()
		c.opened = c.conn.readAt
		a.requester = newRequester(o.Variant, d.address, topic, later)
		return err
	}
}

// A poller asks on one keep-alive connection.
type poller struct {
	*client
	*pipe
	requester
	cursor  uint64
	scratch []byte
	asked   bool // the request has been sent and its answer is to come
}

// ask makes one request. After an error the connection is of no more use.
func (p *poller) ask() (got answer, err error) {
	if !p.asked {
		if err := p.send(); err != nil {
			return got, err
		}
	}
	p.asked = false
	res, err := p.readResponse()
	if err != nil {
		return got, err
	}
	got.head = res.size
	if res.closes {
		return got, fmt.Errorf("status %d and the server closes the connection", res.status)
	}
	if res.hasCursor {
		p.cursor = res.cursor
	}
	switch res.status {
	case 204, 304:
		got.empty = true
		return got, nil
	case 200:
		return got, p.events(res)
	}
	text, _ := p.wholeBody(res)
	return got, fmt.Errorf("status %d: %s", res.status, strings.TrimSpace(string(text)))
}

// send makes the request whose answer ask reads.
func (p *poller) send() error {
	p.asked = true
	p.scratch = p.requester.appendTo(p.scratch[:0], p.cursor)
	return p.write(head, p.scratch)
}

func (p *poller) events(res response) error {
	if !res.hasCursor {
		return fmt.Errorf("answer without a cursor")
	}
	text, err := p.wholeBody(res)
	if err != nil {
		return err
	}
	at := p.readAt
	return splitArray(text, func(event []byte) {
		p.received(payload, len(event))
		p.received(framing, -len(event))
		p.event(event, at)
	})
}

// wholeBody reads the body and books it as framing. It is valid until the
// next read.
func (p *poller) wholeBody(res response) ([]byte, error) {
	b, err := newBody(p.pipe, res)
	if err != nil {
		return nil, err
	}
	if !res.chunked {
		text, err := p.need("body", int(res.length))
		if err != nil {
			return nil, err
		}
		p.r += len(text)
		p.received(framing, len(text))
		return text, nil
	}
	var text []byte
	for {
		piece, more, err := b.next()
		if err != nil || !more {
			return text, err
		}
		p.received(framing, len(piece))
		if text = append(text, piece...); len(text) > maxBuffer {
			return nil, errTooLong
		}
	}
}
