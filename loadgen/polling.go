package loadgen

import (
	"context"
	"errors"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// openPolling opens clients that ask every interval; package vegeta paces
// them.
func openPolling(o *Options, d *dialer) opener {
	extra := ""
	if o.Variant.On(wire.ETag) {
		extra = "&etag=1"
	}
	return openAsker(o, d, extra, extra)
}

// poll makes the clients ask every interval until ctx is done.
func (s *session) poll(ctx context.Context) {
	interval := s.Variant.Duration(wire.Interval)
	if s.Variant.Word(wire.Pace) == "delay" {
		_ = s.attack.loop(ctx, interval) // its error is the recorder's broken invariant
		return
	}
	// Slots begin with the window; the first of them soon enough for every
	// client to be in step with the schedule by then.
	_ = s.attack.rate(ctx, s.rec.From-int64(s.Warmup/interval*interval), interval)
}

// openAsker opens a client by its first request, with the parameters first;
// later ones have the parameters later.
func openAsker(o *Options, d *dialer, first, later string) opener {
	connect := newConnector(o, d)
	return func(ctx context.Context, c *client) error {
		http, err := connect(ctx, c, first+o.epochs(), later)
		if err != nil {
			return err
		}
		a := &poller{client: c, http: http}
		c.request = a
		_, err = a.ask(ctx)
		c.opened, c.epoch = c.end().last.Arrived, a.cursor.epoch
		return err
	}
}

// A poller asks for what is new since the last answer.
type poller struct {
	*client
	http    httpExchange
	cursor  cursor
	foreign *foreignAsk // nil: the server is ours
	asked   bool        // the request has been sent and its answer is to come
}

// once makes one request.
func (p *poller) once(ctx context.Context) (got answer, err error) {
	if !p.asked {
		err = p.send(ctx)
	}
	var res parse.Response
	var text body
	if err == nil {
		res, text, err = p.http.receive(ctx)
	}
	p.asked = false
	if err != nil {
		return got, err
	}
	if p.foreign != nil {
		return p.foreign.answer(res)
	}
	switch res.Status {
	case 204, 304:
		p.advance(res)
		p.requests.Empty++
		p.requests.EmptyBytes += int64(res.Size)
		return answer{empty: true}, text.finish()
	case 200:
		events, err := p.events(res, text)
		if err != nil {
			return got, err
		}
		p.advance(res)
		if events == 0 {
			p.requests.Empty++
			p.requests.EmptyBytes += int64(res.Size)
			return answer{empty: true}, text.finish()
		}
		p.requests.Full++
		p.requests.FullBytes += int64(res.Size)
		return got, text.finish()
	case 410:
		if p.recovery != nil || p.slow {
			if err := p.gone(res, text); err != nil {
				return got, err
			}
			return answer{empty: true}, text.finish()
		}
	}
	return got, refused(res.Status, text.beginning())
}

// advance takes the cursor of an answer that is complete.
func (p *poller) advance(res parse.Response) {
	if res.HasCursor {
		p.cursor = cursor{res.Epoch, res.Cursor}
	}
}

func (p *poller) flush() { p.http.flush() }

// send makes the request whose answer ask reads.
func (p *poller) send(ctx context.Context) error {
	p.asked = true
	return p.http.send(ctx, p.cursor)
}

// events reads an answer and hands on its events, whose number it returns.
func (p *poller) events(res parse.Response, of body) (n int, err error) {
	if err := p.coded(&res); err != nil {
		return 0, err
	}
	if err := res.Readable(); err != nil {
		return 0, err
	}
	if !res.HasCursor {
		return 0, errors.New("answer without a cursor")
	}
	p.decoding = false
	text, err := of.whole()
	if err == nil {
		text, err = p.decompressed(text)
	}
	around := len(text)
	if err == nil {
		err = parse.Array(text, func(element []byte) {
			n++
			around -= len(element)
			p.message(element, false)
		})
	}
	p.book(results.Framing, around)
	return n, err
}
