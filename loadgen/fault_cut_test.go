package loadgen

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/servers"
	"pushbench/servers/wire"
)

// A spoiler is a proxy between clients and server, and the clients' way to
// it. What the server sends to one client it replaces, between two answers,
// by something else.
type spoiler struct {
	listener  net.Listener
	server    string
	transport wire.Transport
	client    int
	spoil     func(c *net.TCPConn)
	work      sync.WaitGroup
}

// spoil puts a spoiler in front of the target's clients until the test ends.
func spoil(t *testing.T, target *Target, v wire.Variant, client int, by func(c *net.TCPConn)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &spoiler{listener: l, server: target.HTTP, transport: v.Transport, client: client, spoil: by}
	if v.Transport == wire.TCP {
		s.server = target.TCP
	}
	target.Clients, target.Publisher = s, direct
	s.work.Go(func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.work.Go(func() { s.join(c.(*net.TCPConn), n) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.work.Wait()
	})
}

func (s *spoiler) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return direct.DialContext(ctx, network, s.listener.Addr().String())
}

// join is the proxy of the connection that came as the n-th, which is client
// n's, since clients are opened one after the other.
func (s *spoiler) join(c *net.TCPConn, n int) {
	defer c.Close()
	up, err := net.Dial("tcp", s.server)
	if err != nil {
		return
	}
	defer up.Close()
	var asking sync.WaitGroup
	defer asking.Wait()
	asking.Go(func() {
		_, _ = io.Copy(up, c)
		up.Close()
	})
	buf := make([]byte, 1<<20)
	passed, between := 0, false
	for {
		k, err := up.Read(buf)
		if n == s.client && between && passed > 2000 {
			s.spoil(c)
			return // when the client has closed
		}
		if _, broken := c.Write(buf[:k]); err != nil || broken != nil {
			c.Close()
			return
		}
		passed += k
		between = bytes.HasSuffix(buf[:k], []byte(s.end()))
	}
}

// end is what an event of the transport ends with.
func (s *spoiler) end() string {
	switch s.transport {
	case wire.SSE:
		return "\"}\n\n\r\n"
	case wire.Polling, wire.LongPoll:
		return `"}]`
	}
	return `"}`
}

// A reset of one client's connection fails the trial, which names the client;
// what the others had is in it. A client that asks had nothing of an answer yet
// and asks again, on a new connection.
func TestConnectionReset(t *testing.T) {
	eachTransport(t, func(t *testing.T, name string) {
		target, seen, v := serve(t, servers.Options{}), newWitness(), variant(t, name)
		spoil(t, &target, v, 2, func(c *net.TCPConn) {
			_ = c.SetLinger(0) // so that Close sends RST, or the test finds out
			_ = c.Close()
		})
		o := Options{Target: target, Variant: v, Clients: 4, Rate: 100, Payload: 100, Window: time.Second, Trace: seen}
		got := trial(t, o)
		if v.Transport == wire.Polling || v.Transport == wire.LongPoll {
			if got.Failed != "" || got.Requests.Reopened != 1 {
				t.Errorf("failed with %q, %d connections opened anew", got.Failed, got.Requests.Reopened)
			}
		} else if !strings.HasPrefix(got.Failed, "client 2") || !strings.HasSuffix(got.Failed, "connection reset by peer") {
			t.Errorf("failed with %q", got.Failed)
		}
		if len(seen.clients) != 4 || got.Latency.Count() == 0 {
			t.Errorf("%d clients received events, %d latencies", len(seen.clients), got.Latency.Count())
		}
		seen.compare(t, o, got)
	})
}

// far is an event that no trial of these tests comes to by itself.
const far = 5000

