package servers

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"pushbench/servers/wire"
)

// A lookup finds a topic by its name: Hub.Topic or Hub.Peek.
type lookup func(name string) (*Topic, error)

// A place is a topic and how far a client has read it.
type place struct {
	topic  *Topic
	cursor uint64
	tag    uint64 // the cursor of If-None-Match
	tagged bool   // there was an If-None-Match
}

// find reads from a request which events it asks for. A cursor counts in this
// order: the Last-Event-ID header, the after parameter, If-None-Match. Without
// one the place is behind the newest event. The topic comes from lookup.
func (s *Server) find(r *http.Request, lookup lookup) (place, error) {
	name, err := param(r.URL.RawQuery, wire.ParamTopic)
	if err != nil {
		return place{}, err
	}
	after, err := param(r.URL.RawQuery, wire.ParamAfter)
	if err != nil {
		return place{}, err
	}
	// The key is wire.HeaderCursor as net/http spells it.
	if id := r.Header["Last-Event-Id"]; len(id) > 0 && id[0] != "" {
		after = id[0]
	}
	var p place
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		p.tagged = true
		var ours bool
		if p.tag, ours = parseTag(tags[0]); ours && after == "" {
			after = strconv.FormatUint(p.tag, 10)
		}
	}
	if p.topic, p.cursor, err = s.locate(name, after, lookup); err != nil {
		return place{}, err
	}
	return p, nil
}

// locate returns the topic of that name, the default one for "", and the
// number that the cursor stands for, that of the newest event for "".
func (s *Server) locate(name, after string, lookup lookup) (*Topic, uint64, error) {
	if name == "" {
		name = "default"
	}
	var cursor uint64
	if after != "" {
		var err error
		if cursor, err = parseCursor(after); err != nil {
			return nil, 0, badRequest(err)
		}
	}
	t, err := lookup(name)
	switch err {
	case nil:
	case ErrTopics:
		return nil, 0, &refusal{http.StatusServiceUnavailable, err.Error()}
	default:
		return nil, 0, badRequest(err)
	}
	newest := t.View().Newest()
	if after == "" {
		cursor = newest
	}
	if cursor > newest {
		return nil, 0, badRequest(fmt.Errorf("cursor %d is ahead of the newest event %d", cursor, newest))
	}
	return t, cursor, nil
}

// parseCursor reads an event's number: decimal digits and nothing else.
func parseCursor(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("cursor %.32q is not the number of an event", s)
	}
	return n, nil
}

// parseTag reads the cursor from an entity tag as the server made it, "N", or
// as a proxy weakened it, W/"N". Any other tag, a list and * are not ours: they
// match nothing.
func parseTag(s string) (cursor uint64, ours bool) {
	digits, quoted := strings.CutPrefix(strings.TrimPrefix(s, "W/"), `"`)
	digits, ended := strings.CutSuffix(digits, `"`)
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || !quoted || !ended {
		return math.MaxUint64, false
	}
	return n, true
}
