//go:build linux

package null

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"
)

// start serves until the test ends.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

// share makes memory for so many clients, as a file and as its content.
func share(t *testing.T, clients int) (*os.File, *credit) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "credit"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := f.Truncate(int64(8 * (wire.CreditFirstClient + wire.CreditPerClient*clients))); err != nil {
		t.Fatal(err)
	}
	c, err := mapCredit(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.unmap)
	return f, c
}

func dial(t *testing.T, address, say string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, say)
	return c
}

// expect reads as many bytes as want has.
func expect(t *testing.T, fact string, c net.Conn, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s: %q, %v, want %q", fact, got[:n], err, want)
	}
}

// sent is what a client of the floor gets as event k.
func sent(k uint64, size int) []byte { return frame.appendEvent(nil, k, size) }

// An event follows when the client has taken the last one and may get more,
// and not before.
func TestCredit(t *testing.T) {
	f, shared := share(t, 2)
	s := start(t, Options{Credit: f, Payload: 50})
	one := dial(t, s.Ready().TCP, "t1 0\n")
	expect(t, "the subscription stands", one, make([]byte, wire.FrameHead))
	two := dial(t, s.Ready().TCP, "t0 0\n")
	expect(t, "another one's, too", two, make([]byte, wire.FrameHead))

	shared.words[wire.CreditLimit].Store(3)
	expect(t, "the first event", one, sent(0, 50))
	expect(t, "the first event of the other client", two, sent(0, 50))
	shared.words[wire.CreditFirstClient+wire.CreditPerClient].Store(1)
	expect(t, "one is taken, the next comes", one, sent(1, 50))
	shared.words[wire.CreditFirstClient+wire.CreditPerClient].Store(2)
	expect(t, "and the last that it may get", one, sent(2, 50))
	shared.words[wire.CreditFirstClient+wire.CreditPerClient].Store(3)
	shared.words[wire.CreditLimit].Store(0)
	for shared.words[wire.CreditSeen].Load() != 0 {
		if err := one.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if n, err := one.Read(make([]byte, 1)); n != 0 || !os.IsTimeout(err) {
			t.Fatalf("an event beyond the limit: %d bytes, %v", n, err)
		}
	}
	if n := shared.words[wire.CreditSent].Load(); n != 4 {
		t.Errorf("%d events sent, want 4", n)
	}
}

// A client that comes again starts anew, and its old connection gets nothing.
func TestComesAgain(t *testing.T) {
	f, shared := share(t, 1)
	s := start(t, Options{Credit: f})
	for range 3 {
		shared.words[wire.CreditLimit].Store(0)
		shared.words[wire.CreditFirstClient].Store(0)
		c := dial(t, s.Ready().TCP, "t0 0\n")
		expect(t, "the subscription stands", c, make([]byte, wire.FrameHead))
		shared.words[wire.CreditLimit].Store(1)
		expect(t, "the first event", c, sent(0, wire.MinPayload))
	}
}

// Without credit polls are answered and streams refused.
func TestWithoutCredit(t *testing.T) {
	s := start(t, Options{})
	c := dial(t, s.Ready().HTTP, "GET /polling HTTP/1.1\r\n\r\nGET /longpoll HTTP/1.1\r\n\r\n")
	all := make([]byte, 0, 4096)
	for bytes.Count(all, []byte("}]")) < 2 {
		n, err := c.Read(all[len(all):cap(all)])
		if all = all[:len(all)+n]; err != nil {
			t.Fatalf("%v after %q", err, all)
		}
	}
	for i := range uint64(2) {
		if event := wire.AppendPayload(nil, i, wire.MinPayload); !bytes.Contains(all, event) {
			t.Errorf("no event %s in %q", event, all)
		}
	}
	for _, c := range []struct{ fact, address, say, want string }{
		{"a stream", s.Ready().HTTP, "GET /sse?topic=t0 HTTP/1.1\r\n\r\n", "400 Bad Request"},
		{"the floor", s.Ready().TCP, "t0 0\n", "started without credit"},
		{"an unknown route", s.Ready().HTTP, "GET /stats HTTP/1.1\r\n\r\n", "404 Not Found"},
		{"what is no request", s.Ready().HTTP, "\r\n\r\n", "400 Bad Request"},
		{"a head without end", s.Ready().HTTP, strings.Repeat("x", maxHead), ""},
	} {
		b, err := io.ReadAll(dial(t, c.address, c.say))
		if err != nil || !strings.Contains(string(b), c.want) {
			t.Errorf("%s: %q, %v, want %q", c.fact, b, err, c.want)
		}
	}
}

