package dialect

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func request(path string) Request { return Request{Path: Must(path)} }

func TestPrepare(t *testing.T) {
	simple := Dialect{
		Prefix:    "/base/",
		Publish:   Publish{Request: request("/publish")},
		SSE:       &SSE{Request: request("/events")},
		WebSocket: &WebSocket{Request: request("/ws"), Confirm: "ok"},
		LongPoll:  &Ask{Request: request("/wait")},
		Polling:   &Ask{Request: Request{Method: "POST", Path: Must("/poll")}, Nothing: []int{200}, Opened: AtByte},
	}
	sse, socket, poll := *simple.SSE, *simple.WebSocket, *simple.Polling
	d, err := simple.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(sse, *simple.SSE) || !reflect.DeepEqual(socket, *simple.WebSocket) || !reflect.DeepEqual(poll, *simple.Polling) || simple.Prefix == "" {
		t.Error("Prepare changes what it is given")
	}
	for _, row := range []struct {
		fact      string
		got, want any
	}{
		{"an event is posted", d.Publish.Method, "POST"},
		{"as it is", d.Publish.Body.String(), "{event}"},
		{"as JSON", header(d.Publish.Request, "Content-Type"), "application/json"},
		{"in a request", d.Publish.By, ByRequest},
		{"below the prefix", d.Publish.Path.String(), "/base/publish"},
		{"a stream is got", d.SSE.Method + " " + d.SSE.Path.String(), "GET /base/events"},
		{"by its type", header(d.SSE.Request, "Accept"), "text/event-stream"},
		{"which opens with its head", d.SSE.Opened, AtHead},
		{"a WebSocket opens with what confirms", d.WebSocket.Opened, AtConfirm},
		{"which is below the prefix, too", d.WebSocket.Method + " " + d.WebSocket.Path.String(), "GET /base/ws"},
		{"a long-poll is got", d.LongPoll.Method + " " + d.LongPoll.Path.String(), "GET /base/wait"},
		{"two statuses say nothing", len(d.LongPoll.Nothing), 2},
		{"but those that are given", d.Polling.Nothing[0], 200},
		{"with the method that is given", d.Polling.Method, "POST"},
		{"and what counts as open", d.Polling.Opened, AtByte},
		{"there is no more prefix", d.Prefix, ""},
	} {
		if row.got != row.want {
			t.Errorf("%s: %v, want %v", row.fact, row.got, row.want)
		}
	}
	again, err := d.Prepare()
	if err != nil || !reflect.DeepEqual(d, again) {
		t.Errorf("what is prepared is changed when it is prepared again: %v", err)
	}
}

func header(r Request, name string) string {
	for _, h := range r.Headers {
		if http.CanonicalHeaderKey(h.Name) == name {
			return h.Value.String()
		}
	}
	return ""
}

func TestPrepareKeepsHeaders(t *testing.T) {
	d, err := Dialect{
		Publish: Publish{Request: Request{Path: Must("/p?e={event}"), Headers: []Header{{"X", Must("y")}}}},
		SSE:     &SSE{Request: Request{Path: Must("/e"), Headers: []Header{{"accept", Must("*/*")}}}},
	}.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if len(d.SSE.Headers) != 1 || header(d.SSE.Request, "Accept") != "*/*" {
		t.Errorf("headers of the stream: %v", d.SSE.Headers)
	}
	if !d.Publish.Body.Empty() || header(d.Publish.Request, "Content-Type") != "" {
		t.Errorf("an event in the path is in the body, too: %v", d.Publish)
	}
}

// Streams that the server completes are below the prefix, as all paths.
func TestPrepareCompletes(t *testing.T) {
	d, err := Dialect{
		Prefix: "/a", Publish: Publish{Request: request("/publish")},
		SSE: &SSE{Request: request("/e"), Completes: Must("/e?n=3"), Ends: Must("/e?n=3&end")},
	}.Prepare()
	if err != nil || d.SSE.Completes.String() != "/a/e?n=3" || d.SSE.Ends.String() != "/a/e?n=3&end" {
		t.Errorf("%+v, %v", d, err)
	}
}

