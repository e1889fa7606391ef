package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// An Error says what is wrong with a record and where.
type Error struct {
	File      string
	Line, Col int    // from 1; 0 when the whole file is meant. Col counts bytes
	Msg       string // with the place in the document, as in trials[3].latency
	Hint      string // what to do; may be empty
}

// Error is file:line:column: message (hint).
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Col)
	}
	b.WriteString(": " + e.Msg)
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

const (
	hintHalf  = "the copy is incomplete, or the disk was full: copy the file again"
	hintOther = "a record is the run.json that `pushbench run` writes"
)

// Parse reads a record from data; file is its name for errors. It accepts only
// what a reader can rely on: a layout that it knows, no field that is unknown, and numbers
// that add up as Validate demands. Its error is an *Error.
func Parse(file string, data []byte) (*Record, error) {
	fail := func(offset int64, msg, hint string) (*Record, error) {
		e := &Error{File: file, Msg: msg, Hint: hint}
		if offset >= 0 {
			e.Line, e.Col = position(data, offset)
		}
		return nil, e
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return fail(-1, "the file is empty", hintHalf)
	}
	if msg, hint := otherSchema(data); msg != "" {
		return fail(-1, msg, hint)
	}
	r := new(Record)
	if err := Decode(file, 1, data, r); err != nil {
		return nil, err
	}
	r.withTargets()
	r.layout1()
	if p := r.problem(); p != nil {
		return fail(offsetOf(data, p.path), p.path+": "+p.msg, "")
	}
	return r, nil
}

// otherSchema says what is wrong when data is a whole JSON object of another
// layout, or no record at all.
func otherSchema(data []byte) (msg, hint string) {
	var head struct {
		Schema     *int
		Provenance struct{ Version string }
	}
	if !json.Valid(data) {
		return "", ""
	}
	if err := json.Unmarshal(data, &head); err != nil && head.Schema == nil {
		return "not a record of pushbench: it is no object with a schema number", hintOther
	}
	version := head.Provenance.Version
	if version == "" || version == "devel" { // of a build without a release there are many
		version = "the pushbench that wrote it"
	}
	switch {
	case head.Schema == nil:
		return "not a record of pushbench: it has no schema number", hintOther
	case *head.Schema > Schema:
		hint = "use " + version + " or a newer one"
	case *head.Schema < oldestSchema:
		hint = "use " + version + ", or run the experiment again"
	default:
		return "", ""
	}
	return fmt.Sprintf("layout %d, and this pushbench reads layout %s", *head.Schema, layouts), hint
}

// position is the line and the column, from 1, of the byte at offset.
func position(data []byte, offset int64) (line, col int) {
	before := data[:max(0, min(offset, int64(len(data))))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
