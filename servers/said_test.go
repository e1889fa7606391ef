package servers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/servers/wire"
)

// byVersion runs a test of WebSocket for each version of HTTP.
func byVersion(t *testing.T, o Options, test func(t *testing.T, s *testServer)) {
	for name, version := range map[string]func() *http.Transport{"HTTP_1.1": http1, "HTTP_2": http2} {
		t.Run(name, func(t *testing.T) {
			s := start(t, o)
			s.http.Transport = version()
			test(t, s)
		})
	}
}

// speak opens a WebSocket with a query.
func speak(t *testing.T, s *testServer, query string) *websocket.Conn {
	t.Helper()
	dialer := s.dialer()
	ws, res, err := dialer.Dial("ws://"+s.Ready().HTTP+wire.RouteWebSocket+query, http.Header{})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	t.Cleanup(func() { ws.Close() })
	if err := ws.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return ws
}

// A client that asks to publish sends events by text messages: all subscribers of its topic
// get them, it as well.
func TestWebSocketPublishes(t *testing.T) { byVersion(t, Options{}, webSocketPublishes) }

func webSocketPublishes(t *testing.T, s *testServer) {
	one, other := speak(t, s, "?topic=a&publish=1"), speak(t, s, "?topic=a")
	elsewhere := speak(t, s, "?topic=b&publish=1")
	for _, text := range []string{`{"n":1}`, " [2]\n", strings.Repeat("7", 100_000)} {
		if err := one.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
		for _, ws := range []*websocket.Conn{one, other} {
			_, got, err := ws.ReadMessage()
			if err != nil || string(got) != strings.TrimSpace(text) {
				t.Fatalf("%.40q, %v", got, err)
			}
		}
	}
	if err := elsewhere.WriteMessage(websocket.TextMessage, []byte(`"b"`)); err != nil {
		t.Fatal(err)
	}
	if _, got, err := elsewhere.ReadMessage(); err != nil || string(got) != `"b"` {
		t.Errorf("another topic: %.40q, %v", got, err)
	}
}

// What is no event ends the connection with a code that says so; and who did not ask to
// publish publishes nothing.
func TestWebSocketPublishesEventsOnly(t *testing.T) {
	byVersion(t, Options{}, webSocketPublishesEventsOnly)
}

func webSocketPublishesEventsOnly(t *testing.T, s *testServer) {
	for _, row := range []struct {
		fact string
		kind int
		text string
		code int
	}{
		{"a binary message", websocket.BinaryMessage, `{}`, websocket.CloseUnsupportedData},
		{"text that is not JSON", websocket.TextMessage, `{`, websocket.ClosePolicyViolation},
		{"an empty message", websocket.TextMessage, ``, websocket.ClosePolicyViolation},
		{"text that is not UTF-8", websocket.TextMessage, "\"\xff\"", websocket.CloseInvalidFramePayloadData},
		{"more than an event may have", websocket.TextMessage, strings.Repeat("7", wire.MaxPayload+1), websocket.CloseMessageTooBig},
	} {
		ws := speak(t, s, "?topic=a&publish=1")
		if err := ws.WriteMessage(row.kind, []byte(row.text)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, row.code) {
			t.Errorf("%s: %v, want code %d", row.fact, err, row.code)
		}
	}
	ws := speak(t, s, "?topic=a")
	if err := ws.WriteMessage(websocket.TextMessage, []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	speaking := speak(t, s, "?topic=a&publish=1")
	if err := speaking.WriteMessage(websocket.TextMessage, []byte(`1`)); err != nil {
		t.Fatal(err)
	}
	if _, got, err := ws.ReadMessage(); err != nil || string(got) != "1" {
		t.Errorf("%q, %v", got, err)
	}
}
