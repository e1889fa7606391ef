package servers

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

// A client reads one topic over one transport. next returns what comes next,
// in the same words on all transports:
//
//	event 3 {"n":3} · gap 1 5 · slow 1 5 · heartbeat · end · refused: why
type client struct {
	next  func() string
	close func()
}

// A dialer opens a client; after is "" for none.
type dialer func(t testing.TB, ts *testServer, topic, after string) client

var dialers = map[wire.Transport]dialer{
	wire.Polling:   pollDialer(wire.RoutePolling, ""),
	wire.LongPoll:  pollDialer(wire.RouteLongPoll, "&wait=10s"),
	wire.SSE:       dialSSE,
	wire.WebSocket: dialWebSocket,
	wire.TCP:       dialTCP,
}

func event(id uint64, payload string) string {
	if len(payload) > 64 {
		payload = fmt.Sprintf("of %d bytes", len(payload))
	}
	return fmt.Sprintf("event %d %s", id, payload)
}

// unpadded is an event's text without the spaces that were injected, as a
// reader of JSON sees it.
func (ts *testServer) unpadded(text string) string {
	return strings.TrimSuffix(text, string(ts.hub.pad))
}

func gapText(word string, doc []byte) string {
	var g wire.Gap
	if err := json.Unmarshal(doc, &g); err != nil {
		return fmt.Sprintf("bad gap %q", doc)
	}
	return fmt.Sprintf("%s %d %d", word, g.After, g.Oldest)
}

func refusedText(body io.Reader) string {
	var f failure
	if err := json.NewDecoder(body).Decode(&f); err != nil {
		return "refused without a reason: " + err.Error()
	}
	return "refused: " + f.Error
}

func (ts *testServer) ask(topic, after string) string {
	text := "?topic=" + topic
	if after != "" {
		text += "&after=" + after
	}
	if ts.form.binary {
		text += "&binary=1"
	}
	if ts.form.gzip {
		text += "&compress=1"
	}
	return text
}

// coded reports an answer that has not the coding that was asked for.
func (ts *testServer) coded(t testing.TB, resp *http.Response) {
	if resp.StatusCode == http.StatusOK && resp.Uncompressed != ts.form.gzip {
		t.Errorf("the answer was compressed: %v", resp.Uncompressed)
	}
}

// plain is the payload that text carries.
func (ts *testServer) plain(t testing.TB, text string) string {
	if !ts.form.binary {
		return text
	}
	b, err := base64.StdEncoding.DecodeString(strings.Trim(text, `"`))
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func pollDialer(route, extra string) dialer {
	return func(t testing.TB, ts *testServer, topic, after string) client {
		var queue []string
		poll := func(extra string) {
			resp, err := ts.http.Get(ts.url + route + ts.ask(topic, after) + extra)
			if err != nil {
				queue = append(queue, "end")
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Error(err)
			}
			ts.coded(t, resp)
			cursor := resp.Header.Get(wire.HeaderCursor)
			switch resp.StatusCode {
			case http.StatusOK:
				var payloads []json.RawMessage
				if err := json.Unmarshal(body, &payloads); err != nil {
					t.Error(err)
				}
				_, last, err := parseCursor(cursor)
				if err != nil {
					t.Error(err)
				}
				for i, p := range payloads {
					queue = append(queue, event(last-uint64(len(payloads)-1-i), ts.unpadded(ts.plain(t, string(p)))))
				}
			case http.StatusGone:
				queue = append(queue, gapText("gap", body))
			case http.StatusNoContent:
			default:
				queue = append(queue, refusedText(strings.NewReader(string(body))))
				return
			}
			after = cursor
		}
		if after == "" {
			poll("&wait=0s") // for the cursor that holds now
		}
		return client{
			next: func() string {
				for len(queue) == 0 {
					poll(extra)
					runtime.Gosched()
				}
				first := queue[0]
				queue = queue[1:]
				return first
			},
			close: func() {},
		}
	}
}

func dialSSE(t testing.TB, ts *testServer, topic, after string) client {
	resp, err := ts.http.Get(ts.url + wire.RouteSSE + ts.ask(topic, after))
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		text := refusedText(resp.Body)
		return client{next: func() string { return text }, close: func() {}}
	}
	ts.coded(t, resp)
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 2*wire.MaxPayload)
	return client{close: func() { resp.Body.Close() }, next: func() string {
		var id uint64
		var kind, data string
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				_, id, _ = parseCursor(value)
			case "event":
				kind = value
			case "data":
				data = value
			case ":":
				return "heartbeat"
			case "":
				switch {
				case kind == wire.EventGap:
					return gapText("gap", []byte(data))
				case data != "":
					return event(id, ts.unpadded(ts.plain(t, data)))
				}
			}
		}
		return "end"
	}}
}

