package servers

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"pushbench/servers/wire"
)

// An asker speaks HTTP/1.1 on one connection.
type asker struct {
	t testing.TB
	net.Conn
	in *bufio.Reader
}

func ask(t testing.TB, ts *testServer) *asker {
	t.Helper()
	c, err := net.Dial("tcp", ts.Ready().HTTP)
	if err != nil {
		t.Fatal(err)
	}
	if cert := ts.Ready().Cert; cert != "" {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM([]byte(cert))
		c = tls.Client(c, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"})
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return &asker{t, c, bufio.NewReader(c)}
}

func (a *asker) send(text string) {
	a.t.Helper()
	if _, err := io.WriteString(a, text); err != nil {
		a.t.Fatal(err)
	}
}

// answer reads an answer to a request with the method: its status and body.
func (a *asker) answer(method string) (status int, head http.Header, body string) {
	a.t.Helper()
	resp, err := http.ReadResponse(a.in, &http.Request{Method: method})
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	if resp.Close {
		resp.Header.Set("Connection", "close")
	}
	return resp.StatusCode, resp.Header, string(b)
}

// ends reads to the end of the connection, at which nothing more may come.
func (a *asker) ends() {
	a.t.Helper()
	if rest, err := io.ReadAll(a.in); len(rest) > 0 || err != nil {
		a.t.Errorf("at the end there are %q and %v", rest, err)
	}
}

const hostField = " HTTP/1.1\r\nHost: localhost\r\n"

// A connection of polls is one for all other requests, too, in whatever order they come.
func TestConnectionOfPollsIsForAllRequests(t *testing.T) {
	for _, secure := range []bool{false, true} {
		ts := start(t, Options{TLS: secure})
		ts.publish(t, "t", 2)
		a := ask(t, ts)
		for round := range 2 {
			for _, row := range []struct {
				fact, send string
				status     int
				body       string
			}{
				{"a poll", "GET /polling?topic=t&after=1" + hostField + "\r\n", 200, `[{"n":2}]`},
				{"the next one", "GET /polling?topic=t&after=2" + hostField + "\r\n", 204, ""},
				{"one of the other kind", "GET /longpoll?topic=t&after=0" + hostField + "\r\n", 200, `[{"n":1},{"n":2}]`},
				{"one with other fields", "GET /polling?topic=t" + hostField + "If-None-Match: \"1\"\r\n\r\n", 200, `[{"n":2}]`},
				{"and with other ones", "GET /polling?topic=t" + hostField + "if-none-match:  \"2\"\t\r\n\r\n", 304, ""},
				{"one that is wrong", "GET /polling?topic=t&after=x" + hostField + "\r\n", 400, `{"error":"cursor \"x\" is not the number of an event"}` + "\n"},
				{"a long one that is wrong", "GET /longpoll?topic=t&wait=x" + hostField + "\r\n", 400, `{"error":"wait \"x\" is not a duration such as 30s"}` + "\n"},
				{"one that does not wait", "GET /longpoll?topic=t&after=2&wait=0s" + hostField + "\r\n", 204, ""},
				{"one from a page elsewhere", "GET /polling?topic=t&after=1" + hostField + "Origin: http://evil.example\r\n\r\n", 403, `{"error":"pages of the origin \"http://evil.example\" are not allowed"}` + "\n"},
				{"one after that", "GET /polling?topic=t&after=1" + hostField + "\r\n", 200, `[{"n":2}]`},
				{"one for another host", "GET /polling?topic=t HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403, `{"error":"a server on loopback is not asked for as \"evil.example\" unless that origin is allowed"}` + "\n"},
				{"the head of an answer", "HEAD /polling?topic=t&after=1" + hostField + "\r\n", 200, ""},
				{"a poll with a body", "GET /polling?topic=t" + hostField + "Content-Length: 1\r\n\r\nx", 413, `{"error":"/polling takes no body"}` + "\n"},
			} {
				method, _, _ := strings.Cut(row.send, " ")
				a.send(row.send)
				status, head, body := a.answer(method)
				if status != row.status || body != row.body {
					t.Fatalf("round %d, TLS %t, %s: %d %q, want %d %q", round, secure, row.fact, status, body, row.status, row.body)
				}
				if head.Get("Connection") == "close" { // as net/http does where a body was not taken
					a = ask(t, ts)
				}
			}
			a.send("POST /publish?topic=other" + hostField + "Content-Length: 2\r\n\r\n1\n")
			if status, _, body := a.answer("POST"); status != 200 || !strings.HasPrefix(body, `{"id":`) {
				t.Fatalf("publishing: %d %q", status, body)
			}
		}
		a.send("GET /sse?topic=t&after=1" + hostField + "\r\n")
		if resp, err := http.ReadResponse(a.in, nil); err != nil {
			t.Error(err)
		} else if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || line != "retry: 2000\n" {
			t.Errorf("a stream begins with %q and %v", line, err)
		}
		a.Close()
		until(t, "all are counted out", func() bool { return ts.stats.connections.Load() == 0 })
	}
}

// An allowed page is told so in each answer.
func TestPagesOfPolls(t *testing.T) {
	ts := start(t, Options{Origins: []string{"http://app.example"}})
	ts.publish(t, "t", 1)
	a := ask(t, ts)
	for i := range 4 {
		a.send("GET /polling?topic=t&after=0" + hostField + "Origin: http://app.example\r\n\r\n")
		if status, head, _ := a.answer("GET"); status != 200 || head.Get("Access-Control-Allow-Origin") != "http://app.example" || head.Get("Vary") != "Origin" {
			t.Errorf("answer %d: %d %v", i, status, head)
		}
	}
	a.send("GET /polling?topic=t&after=0" + hostField + "\r\n")
	if _, head, _ := a.answer("GET"); head.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("who is no page is told %v", head)
	}
}

// A client may send its next requests before it has the answer: they are answered in order.
func TestPollsInAdvance(t *testing.T) {
	ts := start(t, Options{})
	a := ask(t, ts)
	a.send("GET /longpoll?topic=t&after=0" + hostField + "\r\nGET /polling?topic=t&after=0" + hostField + "\r\nGET /stats" + hostField + "\r\nGET /longpoll?topic=t&after=1" + hostField + "\r\n")
	ts.subscribers(t, wire.LongPoll, 1)
	ts.publish(t, "t", 1)
	for i := range 3 {
		status, _, body := a.answer("GET")
		if status != 200 || i < 2 && body != `[{"n":1}]` {
			t.Fatalf("answer %d: %d %q", i, status, body)
		}
	}
	ts.subscribers(t, wire.LongPoll, 1)
	ts.publish(t, "t", 1)
	if _, _, body := a.answer("GET"); body != `[{"n":2}]` {
		t.Errorf("the last answer is %q", body)
	}
}

// A request comes in as many pieces as the network likes.
func TestPollsInPieces(t *testing.T) {
	ts := start(t, Options{})
	ts.publish(t, "t", 1)
	a := ask(t, ts)
	for range 2 {
		for _, b := range []byte("GET /polling?topic=t&after=0" + hostField + "Accept: */*\r\n\r\n") {
			a.send(string(b))
		}
		if _, _, body := a.answer("GET"); body != `[{"n":1}]` {
			t.Fatal(body)
		}
	}
}

// What is unusual is net/http's to answer, also as the second request.
func TestUnusualPolls(t *testing.T) {
	const first = "GET /polling?topic=t&after=1" + hostField + "\r\n"
	for _, row := range []struct {
		fact, send string
		status     int
		closes     bool
	}{
		{"two hosts", "GET /polling?topic=t&after=1" + hostField + "Host: localhost\r\n\r\n", 400, true},
		{"no host", "GET /polling?topic=t&after=1 HTTP/1.1\r\n\r\n", 400, true},
		{"lines without a carriage return", "GET /polling?topic=t&after=1 HTTP/1.1\nHost: localhost\n\n", 204, false},
		{"one such line", "GET /polling?topic=t&after=1 HTTP/1.1\r\nHost: localhost\nAccept: x\r\n\r\n", 204, false},
		{"a field of two lines", "GET /polling?topic=t&after=1" + hostField + "X: y\r\n z\r\n\r\n", 204, false},
		{"a field without a name", "GET /polling?topic=t&after=1" + hostField + ": y\r\n\r\n", 400, true},
		{"a space before the colon", "GET /polling?topic=t&after=1" + hostField + "X : y\r\n\r\n", 400, true},
		{"an address with a space", "GET /polling?topic=t x" + hostField + "\r\n", 400, true},
		{"a whole address", "GET http://localhost/polling?topic=t&after=1" + hostField + "\r\n", 204, false},
		{"an escaped path", "GET /poll%69ng?topic=t&after=1" + hostField + "\r\n", 204, false},
		{"an empty query", "GET /polling?" + hostField + "\r\n", 204, false},
		{"another version", "GET /polling?topic=t&after=1 HTTP/1.0\r\nHost: localhost\r\n\r\n", 204, true},
		{"another case", "get /polling?topic=t&after=1" + hostField + "\r\n", 405, false},
		{"no request", "\x16\x03\x01\r\n\r\n", 400, true},
		{"a head that is too long", "GET /polling?topic=t&after=1" + hostField + "X: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n", 431, true},
		{"the end of the connection", "GET /polling?topic=t&after=1" + hostField + "Connection: close\r\n\r\n", 204, true},
		{"an expectation", "GET /polling?topic=t&after=1" + hostField + "Expect: 200-ok\r\n\r\n", 417, true},
	} {
		for _, before := range []string{"", first} {
			ts := start(t, Options{})
			ts.publish(t, "t", 1)
			a := ask(t, ts)
			if before != "" {
				a.send(before)
				a.answer("GET")
			}
			a.send(row.send)
			status, head, _ := a.answer("GET")
			if closes := head.Get("Connection") == "close"; status != row.status || closes != row.closes {
				t.Errorf("%s, after %q: %d, closes: %t, want %d, %t", row.fact, before, status, closes, row.status, row.closes)
			}
			if !row.closes {
				a.send(first)
				if status, _, _ := a.answer("GET"); status != 204 {
					t.Errorf("the poll behind %s: %d", row.fact, status)
				}
			}
			a.Close()
		}
	}
}

// A client that has ended its half of the connection gets its answer.
func TestPollOfAHalfClosedConnection(t *testing.T) {
	ts := start(t, Options{})
	a := ask(t, ts)
	a.send("GET /longpoll?topic=t&after=0" + hostField + "\r\n")
	ts.subscribers(t, wire.LongPoll, 1)
	if err := a.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := a.answer("GET"); status != 204 {
		t.Error(status)
	}
	a.ends()
	until(t, "it is counted out", func() bool { return ts.stats.connections.Load() == 0 })
}

// A server that ends answers what it holds, and closes what is idle.
func TestServerEndsWithPolls(t *testing.T) {
	ts := start(t, Options{})
	idle, held := ask(t, ts), ask(t, ts)
	idle.send("GET /polling?topic=t&after=0" + hostField + "\r\n")
	idle.answer("GET")
	held.send("GET /longpoll?topic=t&after=0" + hostField + "\r\n")
	ts.subscribers(t, wire.LongPoll, 1)
	ts.cancel()
	if status, head, _ := held.answer("GET"); status != 204 || head.Get("Connection") != "close" {
		t.Errorf("what was held is answered with %d %v", status, head)
	}
	held.ends()
	idle.ends()
	held.Close()
	idle.Close()
	ts.ended(t)
}

// A poll that comes when the server has told its clients to leave is answered all the same.
func TestPollOfAServerThatEnds(t *testing.T) {
	ts := start(t, Options{})
	ts.conns.leave()
	a := ask(t, ts)
	a.send("GET /longpoll?topic=t&after=0" + hostField + "\r\n")
	if status, head, _ := a.answer("GET"); status != 204 || head.Get("Connection") != "close" {
		t.Errorf("%d %v", status, head)
	}
	a.ends()
}

// A poll that is not to wait waits for more events all the same, where it says so.
func TestBatchOfAPollThatDoesNotWait(t *testing.T) {
	ts := start(t, Options{})
	ts.publish(t, "t", 1)
	a := ask(t, ts)
	a.send("GET /longpoll?topic=t&after=0&wait=0s&batch=300ms" + hostField + "\r\n")
	ts.subscribers(t, wire.LongPoll, 1)
	ts.publish(t, "t", 1)
	if _, _, body := a.answer("GET"); body != `[{"n":1},{"n":2}]` {
		t.Error(body)
	}
}

// A topic without events is gone when the last poll for it is answered.
func TestPollsMakeRoomForTopics(t *testing.T) {
	ts := start(t, Options{Topics: 1})
	a, b := ask(t, ts), ask(t, ts)
	for range 200 {
		for i, one := range []*asker{a, b} {
			one.send(fmt.Sprintf("GET /longpoll?topic=t%d&wait=0s%s\r\n", i, hostField))
			if status, _, body := one.answer("GET"); status != 204 {
				t.Fatalf("topic %d: %d %s", i, status, body)
			}
		}
	}
}

// What a connection has to bear it bears also when net/http has it for a while.
func TestBurdenOfAReturnedConnection(t *testing.T) {
	ts := start(t, Options{Inject: Injections{Requests: 2}})
	ts.publish(t, "t", 1)
	a := ask(t, ts)
	for i, want := range []int{204, 204, 200, 204, 204, 200} {
		a.send("GET /polling?topic=t&after=0" + hostField + "\r\n")
		if status, _, _ := a.answer("GET"); status != want {
			t.Errorf("poll %d: %d, want %d", i, status, want)
		}
		a.send("POST /publish?topic=other" + hostField + "Content-Length: 2\r\n\r\n1\n")
		a.answer("POST")
	}
}

// A client that the kernel has given up has not been idle for too long: reading ends, and at once.
func TestPollerOfAClientGivenUp(t *testing.T) {
	ts := start(t, Options{})
	here, there := net.Pipe()
	defer there.Close()
	ts.stats.connections.Add(1)
	po := &poller{s: ts.Server, c: ts.track(givenUp{here}), held: true}
	po.answered.L = reader{&po.outlet}
	if _, err := po.hear(); !errors.Is(err, syscall.ETIMEDOUT) {
		t.Error(err)
	}
	po.c.Close()
}

// givenUp is a connection whose client does not acknowledge anything any more.
type givenUp struct{ net.Conn }

func (givenUp) Read([]byte) (int, error) { return 0, &net.OpError{Op: "read", Err: syscall.ETIMEDOUT} }

// A client has the time for its next request from the answer on, however early it began it.
func TestTimeForThePollAfterAHeldOne(t *testing.T) {
	po := &poller{}
	po.answered.L = reader{&po.outlet}
	for _, row := range []struct {
		fact        string
		held, begun bool
		since       time.Duration // of the last answer
		more        bool
	}{
		{"it has begun while its poll is held", true, true, time.Hour, true},
		{"it need not, either", true, false, time.Hour, true},
		{"it began before it was answered just now", false, true, time.Second, true},
		{"it was answered long ago", false, true, helloTimeout, false},
		{"but may be idle for longer", false, false, helloTimeout, true},
		{"not for ever", false, false, idleTimeout, false},
	} {
		po.held, po.last = row.held, time.Now().Add(-row.since)
		if left := po.mayWait(row.begun); left > 0 != row.more {
			t.Errorf("%s: %s are left", row.fact, left)
		}
	}
}

// How long a poll waits is its own matter, whatever those before it on the connection waited for.
func TestWaitsOfOneConnection(t *testing.T) {
	ts := start(t, Options{})
	a := ask(t, ts)
	for n := range 3 {
		a.send(fmt.Sprintf("GET /longpoll?topic=t&after=%d&wait=5m%s\r\n", n, hostField))
		ts.subscribers(t, wire.LongPoll, 1)
		ts.publish(t, "t", 1)
		if status, _, _ := a.answer("GET"); status != 200 {
			t.Fatal(status)
		}
		for _, wait := range []string{"2ms", "1ms"} {
			a.send(fmt.Sprintf("GET /longpoll?topic=t&after=%d&wait=%s%s\r\n", n+1, wait, hostField))
			if status, _, _ := a.answer("GET"); status != 204 {
				t.Fatal(status)
			}
		}
	}
}

// FuzzParseFields compares header fields that a poller reads with those that net/http does.
func FuzzParseFields(f *testing.F) {
	for _, text := range []string{
		"Host: localhost\r\n\r\n", "host:localhost\r\nIf-None-Match: \"1\"\r\n\r\n", "Host: a\r\nHost: b\r\n\r\n",
		"Host: a\r\nX: b\r\n c\r\n\r\n", "Host: a\r\nConnection: Keep-Alive\r\n\r\n", "Host: a\nX: b\r\n\r\n", "Host : a\r\n\r\n",
		"Host: a\r\nX:\r\nX: \t\r\nx: é\r\n\r\n", "Host: a\r\nA\r\n\r\n", "Host: a\r\nX: \x00\r\n\r\n", "\r\n", "Host: a\r\nPragma: no-cache\r\n\r\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, fields []byte) {
		if end := bytes.Index(fields, lineEnds); !bytes.Equal(fields, lineEnd) && end != len(fields)-len(lineEnds) {
			return
		}
		got, host, ok := parseFields(fields)
		if !ok {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(io.MultiReader(strings.NewReader("GET /polling HTTP/1.1\r\n"), bytes.NewReader(fields))))
		if err != nil {
			t.Fatalf("net/http does not take %q: %v", fields, err)
		}
		if len(r.Header["Pragma"]) > 0 { // of which net/http makes another field
			delete(r.Header, "Cache-Control")
			delete(got, "Cache-Control")
		}
		if r.Host != host || !maps.EqualFunc(r.Header, got, func(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }) || r.Close || r.ContentLength != 0 {
			t.Errorf("%q is %q %v, for net/http %q %v", fields, host, got, r.Host, r.Header)
		}
	})
}
