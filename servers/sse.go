package servers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"pushbench/servers/wire"
)

// eventStream answers GET /sse: events as a text/event-stream without end
// (WHATWG HTML, section 9.2). An EventSource resumes by itself, because every
// event, the gap included, has its cursor as its id.
//
// Over HTTP/1.1 and 1.0 it returns once the head is written, as webSocket does: net/http lets
// go of the connection.
func (s *Server) eventStream(w http.ResponseWriter, r *http.Request) error {
	f, err := formOf(r)
	if err != nil {
		return err
	}
	p, err := s.find(r, s.hub.hold)
	if err != nil {
		return err
	}
	carried := false
	defer func() {
		if !carried {
			s.hub.release(p.topic)
		}
	}()
	h := w.Header()
	h["Content-Type"] = typeStream
	h["Cache-Control"] = noStore
	h["X-Accel-Buffering"] = unbuffered // nginx would hold events back
	h[wire.HeaderCursor] = []string{p.encoded()}
	out := newTimedWriter(w, r, s.o.WriteTimeout)
	to := &sseSink{out: out, form: f, s: s, client: r.RemoteAddr}
	if f.gzip {
		sayGzip(h)
		to.gzip = newGzipStream(out)
		to.out = to.gzip
	}
	if p.epoch != "" {
		to.epoch = p.ours
	}
	// The id makes a client that is cut off before its first event come back
	// with its cursor: an EventSource takes it without an event.
	if err := to.send(textBlock(fmt.Sprintf("retry: %d\nid: %s\n\n", s.o.Retry.Milliseconds(), p.encoded()))); err != nil {
		to.release()
		return writeError{err}
	}
	if r.ProtoMajor == 2 {
		gone, leave := context.WithCancel(r.Context())
		defer leave()
		to.leave = leave
		s.newStream(wire.SSE, p, to, nil).run(func() error {
			<-gone.Done()
			return gone.Err()
		})
		return nil
	}
	nc, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		to.release()
		return writeError{err}
	}
	c := s.track(nc)
	if s.worse != nil {
		c.bear(burdenOf(r))
	}
	to.over(c, r.ProtoMinor > 0)
	carried = s.work.spawn(func() {
		defer s.hub.release(p.topic)
		err, heard := c.stream(s.newStream(wire.SSE, p, to, gateOf(c.Conn)), c.ignore)
		s.vanished(err, heard, to.client, wire.RouteSSE)
		c.Close()
	})
	if !carried {
		to.release()
		c.Close()
	}
	return nil
}

// An sseSink writes a text/event-stream.
type sseSink struct {
	out    flushWriter // nil: c
	gzip   *gzipStream // nil: it is not compressed
	c      *conn       // nil: over HTTP/2, or net/http has not let go of it yet
	leave  func()      // over HTTP/2: ends the request
	chunks bool        // the answer is in chunks
	epoch  string      // in the ids; "": none
	form   form
	s      *Server
	client string
}

// over has the stream go on over c, which net/http has let go of.
func (k *sseSink) over(c *conn, chunks bool) {
	k.c, k.chunks, k.out = c, chunks, nil
	if k.gzip != nil {
		k.gzip.over(c, chunks)
		k.out = k.gzip
	}
}

var comment = textBlock(":\n\n")

func (k *sseSink) write(events []*Event, live bool) error {
	live = live && k.epoch == ""
	switch {
	case len(events) == 0:
		return k.send(comment)
	case len(events) == 1 && live:
		return k.send(k.form.block(events[0]))
	}
	buf := buffers.Get().(*[]byte)
	k.gather(buf, events, live)
	b := closeBlock(*buf)
	err := k.send(b)
	giveBack(buf)
	return err
}

// gather puts the text of a piece into a buffer.
func (k *sseSink) gather(buf *[]byte, events []*Event, live bool) {
	b := append(*buf, make([]byte, chunkRoom)...)
	for _, e := range events {
		if live {
			b = append(b, k.form.block(e).text()...)
		} else {
			b = k.form.appendBlock(b, e, k.epoch)
		}
	}
	*buf = b
}

func (k *sseSink) gap(g *wire.Gap, _ bool) error {
	doc, err := json.Marshal(g)
	if err != nil {
		return err
	}
	id := appendCursor(nil, k.epoch, g.Oldest-1)
	return k.send(textBlock(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", id, wire.EventGap, doc)))
}

func (k *sseSink) send(b block) error {
	if k.out == nil {
		if !k.chunks {
			b = b.text()
		}
		_, err := k.c.Write(b)
		return err
	}
	if _, err := k.out.Write(b.text()); err != nil {
		return err
	}
	return k.out.Flush()
}

// farewell ends the answer.
func (k *sseSink) farewell(err, _ error) {
	if err != nil {
		k.s.lost(err, k.client, wire.RouteSSE)
	}
	if k.c == nil { // net/http does the rest
		k.release()
		k.leave()
		return
	}
	if err != nil {
		k.c.Close()
		k.release()
		return
	}
	last := ""
	if k.chunks {
		last = lastChunk
	}
	if k.gzip != nil {
		k.gzip.finish(last)
	} else if last != "" {
		_, _ = k.c.Write([]byte(last)) // the client may be gone
	}
	k.c.shut()
}

// release ends what is compressed, and gives back what did it.
func (k *sseSink) release() {
	if k.gzip != nil {
		k.gzip.end()
	}
}
