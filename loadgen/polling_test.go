package loadgen

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// What was read of an answer is booked once, by its kind, however it ends.
func TestAnswerIsBooked(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nLast-Event-ID: 2\r\n"
	const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
	e := string(event(0))
	for _, row := range []struct {
		fact, input     string
		events, framing int
		broken          string
	}{
		{"an array", ok + "Content-Length: 42\r\n\r\n[" + e + "]", 1, 2, ""},
		{"an array in chunks", chunked + "14\r\n[" + e[:19] + "\r\n16\r\n" + e[19:] + "]\r\n0\r\n\r\n", 1, 2, ""},
		{"an empty array", ok + "Content-Length: 2\r\n\r\n[]", 0, 2, ""},
		{"a body cut off", ok + "Content-Length: 42\r\n\r\n[" + e, 0, 41, "cut off"},
		{"a chunk cut off", chunked + "2a\r\n[" + e, 0, 41, "cut off"},
		{"a second chunk cut off", chunked + "14\r\n[" + e[:19] + "\r\n16\r\n" + e[19:30], 0, 20 + 11, "cut off"},
		{"an array that does not end", ok + "Content-Length: 41\r\n\r\n[" + e, 1, 1, "array"},
		{"an event and no more", ok + "Content-Length: 43\r\n\r\n[" + e + ",]", 1, 3, "missing value"},
	} {
		pipe := scriptedPipe(iotest.HalfReader(strings.NewReader(row.input)))
		c := &client{rec: account.New(clock.NewWall(), 1, 1, 0, 4), conn: pipe.conn}
		p := &poller{client: c, http: &http1{client: c, pipe: pipe}}
		res, text, err := p.http.receive(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n, err := p.events(res, text)
		p.flush()
		if (err == nil) != (row.broken == "") || err != nil && !strings.Contains(err.Error(), row.broken) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.broken)
		}
		in := pipe.in
		if n != row.events || in[results.Payload] != int64(n*len(e)) || in[results.Framing] != int64(row.framing) {
			t.Errorf("%s: %d events and %v, want %d and %d bytes of framing", row.fact, n, in, row.events, row.framing)
		}
		if in.Total() != int64(len(row.input)) || in[results.Head] != int64(bytes.Index([]byte(row.input), parse.HeadEnd)+len(parse.HeadEnd)) {
			t.Errorf("%s: %d bytes of %d are booked: %v", row.fact, in.Total(), len(row.input), in)
		}
	}
}
