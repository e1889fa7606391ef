package servers

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"pushbench/servers/wire"
)

// A lookup finds a topic by its name: Hub.hold or Hub.Peek.
type lookup func(name string) (*Topic, error)

// A place is a topic and how far a client has read it.
type place struct {
	topic  *Topic
	cursor uint64
	epoch  string // that the cursor bears and that the client's next ones shall bear; "": none
	ours   string // the epoch of the topic's numbers
	tag    string // what If-None-Match has between its quotation marks
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
	epoch, err := param(r.URL.RawQuery, wire.ParamEpoch)
	if err != nil {
		return place{}, err
	}
	// The key is wire.HeaderCursor as net/http spells it.
	if id := r.Header["Last-Event-Id"]; len(id) > 0 && id[0] != "" {
		after = id[0]
	}
	tag, tagged := "", false
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		tagged = true
		var ours bool
		if tag, ours = parseTag(tags[0]); ours && after == "" {
			after = tag
		}
	}
	p, err := s.locate(name, after, lookup)
	if err != nil {
		return place{}, err
	}
	if epoch != "" && p.epoch == "" {
		p.epoch = p.ours
	}
	p.tag, p.tagged = tag, tagged
	return p, nil
}

// locate returns the place in the topic of that name, the default one for "",
// that a cursor stands for: behind the newest event for "".
func (s *Server) locate(name, after string, lookup lookup) (place, error) {
	if name == "" {
		name = "default"
	}
	p := place{ours: s.hub.Epoch()}
	if after != "" {
		var err error
		if p.epoch, p.cursor, err = parseCursor(after); err != nil {
			return place{}, badRequest(err)
		}
	}
	t, err := lookup(name)
	switch {
	case err == nil:
	case errors.Is(err, ErrTopics):
		return place{}, &refusal{http.StatusServiceUnavailable, err.Error()}
	default:
		return place{}, badRequest(err)
	}
	if p.topic = t; after == "" {
		p.cursor = t.View().Newest()
	}
	s.node.reach(name, &p)
	return p, nil
}

// next returns what the client has yet to get of a view, as View.After does. A
// cursor of another epoch counts other events, so there is a gap.
func (p *place) next(v *View) ([]*Event, *wire.Gap) {
	if p.epoch == "" || p.epoch == p.ours {
		events, gap := v.After(p.cursor)
		if gap != nil && p.epoch != "" {
			gap.Epoch = p.ours
		}
		return events, gap
	}
	return nil, &wire.Gap{After: p.cursor, Oldest: v.oldest, Epoch: p.ours}
}

// skip goes on behind a gap that the client was told of.
func (p *place) skip(g *wire.Gap) {
	p.cursor = g.Oldest - 1
	if p.epoch != "" {
		p.epoch = p.ours
	}
}

// encoded returns the place's cursor as the client is to give it back.
func (p *place) encoded() string { return string(appendCursor(nil, p.epoch, p.cursor)) }

func appendCursor(b []byte, epoch string, cursor uint64) []byte {
	if epoch != "" {
		b = append(append(b, epoch...), '-')
	}
	return strconv.AppendUint(b, cursor, 10)
}

// parseCursor reads an event's number, decimal digits and nothing else, which
// may have an epoch and a dash before it.
func parseCursor(s string) (epoch string, n uint64, err error) {
	digits := s
	if before, after, dashed := strings.Cut(s, "-"); dashed && validEpoch(before) {
		epoch, digits = before, after
	}
	if n, err = strconv.ParseUint(digits, 10, 64); err != nil {
		return "", 0, fmt.Errorf("cursor %.32q is not the number of an event", s)
	}
	return epoch, n, nil
}

// validEpoch reports whether s can be what Hub.Epoch returns.
func validEpoch(s string) bool {
	return len(s) == 8 && strings.Trim(s, "0123456789abcdef") == ""
}

// parseTag reads the cursor from an entity tag as the server made it, "N", or
// as a proxy weakened it, W/"N". Any other tag, a list and * are not ours: they
// match nothing.
func parseTag(s string) (cursor string, ours bool) {
	cursor, quoted := strings.CutPrefix(strings.TrimPrefix(s, "W/"), `"`)
	cursor, ended := strings.CutSuffix(cursor, `"`)
	if _, _, err := parseCursor(cursor); err != nil || !quoted || !ended {
		return "", false
	}
	return cursor, true
}