// What a server sends that is cut off in the middle, or larger than any client
// takes, fails the trial with the reason; no event is made of it. Where end is
// not set the connection stays open: the client does not wait for the rest.
func TestBadAnswers(t *testing.T) {
	whole := string(wire.AppendPayload(nil, far, 100))
	half := whole[:50]
	const (
		polling, longpoll, sse, websocket, tcp = "polling/interval=50ms", "longpoll", "sse", "websocket", "tcp"

		ok      = "HTTP/1.1 200 OK\r\nLast-Event-ID: 5001\r\n"
		chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
	)
	chunk := fmt.Sprintf("%x\r\nid: 5001\ndata: %s\n\n", len("id: 5001\ndata: \n\n")+len(whole), whole)
	for _, row := range []struct {
		fact, name string
		send       string
		end        bool
		want       string // in Failed
	}{
		{"a head is cut off", polling, ok[:30], true, `response head cut off after 30 bytes: unexpected EOF`},
		{"a body is shorter than its length", polling, ok + "Content-Length: 102\r\n\r\n[" + half, true, `body cut off after 51 of 102 bytes: unexpected EOF`},
		{"a body in chunks is cut off", polling, chunked + "66\r\n[" + half, true, `chunk cut off 51 bytes before its end: unexpected EOF`},
		{"a body lacks its last chunk", polling, chunked + "66\r\n[" + whole + "]\r\n", true, `chunk line cut off after 0 bytes: unexpected EOF`},
		{"a body is shorter than its length", longpoll, ok + "Content-Length: 102\r\n\r\n[" + half, true, `body cut off after 51 of 102 bytes`},
		{"an array is cut off in an event", longpoll, ok + "Content-Length: 51\r\n\r\n[" + half, false, `JSON value ends in the middle|JSON string ends in the middle`},
		{"an array is cut off between events", longpoll, ok + "Content-Length: 3\r\n\r\n[1,", false, `received an event that was never published|ends in the middle|missing value`},
		{"a chunk is cut off in its size", sse, "7", true, `chunk line cut off after 1 bytes: unexpected EOF`},
		{"a chunk is cut off in its data", sse, chunk[:60], true, `chunk cut off 61 bytes before its end: unexpected EOF`},
		{"a chunk is cut off in its data, behind a line's end", sse, chunk[:len(chunk)-1], true, `chunk cut off 1 bytes before its end: unexpected EOF`},
		{"a stream ends in the middle of an event", sse, "9\r\ndata: {}\n\r\n0\r\n\r\n", true, `the server ended the stream`},
		{"a frame is cut off in its head", websocket, "\x81", true, `frame cut off after 1 bytes: .*unexpected EOF`},
		{"a frame is cut off in its length", websocket, "\x81\x7e\x01", true, `frame cut off after 3 bytes: .*unexpected EOF`},
		{"a frame is cut off in its data", websocket, "\x81\x64" + half, true, `frame cut off after 52 bytes: .*unexpected EOF`},
		{"a message lacks its last fragment", websocket, "\x01\x64" + whole, true, `frame cut off after 102 bytes: .*unexpected EOF`},
		{"the connection ends between frames", websocket, "", true, `client 1 lost its connection: .*unexpected EOF`},
		{"a frame is cut off in its head", tcp, "\x00\x00", true, `frame's head cut off after 2 of 4 bytes: unexpected EOF`},
		{"a frame is cut off in its data", tcp, "\x00\x00\x00\x64" + half, true, `frame cut off after 54 of 104 bytes: unexpected EOF`},

		{"a body of 2^61 bytes is announced", polling, ok + "Content-Length: 2305843009213693952\r\n\r\n[", false, errTooLong.Error()},
		{"a body of 2^64 bytes is announced", polling, ok + "Content-Length: 18446744073709551616\r\n\r\n[", false, `not a Content-Length: "18446744073709551616"`},
		{"a body of 65 MiB is announced", longpoll, ok + "Content-Length: 68157440\r\n\r\n[", false, errTooLong.Error()},
		{"a head does not end", longpoll, ok + strings.Repeat("A: b\r\n", 20000), false, errLongHead.Error()},
		{"a chunk of 2^64-1 bytes is announced", sse, "ffffffffffffffff\r\n", false, `not a chunk size: "ffffffffffffffff"`},
		{"a chunk's size has 17 digits", sse, "1ffffffffffffffff\r\n", false, `not a chunk size: "1ffffffffffffffff"`},
		{"a chunk's size does not end", sse, strings.Repeat("0", 5000), false, `chunk line of more than 4096 bytes`},
		{"an event does not end", sse, "3fffffffffffffff\r\n" + strings.Repeat("data: "+strings.Repeat("x", 1<<20)+"\n", 66), false, errTooLong.Error()},
		{"a frame of 2^63 bytes is announced", websocket, "\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00", false, errTooLong.Error()},
		{"a frame of 2^63-1 bytes is announced", websocket, "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", false, errTooLong.Error()},
		{"a message of 64 MiB and a byte is announced", websocket, "\x81\x7f\x00\x00\x00\x00\x04\x00\x00\x01", false, errTooLong.Error()},
		{"a frame larger than any payload is announced", tcp, "\x00\x10\x00\x01", false, `unexpected frame of 1048577 bytes`},
		{"a frame of 2^32-3 bytes is announced", tcp, "\xff\xff\xff\xfd", false, `unexpected frame of 4294967293 bytes`},
	} {
		t.Run(strings.ReplaceAll(row.name+" "+row.fact, "/", ","), func(t *testing.T) {
			t.Parallel()
			target, seen, v := serve(t, servers.Options{}), newWitness(), variant(t, row.name)
			spoil(t, &target, v, 1, func(c *net.TCPConn) {
				_, _ = io.WriteString(c, row.send) // fails when the client has had enough
				if row.end {
					_ = c.CloseWrite()
				}
			})
			o := Options{Target: target, Variant: v, Clients: 2, Rate: 100, Payload: 100, Window: time.Minute, Trace: seen}
			got := trial(t, o)
			if !strings.HasPrefix(got.Failed, "client 1") || !regexp.MustCompile(row.want).MatchString(got.Failed) {
				t.Errorf("failed with %q, want %q", got.Failed, row.want)
			}
			if seen.seen[far] != 0 || got.Latency.Count() == 0 {
				t.Errorf("event %d was received %d times, %d latencies", far, seen.seen[far], got.Latency.Count())
			}
			seen.compare(t, o, got)
		})
	}
}

