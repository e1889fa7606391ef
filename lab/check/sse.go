package check

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"pushbench/loadgen/parse"
)

// A stream is a client of an event stream (WHATWG HTML, section 9.2).
type stream struct {
	ear
	packed  bool // a compressed answer is understood
	body    *body
	read    int  // bytes of the body's text
	afterCR bool // the last line ended with CR, to which LF may belong
	late    bool // the head did not come at once

	name   string
	data   []byte
	some   bool   // the event has data
	id     string // of the event
	lastID string // as an EventSource would send it
	ids    int    // events that had an id
	retry  string // what the server says of coming back, in milliseconds
}

func openStream(ctx context.Context, e ear, m manner) (*stream, error) {
	s := &stream{ear: e, packed: m.packed, lastID: m.lastID, id: m.lastID}
	var err error
	if s.line, err = e.p.dial(ctx); err != nil {
		return nil, err
	}
	with := m.headers
	if m.lastID != "" {
		with = append([]header{{"Last-Event-ID", m.lastID}}, with...)
	}
	v, request := e.p.values(), e.p.Dialect.SSE.Request
	if m.path != nil {
		request.Path = *m.path
	}
	if err = s.line.write(e.p.request(&request, &v, with), e.p.soon()); err == nil {
		err = s.accept(time.Now().Add(e.p.limits.head))
	}
	if err == errQuiet {
		s.late, err = true, nil // some servers send it with the first event
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// accept reads the head of the answer.
func (s *stream) accept(limit time.Time) error {
	a, err := s.line.head(limit)
	if err != nil {
		return err
	}
	s.answer = a
	if a.status == http.StatusNoContent {
		return &unwanted{a.status, "the answer has status 204, by which a server tells an EventSource not to come back"}
	}
	if a.status != http.StatusOK {
		return a.refusal(s.line.beginning(a))
	}
	if a.media() != "text/event-stream" {
		text := s.line.beginning(a)
		if err := a.page(text); err != nil {
			return err
		}
		return fmt.Errorf("the Content-Type is %s instead of text/event-stream: %s", parse.Excerpt([]byte(a.Get("Content-Type"))), parse.Excerpt(text))
	}
	if err := a.encoded(); err != nil && !s.packed {
		return err
	}
	s.body = s.line.body(a)
	return nil
}

func (s *stream) hear(_ context.Context, limit time.Time) ([]uint64, error) {
	for s.body == nil {
		if err := s.accept(limit); err != nil {
			return nil, err
		}
	}
	for {
		err := s.body.more(limit)
		s.pieces = s.body.chunks
		s.parse()
		if news := s.news(); len(news) > 0 {
			return news, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// text is the body as the server meant it.
func (s *stream) text() []byte {
	if s.answer.encoded() == nil {
		return s.body.text
	}
	return unpacked(s.body.text)
}

// parse takes the lines that are complete. A line ends with CR, LF or both.
func (s *stream) parse() {
	text := s.text()
	for s.read < len(text) {
		if s.afterCR && text[s.read] == '\n' {
			s.read++
			s.afterCR = false
			continue
		}
		s.afterCR = false
		n := bytes.IndexAny(text[s.read:], "\r\n")
		if n < 0 {
			return
		}
		line := text[s.read : s.read+n]
		s.afterCR = text[s.read+n] == '\r'
		s.read += n + 1
		s.field(line)
	}
}

func (s *stream) field(line []byte) {
	if len(line) == 0 {
		s.dispatch()
		return
	}
	if line[0] == ':' {
		s.beat("a comment")
		return
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "data":
		s.data = append(append(s.data, value...), '\n')
		s.some = true
	case "event":
		s.name = string(value)
	case "id":
		if !bytes.Contains(value, []byte{0}) {
			s.id = string(value)
			s.ids++
		}
	case "retry":
		if strings.Trim(string(value), "0123456789") == "" {
			s.retry = string(value)
		}
	}
}

// dispatch is the empty line at the end of an event.
func (s *stream) dispatch() {
	s.lastID = s.id
	name := s.name
	if name == "" {
		name = "message"
	}
	if s.some && !(s.p.Dialect.SSE.Wants([]byte(name)) && s.take(s.data)) {
		s.beat("an event of its own")
	}
	s.name, s.data, s.some = "", s.data[:0], false
}

func (s *stream) close() { s.line.close() }
