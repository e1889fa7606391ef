package loadgen

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
)

// frame is a WebSocket frame as a server sends it (RFC 6455 section 5.2).
func frame(first byte, text string) string {
	head := []byte{first, byte(len(text))}
	if len(text) > 125 {
		head = binary.BigEndian.AppendUint16([]byte{first, 126}, uint16(len(text)))
	}
	return string(head) + text
}

// message is a text message in one frame.
func message(text string) string { return frame(0x81, text) }

// accept answers to an upgrade.
func (e *exchange) accept(headers string) bool {
	sum := sha1.Sum([]byte(e.req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return e.say("HTTP/1.1 101 \r\nupgrade: websocket\r\nConnection: Upgrade\r\nSec-Websocket-Accept: %s\r\n%s\r\n",
		base64.StdEncoding.EncodeToString(sum[:]), headers)
}

// read reads a message of up to 64 KiB that the client sends in one frame; "" at the end.
func (e *exchange) read() string {
	take := func(n int) []byte {
		b := make([]byte, n)
		if _, err := io.ReadFull(e.in, b); err != nil {
			return nil
		}
		return b
	}
	head := take(2)
	if head == nil || head[0] == 0x88 {
		return ""
	}
	if head[0]&0x80 == 0 || head[0]&0x0F == 0 {
		e.t.Errorf("a message comes in fragments")
		return ""
	}
	n := int(head[1] & 0x7F)
	if n == 126 {
		long := take(2)
		if long == nil {
			return ""
		}
		n = int(binary.BigEndian.Uint16(long))
	}
	mask, text := take(4), take(n)
	if mask == nil || text == nil {
		return ""
	}
	for i := range text {
		text[i] ^= mask[i%4]
	}
	return string(text)
}

// sockets runs a server that accepts WebSockets, begins with greet, and then writes what
// event makes of each event.
func sockets(t *testing.T, headers string, greet func(e *exchange) bool, event func(payload string) string) *spoken {
	return speaking(t, func(e *exchange) bool {
		seen := len(e.now())
		if !e.accept(headers) || greet != nil && !greet(e) {
			return false
		}
		wrote := e.stream("")
		for {
			events := e.after(seen)
			for _, payload := range events {
				text := event(payload)
				wrote(payload, text)
				if !e.say("%s", text) {
					return false
				}
			}
			if seen += len(events); events == nil {
				return false
			}
		}
	})
}

// However messages are cut and wrapped, and whatever comes between them, each event is
// found, and what surrounds it is counted apart.
func TestMessages(t *testing.T) {
	type row struct {
		fact    string
		event   func(payload string) string
		heads   int // bytes of frame heads and control frames for each event
		framing int
		other   int
	}
	each(t, func(r row) string { return r.fact }, []row{
		{"the payload alone", message, 2, 0, 0},
		{"an envelope", func(p string) string { return message(`{"id":1,"message":` + p + `}`) }, 2, 19, 0},
		{"a JSON string in JSON", func(p string) string { return message(fmt.Sprintf(`{"body": %q}`, p)) }, 2, 12 + 4, 0},
		{"socket.io's prefix", func(p string) string { return message(`42["event",` + p + `]`) }, 2, 12, 0},
		{"three fragments", func(p string) string { return frame(1, p[:9]) + frame(0, p[9:30]) + frame(0x80, p[30:]) }, 6, 0, 0},
		{"a ping between fragments", func(p string) string { return frame(1, p[:9]) + frame(0x89, "") + frame(0x80, p[9:]) }, 6, 0, 0},
		{"a pong that nobody asked for", func(p string) string { return message(p) + frame(0x8A, "beat") }, 8, 0, 0},
		{"a binary message", func(p string) string { return frame(0x82, p) }, 2, 0, 0},
		{"a message without an event before each", func(p string) string { return message(`{"users":17}`) + message(p) }, 4, 0, 12},
	}, func(t *testing.T, row row) {
		s := sockets(t, "", nil, row.event)
		whole, _ := wholeTrial(t, s.options("websocket", dialect.Dialect{WebSocket: &dialect.WebSocket{Request: request("/ws")}}))
		s.check(row.fact, whole.trial)
		s.booked(t, whole.clients, results.Bytes{
			results.WebSocket: int64(row.heads), results.Framing: int64(row.framing), results.Other: int64(row.other),
		}, 0)
	})
}

// A message with two events is two deliveries.
func TestMessageOfTwoEvents(t *testing.T) {
	s := speaking(t, func(e *exchange) bool {
		seen := len(e.now())
		if !e.accept("") {
			return false
		}
		for held := ""; ; {
			events := e.after(seen)
			for _, payload := range events {
				switch {
				case strings.Contains(payload, ".0."):
					e.say("%s", message(payload))
				case held == "":
					held = payload
				default:
					e.say("%s", message("["+held+","+payload+"]"))
					held = ""
				}
			}
			if seen += len(events); events == nil {
				return false
			}
		}
	})
	got := trial(t, s.options("websocket", dialect.Dialect{WebSocket: &dialect.WebSocket{Request: request("/ws")}}))
	s.check("two events", got)
	if n := got.Deliveries.InWindow; got.Steady.In[results.Framing] != n/2*3 || n%2 != 0 {
		t.Errorf("%d bytes of framing for %d events", got.Steady.In[results.Framing], n)
	}
}

// A server that asks for a subscription gets it, as the target's file says: after its
// greeting, with the messages and headers that it wants, and its pings are answered.
func TestSubscribing(t *testing.T) {
	spec := dialect.WebSocket{
		Request: dialect.Request{Path: dialect.Must("/cable?x=1"), Headers: []dialect.Header{
			{Name: "Origin", Value: dialect.Must("{origin}")}, {Name: "user-agent", Value: dialect.Must("browser")},
		}},
		Protocols: []string{"actioncable-v1-json"},
		Open: []dialect.Step{
			{Send: dialect.Must("40")},
			{After: `{"type":"welcome"*`, Send: dialect.Must(`{"command":"subscribe","to":{topic:quoted}}`)},
			{Send: dialect.Must("and more")},
		},
		Replies: []dialect.Reply{{To: "2", Send: dialect.Must("3")}},
		Confirm: `*"confirm_subscription"*`, Refuse: `*"reject_subscription"*`,
	}
	const pings = 2
	var heard []string
	s := sockets(t, "Sec-WebSocket-Protocol: actioncable-v1-json\r\n", func(e *exchange) bool {
		e.mu.Lock()
		heard = append(heard, e.req.RequestURI, e.req.Header.Get("Origin"), e.req.Header.Get("Sec-WebSocket-Protocol"))
		if agents := e.req.Header["User-Agent"]; !slices.Equal(agents, []string{"browser"}) {
			e.t.Errorf("it is called by %q", agents)
		}
		e.mu.Unlock()
		take := func() string {
			text := e.read()
			e.mu.Lock()
			defer e.mu.Unlock()
			heard = append(heard, text)
			return text
		}
		if take() != "40" || !e.say("%s", message(`{"type":"welcome"}`)) {
			return false
		}
		for range pings {
			if !e.say("%s", message("2")) {
				return false
			}
		}
		for range 2 + pings {
			take()
		}
		return e.say("%s", message(`{"type":"confirm_subscription"}`))
	}, message)
	o := s.options("websocket", dialect.Dialect{WebSocket: &spec})
	o.Clients = 1
	got := trial(t, o)
	s.check("Action Cable's way", got)
	host := s.listener.Addr().String()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(heard) != 8 || !strings.HasPrefix(heard[4], `{"command":"subscribe","to":"`) {
		t.Fatalf("the server heard %q", heard)
	}
	if want := []string{"/cable?x=1", "http://" + host, "actioncable-v1-json", "40", heard[4], "and more", "3", "3"}; !slices.Equal(heard, want) {
		t.Errorf("the server heard %q, want %q", heard, want)
	}
	said := int64(len("40") + len(heard[4]) + len("and more") + pings)
	in := int64(len(`{"type":"welcome"}`) + len(`{"type":"confirm_subscription"}`) + pings)
	if h := got.Handshake; h.Out[results.Other] != said || h.In[results.Other] != in {
		t.Errorf("%d bytes of other framing were sent and %d received until the client was open, want %d and %d", h.Out[results.Other], h.In[results.Other], said, in)
	}
}

// A server that refuses a subscription, or compresses without being asked, is not asked
// for events.
func TestSubscriptionsThatFail(t *testing.T) {
	for _, row := range []struct {
		fact, headers, greeting, want string
	}{
		{"refused", "", message(`{"type":"reject_subscription"}`), `the server refuses the subscription: "{\"type\":\"reject_subscription\"}"`},
		{"never confirmed", "", message(`{"type":"ping"}`), `no answer within 300ms: what came instead was`},
		{"compressed", "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n", "",
			`the server agrees to "permessage-deflate; server_no_context_takeover; client_no_context_takeover", which was not offered`},
		{"closed", "", frame(0x88, "\x03\xF3no pong"), "websocket: close 1011"},
	} {
		s := sockets(t, row.headers, func(e *exchange) bool { return e.say("%s", row.greeting) }, message)
		o := s.options("websocket", dialect.Dialect{WebSocket: &dialect.WebSocket{
			Request: request("/ws"), Confirm: `*confirm*`, Refuse: `*reject*`,
		}})
		o.Clients, o.answersWithin = 1, 300*time.Millisecond
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}

// A server that dies between two messages has cut off none, whatever it said before.
func TestWebSocketThatEnds(t *testing.T) {
	s := speaking(t, func(e *exchange) bool {
		seen := len(e.now())
		if !e.accept("") || !e.say("%s", message(`{"type":"welcome"}`)) {
			return false
		}
		for {
			events := e.after(seen)
			for _, payload := range events {
				if !e.say("%s", message(payload)) || strings.Contains(payload, ".5.") {
					return false
				}
			}
			if seen += len(events); events == nil {
				return false
			}
		}
	})
	ws := dialect.WebSocket{Request: request("/ws")}
	got := trial(t, s.options("websocket", dialect.Dialect{WebSocket: &ws}))
	if !strings.Contains(got.Failed, "lost its connection") || strings.Contains(got.Failed, "cut off") {
		t.Errorf("%q", got.Failed)
	}
}
