package loadgen

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

// scripted is a connection from which input is read, in the pieces that r
// makes of it.
type scripted struct {
	net.Conn
	r io.Reader
}

func (s scripted) Read(b []byte) (int, error) { return s.r.Read(b) }

func scriptedPipe(r io.Reader) *pipe {
	return newPipe(&conn{stream: scripted{r: r}}, 64)
}

// readAll reads one response whole.
func readAll(p *pipe) (res parse.Response, text []byte, err error) {
	if res, err = p.readResponse(); err != nil {
		return res, nil, err
	}
	b, err := newContent(p, res)
	if err != nil {
		return res, nil, err
	}
	for {
		piece, more, err := b.next()
		if err != nil || !more {
			return res, text, err
		}
		p.received(results.Framing, len(piece))
		text = append(text, piece...)
	}
}

func TestResponse(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	for _, c := range []struct {
		fact, input string
		status      int
		body        string
		cursor      uint64
		heads       int64
		chunks      int64
	}{
		{"a length", ok + "Content-Length: 3\r\n\r\nabc", 200, "abc", 0, 38, 0},
		{"names in any case", ok + "content-LENGTH:3\r\n\r\nabc", 200, "abc", 0, 37, 0},
		{"a cursor", ok + "Last-Event-ID: 17\r\nContent-Length: 0\r\n\r\n", 200, "", 17, 57, 0},
		{"chunks", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n", 200, "abc0123456789abcdef", 0, 47, 3 + 2 + 4 + 2 + 3 + 2},
		{"chunk extensions and a trailer", ok + "Transfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n0\r\nA: b\r\n\r\n", 200, "a", 0, 47, 7 + 2 + 3 + 6 + 2},
		{"204 has no body", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, "", 0, 46, 0},
		{"304 has no body", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304, "", 0, 57, 0},
		{"a status without a reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, "", 0, 35, 0},
	} {
		for _, split := range []func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader,
		} {
			p := scriptedPipe(split(strings.NewReader(c.input)))
			res, text, err := readAll(p)
			if err != nil || res.Status != c.status || string(text) != c.body || res.Cursor != c.cursor {
				t.Errorf("%s: got %+v, %q, %v", c.fact, res, text, err)
			}
			if h, n := p.in[results.Head], p.in[results.Chunking]; h != c.heads || n != c.chunks {
				t.Errorf("%s: booked %d bytes of head and %d of chunking, want %d and %d", c.fact, h, n, c.heads, c.chunks)
			}
		}
	}
}

func TestResponseRefuses(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	for _, c := range []struct{ fact, input string }{
		{"another protocol", "SSH-2.0-OpenSSH\r\n\r\n"},
		{"HTTP/2", "HTTP/2 200 OK\r\n\r\n"},
		{"a status that is no number", "HTTP/1.1 2x0 OK\r\n\r\n"},
		{"a header without a colon", ok + "foo\r\n\r\n"},
		{"a space before the colon", ok + "Content-Length : 3\r\n\r\nabc"},
		{"a folded header", ok + "A: b\r\n c\r\nContent-Length: 0\r\n\r\n"},
		{"two lengths", ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
		{"a length and chunks", ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{"a negative length", ok + "Content-Length: -3\r\n\r\n"},
		{"neither length nor chunks", ok + "\r\nabc"},
		{"another coding", ok + "Transfer-Encoding: gzip\r\n\r\n"},
		{"a head cut off", ok + "Content-Le"},
		{"a body cut off", ok + "Content-Length: 3\r\n\r\nab"},
		{"a chunk cut off", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nab"},
		{"a chunk without its line end", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"},
		{"a chunk size that is none", ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n"},
		{"a chunk line ended by LF alone", ok + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n"},
		{"a cursor that is no number", ok + "Last-Event-ID: x\r\nContent-Length: 0\r\n\r\n"},
		{"an endless head", ok + strings.Repeat("A: b\r\n", 20000)},
	} {
		if _, _, err := readAll(scriptedPipe(strings.NewReader(c.input))); err == nil {
			t.Errorf("%s is accepted", c.fact)
		}
	}
}

// What we read, net/http reads too, with the same body; every byte is booked.
func FuzzResponse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		p := scriptedPipe(bytes.NewReader(input))
		res, text, err := readAll(p)
		if err != nil {
			return
		}
		var booked int64
		for k := range results.Kinds() {
			booked += p.in[k]
		}
		if read := int64(len(input) - (p.w - p.r)); booked > read {
			t.Errorf("booked %d bytes of %d", booked, read)
		}
		std, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(input)), nil)
		if err != nil {
			return // net/http checks names and values that a client of ours never looks at
		}
		want, err := io.ReadAll(std.Body)
		if err != nil || res.Status < 200 {
			return
		}
		if std.StatusCode != res.Status || !bytes.Equal(want, text) && std.ContentLength >= 0 {
			t.Errorf("got %d %q, net/http %d %q", res.Status, text, std.StatusCode, want)
		}
	})
}

func BenchmarkResponse(b *testing.B) {
	one := fmt.Sprintf("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nLast-Event-ID: 17\r\nDate: Mon, 02 Jan 2006 15:04:05 GMT\r\nContent-Length: 130\r\n\r\n%0130d", 1)
	p := newPipe(&conn{stream: scripted{r: repeat{[]byte(one)}}}, len(one))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.readResponse(); err != nil {
			b.Fatal(err)
		}
		p.r = p.w
	}
}

// repeat reads the same bytes for ever.
type repeat struct{ b []byte }

func (r repeat) Read(b []byte) (int, error) { return copy(b, r.b), nil }
