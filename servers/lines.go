package servers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"pushbench/servers/wire"
)

// A lineReader reads events, one JSON value per line. Blank lines and white
// space around a value do not count; the last line may lack its end.
type lineReader struct {
	in    *bufio.Reader
	line  int // of the last one read, from 1
	long  []byte
	spare int // bytes that a payload has room for behind it
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(r, 32<<10)}
}

// A lineError is what is wrong with one line.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }

func (e *lineError) Unwrap() error { return e.err }

// next returns the next event's payload, which is the caller's. The error is
// io.EOF after the last line or a *lineError: the line is no event, or it was
// broken off by the reader's error and is dropped.
func (l *lineReader) next() ([]byte, error) {
	for {
		text, err := l.read()
		if err == io.ErrUnexpectedEOF {
			err = errCutOff
		}
		var line *lineError
		if err != nil && err != io.EOF && !errors.As(err, &line) {
			err = &lineError{l.line, err}
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		text = bytes.Trim(text, " \t\r\n")
		if len(text) > 0 {
			if err := checkEvent(text); err != nil {
				return nil, &lineError{l.line, err}
			}
			return append(make([]byte, 0, len(text)+l.spare), text...), nil
		}
		if err == io.EOF {
			return nil, io.EOF
		}
	}
}

// read returns a line, which is valid until the next call. With io.EOF it is
// what came behind the last line's end.
func (l *lineReader) read() ([]byte, error) {
	l.line++
	part, err := l.in.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return part, err
	}
	l.long = append(l.long[:0], part...)
	for err == bufio.ErrBufferFull {
		if len(l.long) > wire.MaxPayload {
			return nil, &lineError{l.line, errTooLong}
		}
		part, err = l.in.ReadSlice('\n')
		l.long = append(l.long, part...)
	}
	return l.long, err
}

var errCutOff = errors.New("the body was cut off here, before its announced end")

var errTooLong = fmt.Errorf("the event is larger than %d bytes", wire.MaxPayload)

// checkEvent reports why text cannot be carried by every transport.
func checkEvent(text []byte) error {
	switch {
	case len(text) > wire.MaxPayload:
		return errTooLong
	case !json.Valid(text):
		var syntax *json.SyntaxError
		if err := json.Unmarshal(text, new(json.RawMessage)); errors.As(err, &syntax) {
			return fmt.Errorf("the event is not JSON: %v at byte %d", syntax, syntax.Offset)
		}
		return errors.New("the event is not JSON")
	case !utf8.Valid(text):
		return errors.New("the event is not valid UTF-8, as a WebSocket text message has to be")
	case bytes.IndexByte(text, '\r') >= 0:
		return errors.New("the event has a carriage return in it, which would end its line in an event stream")
	}
	return nil
}
