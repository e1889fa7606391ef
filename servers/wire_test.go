package servers

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What every transport writes, byte by byte. The topic t holds the events
// {"n":1} to {"n":3}, of which the history keeps two.
func TestBytesOnTheWire(t *testing.T) {
	const upgrade = "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	const upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	for _, row := range []struct {
		fact string
		tcp  bool
		send string
		want string
	}{
		{"polling answers with an array and its cursor", false,
			"GET /polling?topic=t&after=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 17\r\nContent-Type: application/json\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[{\"n\":2},{\"n\":3}]"},
		{"polling answers 204 when there is nothing", false,
			"GET /polling?topic=t&after=3 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n"},
		{"polling without a cursor tells the cursor that holds now", false,
			"GET /polling?topic=t HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n"},
		{"polling gives an entity tag when asked to", false,
			"GET /polling?topic=t&after=2&etag=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-cache\r\nContent-Length: 9\r\nContent-Type: application/json\r\nETag: \"3\"\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[{\"n\":3}]"},
		{"an entity tag stands for a cursor", false,
			"GET /polling?topic=t HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"2\"\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-cache\r\nContent-Length: 9\r\nContent-Type: application/json\r\nETag: \"3\"\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[{\"n\":3}]"},
		{"polling answers 304 to a current entity tag", false,
			"GET /polling?topic=t HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: W/\"3\"\r\n\r\n",
			"HTTP/1.1 304 Not Modified\r\nCache-Control: no-cache\r\nETag: \"3\"\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n"},
		{"polling answers 410 to a cursor before the history", false,
			"GET /polling?topic=t&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 410 Gone\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nLast-Event-ID: 1\r\nDate: D\r\nContent-Length: 23\r\n\r\n{\"after\":0,\"oldest\":2}\n"},
		{"bytes are strings of base64 in an array", false,
			"GET /polling?topic=t&after=1&binary=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 31\r\nContent-Type: application/json\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[\"eyJuIjoyfQ==\",\"eyJuIjozfQ==\"]"},
		{"bytes are base64 in an event stream", false,
			"GET /sse?topic=t&after=1&binary=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 1\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"13\r\nretry: 2000\nid: 1\n\n\r\n34\r\nid: 2\ndata: eyJuIjoyfQ==\n\nid: 3\ndata: eyJuIjozfQ==\n\n\r\n"},
		{"bytes are binary messages of a WebSocket", false,
			"GET /websocket?topic=t&after=1&binary=1 HTTP/1.1\r\n" + upgrade,
			upgraded + "Last-Event-ID: 1\r\n\r\n\x82\x07{\"n\":2}\x82\x07{\"n\":3}"},
		{"a coding that is refused is not used", false,
			"GET /polling?topic=t&after=2&compress=1 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip;q=0\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 9\r\nContent-Type: application/json\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[{\"n\":3}]"},
		{"a coding that is accepted and not asked for is not used", false,
			"GET /polling?topic=t&after=2 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 9\r\nContent-Type: application/json\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[{\"n\":3}]"},
		{"an answer without events is not compressed", false,
			"GET /polling?topic=t&after=3&compress=1 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n",
			"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n"},
		{"long-polling answers at once when there is something", false,
			"GET /longpoll?topic=t&after=2&wait=5m HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 9\r\nContent-Type: application/json\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[{\"n\":3}]"},
		{"long-polling answers 204 when its wait is over", false,
			"GET /longpoll?topic=t&after=3&wait=1ms HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n"},
		{"a page that has its own name resolve to loopback is refused", false,
			"GET /polling?topic=t HTTP/1.1\r\nHost: evil.example\r\n\r\n",
			"HTTP/1.1 403 Forbidden\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nDate: D\r\nContent-Length: 100\r\n\r\n{\"error\":\"a server on loopback is not asked for as \\\"evil.example\\\" unless that origin is allowed\"}\n"},
		{"an event stream begins with its cursor and a retry, and pending events are one chunk", false,
			"GET /sse?topic=t&after=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 1\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"13\r\nretry: 2000\nid: 1\n\n\r\n2a\r\nid: 2\ndata: {\"n\":2}\n\nid: 3\ndata: {\"n\":3}\n\n\r\n"},
		{"Last-Event-ID wins over the address, which an EventSource repeats", false,
			"GET /sse?topic=t&after=1 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 2\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 2\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"13\r\nretry: 2000\nid: 2\n\n\r\n15\r\nid: 3\ndata: {\"n\":3}\n\n\r\n"},
		{"an event stream tells of a gap and goes on", false,
			"GET /sse?topic=t&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 0\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"13\r\nretry: 2000\nid: 0\n\n\r\n2f\r\nid: 1\nevent: gap\ndata: {\"after\":0,\"oldest\":2}\n\n\r\n2a\r\nid: 2\ndata: {\"n\":2}\n\nid: 3\ndata: {\"n\":3}\n\n\r\n"},
		{"a WebSocket has its cursor in the head, then a message per event", false,
			"GET /websocket?topic=t&after=1 HTTP/1.1\r\n" + upgrade,
			upgraded + "Last-Event-ID: 1\r\n\r\n\x81\x07{\"n\":2}\x81\x07{\"n\":3}"},
		{"a WebSocket is closed with code 4410 on a gap", false,
			"GET /websocket?topic=t&after=0 HTTP/1.1\r\n" + upgrade,
			upgraded + "Last-Event-ID: 0\r\n\r\n\x88\x18\x11\x3a{\"after\":0,\"oldest\":2}"},
		{"a WebSocket is refused before the upgrade", false,
			"GET /websocket?topic=t&after=x HTTP/1.1\r\n" + upgrade,
			"HTTP/1.1 400 Bad Request\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nDate: D\r\nContent-Length: 55\r\n\r\n{\"error\":\"cursor \\\"x\\\" is not the number of an event\"}\n"},
		{"a WebSocket is closed with code 4410 when its cursor is ahead", false,
			"GET /websocket?topic=t&after=9 HTTP/1.1\r\n" + upgrade,
			upgraded + "Last-Event-ID: 9\r\n\r\n\x88\x18\x11\x3a{\"after\":9,\"oldest\":2}"},
		{"an event stream whose cursor is ahead is told so and goes on", false,
			"GET /sse?topic=t&after=0 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 9\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 9\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"13\r\nretry: 2000\nid: 9\n\n\r\n2f\r\nid: 1\nevent: gap\ndata: {\"after\":9,\"oldest\":2}\n\n\r\n2a\r\nid: 2\ndata: {\"n\":2}\n\nid: 3\ndata: {\"n\":3}\n\n\r\n"},
		{"polling answers 410 to a cursor that is ahead", false,
			"GET /polling?topic=t&after=9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 410 Gone\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nLast-Event-ID: 1\r\nDate: D\r\nContent-Length: 23\r\n\r\n{\"after\":9,\"oldest\":2}\n"},
		{"cursors bear an epoch for who asks for it", false,
			"GET /sse?topic=t&after=1&epoch=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: EPOCH-1\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"1c\r\nretry: 2000\nid: EPOCH-1\n\n\r\n3c\r\nid: EPOCH-2\ndata: {\"n\":2}\n\nid: EPOCH-3\ndata: {\"n\":3}\n\n\r\n"},
		{"and for who comes back with one, which is kept until the gap is told", false,
			"GET /sse?topic=t&after=0 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 00000000-3\r\n\r\n",
			"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 00000000-3\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n" +
				"1c\r\nretry: 2000\nid: 00000000-3\n\n\r\n4b\r\nid: EPOCH-1\nevent: gap\ndata: {\"after\":3,\"oldest\":2,\"epoch\":\"EPOCH\"}\n\n\r\n3c\r\nid: EPOCH-2\ndata: {\"n\":2}\n\nid: EPOCH-3\ndata: {\"n\":3}\n\n\r\n"},
		{"an entity tag has it, too", false,
			"GET /polling?topic=t&after=3&epoch=1&etag=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"HTTP/1.1 204 No Content\r\nCache-Control: no-cache\r\nETag: \"EPOCH-3\"\r\nLast-Event-ID: EPOCH-3\r\nDate: D\r\n\r\n"},
		{"an entity tag of another epoch is not the one that holds", false,
			"GET /polling?topic=t HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"00000000-3\"\r\n\r\n",
			"HTTP/1.1 410 Gone\r\nCache-Control: no-cache\r\nContent-Type: application/json\r\nETag: \"EPOCH-1\"\r\nLast-Event-ID: EPOCH-1\r\nDate: D\r\nContent-Length: 42\r\n\r\n{\"after\":3,\"oldest\":2,\"epoch\":\"EPOCH\"}\n"},
		{"tcp begins with an empty frame", true, "t\n", "\x00\x00\x00\x00"},
		{"tcp has a length before each event", true, "t 1\n", "\x00\x00\x00\x00\x00\x00\x00\x07{\"n\":2}\x00\x00\x00\x07{\"n\":3}"},
		{"tcp tells of a gap and closes", true, "t 0\n", "\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x16{\"after\":0,\"oldest\":2}"},
		{"tcp says what is wrong and closes", true, "t x\r\n", "\xff\xff\xff\xfe\x00\x00\x00\x28cursor \"x\" is not the number of an event"},
		{"tcp tells of a gap when the cursor is ahead", true, "t 9\n", "\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x16{\"after\":9,\"oldest\":2}"},
		{"publishing is acknowledged by number", false,
			"POST /publish?topic=new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n1\n\n2\n\n",
			"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n44\r\n{\"id\":1,\"at\":T}\n{\"id\":2,\"at\":T}\n\r\n0\r\n\r\n"},
	} {
		t.Run(strings.ReplaceAll(row.fact, " ", "_"), func(t *testing.T) {
			ts := start(t, Options{History: 2})
			ts.publish(t, "t", 3)
			addr := ts.Ready().HTTP
			if row.tcp {
				addr = ts.Ready().TCP
			}
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(20 * time.Second))
			if _, err := io.WriteString(c, row.send); err != nil {
				t.Fatal(err)
			}
			got, buf := "", make([]byte, 4096)
			for len(got) < len(row.want) {
				n, err := c.Read(buf)
				got = strings.ReplaceAll(mask(got+string(buf[:n])), ts.Hub().Epoch(), "EPOCH")
				if err != nil {
					break
				}
			}
			if d := cmp.Diff(fmt.Sprintf("%q", row.want), fmt.Sprintf("%q", got)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

var (
	dateHeader = regexp.MustCompile(`Date: [^\r]*GMT\r`)
	ackTime    = regexp.MustCompile(`"at":\d{19}\b`)
)

// mask hides what differs from one moment to the next.
func mask(s string) string {
	return ackTime.ReplaceAllString(dateHeader.ReplaceAllString(s, "Date: D\r"), `"at":T`)
}