// counted gives numbers to events that travel without one.
func counted(ts *testServer, t testing.TB, topic, after string) func() uint64 {
	var n uint64
	if after == "" {
		n = ts.topic(t, topic).View().Newest()
	} else {
		_, n, _ = parseCursor(after)
	}
	return func() uint64 { n++; return n }
}

func dialWebSocket(t testing.TB, ts *testServer, topic, after string) client {
	number := counted(ts, t, cleanTopic(topic), after)
	dialer, kind := ts.dialer(), ts.form.kind()
	ws, resp, err := dialer.Dial("ws"+strings.TrimPrefix(ts.url, "http")+wire.RouteWebSocket+ts.ask(topic, after), nil)
	if err != nil {
		if resp == nil {
			t.Fatal(err)
		}
		text := refusedText(resp.Body)
		return client{next: func() string { return text }, close: func() {}}
	}
	if agreed := resp.Header.Get("Sec-WebSocket-Extensions") != ""; agreed != ts.form.gzip {
		t.Errorf("an extension was agreed on: %v", agreed)
	}
	heartbeat := make(chan struct{}, 64)
	reply := ws.PingHandler()
	ws.SetPingHandler(func(s string) error {
		heartbeat <- struct{}{}
		return reply(s)
	})
	// A ping is heard only inside a read, so reads run on their own.
	texts, done := make(chan string), make(chan struct{})
	go func() {
		defer close(texts)
		for {
			k, message, err := ws.ReadMessage()
			text := "end"
			var closed *websocket.CloseError
			switch {
			case err == nil && k != kind:
				text = fmt.Sprintf("a message of kind %d", k)
			case err == nil:
				text = event(number(), ts.unpadded(string(message)))
			case errors.As(err, &closed) && closed.Code == wire.CloseGap:
				text = gapText("gap", []byte(closed.Text))
			case errors.As(err, &closed) && closed.Code == wire.CloseSlow:
				text = gapText("slow", []byte(closed.Text))
			case errors.As(err, &closed) && closed.Code != websocket.CloseGoingAway:
				text = fmt.Sprintf("end with %d", closed.Code)
			}
			select {
			case texts <- text:
			case <-done:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return client{
		next: func() string {
			select {
			case text, ok := <-texts:
				if !ok {
					return "end"
				}
				return text
			case <-heartbeat:
				return "heartbeat"
			}
		},
		close: func() {
			close(done)
			ws.Close()
			for range texts {
			}
		},
	}
}

func dialTCP(t testing.TB, ts *testServer, topic, after string) client {
	number := counted(ts, t, cleanTopic(topic), after)
	c, err := net.Dial("tcp", ts.Ready().TCP)
	if err != nil {
		t.Fatal(err)
	}
	topic = strings.ReplaceAll(topic, "%20", "+")
	if _, err := fmt.Fprintf(c, "%s\n", strings.TrimSpace(topic+" "+after)); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	frame := func() (uint32, []byte) {
		var head [wire.FrameHead]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return 0, nil
		}
		n := binary.BigEndian.Uint32(head[:])
		if n >= wire.FrameError {
			return n, nil
		}
		payload := make([]byte, n)
		if _, err := io.ReadFull(r, payload); err != nil {
			return 0, nil
		}
		return n, payload
	}
	next := func() string {
		switch n, payload := frame(); {
		case payload == nil && n == wire.FrameGap:
			_, doc := frame()
			return gapText("gap", doc)
		case payload == nil && n == wire.FrameError:
			_, text := frame()
			return "refused: " + string(text)
		case payload == nil:
			return "end"
		case n == 0:
			return "heartbeat"
		default:
			return event(number(), ts.unpadded(string(payload)))
		}
	}
	first := next()
	cl := client{next: next, close: func() { c.Close() }}
	if first != "heartbeat" {
		cl.next = func() string { return first }
	}
	return cl
}

func cleanTopic(topic string) string {
	if !validTopic(topic) {
		return "default"
	}
	return topic
}
