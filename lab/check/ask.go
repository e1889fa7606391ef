package check

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
)

// An asker is a client of polling or long-polling.
type asker struct {
	ear
	values  dialect.Values // of its requests, but for the cursors
	spec    *dialect.Ask
	polls   bool // it is polling: an answer without news is asked for again and again
	with    manner
	cursors *dialect.Cursors
	pending bool // a request is at the server
	used    bool // the connection has brought an answer
	body    *body
	again   bool      // a connection has brought more than one answer
	began   time.Time // when the last request was sent

	last  reply // with events
	empty reply // without
}

// A reply is one whole answer.
type reply struct {
	*answer
	text   []byte
	bytes  int // with its head
	chunks int
	events int
	after  time.Duration // behind its request
}

func newAsker(e ear, spec *dialect.Ask, polls bool, m manner) *asker {
	cursors := slices.Clone(spec.Cursors)
	for i := range cursors {
		switch {
		case m.stale:
			cursors[i].First = staleCursor
		case m.from != nil:
			cursors[i].First = string(m.from.Get(cursors[i].Name))
		}
	}
	e.asks = true
	return &asker{ear: e, values: e.p.values(), spec: spec, polls: polls, with: m, cursors: dialect.NewCursors(cursors)}
}

// staleCursor is one that no server has given.
const staleCursor = "pushbench-7f3a"

func (a *asker) hear(ctx context.Context, limit time.Time) ([]uint64, error) {
	for {
		if err := a.exchange(ctx, limit); err != nil {
			return nil, err
		}
		if news := a.news(); len(news) > 0 {
			return news, nil
		}
		pause := a.p.limits.poll
		if !time.Now().Add(pause).Before(limit) {
			return nil, errQuiet
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// exchange asks, unless a request is at the server, and reads the answer. A request is
// repeated when its connection was used before and ends without a byte of answer.
func (a *asker) exchange(ctx context.Context, limit time.Time) error {
	if err := a.ask(ctx); err != nil {
		return err
	}
	err := a.receive(limit)
	silent := a.line != nil && a.body == nil && len(a.line.rest()) == 0
	if err == nil || err == errQuiet || !a.used || !silent || ctx.Err() != nil {
		return err
	}
	a.close()
	if err := a.ask(ctx); err != nil {
		return err
	}
	return a.receive(limit)
}

// ask sends a request.
func (a *asker) ask(ctx context.Context) error {
	if a.pending {
		return nil
	}
	for {
		if err := a.connect(ctx); err != nil {
			return err
		}
		v := a.values
		v.Cursors = a.cursors
		a.began = time.Now()
		err := a.line.write(a.p.request(&a.spec.Request, &v, a.with.headers), a.p.soon())
		if err == nil {
			a.pending = true
			return nil
		}
		if !a.used || ctx.Err() != nil {
			return err
		}
		a.close()
	}
}

func (a *asker) connect(ctx context.Context) (err error) {
	if a.line != nil {
		return nil
	}
	a.used = false
	a.line, err = a.p.dial(ctx)
	return err
}

// receive reads an answer. What has come of it by the limit is read on by the next call.
func (a *asker) receive(limit time.Time) error {
	if a.body == nil {
		h, err := a.line.head(limit)
		if err != nil {
			return err
		}
		a.answer, a.body = h, a.line.body(h)
	}
	if err := a.body.all(limit); err != nil {
		return err
	}
	h, body := a.answer, a.body
	a.again = a.again || a.used
	a.body, a.pending, a.used = nil, false, true
	if h.closes {
		a.close()
	}
	for name, values := range h.Header {
		for _, value := range values {
			a.cursors.Header([]byte(name), []byte(value))
		}
	}
	return a.accept(h, body)
}

// accept takes the events of an answer.
func (a *asker) accept(h *answer, body *body) error {
	accepts := a.spec.Accepts(h.status)
	switch {
	case !accepts && !slices.Contains(a.spec.Nothing, h.status):
		return h.refusal(body.text)
	case !a.with.packed:
		if err := h.encoded(); err != nil {
			return err
		}
	}
	text := body.text
	if h.encoded() != nil {
		text = unpacked(text)
	}
	r := reply{answer: h, text: text, bytes: h.size + len(body.text), chunks: len(body.chunks), after: time.Since(a.began)}
	before := len(a.heard)
	empty := a.spec.Empty(h.status, text)
	switch own := a.p.Dialect.Publish.By == dialect.ByServer; {
	case !accepts, own && empty:
	case own:
		a.take(text)
	case !a.find(text) && !empty:
		a.words = parse.Excerpt(text)
	case a.spec.Latest && before > 0 && a.heard[len(a.heard)-1] == a.heard[before-1]:
		a.heard = a.heard[:before] // the earlier state again
	}
	if accepts {
		a.cursors.Body(text)
	}
	if r.events = len(a.heard) - before; r.events > 0 {
		a.last = r
		return nil
	}
	a.empty = r
	if !empty {
		return h.page(text)
	}
	return nil
}

// closed reports whether the connection ends with each answer.
func (r reply) closed() bool { return r.answer != nil && r.closes }

// kind is what an answer without news is.
func (r reply) kind() string {
	switch {
	case r.status == http.StatusOK && len(r.text) == 0:
		return "status 200 without a body"
	case len(r.text) == 0:
		return "status " + strconv.Itoa(r.status)
	}
	return "status " + strconv.Itoa(r.status) + " and a body"
}

// close closes the connection; the cursors stay.
func (a *asker) close() {
	a.line.close()
	a.line, a.body, a.pending = nil, nil, false
}
