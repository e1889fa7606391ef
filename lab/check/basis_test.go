package check

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
)

// raw answers every request with the same bytes, and what is published with others. It
// keeps the connection until the test ends.
func raw(t *testing.T, answer, published string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			work.Go(func() {
				in := bufio.NewReader(c)
				for {
					req, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, req.Body)
					text := answer
					if req.URL.Path == "/publish" {
						text = published
					}
					if _, err := io.WriteString(c, strings.TrimSuffix(text, endsHere)); err != nil || strings.HasSuffix(text, endsHere) {
						c.Close()
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		work.Wait()
	})
	return l.Addr().String()
}

// endsHere stands where a connection ends.
const endsHere = "\x00"

// A server with which there is nothing to measure gets one sentence that says why.
func TestBasisFails(t *testing.T) {
	const (
		page   = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<!doctype html>"
		moved  = "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/events\r\nContent-Length: 0\r\n\r\n"
		none   = "HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\nno such path"
		stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
		taken  = "HTTP/1.1 204 No Content\r\n\r\n"
	)
	all := []wire.Transport{wire.Polling, wire.LongPoll, wire.SSE, wire.WebSocket}
	for _, row := range []struct {
		server            string
		on                []wire.Transport
		answer, published string
		want              string
	}{
		{"that has a page there", all, page, taken, `the answer with status 200 is a page (text/html), so that the path may be wrong: "<!doctype html>"`},
		{"that redirects", all, moved, taken, `the server redirects to "http://elsewhere.example/events" (status 302), and redirects are not followed`},
		{"that knows no such path", all, none, taken, `the answer has status 404: "no such path"`},
		{"that never answers", all, "", taken, "the server does not answer within 300ms"},
		{"of another kind", all, "SSH-2.0-OpenSSH_9.2\r\n", taken, `the answer is not HTTP/1.1: "SSH-2.0-OpenSSH_9.2"`},
		{"that hangs up within its head", all, "HTTP/1.1 200 OK\r\nDate" + endsHere, taken, `the answer ends within its head: "HTTP/1.1 200 OK\r\nDate"`},
		{"that hangs up", all, endsHere, taken, "the server closed the connection"},
		{"with JSON in place of a stream", []wire.Transport{wire.SSE}, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]", taken,
			`the Content-Type is "application/json" instead of text/event-stream: "[]"`},
		{"that compresses unasked", []wire.Transport{wire.SSE}, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: br\r\n\r\nxx", taken,
			`the answer is encoded with "br", which was not asked for`},
		{"that compresses polls unasked", []wire.Transport{wire.Polling, wire.LongPoll}, "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nxx", taken,
			`the answer is encoded with "br", which was not asked for`},
		{"whose stream has no event", []wire.Transport{wire.SSE}, stream + ": hello\n\n", taken, "no event came through within 300ms"},
		{"whose stream has others", []wire.Transport{wire.SSE}, stream + "data: hello\n\n", taken, `no event came through within 300ms: what came instead was "hello"`},
		{"whose stream ends", []wire.Transport{wire.SSE}, stream + endsHere, taken, "the server ended the answer"},
		{"whose poll has no event", []wire.Transport{wire.Polling, wire.LongPoll}, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nnever", taken,
			`no event came through within 300ms: what came instead was "never"`},
		{"that tells an EventSource to stop", []wire.Transport{wire.SSE}, taken, taken, "tells an EventSource not to come back"},
		{"that is no WebSocket's", []wire.Transport{wire.WebSocket}, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
			taken, "its Sec-WebSocket-Accept is not that of the request"},
		{"that takes no event", []wire.Transport{wire.SSE}, stream, "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!", `an event cannot be published: the answer has status 403: "no!"`},
		{"that takes an event for a page", []wire.Transport{wire.SSE}, stream, page, "publishing is answered with a page, so that its path may be wrong"},
		{"that does not answer who publishes", []wire.Transport{wire.SSE}, stream, "", "an event cannot be published: the server does not answer within 300ms"},
	} {
		bounds := brief
		bounds.answer = 300 * time.Millisecond
		for _, on := range row.on {
			s := Server{Address: raw(t, row.answer, row.published), Dialect: (&backend{t: t}).dialect()}
			err := basis(t.Context(), s, on, bounds)
			if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 500 {
				t.Errorf("%s of a server %s: %v, want %q", on, row.server, err, row.want)
			}
		}
	}
}

func TestBasis(t *testing.T) {
	b := (&backend{}).run(t)
	s := Server{Address: b.address, Dialect: b.dialect()}
	for _, on := range []wire.Transport{wire.Polling, wire.LongPoll, wire.SSE, wire.WebSocket} {
		if err := Basis(t.Context(), s, on); err != nil {
			t.Errorf("%s: %v", on, err)
		}
	}
	s.Dialect = only(b.dialect(), wire.SSE)
	if err := Basis(t.Context(), s, wire.Polling); err == nil || err.Error() != "the target does not offer polling" {
		t.Errorf("polling that is not offered: %v", err)
	}
	s.Dialect = nil
	if err := Basis(t.Context(), s, wire.SSE); err == nil {
		t.Error("no dialect: no error")
	}
	s.Dialect = &dialect.Dialect{}
	if err := Basis(t.Context(), s, wire.SSE); err == nil || !strings.Contains(err.Error(), "no transport is given") {
		t.Errorf("an empty dialect: %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	address := l.Addr().String()
	s := Server{Address: address, Dialect: (&backend{t: t}).dialect()}
	if err := Basis(t.Context(), s, wire.SSE); err == nil || err.Error() != "no server listens at "+address {
		t.Errorf("got %v", err)
	}
}

// What was sent is compared with what came.
func TestCompare(t *testing.T) {
	want := []uint64{11, 12, 13, 14, 15}
	for _, row := range []struct {
		fact   string
		got    []uint64
		latest bool
		text   string
	}{
		{"all came", []uint64{11, 12, 13, 14, 15}, false, ""},
		{"none came", nil, false, "of 5 events, none came"},
		{"one is missing", []uint64{11, 12, 14, 15}, false, "of 5 events, event 3 did not come"},
		{"most are missing", []uint64{15}, false, "of 5 events, 4 did not come"},
		{"one came twice", []uint64{11, 12, 12, 13, 14, 15}, false, "of 5 events, event 2 came twice"},
		{"two were swapped", []uint64{11, 13, 12, 14, 15}, false, "of 5 events, event 3 came before event 2"},
		{"one is of before", []uint64{10, 11, 12, 13, 14, 15}, false, "of 5 events, an earlier event came again"},
		{"a state", []uint64{10, 10, 12, 15, 15}, true, ""},
		{"a state that goes back", []uint64{14, 13, 15}, true, "of 5 events, event 4 came before event 3"},
		{"a state that is old", []uint64{11, 14}, true, "of 5 events, event 5 did not come"},
	} {
		if got := compare(want, row.got, row.latest); got != row.text {
			t.Errorf("%s: %q, want %q", row.fact, got, row.text)
		}
	}
}
