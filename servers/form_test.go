package servers

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

func TestAcceptsGzip(t *testing.T) {
	for _, row := range []struct {
		fields []string
		want   bool
	}{
		{nil, false},
		{[]string{""}, false},
		{[]string{"gzip"}, true},
		{[]string{"br, GZIP"}, true},
		{[]string{"br", "deflate,gzip"}, true},
		{[]string{"gzip;q=0.001"}, true},
		{[]string{"gzip ; Q=1"}, true},
		{[]string{"gzip;q=0"}, false},
		{[]string{"gzip; q=0.000, br"}, false},
		{[]string{"gzip;q=x"}, false},
		{[]string{"identity"}, false},
		{[]string{"gzipped"}, false},
		{[]string{"*"}, false}, // whatever is given is accepted, and nothing is asked for
	} {
		if got := acceptsGzip(row.fields); got != row.want {
			t.Errorf("%q: %v", row.fields, got)
		}
	}
}

// asked is the answer to a request with the content coding gzip.
func asked(t *testing.T, ts *testServer, path string) (*http.Response, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", ts.Ready().HTTP)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n", path+"&compress=1")
	in := bufio.NewReader(c)
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("Content-Encoding") != "gzip" || resp.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("%s: head %v", path, resp.Header)
	}
	return resp, in
}

// An answer to a poll is one gzip body with its length, however small; its entity
// tag is weak.
func TestCompressedAnswers(t *testing.T) {
	ts := start(t, Options{})
	ts.publish(t, "t", 2)
	for path, want := range map[string]string{
		"/polling?topic=t&after=1":           `[{"n":2}]`,
		"/polling?topic=t&after=0&etag=1":    `[{"n":1},{"n":2}]`,
		"/longpoll?topic=t&after=0&wait=1s":  `[{"n":1},{"n":2}]`,
		"/longpoll?topic=t&after=1&binary=1": `["eyJuIjoyfQ=="]`,
	} {
		resp, _ := asked(t, ts, path)
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.Header.Get("Content-Length") != strconv.Itoa(len(body)) {
			t.Errorf("%s: %d bytes, %v, %v", path, len(body), err, resp.Header)
		}
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", path, got, err)
		}
		if tag := resp.Header.Get("ETag"); strings.Contains(path, "etag") && tag != `W/"2"` {
			t.Errorf("%s: tag %s", path, tag)
		}
	}
}

// A large answer is complete before it leaves, so that the history may move on.
func TestALargeAnswerIsCompressed(t *testing.T) {
	ts := start(t, Options{History: 4})
	for range 4 {
		ts.topic(t, "t").Publish(jsonOf(1 << 20))
	}
	resp, _ := asked(t, ts, "/polling?topic=t&after=0")
	for range 8 {
		ts.topic(t, "t").Publish(jsonOf(1 << 20))
	}
	z, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, z); err != nil || n != 4<<20+5 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// An event stream is one gzip stream. Each event is there when its chunk is, and
// a shutdown ends the stream as gzip asks.
func TestCompressedStream(t *testing.T) {
	ts := start(t, Options{})
	ts.publish(t, "t", 1)
	resp, _ := asked(t, ts, "/sse?topic=t&after=0")
	z, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	read := func(want string) {
		t.Helper()
		got := make([]byte, len(want))
		if n, err := io.ReadFull(z, got); err != nil || string(got) != want {
			t.Fatalf("%q, %v, want %q", got[:n], err, want)
		}
	}
	read("retry: 2000\nid: 0\n\nid: 1\ndata: {\"n\":1}\n\n")
	for n := 2; n < 5; n++ {
		ts.publish(t, "t", 1)
		read(fmt.Sprintf("id: %d\ndata: {\"n\":%d}\n\n", n, n))
	}
	ts.cancel()
	if rest, err := io.ReadAll(z); err != nil || len(rest) > 0 {
		t.Errorf("at the end %q, %v", rest, err)
	}
}

