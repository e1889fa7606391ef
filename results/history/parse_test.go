package history

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pushbench/results"
)

func encoded(t testing.TB, ls ...Line) []byte {
	t.Helper()
	var all []byte
	for _, l := range ls {
		text, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	return all
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	want := lines(3, flat, always(253))
	want[1].Parent, want[1].Committed, want[1].Values[0].Void = commit(0), want[1].Added, "why"
	want[2].Values[0].Cell = Cell{Scenario: "feed", Sweep: "clients", Point: "10", Variant: "sse/http=2", Transport: "sse", Settings: results.Settings{{Name: "http", Value: 2.0}}}
	log, err := Parse("h", encoded(t, want...))
	if err != nil || log.Cut != 0 || !reflect.DeepEqual(log.Lines, want) {
		t.Errorf("got %+v, %v", log, err)
	}
}

func TestATruncatedLastLineIsSkipped(t *testing.T) {
	ls := lines(2, flat, always(253))
	whole := encoded(t, ls...)
	first := len(encoded(t, ls[0]))
	for end := first + 1; end < len(whole)-1; end++ {
		log, err := Parse("h", whole[:end])
		if err != nil || log.Cut != 2 || len(log.Lines) != 1 {
			t.Fatalf("cut at %d: %d lines, cut %d, %v", end, len(log.Lines), log.Cut, err)
		}
	}
	if log, err := Parse("h", whole[:len(whole)-1]); err != nil || log.Cut != 0 || len(log.Lines) != 2 {
		t.Errorf("without its line end: %+v, %v", log, err)
	}
}

func TestWrongLines(t *testing.T) {
	good := string(bytes.TrimSpace(encoded(t, lines(1, flat, always(253))...)))
	outside := lines(1, flat, always(253))[0]
	outside.Values[0].Change, outside.Values[0].Lo, outside.Values[0].Hi = 0.5, 0.6, 0.7
	for _, c := range []struct{ fact, text, want string }{
		{"no JSON", "x\n", "h:1:1: not JSON: invalid character 'x'"},
		{"an empty line", good + "\n\n" + good + "\n", "h:2:1: there is nothing in it"},
		{"half a line before another", good[:50] + "\n" + good + "\n", "h:1:51: the file ends in the middle"},
		{"not an object", "[]\n", "h:1:1: not a line of a history: it is no object with a schema number"},
		{"no schema", "{}\n", "h:1:1: not a line of a history"},
		{"of the future", good + "\n" + `{"schema": 2, "what": [1]}` + "\n", "h:2:1: layout 2, and this pushbench reads layout 1 (use a newer pushbench)"},
		{"an unknown field", strings.Replace(good, `"blocks"`, `"block"`, 1) + "\n", `unknown field "block"`},
		{"a number that is text", strings.Replace(good, `"blocks":12`, `"blocks":"12"`, 1) + "\n", "blocks: is a string and should be of type int"},
		{"a short hash", strings.Replace(good, commit(0), "abcdef0", 1) + "\n", `h:1:22: commit: is "abcdef0", which is not the full hash of a commit`},
		{"a count below zero", strings.Replace(good, `"blocks":12`, `"blocks":-1`, 1) + "\n", "blocks: is -1, but a count is never less than 0"},
		{"a change outside of its interval", string(encoded(t, outside)), "values[0].change: is 0.5, which is not within its interval from 0.6 to 0.7"},
		{"a metric without a name", strings.Replace(good, `"metric":"bytes"`, `"metric":""`, 1) + "\n", "values[1].metric: is empty"},
		{"two lines in one", good + good + "\n", "h:1:"},
		{"a time that is none", strings.Replace(good, `"added":"1970`, `"added":"yesterday`, 1) + "\n", "added: "},
	} {
		_, err := Parse("h", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.fact, err, c.want)
		}
	}
}

func TestParseComparison(t *testing.T) {
	data, err := json.Marshal(comparison())
	if err != nil {
		t.Fatal(err)
	}
	if c, err := ParseComparison("c", data); err != nil || !reflect.DeepEqual(c, comparison()) {
		t.Errorf("got %+v, %v", c, err)
	}
	for _, c := range []struct{ fact, text, want string }{
		{"of the future", `{"schema": 2}`, "c:1:1: layout 2, and this pushbench reads layout 1"},
		{"a record", `{"id": "x"}`, "c:1:1: not a comparison of pushbench"},
		{"half of it", string(data[:99]), "c:1:100: the file ends in the middle"},
		{"an unknown field", `{"schema": 1, "what": 1}`, `c:1:23: unknown field "what"`},
	} {
		if _, err := ParseComparison("c", []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.fact, err, c.want)
		}
	}
}

func TestParseAccepted(t *testing.T) {
	const one = "- commit: abcdef01\n  metric: bytes\n  by: Ada\n  why: because\n"
	for _, c := range []struct{ fact, text, want string }{
		{"one entry", one, ""},
		{"nothing", "", ""},
		{"a comment", "# none yet\n", ""},
		{"no list", "commit: x\n", "a:1:1: the file is no list of entries"},
		{"two documents", one + "---\n" + one, "the file holds more than one document"},
		{"an unknown field", one + "  cel: x\n", `a:5:3: unknown field "cel"`},
		{"a field twice", one + "  by: Bob\n", `a:5:3: "by" stands there twice`},
		{"nobody", "- commit: abcdef01\n  metric: bytes\n  why: because\n", "a:1:3: the entry has no by"},
		{"no reason", "- commit: abcdef01\n  metric: bytes\n  by: Ada\n  why:\n", "why is no text"},
		{"a short hash", strings.Replace(one, "abcdef01", "abc", 1), `a:1:11: commit is "abc"`},
		{"an alias", one + "  cell: *x\n", "a:"},
		{"no YAML", "- [\n", "a:"},
		{"text", "- x\n", "a:1:3: an entry is no mapping"},
	} {
		_, err := ParseAccepted("a", []byte(c.text))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.fact, err, c.want)
		}
	}
	got, err := ParseAccepted("a", []byte("- {commit: 'abcdef01', metric: bytes, cell: feed sse, by: Ada, why: because}\n"))
	if want := []Acceptance{{Commit: "abcdef01", Metric: "bytes", Cell: "feed sse", By: "Ada", Why: "because", Line: 1}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(encoded(f, lines(2, flat, always(253))...))
	f.Add([]byte(`{"schema":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := Parse("h", data)
		if err != nil {
			return
		}
		New(log, nil)
		again, err := Parse("h", encoded(t, log.Lines...))
		if err != nil || len(again.Lines) != len(log.Lines) {
			t.Errorf("what was read cannot be read again: %v", err)
		}
	})
}

func FuzzParseAccepted(f *testing.F) {
	f.Add([]byte("- commit: abcdef01\n  metric: bytes\n  by: Ada\n  why: because\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := ParseAccepted("a", data)
		if err == nil {
			New(Log{}, all)
		}
	})
}
