package dialect

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A Wrong is one thing that is wrong with a Dialect.
type Wrong struct {
	Where string // by the names that a target file has: sse.headers.Host
	What  string
}

// Error is Where, a colon and What.
func (w *Wrong) Error() string {
	if w.Where == "" {
		return w.What
	}
	return w.Where + ": " + w.What
}

// A report takes what is wrong, and where.
type report func(where, format string, args ...any)

// Prepare returns a copy of d with what is left out filled in, or a joined *Wrong for
// each thing that is wrong with d. What it returns has the Prefix in each path, a method,
// a body and headers in each request, By, a publisher's WebSocket where there is a
// Message, the statuses that say nothing, and what counts as open; d is not changed.
func (d Dialect) Prepare() (*Dialect, error) {
	var errs []error
	wrong := func(where, format string, args ...any) {
		errs = append(errs, &Wrong{where, fmt.Sprintf(format, args...)})
	}
	if d.SSE != nil {
		s := *d.SSE
		s.Request.fill(d.Prefix, http.MethodGet, "Accept", "text/event-stream")
		s.Opened = cmp.Or(s.Opened, AtHead)
		s.Request.check("sse", nil, wrong)
		s.Opened.check("sse", wrong)
		s.complete(d.Prefix, wrong)
		d.SSE = &s
	}
	if d.WebSocket != nil {
		d.WebSocket = d.WebSocket.filled(d.Prefix)
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
		ask.Request.fill(d.Prefix, http.MethodGet, "", "")
		ask.Opened = cmp.Or(ask.Opened, AtHead)
		if len(ask.Nothing) == 0 {
			ask.Nothing = []int{http.StatusNoContent, http.StatusNotModified}
		}
		ask.check(a.name, wrong)
		*a.ask = &ask
	}
	if d.SSE == nil && d.WebSocket == nil && d.LongPoll == nil && d.Polling == nil {
		wrong("", "no transport is given: sse, websocket, longpoll or polling")
	}
	d.Publish.prepare(d.Prefix, d.WebSocket, wrong)
	d.Prefix = ""
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return &d, nil
}

// complete puts the prefix before the paths of streams that the server completes, and checks them.
func (s *SSE) complete(prefix string, wrong report) {
	for _, c := range []struct {
		where string
		path  *Template
	}{{"sse.completes", &s.Completes}, {"sse.ends", &s.Ends}} {
		if c.path.Empty() {
			continue
		}
		if prefix != "" {
			*c.path = c.path.behind(strings.TrimSuffix(prefix, "/"))
		}
		c.path.check(c.where, nil, wrong)
		if s.Method != http.MethodGet || !s.Body.Empty() {
			wrong(c.where, "an EventSource sends GET without a body, but the request of sse is different")
		}
	}
	if s.Completes.Empty() && !s.Ends.Empty() {
		wrong("sse.ends", "ends needs completes, which is missing")
	}
}

