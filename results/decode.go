package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
)

// Decode reads the one JSON document that data is into the struct that v points
// to. It takes no field that the struct does not have, and nothing behind the
// document. File is its name for errors, and line the line of file in which it
// begins. The error is an *Error that says where.
func Decode(file string, line int, data []byte, v any) error {
	fail := func(offset int64, msg, hint string) error {
		return at(file, line, data, offset, msg, hint)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.Is(err, io.EOF):
			return fail(0, "there is nothing in it", hintHalf)
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fail(int64(len(data)), "the file ends in the middle", hintHalf)
		case errors.As(err, &syntax):
			return fail(syntax.Offset-1, "not JSON: "+syntax.Error(), "")
		}
		all := schemaOf(reflect.TypeOf(v))
		if path, msg, ok := unknownField(data, all); ok {
			return fail(offsetOf(data, path), msg, "written by another version, or changed by hand")
		}
		if path, msg := badValue(data, all); path != "" {
			return fail(offsetOf(data, path), msg, "")
		}
		f := field{}
		if errors.As(err, &kind) {
			f = fieldAt(data, kind.Offset)
		}
		return fail(f.start, f.path+": "+describe(err), "")
	}
	if rest := bytes.TrimSpace(data[dec.InputOffset():]); len(rest) > 0 {
		from := len(data) - len(bytes.TrimLeft(data[dec.InputOffset():], " \t\r\n"))
		return fail(int64(from), "something follows the record", "one file holds one record")
	}
	return nil
}

// Misplaced is the error that what stands at path, as in values[3].change, in the
// JSON document data is wrong. File and line are those of Decode.
func Misplaced(file string, line int, data []byte, path, msg string) error {
	return at(file, line, data, offsetOf(data, path), path+": "+msg, "")
}

// at is the error at an offset of data, which begins in a line of file.
func at(file string, line int, data []byte, offset int64, msg, hint string) *Error {
	e := &Error{File: file, Msg: msg, Hint: hint}
	e.Line, e.Col = position(data, offset)
	e.Line += line - 1
	return e
}
