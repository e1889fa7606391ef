package loadgen

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// uncounted is a link below which nothing is counted.
type uncounted struct{ link }

func (uncounted) counters() (ledger.Socket, error) { return ledger.Socket{}, nil }

// The line end of a chunk is counted with the event that the chunk carried, also by a
// client that takes an edge of the window while it has more to read.
func TestEdgeBetweenChunks(t *testing.T) {
	const size, events = 40, 4
	marker, err := dialect.NewMarker("abc")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		fact    string
		payload func(n int) []byte
		stream  func(c *client, b *content) streamer
	}{
		{"our server", func(n int) []byte { return wire.AppendPayload(nil, uint64(n-1), size) },
			func(c *client, b *content) streamer {
				s := &sse{client: c, http: &http1{client: c, pipe: b.pipe}}
				s.feed = &http1Feed{b, s.take}
				s.events.Dispatch, c.atRest = s.dispatch, s.between
				return s
			}},
		{"another server", func(n int) []byte { return marker.AppendPayload(nil, uint64(n), size) },
			func(c *client, b *content) streamer {
				f := &interpreter{Dialect: &dialect.Dialect{SSE: &dialect.SSE{}}, marker: marker, size: size}
				f.topics = []string{"t"}
				f.prepare(1)
				s := &foreignSSE{listener: f.listen(c), wants: f.SSE.Wants, body: b}
				s.events.Dispatch, s.events.Passed, c.atRest = s.dispatch, s.pass, s.between
				return s
			}},
	} {
		var text strings.Builder
		for n := range events {
			event := fmt.Sprintf("data: %s\n\n", row.payload(n+1))
			fmt.Fprintf(&text, "%x\r\n%s\r\n", len(event), event)
		}
		plain := (*net.TCPConn)(nil)
		c := &client{conn: &conn{tcp: plain, stream: plain}, link: uncounted{}, cuts: &cuts{}}
		c.rec = account.New(clock.NewWall(), 1, 1, 0, events)
		p := newPipe(c.conn, text.Len())
		p.w = copy(p.buf, text.String())
		b, err := newContent(p, parse.Response{Chunked: true})
		if err != nil {
			t.Fatal(err)
		}
		s := row.stream(c, b)
		for n := range events {
			if n == 1 { // at rest, as is a client that has caught up
				b.endChunk()
				c.cuts.wanted.Store(1)
				c.takeWanted()
				c.cuts.wanted.Store(2) // it is taken at the second message from now
			}
			if err := s.receive(); err != nil {
				t.Fatalf("%s: %v", row.fact, err)
			}
		}
		from, to := c.cuts.edge[0].totals.Books, c.cuts.edge[1].totals.Books
		in, delivered := to.Since(from).In, to.Delivered-from.Delivered
		if c.cut != 2 || delivered != 2 {
			t.Errorf("%s: %d edges, with %d deliveries between them", row.fact, c.cut, delivered)
		}
		if in[results.Payload] != 2*size || in[results.Framing] != 2*8 || in[results.Chunking] != 2*6 {
			t.Errorf("%s: %v between the edges", row.fact, in)
		}
	}
}
