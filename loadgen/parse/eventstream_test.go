package parse

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// parse feeds input in pieces of n bytes; 0: at once.
func parse(input string, n int) (events []string) {
	s := &EventStream{Dispatch: func(name, data, id []byte, _ int) {
		events = append(events, fmt.Sprintf("%s|%s|%s", name, data, id))
	}}
	if n == 0 {
		s.Feed([]byte(input))
		return events
	}
	for piece := range slices.Chunk([]byte(input), n) {
		s.Feed(slices.Clone(piece)) // so that a kept slice shows
	}
	return events
}

func TestEventStream(t *testing.T) {
	for _, c := range []struct {
		fact, input string
		want        []string
	}{
		{"an empty line dispatches", "data: a\n\n", []string{"message|a|"}},
		{"CR LF ends a line", "data: a\r\n\r\n", []string{"message|a|"}},
		{"CR alone ends a line", "data: a\r\rdata: b\r\r", []string{"message|a|", "message|b|"}},
		{"CR LF is one end and not two", "data: a\r\ndata: b\r\n\r\n", []string{"message|a\nb|"}},
		{"line ends may be mixed", "data: a\rdata: b\ndata: c\r\n\n", []string{"message|a\nb\nc|"}},
		{"one leading byte order mark is dropped", "\xEF\xBB\xBFdata: a\n\n", []string{"message|a|"}},
		{"a second byte order mark belongs to the field name", "\xEF\xBB\xBF\xEF\xBB\xBFdata: a\n\n", nil},
		{"half a byte order mark is content", "\xEF\xBBdata: a\n\ndata: b\n\n", []string{"message|b|"}},
		{"only one space after the colon is dropped", "data:  a\n\ndata:b\n\n", []string{"message| a|", "message|b|"}},
		{"a field without a colon has an empty value", "data\n\n", []string{"message||"}},
		{"two data fields without a colon are one line feed", "data\ndata\n\n", []string{"message|\n|"}},
		{"an event without data is not dispatched", "event: x\nid: 1\n\n", nil},
		{"its type is forgotten but its id stays", "event: x\nid: 1\n\ndata: a\n\n", []string{"message|a|1"}},
		{"an id stays for the events after it", "id: 7\ndata: a\n\ndata: b\n\n", []string{"message|a|7", "message|b|7"}},
		{"an empty id clears it", "id: 7\ndata: a\n\nid\ndata: b\n\n", []string{"message|a|7", "message|b|"}},
		{"an id with NUL is ignored", "id: 7\ndata: a\n\nid: 8\x00\ndata: b\n\n", []string{"message|a|7", "message|b|7"}},
		{"comments are ignored", ": hello\n:\ndata: a\n: x\n\n", []string{"message|a|"}},
		{"unknown fields and retry are ignored", "retry: 5\nfoo: bar\ndata: a\n\n", []string{"message|a|"}},
		{"field names are case-sensitive", "Data: a\n\n", nil},
		{"an incomplete last event is dropped", "data: a\n\ndata: b\n", []string{"message|a|"}},
		{"a type names its event only", "event: x\ndata: a\n\ndata: b\n\n", []string{"x|a|", "message|b|"}},
		{"a colon in the value stays", "data: a:b\n\n", []string{"message|a:b|"}},
		{"NUL in data stays", "data: a\x00b\n\n", []string{"message|a\x00b|"}},
	} {
		for n := range 6 {
			if got := parse(c.input, n); !slices.Equal(got, c.want) {
				t.Errorf("%s (pieces of %d): got %q, want %q", c.fact, n, got, c.want)
			}
		}
	}
}

// After CR the event is there at once, without the byte after it.
func TestEventStreamDoesNotWait(t *testing.T) {
	for _, input := range []string{"data: a\r\r", "data: a\n\r", "data: a\r\n\r"} {
		if got := parse(input, 1); len(got) != 1 {
			t.Errorf("%q: got %q", input, got)
		}
	}
}

func FuzzEventStream(f *testing.F) {
	f.Add("data: a\r\nid: 1\n\n\xEF\xBB\xBF", 1)
	f.Add("\xEF\xBB\xBFevent\rdata\r\r:x", 2)
	f.Fuzz(func(t *testing.T, input string, n int) {
		atOnce := parse(input, 0)
		if n = n % 17; n <= 0 {
			n = 1
		}
		if pieces := parse(input, n); !slices.Equal(atOnce, pieces) {
			t.Errorf("split by %d: %q, at once: %q", n, pieces, atOnce)
		}
		if want := reference(input); !slices.Equal(atOnce, want) {
			t.Errorf("got %q, by the letter of the standard %q", atOnce, want)
		}
	})
}

// reference follows the standard's text on a whole stream, without regard to
// speed.
func reference(input string) (events []string) {
	input = strings.TrimPrefix(input, byteOrderMark)
	input = strings.ReplaceAll(strings.ReplaceAll(input, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(input, "\n")
	var data, name, id string
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			if data != "" {
				if name == "" {
					name = "message"
				}
				events = append(events, fmt.Sprintf("%s|%s|%s", name, strings.TrimSuffix(data, "\n"), id))
			}
			data, name = "", ""
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "data":
			data += value + "\n"
		case "event":
			name = value
		case "id":
			if !strings.Contains(value, "\x00") {
				id = value
			}
		}
	}
	return events
}

func BenchmarkEventStream(b *testing.B) {
	input := []byte("id: 12345\ndata: " + strings.Repeat("x", 128) + "\n\n")
	s := &EventStream{Dispatch: func(_, _, _ []byte, _ int) {}}
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		s.Feed(input)
	}
}

// What dispatches nothing is told apart from what does, and so is what has come of the
// next event.
func TestEventStreamBetweenEvents(t *testing.T) {
	for _, c := range []struct {
		fact, input    string
		passed         []int // bytes behind each empty line without an event
		resting, begun bool
	}{
		{"nothing", "", nil, true, false},
		{"an event", "data: a\n\n", nil, true, false},
		{"a comment", ": a\n\n", []int{0}, true, false},
		{"a comment's line", ": a\n", nil, true, false},
		{"an event without data, then one with", "event: x\n\ndata: a\n\n", []int{9}, true, false},
		{"empty lines", "\n\n", []int{1, 0}, true, false},
		{"half a line", "data", nil, false, false},
		{"data", "data: a\n", nil, false, true},
		{"the name of the next event", "data: a\n\nevent: x\n", nil, true, true},
	} {
		var passed []int
		s := &EventStream{Dispatch: func(_, _, _ []byte, _ int) {}, Passed: func(rest int) { passed = append(passed, rest) }}
		s.Feed([]byte(c.input))
		if !slices.Equal(passed, c.passed) || s.Resting() != c.resting || s.Begun() != c.begun {
			t.Errorf("%s: passed %v, resting %t, begun %t", c.fact, passed, s.Resting(), s.Begun())
		}
	}
	s := &EventStream{}
	for input, after := range map[string]bool{": a\r": true, ": a\r\n": false, ": a\n": false} {
		if s.Feed([]byte(input)); s.AfterCR() != after {
			t.Errorf("%q: after CR is %t", input, s.AfterCR())
		}
	}
}