// The publisher's connection is that of a subscriber, or one of its own.
func TestPrepareMessage(t *testing.T) {
	base := Dialect{Prefix: "/a", Publish: Publish{Message: Must("{event}")}, WebSocket: &WebSocket{Request: request("/ws")}}
	d, err := base.Prepare()
	if err != nil || d.Publish.By != ByWebSocket || d.Publish.WebSocket == nil || d.Publish.WebSocket.Path.String() != "/a/ws" {
		t.Errorf("%+v, %v", d, err)
	}
	base.Publish.WebSocket = &WebSocket{Request: request("/publish")}
	d, err = base.Prepare()
	if err != nil || d.Publish.WebSocket.Path.String() != "/a/publish" || d.Publish.WebSocket.Opened != AtHead {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestPrepareErrors(t *testing.T) {
	publish := Publish{Request: request("/publish")}
	sse := &SSE{Request: request("/events")}
	ask := func(a Ask) Dialect { return Dialect{Publish: publish, Polling: &a} }
	headers := func(h ...Header) Dialect {
		return Dialect{Publish: publish, SSE: &SSE{Request: Request{Path: Must("/e"), Headers: h}}}
	}
	socket := func(w WebSocket) Dialect {
		w.Path = Must("/ws")
		return Dialect{Publish: publish, WebSocket: &w}
	}
	for _, row := range []struct {
		fact string
		d    Dialect
		want string
	}{
		{"nothing is said", Dialect{}, "no transport is given|publish.request: there is no path"},
		{"no path", Dialect{Publish: publish, SSE: &SSE{}}, "sse.request: there is no path"},
		{"no method", Dialect{Publish: publish, SSE: &SSE{Request: Request{Method: "GET /", Path: Must("/")}}}, `sse.request: "GET /" is not a method`},
		{"no event is published", Dialect{Publish: Publish{Request: Request{Path: Must("/p"), Body: Must("x")}}, SSE: sse}, "publish: {event} is missing from the request"},
		{"no event is in the message", Dialect{Publish: Publish{Message: Must("x")}, WebSocket: &WebSocket{Request: request("/ws")}}, "publish.send: {event} is missing from the message"},
		{"no WebSocket", Dialect{Publish: Publish{Message: Must("{event}")}, SSE: sse}, "publish: a message needs a WebSocket"},
		{"no message", Dialect{Publish: Publish{By: ByWebSocket}, WebSocket: &WebSocket{Request: request("/ws")}}, "publish.send: there is no message"},
		{"no such means", Dialect{Publish: Publish{By: "mail"}, SSE: sse}, `publish: there is no way "mail"`},
		{"a header of ours", headers(Header{"content-length", Must("1")}), "sse.headers.content-length: the header content-length is set by the load generator"},
		{"no header", headers(Header{"A B", Must("1")}), `sse.headers.A B: "A B" is not a name for a header`},
		{"a header with a line end", headers(Header{"A", Must("1\r\nB: 2")}), "sse.headers.A: the header A has a control character in it"},
		{"no such cursor", headers(Header{"A", Must("{cursor.x}")}), `sse.headers.A: there is no cursor "x" for {cursor.x}`},
		{"a cursor that is not used", ask(Ask{Request: request("/"), Cursors: []Cursor{{Name: "a", Header: "A"}}}), `polling.cursor.a: the cursor "a" is in no request: write {cursor.a} where it belongs`},
		{"two of a name", ask(Ask{Request: request("/{cursor.a}"), Cursors: []Cursor{{Name: "a", Header: "A"}, {Name: "a", Header: "B"}}}), `two cursors "a"`},
		{"a cursor from nowhere", ask(Ask{Request: request("/{cursor.a}"), Cursors: []Cursor{{Name: "a"}}}), "needs either a header or a JSON pointer"},
		{"a cursor with a bad name", ask(Ask{Request: request("/"), Cursors: []Cursor{{Name: "1", Header: "A"}}}), `a cursor cannot be named "1"`},
		{"opened by what does not come", ask(Ask{Request: request("/"), Opened: AtConfirm}), "polling.opened: only a WebSocket"},
		{"opened by what there is not", ask(Ask{Request: request("/"), Opened: "door"}), `polling.opened: "door" is not one of head, byte and event`},
		{"a stream that ends, and none that completes", Dialect{Publish: publish, SSE: &SSE{Request: request("/e"), Ends: Must("/e?end")}}, "sse.ends: ends needs completes, which is missing"},
		{"no EventSource can ask", Dialect{Publish: publish, SSE: &SSE{Request: Request{Method: "POST", Path: Must("/e")}, Completes: Must("/e?n=3")}}, "sse.completes: an EventSource sends GET"},
		{"a cursor of a stream", Dialect{Publish: publish, SSE: &SSE{Request: request("/e"), Completes: Must("/e?n={cursor.n}")}}, `sse.completes: there is no cursor "n"`},
		{"confirmed by nothing", socket(WebSocket{Opened: AtConfirm}), "websocket.opened: no message is given that confirms"},
		{"an empty message", socket(WebSocket{Open: []Step{{After: "x"}}}), "websocket.open: a message to open with is empty"},
		{"a reply to nothing", socket(WebSocket{Replies: []Reply{{Send: Must("x")}}}), "websocket.replies: a reply does not say"},
		{"no subprotocol", socket(WebSocket{Protocols: []string{"a b"}}), `websocket.protocols: "a b" is not a name`},
	} {
		d, err := row.d.Prepare()
		if err == nil {
			t.Errorf("%s: %+v", row.fact, d)
			continue
		}
		var w *Wrong
		if !errors.As(err, &w) {
			t.Errorf("%s: %v is no *Wrong", row.fact, err)
		}
		for _, want := range strings.Split(row.want, "|") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", row.fact, err, want)
			}
		}
	}
}

func TestTopics(t *testing.T) {
	topic := func(path string) *SSE { return &SSE{Request: request(path)} }
	subscribe := &WebSocket{Request: request("/ws"), Open: []Step{{Send: Must(`{"to":{topic:quoted}}`)}}}
	for _, row := range []struct {
		fact string
		d    Dialect
		want bool
	}{
		{"both sides name it", Dialect{Publish: Publish{Request: request("/p/{topic}")}, SSE: topic("/e/{topic}")}, true},
		{"the publisher does not", Dialect{Publish: Publish{Request: request("/p")}, SSE: topic("/e/{topic}")}, false},
		{"the subscriber does not", Dialect{Publish: Publish{Request: request("/p/{topic}")}, SSE: topic("/e")}, false},
		{"one of two transports does not", Dialect{Publish: Publish{Request: request("/p/{topic}")}, SSE: topic("/e"), WebSocket: subscribe}, false},
		{"a message names it", Dialect{Publish: Publish{Message: Must("{topic} {event}")}, WebSocket: subscribe}, true},
		{"the publisher's connection does", Dialect{Publish: Publish{Message: Must("{event}")}, WebSocket: subscribe}, true},
	} {
		d, err := row.d.Prepare()
		if err != nil {
			t.Fatal(err)
		}
		if d.Topics() != row.want {
			t.Errorf("%s: topics: %v", row.fact, !row.want)
		}
	}
}
