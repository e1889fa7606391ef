package servers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pushbench/servers/wire"
)

func TestPublish(t *testing.T) {
	long := string(jsonOf(wire.MaxPayload + 1))
	for _, row := range []struct {
		fact   string
		body   string
		status int
		acks   int
		last   string // of the response, when it is no acknowledgement
	}{
		{"one event without an end of line, as curl -d sends it", `{"a":1}`, 200, 1, ""},
		{"an event per line", "{\"a\":1}\n2\n\"three\"\n[4]\nnull\n", 200, 5, ""},
		{"blank lines and white space do not count", "\n\n  1 \r\n\t\n2\n\n", 200, 2, ""},
		{"an empty body has no events", "", 200, 0, ""},
		{"the largest event", string(jsonOf(wire.MaxPayload)), 200, 1, ""},
		{"a first line that is no JSON is refused", "{\"a\":}\n1\n", 400, 0, `{"error":"line 1: the event is not JSON: invalid character '}' looking for beginning of value at byte 6"}`},
		{"two values on a line are refused", "1 2\n", 400, 0, `{"error":"line 1: the event is not JSON: invalid character '2' after top-level value at byte 3"}`},
		{"a later bad line is told behind the acknowledgements", "1\n\n2\nx\n3\n", 200, 2, `{"error":"line 4: the event is not JSON: invalid character 'x' looking for beginning of value at byte 1"}`},
		{"an event that is too large", long, 400, 0, `{"error":"line 1: the event is larger than 1048576 bytes"}`},
		{"a later event that is too large", "1\n" + long + "\n", 200, 1, `{"error":"line 2: the event is larger than 1048576 bytes"}`},
		{"bytes that are not UTF-8", "\"\xff\"\n", 400, 0, `{"error":"line 1: the event is not valid UTF-8, as a WebSocket text message has to be"}`},
		{"a carriage return inside an event", "[1,\r2]\n", 400, 0, `{"error":"line 1: the event has a carriage return in it, which would end its line in an event stream"}`},
	} {
		t.Run(strings.ReplaceAll(row.fact, " ", "_"), func(t *testing.T) {
			ts := start(t, Options{})
			status, _, body := ts.do(t, "POST", "/publish?topic=t", row.body)
			if status != row.status {
				t.Errorf("status %d, want %d", status, row.status)
			}
			lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
			if row.last != "" {
				if got := lines[len(lines)-1]; got != row.last {
					t.Errorf("last line %s, want %s", got, row.last)
				}
				lines = lines[:len(lines)-1]
			}
			if body == "" {
				lines = nil
			}
			for i, line := range lines {
				var ack wire.Ack
				if err := json.Unmarshal([]byte(line), &ack); err != nil || ack.ID != uint64(i+1) || ack.At == 0 {
					t.Errorf("acknowledgement %d is %s", i+1, line)
				}
			}
			if len(lines) != row.acks || ts.stats.published.Load() != uint64(row.acks) || ts.topic(t, "t").View().Newest() != uint64(row.acks) {
				t.Errorf("%d acknowledgements, %d published, want %d", len(lines), ts.stats.published.Load(), row.acks)
			}
		})
	}
}

// Each event is in the Hub, and acknowledged, while the request is open.
func TestPublishStreams(t *testing.T) {
	ts := start(t, Options{})
	out, in := io.Pipe()
	defer in.Close()
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(in, "{\"n\":1}\n\n")
		sent <- err
	}()
	resp, err := ts.http.Post(ts.url+"/publish?topic=t", "application/x-ndjson", out)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	acks := json.NewDecoder(resp.Body)
	for id := uint64(1); id <= 3; id++ {
		var ack wire.Ack
		if err := acks.Decode(&ack); err != nil || ack.ID != id {
			t.Fatalf("acknowledgement %+v, %v, want number %d", ack, err, id)
		}
		if got := ts.topic(t, "t").View().Newest(); got != id {
			t.Fatalf("newest event %d, want %d", got, id)
		}
		if id < 3 {
			fmt.Fprintf(in, "{\"n\":%d}\n", id+1)
		}
	}
	in.Close()
	if rest, err := io.ReadAll(resp.Body); err != nil || len(bytes.TrimSpace(rest)) > 0 {
		t.Errorf("%q, %v behind the last acknowledgement", rest, err)
	}
}

func TestPublishEndsWithTheServer(t *testing.T) {
	ts := start(t, Options{})
	out, in := io.Pipe()
	defer in.Close()
	go io.WriteString(in, "1\n")
	resp, err := ts.http.Post(ts.url+"/publish", "application/x-ndjson", out)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Scan()
	ts.cancel()
	if lines.Scan(); lines.Text() != `{"error":"the server is shutting down"}` {
		t.Errorf("the last line is %s", lines.Text())
	}
	in.Close()
	ts.http.CloseIdleConnections()
	ts.ended(t)
}

