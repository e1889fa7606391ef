//go:build linux

package null

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"pushbench/servers/wire"
)

// The two parts of what a connection of HTTP/2 begins with (RFC 9113 section 3.4).
const (
	prefaceHead = "PRI * HTTP/2.0\r\n\r\n"
	prefaceRest = "SM\r\n\r\n"
)

// maxFrame is the most data in a frame, unless its reader allows more (RFC 9113 section 4.2).
const maxFrame = 1 << 14

// tableSize is that of HPACK's dynamic tables, unless one side says another (RFC 7541 section 4.2).
const tableSize = 4096

// An http2Link is a connection of HTTP/2. It belongs to the goroutine that serves it. That of the
// pusher writes to it, too: each write is of whole frames. The windows of the clients are not
// looked at: as long as one event waits for each of them, they are never full.
type http2Link struct {
	*client
	framer *http2.Framer // which writes to frames
	frames bytes.Buffer  // that are to be written
	fields *hpack.Encoder
	block  bytes.Buffer // of fields
	text   []byte       // the body of an answer
}

// answerHTTP2 serves a connection of HTTP/2, of which the first part of the preface has been read,
// until it ends.
func (s *Server) answerHTTP2(c *client) error {
	if _, err := c.until(prefaceRest); err != nil {
		return err
	}
	l := &http2Link{client: c}
	l.framer = http2.NewFramer(&l.frames, io.MultiReader(bytes.NewReader(bytes.Clone(c.buf[c.r:c.w])), c.Conn))
	l.framer.SetReuseFrames()
	l.framer.ReadMetaHeaders = hpack.NewDecoder(tableSize, nil)
	l.fields = hpack.NewEncoder(&l.block)
	var streams []*subscriber
	defer func() {
		for _, sub := range streams {
			s.leave(sub)
		}
	}()
	if err := l.framer.WriteSettings(); err != nil {
		return err
	}
	for {
		if err := l.flush(); err != nil {
			return err
		}
		f, err := l.framer.ReadFrame()
		if err != nil {
			return err
		}
		switch f := f.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				err = l.framer.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				err = l.framer.WritePing(true, f.Data)
			}
		case *http2.MetaHeadersFrame:
			var sub *subscriber
			if sub, err = s.answerStream(l, f); sub != nil {
				streams = append(streams, sub)
			}
		}
		if err != nil {
			return err
		}
	}
}

// flush writes the frames that are there.
func (l *http2Link) flush() error {
	if l.frames.Len() == 0 {
		return nil
	}
	_, err := l.Write(l.frames.Bytes())
	l.frames.Reset()
	return err
}

// answerStream answers a request. That for a stream of events makes a subscriber.
func (s *Server) answerStream(l *http2Link, f *http2.MetaHeadersFrame) (*subscriber, error) {
	r := parseTarget([]byte(f.PseudoValue("path")))
	for _, field := range f.RegularFields() {
		if field.Name == "if-none-match" {
			r.match = []byte(field.Value)
		}
	}
	switch string(r.path) {
	case wire.RoutePolling, wire.RouteLongPoll:
		return nil, s.pollStream(l, f.StreamID, r)
	case wire.RouteSSE:
		n, err := s.mayStream(r.topic)
		if err != nil {
			return nil, l.refuse(f.StreamID, "400", err)
		}
		l.head(f.StreamID, false, "200", "cache-control", "no-store", "content-type", "text/event-stream", cursorField, "0", "x-accel-buffering", "no")
		if err := l.framer.WriteData(f.StreamID, false, []byte(streamBegin)); err != nil {
			return nil, err
		}
		if err := l.flush(); err != nil { // before the first event
			return nil, err
		}
		sub := &subscriber{Conn: l.Conn, client: n, form: bareStream, stream: f.StreamID}
		s.join(sub)
		return sub, nil
	}
	return nil, l.refuse(f.StreamID, "404", fmt.Errorf("the null server has no route %.64q", r.path))
}

// cursorField is the header of the cursor as HTTP/2 has it.
var cursorField = strings.ToLower(wire.HeaderCursor)

// pollStream is poll over HTTP/2, where clients may share a connection: their events go on behind
// the cursor of the request.
func (s *Server) pollStream(l *http2Link, stream uint32, r request) error {
	had := r.had()
	event := had < s.credit.limit()
	status, fields := "200", []string{"cache-control", "no-store"}
	if r.etag {
		fields[1] = "no-cache"
	}
	switch {
	case event:
		had++
		fields = append(fields, "content-type", "application/json")
	case r.noneMatch() != nil:
		status = "304"
	default:
		status = "204"
	}
	number := strconv.FormatUint(had, 10)
	if r.etag {
		fields = append(fields, "etag", `"`+number+`"`)
	}
	fields = append(fields, cursorField, number)
	if !event {
		l.head(stream, true, status, fields...)
		return nil
	}
	l.text = append(wire.AppendPayload(append(l.text[:0], '['), had-1, s.payload), ']')
	s.credit.sent()
	return l.whole(stream, status, l.text, fields...)
}

// whole is an answer with a body.
func (l *http2Link) whole(stream uint32, status string, text []byte, fields ...string) error {
	l.head(stream, false, status, append(fields, "content-length", strconv.Itoa(len(text)))...)
	for len(text) > maxFrame {
		if err := l.framer.WriteData(stream, false, text[:maxFrame]); err != nil {
			return err
		}
		text = text[maxFrame:]
	}
	return l.framer.WriteData(stream, true, text)
}

// head is the head of an answer: status, fields with their values, and the date.
func (l *http2Link) head(stream uint32, ends bool, status string, fields ...string) {
	l.block.Reset()
	write := func(name, value string) {
		_ = l.fields.WriteField(hpack.HeaderField{Name: name, Value: value}) // to a buffer, which takes it
	}
	write(":status", status)
	for i := 0; i < len(fields); i += 2 {
		write(fields[i], fields[i+1])
	}
	write("date", string(l.today()))
	_ = l.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: l.block.Bytes(), EndStream: ends, EndHeaders: true}) // likewise
}

// refuse says what was wrong with a request.
func (l *http2Link) refuse(stream uint32, status string, reason error) error {
	text, _ := json.Marshal(struct { // a string always encodes
		Error string `json:"error"`
	}{reason.Error()})
	return l.whole(stream, status, append(text, '\n'), "content-type", "application/json")
}

// appendData appends text as DATA frames of a stream (RFC 9113 section 6.1).
func appendData(b []byte, stream uint32, text []byte) []byte {
	for len(text) > 0 {
		n := min(len(text), maxFrame)
		b = append(b, byte(n>>16), byte(n>>8), byte(n), byte(http2.FrameData), 0)
		b = binary.BigEndian.AppendUint32(b, stream)
		b = append(b, text[:n]...)
		text = text[n:]
	}
	return b
}
