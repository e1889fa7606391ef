package dialect

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Prepare returns a copy of d with what is left out filled in, or an error for each
// thing that is wrong with d. What it returns has a method, a body and headers in each
// request, By, a publisher's WebSocket where there is a Message, the statuses that say
// nothing, and what counts as open; d is not changed.
func (d Dialect) Prepare() (*Dialect, error) {
	var errs []error
	wrong := func(where, format string, args ...any) {
		errs = append(errs, fmt.Errorf(where+": "+format, args...))
	}
	if d.SSE != nil {
		s := *d.SSE
		s.Request.fill(http.MethodGet, "Accept", "text/event-stream")
		s.Opened = cmp.Or(s.Opened, AtHead)
		s.Request.check("sse", nil, wrong)
		s.Opened.check("sse", wrong)
		d.SSE = &s
	}
	if d.WebSocket != nil {
		d.WebSocket = d.WebSocket.filled()
		d.WebSocket.check("websocket", wrong)
	}
	for _, a := range []struct {
		name string
		ask  **Ask
	}{{"longpoll", &d.LongPoll}, {"polling", &d.Polling}} {
		if *a.ask == nil {
			continue
		}
		ask := **a.ask
		ask.Request.fill(http.MethodGet, "", "")
		ask.Opened = cmp.Or(ask.Opened, AtHead)
		if len(ask.Nothing) == 0 {
			ask.Nothing = []int{http.StatusNoContent, http.StatusNotModified}
		}
		ask.check(a.name, wrong)
		*a.ask = &ask
	}
	if d.SSE == nil && d.WebSocket == nil && d.LongPoll == nil && d.Polling == nil {
		wrong("dialect", "no transport is given: sse, websocket, longpoll or polling")
	}
	d.Publish.prepare(d.WebSocket, wrong)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return &d, nil
}

// prepare fills in and checks how an event is published.
func (p *Publish) prepare(subscriber *WebSocket, wrong func(where, format string, args ...any)) {
	if p.By == "" {
		p.By = ByRequest
		if !p.Message.Empty() {
			p.By = ByWebSocket
		}
	}
	switch p.By {
	case ByRequest:
		if p.Body.Empty() && !p.Path.Uses(valueEvent) {
			p.Body = Must("{event}")
		}
		p.fill(http.MethodPost, "Content-Type", "application/json")
		p.check("publish", nil, wrong)
		if !p.usesEvent() {
			wrong("publish", "{event} is nowhere in the request")
		}
	case ByWebSocket:
		switch {
		case p.Message.Empty():
			wrong("publish", "there is no message to send over the WebSocket")
		case !p.Message.Uses(valueEvent):
			wrong("publish", "{event} is not in the message")
		}
		switch {
		case p.WebSocket != nil:
			p.WebSocket = p.WebSocket.filled()
			p.WebSocket.check("publish", wrong)
		case subscriber != nil:
			p.WebSocket = subscriber
		default:
			wrong("publish", "a message needs a WebSocket, and the server offers none")
		}
	case ByServer:
	default:
		wrong("publish", "there is no way %q: the ways are %s, %s and %s", p.By, ByRequest, ByWebSocket, ByServer)
	}
}

func (p *Publish) usesEvent() bool {
	return p.Body.Uses(valueEvent) || p.Path.Uses(valueEvent) ||
		slices.ContainsFunc(p.Headers, func(h Header) bool { return h.Value.Uses(valueEvent) })
}

// filled returns a copy of w with what is left out.
func (w *WebSocket) filled() *WebSocket {
	c := *w
	c.Method = http.MethodGet
	if c.Opened == "" {
		c.Opened = AtHead
		if c.Confirm != "" {
			c.Opened = AtConfirm
		}
	}
	return &c
}

// fill gives the request a method, and a header unless it has it or, as Content-Type,
// has no body to go with.
func (r *Request) fill(method, header, value string) {
	r.Method = cmp.Or(r.Method, method)
	has := slices.ContainsFunc(r.Headers, func(h Header) bool { return strings.EqualFold(h.Name, header) })
	if header == "" || has || header == "Content-Type" && r.Body.Empty() {
		return
	}
	r.Headers = append(slices.Clip(r.Headers), Header{header, Must(value)})
}