// A message is compressed by itself, and its frame says so (RFC 7692 section 7.2.1).
func TestCompressedMessages(t *testing.T) {
	for path, first := range map[string]byte{"/websocket?topic=t&after=0&compress=1": 0xc1, "/websocket?topic=t&after=0&compress=1&binary=1": 0xc2} {
		ts := start(t, Options{})
		c, err := net.Dial("tcp", ts.Ready().HTTP)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n", path)
		in := bufio.NewReader(c)
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := resp.Header.Get("Sec-WebSocket-Extensions"); got != "permessage-deflate; server_no_context_takeover; client_no_context_takeover" {
			t.Errorf("agreed on %q", got)
		}
		for range 2 { // the second is no shorter than the first
			ts.topic(t, "t").Publish(wire.AppendPayload(nil, 7, 500))
			var head [4]byte
			if _, err := io.ReadFull(in, head[:2]); err != nil {
				t.Fatal(err)
			}
			size := int(head[1])
			if size == 126 {
				if _, err := io.ReadFull(in, head[2:]); err != nil {
					t.Fatal(err)
				}
				size = int(head[2])<<8 | int(head[3])
			}
			data := make([]byte, size)
			if _, err := io.ReadFull(in, data); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(flate.NewReader(strings.NewReader(string(data) + "\x00\x00\xff\xff\x01\x00\x00\xff\xff")))
			if want := wire.AppendPayload(nil, 7, 500); err != nil || !bytes.Equal(got, want) || head[0] != first || size > 250 {
				t.Errorf("%s: %x, %d bytes that are %s, %v", path, head, size, got, err)
			}
		}
	}
}

// What clients say is bounded by its size after decompression, too.
func TestCompressedMessagesAreIgnoredUpToALimit(t *testing.T) {
	ts := start(t, Options{})
	ts.asFor(form{gzip: true})
	dialer := websocket.Dialer{EnableCompression: true}
	for _, kind := range []int{websocket.BinaryMessage, websocket.TextMessage} {
		ws, _, err := dialer.Dial("ws"+strings.TrimPrefix(ts.url, "http")+"/websocket?topic=t&compress=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer ws.Close()
		ws.SetReadDeadline(time.Now().Add(20 * time.Second))
		for _, size := range []int{0, maxMessage, 1 << 20} { // the last is 1 kB in its frames
			if err := ws.WriteMessage(kind, make([]byte, size)); err != nil {
				t.Fatal(err)
			}
		}
		var closed *websocket.CloseError
		if _, _, err := ws.ReadMessage(); !errors.As(err, &closed) || closed.Code != websocket.CloseMessageTooBig {
			t.Errorf("kind %d: %v instead of close code 1009", kind, err)
		}
	}
}

// An event is encoded once for all clients of a form.
func TestFormsAreShared(t *testing.T) {
	e := &Event{ID: 3, Payload: []byte(`{"n":3}`)}
	for _, f := range []form{{}, {binary: true}} {
		message, block := f.frames(e, false), f.block(e).text()
		if &f.frames(e, false)[0] != &message[0] || &f.block(e).text()[0] != &block[0] {
			t.Errorf("%+v is encoded twice", f)
		}
	}
	if text := string(form{binary: true}.block(e).text()); text != "id: 3\ndata: eyJuIjozfQ==\n\n" || string(e.SSE()) != "id: 3\ndata: {\"n\":3}\n\n" {
		t.Errorf("%q and %q", text, e.SSE())
	}
}

// BenchmarkGzipStream is one event of 128 bytes on a compressed event stream,
// without a socket; its memory is that of a stream.
func BenchmarkGzipStream(b *testing.B) {
	for _, filler := range []wire.Filler{wire.Pangram, wire.Random} {
		b.Run("filler="+string(filler), func(b *testing.B) {
			gz := borrow(io.Discard)
			defer gz.giveBack()
			var events [][]byte
			for n := range uint64(64) {
				e := &Event{ID: n + 1, Payload: filler.AppendPayload(nil, n, 128)}
				events = append(events, e.SSE())
			}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := gz.Write(events[n%len(events)]); err != nil {
					b.Fatal(err)
				}
				if err := gz.Flush(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
