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
	p, err := s.find(r, s.hub.Peek)
	if err != nil {
		return err
	}
	events, gap := p.topic.View().After(p.cursor)
	return s.answer(w, r, s.stats.carriers[wire.Polling], p, events, gap)
}

// answer writes the response to a poll of either kind, cursor included:
// status 200 with events, 204 without, 410 with a gap. A client that asked for
// an entity tag is given one, and 304 instead of 204 when it had that one.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, c *carrier, p place, events []*Event, gap *wire.Gap) error {
	etag, err := param(r.URL.RawQuery, wire.ParamETag)
	if err != nil {
		return err
	}
	cursor := p.cursor
	switch {
	case gap != nil:
		cursor = gap.Oldest - 1
	case len(events) > 0:
		cursor = events[len(events)-1].ID
	}
	number := strconv.FormatUint(cursor, 10)
	h := w.Header()
	h[wire.HeaderCursor] = []string{number}
	h["Cache-Control"] = noStore
	if etag != "" || p.tagged {
		h["Cache-Control"] = noCache // a cache may keep it, and asks each time
		h["ETag"] = []string{`"` + number + `"`}
	}
	switch {
	case gap != nil:
		s.stats.gaps.Add(1)
		return writeGap(w, gap)
	case len(events) > 0:
		err := s.writeArray(w, events)
		if err == nil {
			c.delivered.Add(uint64(len(events)))
		}
		return writeError{err}.orNil()
	}
	c.empty.Add(1)
	if p.tagged && p.tag == cursor {
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

// writeArray writes the payloads as one JSON array of known length.
func (s *Server) writeArray(w http.ResponseWriter, events []*Event) error {
	size := len(events) + 1 // brackets and commas
	for _, e := range events {
		size += len(e.Payload)
	}
	h := w.Header()
	h["Content-Type"] = typeJSON
	h["Content-Length"] = []string{strconv.Itoa(size)}
	var to io.Writer = w
	if size > batchSize { // else it is one write, and net/http has set its deadline
		to = newTimedWriter(w, s.o.WriteTimeout)
	}
	out := newBatch(to)
	out.add(open)
	for i, e := range events {
		if i > 0 {
			out.add(comma)
		}
		out.add(e.Payload)
	}
	out.add(shut)
	return out.end()
}