// What is announced costs no memory before it comes.
func TestAnnouncedSizesCostNothing(t *testing.T) {
	for name, input := range map[string]string{
		"a body":  "HTTP/1.1 200 OK\r\nLast-Event-ID: 1\r\nContent-Length: 67108864\r\n\r\n[",
		"a chunk": "HTTP/1.1 200 OK\r\nLast-Event-ID: 1\r\nTransfer-Encoding: chunked\r\n\r\n3fffffffffffffff\r\n[",
	} {
		pipe := scriptedPipe(strings.NewReader(input))
		h := &http1{client: &client{conn: pipe.conn}, pipe: pipe}
		p := &poller{client: h.client, http: h, asked: true}
		if _, err := p.ask(t.Context()); err == nil || len(h.buf) > 4096 {
			t.Errorf("%s: %v, with a buffer of %d bytes", name, err, len(h.buf))
		}
	}
	c := &tcp{client: &client{}, pipe: scriptedPipe(strings.NewReader("\x00\x10\x00\x00{"))}
	if err := c.receive(); err == nil || len(c.buf) > 4096 {
		t.Errorf("a frame: %v, with a buffer of %d bytes", err, len(c.buf))
	}
}

// A server that does not answer the first request, or not to its end, is an
// error that says so: there is no trial.
func TestBadFirstAnswers(t *testing.T) {
	const upgraded = "HTTP/1.1 101 Switching Protocols\r\n"
	for _, row := range []struct{ fact, send, http, websocket, tcp string }{
		{"nothing", "", "response head cut off after 0 bytes", "unexpected EOF", "frame's head cut off after 0 of 4 bytes"},
		{"half a head", upgraded[:20], "response head cut off after 20 bytes", "unexpected EOF", "unexpected frame of 1213486160 bytes"},
		{"an endless head", upgraded + strings.Repeat("A: b\r\n", 1<<20), errLongHead.Error(), errLongHead.Error(), "unexpected frame of 1213486160 bytes"},
		{"half a refusal", "\xff\xff\xff\xfe\x00\x00\x00\x05no", "response head cut off after 10 bytes", "", "refusal cut off after 10 of 13 bytes"},
	} {
		eachTransport(t, func(t *testing.T, name string) {
			target, v := serve(t, servers.Options{}), variant(t, name)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			var answering sync.WaitGroup
			defer answering.Wait()
			defer l.Close()
			answering.Go(func() { sayOnce(l, row.send) })
			target.Clients, target.Publisher = &spoiler{listener: l}, direct
			got, err := Run(t.Context(), Options{Target: target, Variant: v, Clients: 1, Rate: 100, Payload: 100, Window: time.Minute})
			want := row.http
			switch v.Transport {
			case wire.WebSocket:
				want = row.websocket
			case wire.TCP:
				want = row.tcp
			}
			if err == nil || got != nil || !strings.HasPrefix(err.Error(), "opening client 0: ") || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, %+v, want %q", row.fact, err, got, want)
			}
		})
	}
}

// What the publisher is answered has its limits, too.
func TestBadAcknowledgements(t *testing.T) {
	for _, row := range []struct{ fact, send, want string }{
		{"an endless head", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 1<<20), errLongHead.Error()},
		{"an endless line", "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("x", 1<<20), "token too long"},
		{"half a head", "HTTP/1.1 200", "unexpected EOF"},
		{"an answer that ends before there is an event", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the server ended its answer"},
		{"half an acknowledgement", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":", `status 200: "{\"id\":"`},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var answering sync.WaitGroup
		answering.Go(func() { sayOnce(l, row.send) })
		_, err = Run(t.Context(), Options{
			Target: Target{HTTP: l.Addr().String()}, Variant: variant(t, "sse"),
			Clients: 1, Retained: 1, Payload: 100, Window: time.Minute,
		})
		if err == nil || !strings.HasPrefix(err.Error(), "publisher: ") || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
		l.Close()
		answering.Wait()
	}
}

// sayOnce says text to the first client that has said something, and then
// nothing more.
func sayOnce(l net.Listener, text string) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = c.Read(make([]byte, 1024))
	_, _ = io.WriteString(c, text) // fails when the client has had enough
	_ = c.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, c)
}
