package parse

import "bytes"

// An EventStream is an incremental parser of text/event-stream (WHATWG HTML,
// section 9.2.6 "Interpreting an event stream"). Input may be split anywhere.
// An event is dispatched when the first byte of the empty line's end has
// come: after CR it does not wait to see whether LF follows. The zero value
// is ready.
type EventStream struct {
	line     []byte   // a line whose end has not come yet
	data     []byte   // data buffer; each line followed by LF
	single   []byte   // instead, the only line of data so far, in the input
	alone    bool     // single is one
	name     []byte   // event type buffer
	id       []byte   // last event ID buffer
	digits   [20]byte // room for one that is a number, so that a stream without events allocates none
	afterCR  bool
	begun    bool                                  // past a possible byte order mark
	bom      int                                   // bytes of the byte order mark seen
	rest     int                                   // bytes of the input behind the line that is being read
	Dispatch func(name, data, id []byte, rest int) // rest: bytes of the input behind the event

	// Passed, if set, is called for each empty line that dispatches nothing, since no
	// data came since the last: with the bytes of the input behind it.
	Passed func(rest int)
	fields bool // a field has come since the last empty line
}

const byteOrderMark = "\xEF\xBB\xBF"

// message is the type of an event that names none. It is here so that no event
// allocates it.
var message = []byte("message")

// Feed parses b and calls dispatch for each event that it completes. The
// slices given to dispatch are valid during the call.
func (s *EventStream) Feed(b []byte) {
	for !s.begun && len(b) > 0 {
		if b[0] != byteOrderMark[s.bom] {
			s.line = append(s.line, byteOrderMark[:s.bom]...)
			s.begun = true
			break
		}
		s.bom++
		b = b[1:]
		s.begun = s.bom == len(byteOrderMark)
	}
	defer s.hold()
	for len(b) > 0 {
		if s.afterCR {
			s.afterCR = false
			if b[0] == '\n' {
				b = b[1:]
				continue
			}
		}
		i := lineEnd(b)
		if i < 0 {
			s.line = append(s.line, b...)
			return
		}
		s.afterCR = b[i] == '\r'
		s.rest = len(b) - i - 1
		if len(s.line) == 0 {
			s.field(b[:i])
		} else {
			s.line = append(s.line, b[:i]...)
			s.field(s.line)
			s.hold()
			s.line = s.line[:0]
		}
		b = b[i+1:]
	}
}

// hold copies a line of data out of the input, where its event is not complete.
func (s *EventStream) hold() {
	if s.alone {
		s.data = append(append(s.data, s.single...), '\n')
		s.single, s.alone = nil, false
	}
}

// Pending is how many bytes of an event that is not complete are held.
func (s *EventStream) Pending() int { return len(s.line) + len(s.data) + len(s.name) }

// Resting reports whether the stream stands between two lines, and no data of an
// event has come.
func (s *EventStream) Resting() bool { return len(s.line) == 0 && len(s.data) == 0 }

// Begun reports whether a field has come since the last empty line.
func (s *EventStream) Begun() bool { return s.fields }

// AfterCR reports whether the last line ended with CR, to which LF may still belong.
func (s *EventStream) AfterCR() bool { return s.afterCR }

// lineEnd returns the index of the first CR or LF in b, or -1. Two searches
// with IndexByte are several times as fast as one for either byte.
func lineEnd(b []byte) int {
	i := bytes.IndexByte(b, '\n')
	if i >= 0 {
		b = b[:i]
	}
	if j := bytes.IndexByte(b, '\r'); j >= 0 {
		return j
	}
	return i
}

func (s *EventStream) field(line []byte) {
	if len(line) == 0 {
		s.end()
		return
	}
	name, value, _ := bytes.Cut(line, []byte(":"))
	s.fields = s.fields || len(name) > 0
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	switch string(name) {
	case "data":
		if len(s.data) == 0 && !s.alone {
			s.single, s.alone = value, true // most events have one line, of which no copy is needed
			break
		}
		s.hold()
		s.data = append(append(s.data, value...), '\n')
	case "event":
		s.name = append(s.name[:0], value...)
	case "id":
		if bytes.IndexByte(value, 0) < 0 {
			if s.id == nil {
				s.id = s.digits[:0]
			}
			s.id = append(s.id[:0], value...)
		}
	}
	// A comment has an empty name; retry concerns reconnecting, which a
	// simulated client does not do by itself.
}

// end is the empty line: dispatch, unless there is no data.
func (s *EventStream) end() {
	data, some := s.single, s.alone
	if len(s.data) > 0 {
		data, some = s.data[:len(s.data)-1], true
	}
	s.single, s.alone = nil, false
	if some {
		name := s.name
		if len(name) == 0 {
			name = message
		}
		s.Dispatch(name, data, s.id, s.rest)
	} else if s.Passed != nil {
		s.Passed(s.rest)
	}
	s.data, s.name, s.fields = s.data[:0], s.name[:0], false
}