func TestLinesSurviveAnySplit(t *testing.T) {
	text := "1\n\n [2] \r\n\"" + strings.Repeat("x", 70_000) + "\"\n{\"last\":true}"
	var want []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			want = append(want, line)
		}
	}
	for name, r := range map[string]io.Reader{
		"whole":         strings.NewReader(text),
		"byte by byte":  iotest.OneByteReader(strings.NewReader(text)),
		"halves":        iotest.HalfReader(strings.NewReader(text)),
		"data with EOF": iotest.DataErrReader(strings.NewReader(text)),
	} {
		in := newLineReader(r)
		for i, w := range want {
			got, err := in.next()
			if err != nil || string(got) != w {
				t.Fatalf("%s: event %d has %d bytes, %v", name, i+1, len(got), err)
			}
		}
		if _, err := in.next(); err != io.EOF {
			t.Errorf("%s: %v at the end", name, err)
		}
	}
}

func TestABrokenOffLineIsDropped(t *testing.T) {
	broken := errors.New("broken")
	in := newLineReader(io.MultiReader(strings.NewReader("1\n2"), iotest.ErrReader(broken)))
	if got, err := in.next(); err != nil || string(got) != "1" {
		t.Fatalf("%q, %v", got, err)
	}
	if got, err := in.next(); !errors.Is(err, broken) || err.Error() != "line 2: broken" {
		t.Errorf("%q, %v", got, err)
	}
}

// Whatever is read, every event can be carried by every transport, and the
// same events come out when they are written one per line and read again.
func FuzzLineReader(f *testing.F) {
	for _, seed := range []string{"", "1", "1\n2\n", "\n\n{\"a\":[]}\r\n", "x\n", "\"\xff\"", "[1,\r2]", "  \t1\t \n", "\"\\ud800\"\n", strings.Repeat("[", 100)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		events, _ := readAll(text)
		for _, e := range events {
			if len(e) == 0 || len(e) > wire.MaxPayload || !json.Valid(e) || bytes.ContainsAny(e, "\r\n") {
				t.Fatalf("event %q", e)
			}
		}
		again, err := readAll(bytes.Join(events, []byte("\n")))
		if err != io.EOF || len(again) != len(events) {
			t.Fatalf("%d events, then %d, %v", len(events), len(again), err)
		}
		for i := range events {
			if !bytes.Equal(events[i], again[i]) {
				t.Fatalf("event %q, then %q", events[i], again[i])
			}
		}
	})
}

func readAll(text []byte) (events [][]byte, err error) {
	in := newLineReader(bytes.NewReader(text))
	for {
		e, err := in.next()
		if err != nil {
			return events, err
		}
		events = append(events, e)
	}
}

// A client that ends its half of the connection behind its request, as nc -N
// does, is answered to the end: every event is acknowledged, and nobody says
// that the server ends. A body that is cut off is the client's fault, and the
// answer names the line.
func TestPublishAndEndOfTheClientsHalf(t *testing.T) {
	head := func(more string) string {
		return "POST /publish?topic=t HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n\r\n"
	}
	for _, row := range []struct {
		fact, send string
		status     string
		acks       int
		last       string
	}{
		{"a whole body", head("Content-Length: 6") + "1\n2\n3\n", "200 OK", 3, ""},
		{"a whole body in chunks", head("Transfer-Encoding: chunked") + "4\r\n1\n2\n\r\n2\r\n3\n\r\n0\r\n\r\n", "200 OK", 3, ""},
		{"a body that ends in its third line", head("Content-Length: 100") + "1\n2\n{\"a\"", "200 OK", 2, `{"error":"line 3: the body was cut off here, before its announced end"}`},
		{"a chunk that ends in its third line", head("Transfer-Encoding: chunked") + "40\r\n1\n2\n{\"a\"", "200 OK", 2, `{"error":"line 3: the body was cut off here, before its announced end"}`},
		{"chunks without the last one", head("Transfer-Encoding: chunked") + "4\r\n1\n2\n\r\n", "200 OK", 2, `{"error":"line 3: the body was cut off here, before its announced end"}`},
		{"a body that ends in its first line", head("Content-Length: 100") + "1", "400 Bad Request", 0, `{"error":"line 1: the body was cut off here, before its announced end"}`},
		{"no body where one was announced", head("Content-Length: 100"), "400 Bad Request", 0, `{"error":"line 1: the body was cut off here, before its announced end"}`},
	} {
		ts := start(t, Options{})
		for range 20 { // it was a matter of luck
			c, err := net.Dial("tcp", ts.Ready().HTTP)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(c, row.send); err != nil {
				t.Fatal(err)
			}
			if err := c.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatalf("%s: %v", row.fact, err)
			}
			body, err := io.ReadAll(resp.Body)
			c.Close()
			lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
			last := ""
			if strings.HasPrefix(lines[len(lines)-1], `{"error"`) {
				last, lines = lines[len(lines)-1], lines[:len(lines)-1]
			}
			if err != nil || resp.Status != row.status || len(lines) != row.acks || last != row.last {
				t.Fatalf("%s: %s, %v:\n%s", row.fact, resp.Status, err, body)
			}
		}
	}
}

func TestPublishTakesPost(t *testing.T) {
	ts := start(t, Options{})
	status, head, _ := ts.do(t, "GET", "/publish", "")
	if status != http.StatusMethodNotAllowed || head.Get("Allow") != "POST" {
		t.Errorf("status %d, Allow %q", status, head.Get("Allow"))
	}
}
