package servers

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"pushbench/servers/wire"
)

// poll answers GET /polling: the events after the cursor as a JSON array with
// status 200, or 204 when there are none.
func (s *Server) poll(w http.ResponseWriter, r *http.Request) error {
	if s.keep(w, r) {
		return nil
	}
	p, err := s.find(r, s.hub.Peek)
	if err != nil {
		return err
	}
	var b *burden
	if s.worse != nil {
		b = burdenOf(r)
	}
	return s.answerNow(w, r, p, b)
}

// answerNow answers a poll with what there is.
func (s *Server) answerNow(w http.ResponseWriter, r *http.Request, p place, b *burden) error {
	events, gap := p.next(p.topic.View())
	if s.worse != nil && len(events) > 0 && s.worse.withhold(b) {
		events = nil
	}
	return s.answer(w, r, s.stats.carriers[wire.Polling], p, events, gap)
}

// answer writes the response to a poll of either kind, cursor included:
// status 200 with events, 204 without, 410 with a gap. A client that asked for
// an entity tag is given one, and 304 instead of 204 when it had that one.
// Events beyond Options.Answer are left for the client's next request, which
// the cursor leads to.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, c *carrier, p place, events []*Event, gap *wire.Gap) error {
	f, err := formOf(r)
	if err != nil {
		return err
	}
	etag, err := param(r.URL.RawQuery, wire.ParamETag)
	if err != nil {
		return err
	}
	from, size := p.cursor, 0
	switch {
	case gap != nil:
		p.skip(gap)
	case len(events) > 0:
		events, size = f.fit(events, s.o.Answer)
		p.cursor = events[len(events)-1].ID
	}
	number := p.encoded()
	h := w.Header()
	h[wire.HeaderCursor] = []string{number}
	h["Cache-Control"] = noStore
	if etag != "" || p.tagged {
		h["Cache-Control"] = noCache // a cache may keep it, and asks each time
		h["ETag"] = []string{f.tag(number)}
	}
	switch {
	case gap != nil:
		s.stats.gaps.Add(1)
		return writeGap(w, gap)
	case len(events) > 0:
		n := len(events)
		if s.worse != nil {
			s.worse.spend(n)
		}
		if f.gzip {
			err = s.writeGzip(w, r, events, f)
		} else {
			err = s.writeArray(w, r, f, p.topic, from, p.cursor, size)
		}
		if err == nil {
			c.delivered.Add(uint64(n))
		}
		if err == errBehind {
			s.stats.slow.Add(1)
			s.o.Log.Warn("slow client", "client", r.RemoteAddr, "route", r.URL.Path, "lost", "the rest of an answer")
			if r.ProtoMajor == 2 {
				panic(http.ErrAbortHandler) // resets the stream
			}
			return nil // fewer bytes than announced: net/http cuts the connection
		}
		return writeError{err}.orNil()
	}
	c.empty.Add(1)
	if p.tagged && p.tag == number {
		w.WriteHeader(http.StatusNotModified)
	} else {
		w.WriteHeader(http.StatusNoContent)
	}
	return nil
}

func writeGap(w http.ResponseWriter, gap *wire.Gap) error {
	body, err := json.Marshal(gap)
	if err != nil {
		return err
	}
	w.Header()["Content-Type"] = typeJSON
	w.WriteHeader(http.StatusGone)
	_, err = w.Write(append(body, '\n'))
	return writeError{err}.orNil()
}

var open, comma, shut = []byte("["), []byte(","), []byte("]")

// fit returns the first of events, as many as an array of so many bytes has
// room for, but at least one, and the size of that array: before it is compressed.
func (f form) fit(events []*Event, most int) (first []*Event, size int) {
	size = len("[]")
	for i, e := range events {
		more := f.size(e)
		if i > 0 {
			more += len(",")
		}
		if i > 0 && size+more > most {
			return events[:i], size
		}
		size += more
	}
	return events, size
}

// writeArray writes the payloads of the events behind from, up to and with
// last, as one JSON array of size bytes. The error is errBehind when the
// history has moved on before the client took them: an array of which it has
// a part cannot say so. It ends there, and the client's next request, with the
// cursor that it still has, gets the gap.
func (s *Server) writeArray(w http.ResponseWriter, r *http.Request, f form, t *Topic, from, last uint64, size int) error {
	h := w.Header()
	h["Content-Type"] = typeJSON
	h["Content-Length"] = []string{strconv.Itoa(size)}
	var to io.Writer = w
	if size > batchSize { // else it is one write, and net/http has set its deadline
		to = newTimedWriter(w, r, s.o.WriteTimeout)
	}
	out := newBatch(to)
	before := open
	for from < last && out.err == nil {
		events, gap := t.View().After(from)
		if gap != nil {
			out.end()
			return errBehind
		}
		events = cut(events[:min(uint64(len(events)), last-from)])
		from = events[len(events)-1].ID
		f.addElements(&out, before, events)
		before = comma
		if from < last {
			out.flush()
		}
	}
	out.add(shut)
	return out.end()
}

// addElements adds the payloads of a piece with commas between them. What may
// have to wait, the flush before a large one, it does as the last thing.
func (f form) addElements(out *batch, before []byte, events []*Event) {
	for i := 0; i < len(events)-1; i++ {
		out.add(before)
		f.addElement(out, events[i])
		before = comma
	}
	out.add(before)
	f.addElement(out, events[len(events)-1])
}