func TestListenRefuses(t *testing.T) {
	empty, err := os.Create(filepath.Join(t.TempDir(), "empty"))
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close()
	for _, c := range []struct {
		fact string
		o    Options
		want string
	}{
		{"a payload too small", Options{Payload: 31}, "between 32 and"},
		{"a payload too large", Options{Payload: wire.MaxPayload + 1}, "between 32 and"},
		{"credit for nobody", Options{Credit: empty}, "no room"},
		{"no address", Options{Addr: "nowhere"}, "listening for HTTP"},
		{"no address of the floor", Options{TCPAddr: "nowhere"}, "listening for tcp"},
	} {
		if _, err := Listen(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.fact, err, c.want)
		}
	}
}

// Without a host it is loopback, and every interface for who asks for that.
func TestExpose(t *testing.T) {
	for _, expose := range []bool{false, true} {
		ready := start(t, Options{Addr: ":0", TCPAddr: ":0", Expose: expose}).Ready()
		for _, addr := range []string{ready.HTTP, ready.TCP} {
			host, _, err := net.SplitHostPort(addr)
			if ip := net.ParseIP(host); err != nil || ip.IsUnspecified() != expose || ip.IsLoopback() == expose {
				t.Errorf("expose %v: it listens on %s, %v", expose, addr, err)
			}
		}
	}
}

// Over HTTP/1.0 each answer ends its connection, and the next event follows the cursor.
func TestConnectionForEachPoll(t *testing.T) {
	s := start(t, Options{})
	for _, c := range []struct {
		fact, say string
		event     uint64
	}{
		{"the first poll", "GET /polling?topic=t0&after=0 HTTP/1.0\r\n\r\n", 0},
		{"a later one", "GET /longpoll?topic=t0&after=7 HTTP/1.0\r\n\r\n", 7},
		{"one with an entity tag", "GET /polling?topic=t0&etag=1 HTTP/1.0\r\nIf-None-Match: \"9\"\r\n\r\n", 9},
	} {
		all, err := io.ReadAll(dial(t, s.Ready().HTTP, c.say))
		head, body, _ := bytes.Cut(all, []byte("\r\n\r\n"))
		want := "[" + string(wire.AppendPayload(nil, c.event, wire.MinPayload)) + "]"
		if err != nil || !bytes.HasPrefix(head, []byte("HTTP/1.0 200 OK\r\n")) || string(body) != want ||
			!bytes.Contains(head, fmt.Appendf(nil, "%s: %d", wire.HeaderCursor, c.event+1)) {
			t.Errorf("%s: %q, %v, want event %d", c.fact, all, err, c.event)
		}
	}
}

// Over HTTP/2 the clients of a connection have streams of their own, and the next event of each
// follows its cursor.
func TestHTTP2(t *testing.T) {
	s := start(t, Options{})
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Transport: &http.Transport{Protocols: &protocols}}
	defer client.CloseIdleConnections()
	for _, c := range []struct {
		fact, path string
		event      uint64
		status     int
	}{
		{"the first poll", "/polling?topic=t0&after=0", 0, 200},
		{"another client's", "/longpoll?topic=t1&after=7", 7, 200},
		{"a stream without credit", "/sse?topic=t0", 0, 400},
		{"an unknown route", "/stats", 0, 404},
	} {
		res, err := client.Get("http://" + s.Ready().HTTP + c.path)
		if err != nil {
			t.Fatalf("%s: %v", c.fact, err)
		}
		text, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.ProtoMajor != 2 || res.StatusCode != c.status {
			t.Errorf("%s: %s, %s, %v", c.fact, res.Proto, res.Status, err)
		}
		want := "[" + string(wire.AppendPayload(nil, c.event, wire.MinPayload)) + "]"
		if c.status == 200 && (string(text) != want || res.Header.Get(wire.HeaderCursor) != fmt.Sprint(c.event+1)) {
			t.Errorf("%s: %s, %v, want event %d", c.fact, text, res.Header, c.event)
		}
	}
}

// What is larger than a frame goes into several.
func TestAppendData(t *testing.T) {
	got := appendData(nil, 5, make([]byte, maxFrame+1))
	if want := maxFrame + 1 + 2*9; len(got) != want || !bytes.Equal(got[:9], []byte{0, 0x40, 0, 0, 0, 0, 0, 0, 5}) || !bytes.Equal(got[9+maxFrame:18+maxFrame], []byte{0, 0, 1, 0, 0, 0, 0, 0, 5}) {
		t.Errorf("%d bytes, want %d", len(got), want)
	}
}