func (r *Request) check(where string, cursors []Cursor, wrong func(where, format string, args ...any)) {
	if r.Path.Empty() {
		wrong(where, "there is no path")
	}
	texts := []Template{r.Path, r.Body}
	for _, h := range r.Headers {
		texts = append(texts, h.Value)
		if h.Name == "" || strings.ContainsFunc(h.Name, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune("()<>@,;:\\\"/[]?={}", c) }) {
			wrong(where, "%q is no name of a header", h.Name)
		} else if slices.Contains(own, http.CanonicalHeaderKey(h.Name)) {
			wrong(where, "the header %s is set by the load generator", h.Name)
		}
	}
	for _, t := range texts {
		for _, p := range t.parts {
			name, is := strings.CutPrefix(p.name, cursorDot)
			if is && !slices.ContainsFunc(cursors, func(c Cursor) bool { return c.Name == name }) {
				wrong(where, "there is no cursor %q for {%s}", name, p.name)
			}
		}
	}
}

// own are the headers that the load generator sets.
var own = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Accept-Encoding",
	"Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Protocol", "Sec-Websocket-Extensions"}

func (a *Ask) check(where string, wrong func(where, format string, args ...any)) {
	a.Request.check(where, a.Cursors, wrong)
	for i, c := range a.Cursors {
		switch {
		case !nameForm.MatchString(c.Name):
			wrong(where, "a cursor cannot be named %q", c.Name)
		case slices.ContainsFunc(a.Cursors[:i], func(other Cursor) bool { return other.Name == c.Name }):
			wrong(where, "there are two cursors %q", c.Name)
		case (c.Header == "") == (c.Pointer.text == ""):
			wrong(where, "the cursor %q comes from one of a header and a JSON pointer", c.Name)
		}
	}
	a.Opened.check(where, wrong)
}

// check is for what has no messages that confirm.
func (o Opened) check(where string, wrong func(where, format string, args ...any)) {
	switch o {
	case AtHead, AtByte, AtEvent:
	case AtConfirm:
		wrong(where, "only a WebSocket has a message that confirms")
	default:
		wrong(where, "nothing is opened at %q: it is at %s, %s or %s", o, AtHead, AtByte, AtEvent)
	}
}

func (w *WebSocket) check(where string, wrong func(where, format string, args ...any)) {
	w.Request.check(where, nil, wrong)
	for _, s := range w.Open {
		if s.Send.Empty() {
			wrong(where, "a message to open with is empty")
		}
	}
	for _, r := range w.Replies {
		if r.To == "" {
			wrong(where, "a reply says no message that it answers")
		}
	}
	switch {
	case w.Opened != AtConfirm:
		w.Opened.check(where, wrong)
	case w.Confirm == "":
		wrong(where, "no message confirms a subscription")
	}
}

// Topics reports whether the server has topics: {topic} is in what is published and in
// how each transport subscribes. Otherwise each client gets every event.
func (d *Dialect) Topics() bool {
	uses := func(r *Request) bool {
		return r.Path.Uses(valueTopic) || r.Body.Uses(valueTopic) ||
			slices.ContainsFunc(r.Headers, func(h Header) bool { return h.Value.Uses(valueTopic) })
	}
	socket := func(w *WebSocket) bool {
		return uses(&w.Request) || slices.ContainsFunc(w.Open, func(s Step) bool { return s.Send.Uses(valueTopic) })
	}
	p := &d.Publish
	published := uses(&p.Request) || p.Message.Uses(valueTopic) || p.By == ByWebSocket && p.WebSocket != nil && socket(p.WebSocket)
	return published && (d.SSE == nil || uses(&d.SSE.Request)) && (d.WebSocket == nil || socket(d.WebSocket)) &&
		(d.LongPoll == nil || uses(&d.LongPoll.Request)) && (d.Polling == nil || uses(&d.Polling.Request))
}