// prepare fills in and checks how an event is published.
func (p *Publish) prepare(prefix string, subscriber *WebSocket, wrong report) {
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
		p.fill(prefix, http.MethodPost, "Content-Type", "application/json")
		p.Request.check("publish", nil, wrong)
		if !p.uses(valueEvent) {
			wrong("publish", "{event} is missing from the request")
		}
	case ByWebSocket:
		switch {
		case p.Message.Empty():
			wrong("publish.send", "there is no message to send over the WebSocket")
		case !p.Message.Uses(valueEvent):
			wrong("publish.send", "{event} is missing from the message")
		}
		p.Message.check("publish.send", nil, wrong)
		switch {
		case p.WebSocket != nil:
			p.WebSocket = p.WebSocket.filled(prefix)
			p.WebSocket.check("publish.websocket", wrong)
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

// filled returns a copy of w with what is left out.
func (w *WebSocket) filled(prefix string) *WebSocket {
	c := *w
	c.fill(prefix, http.MethodGet, "", "")
	if c.Opened == "" {
		c.Opened = AtHead
		if c.Confirm != "" {
			c.Opened = AtConfirm
		}
	}
	return &c
}

// fill gives the request its prefix, a method, and a header unless it has it or, as
// Content-Type, has no body to go with.
func (r *Request) fill(prefix, method, header, value string) {
	if prefix != "" && !r.Path.Empty() {
		r.Path = r.Path.behind(strings.TrimSuffix(prefix, "/"))
	}
	r.Method = cmp.Or(r.Method, method)
	has := slices.ContainsFunc(r.Headers, func(h Header) bool { return strings.EqualFold(h.Name, header) })
	if header == "" || has || header == "Content-Type" && r.Body.Empty() {
		return
	}
	r.Headers = append(slices.Clip(r.Headers), Header{header, Must(value)})
}

func (r *Request) check(where string, cursors []Cursor, wrong report) {
	if r.Path.Empty() {
		wrong(where+".request", "there is no path")
	}
	if strings.ContainsFunc(r.Method, noToken) {
		wrong(where+".request", "%q is not a method", r.Method)
	}
	r.Path.check(where+".request", cursors, wrong)
	r.Body.check(where+".body", cursors, wrong)
	for _, h := range r.Headers {
		at := where + ".headers." + h.Name
		switch {
		case h.Name == "" || strings.ContainsFunc(h.Name, noToken):
			wrong(at, "%q is not a name for a header", h.Name)
		case slices.Contains(own, http.CanonicalHeaderKey(h.Name)):
			wrong(at, "the header %s is set by the load generator", h.Name)
		case strings.ContainsFunc(h.Value.text, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
			wrong(at, "the header %s has a control character in it", h.Name)
		}
		h.Value.check(at, cursors, wrong)
	}
}

// noToken reports whether c cannot be in a header's name (RFC 9110 section 5.6.2).
func noToken(c rune) bool {
	return c <= ' ' || c > '~' || strings.ContainsRune("()<>@,;:\\\"/[]?={}", c)
}

// check sees to it that the cursors in t exist.
func (t Template) check(where string, cursors []Cursor, wrong report) {
	for _, p := range t.parts {
		name, is := strings.CutPrefix(p.name, cursorDot)
		if is && !slices.ContainsFunc(cursors, func(c Cursor) bool { return c.Name == name }) {
			wrong(where, "there is no cursor %q for {%s}", name, p.name)
		}
	}
}

// own are the headers that the load generator sets.
var own = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Accept-Encoding",
	"Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Protocol", "Sec-Websocket-Extensions"}

func (a *Ask) check(where string, wrong report) {
	a.Request.check(where, a.Cursors, wrong)
	for i, c := range a.Cursors {
		at := where + ".cursor." + c.Name
		switch {
		case !nameForm.MatchString(c.Name):
			wrong(at, "a cursor cannot be named %q", c.Name)
		case slices.ContainsFunc(a.Cursors[:i], func(other Cursor) bool { return other.Name == c.Name }):
			wrong(at, "there are two cursors %q", c.Name)
		case (c.Header == "") == (c.Pointer.text == ""):
			wrong(at, "the cursor %q needs either a header or a JSON pointer", c.Name)
		case !a.Request.uses(cursorDot + c.Name):
			wrong(at, "the cursor %q is in no request: write {cursor.%[1]s} where it belongs", c.Name)
		}
	}
	a.Opened.check(where, wrong)
}

// check is for what has no messages that confirm.
func (o Opened) check(where string, wrong report) {
	switch o {
	case AtHead, AtByte, AtEvent:
	case AtConfirm:
		wrong(where+".opened", "only a WebSocket has a message that confirms")
	default:
		wrong(where+".opened", "%q is not one of %s, %s and %s", o, AtHead, AtByte, AtEvent)
	}
}

func (w *WebSocket) check(where string, wrong report) {
	w.Request.check(where, nil, wrong)
	for _, s := range w.Open {
		if s.Send.Empty() {
			wrong(where+".open", "a message to open with is empty")
		}
		s.Send.check(where+".open", nil, wrong)
	}
	for _, r := range w.Replies {
		if r.To == "" {
			wrong(where+".replies", "a reply does not say which message it answers")
		}
		r.Send.check(where+".replies", nil, wrong)
	}
	for _, p := range w.Protocols {
		if p == "" || strings.ContainsFunc(p, noToken) {
			wrong(where+".protocols", "%q is not a name for a subprotocol", p)
		}
	}
	switch {
	case w.Opened != AtConfirm:
		w.Opened.check(where, wrong)
	case w.Confirm == "":
		wrong(where+".opened", "no message is given that confirms a subscription")
	}
}

// uses reports whether a value is somewhere in the request.
func (r *Request) uses(name string) bool {
	return r.Path.Uses(name) || r.Body.Uses(name) ||
		slices.ContainsFunc(r.Headers, func(h Header) bool { return h.Value.Uses(name) })
}

// Topics reports whether the server has topics: {topic} is in what is published and in
// how each transport subscribes. Otherwise each client gets every event.
func (d *Dialect) Topics() bool {
	socket := func(w *WebSocket) bool {
		return w.uses(valueTopic) || slices.ContainsFunc(w.Open, func(s Step) bool { return s.Send.Uses(valueTopic) })
	}
	p := &d.Publish
	published := p.uses(valueTopic) || p.Message.Uses(valueTopic) ||
		p.By == ByWebSocket && p.WebSocket != nil && socket(p.WebSocket)
	return published && (d.SSE == nil || d.SSE.uses(valueTopic)) && (d.WebSocket == nil || socket(d.WebSocket)) &&
		(d.LongPoll == nil || d.LongPoll.uses(valueTopic)) && (d.Polling == nil || d.Polling.uses(valueTopic))
}
