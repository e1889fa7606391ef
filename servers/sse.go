package servers

import (
	"encoding/json"
	"fmt"
	"net/http"

	"pushbench/servers/wire"
)

// eventStream answers GET /sse: events as a text/event-stream without end
// (WHATWG HTML, section 9.2). An EventSource resumes by itself, because every
// event, the gap included, has its cursor as its id.
func (s *Server) eventStream(w http.ResponseWriter, r *http.Request) error {
	p, err := s.find(r, s.hub.hold)
	if err != nil {
		return err
	}
	defer s.hub.release(p.topic)
	h := w.Header()
	h["Content-Type"] = typeStream
	h["Cache-Control"] = noStore
	h["X-Accel-Buffering"] = unbuffered // nginx would hold events back
	h[wire.HeaderCursor] = []string{p.encoded()}
	to := &sseSink{out: newTimedWriter(w, s.o.WriteTimeout)}
	if p.epoch != "" {
		to.epoch = p.ours
	}
	// The id makes a client that is cut off before its first event come back
	// with its cursor: an EventSource takes it without an event.
	if err := to.send(fmt.Appendf(nil, "retry: %d\nid: %s\n\n", s.o.Retry.Milliseconds(), p.encoded())); err != nil {
		return writeError{err}
	}
	err = s.stream(r.Context().Done(), s.stats.carriers[wire.SSE], &p, to)
	return writeError{err}.orNil()
}

// An sseSink writes a text/event-stream.
type sseSink struct {
	out   *timedWriter
	epoch string // in the ids; "": none
}

var comment = []byte(":\n\n")

func (k *sseSink) write(events []*Event, live bool) error {
	live = live && k.epoch == ""
	switch {
	case len(events) == 0:
		return k.send(comment)
	case len(events) == 1 && live:
		return k.send(events[0].SSE())
	}
	b := newBatch(k.out)
	for _, e := range events {
		if live {
			b.add(e.SSE())
		} else {
			b.encode(func(to []byte) []byte { return e.appendSSE(to, k.epoch) })
		}
	}
	if err := b.end(); err != nil {
		return err
	}
	return k.out.Flush()
}

func (k *sseSink) gap(g *wire.Gap, _ bool) error {
	doc, err := json.Marshal(g)
	if err != nil {
		return err
	}
	return k.send(fmt.Appendf(nil, "id: %s\nevent: %s\ndata: %s\n\n", appendCursor(nil, k.epoch, g.Oldest-1), wire.EventGap, doc))
}

func (k *sseSink) send(b []byte) error {
	if _, err := k.out.Write(b); err != nil {
		return err
	}
	return k.out.Flush()
}
