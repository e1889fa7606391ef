package results

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The layout on disk, apart from the text of the histograms, which is the
// compressor's.
func TestLayout(t *testing.T) {
	b, err := json.MarshalIndent(small(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	b = regexp.MustCompile(`"hdr": "[^"]+"`).ReplaceAll(b, []byte(`"hdr": "..."`))
	golden(t, "testdata/run.json", string(b)+"\n")
}

func TestSaveAndLoad(t *testing.T) {
	for _, test := range []struct {
		name string
		r    *Record
		path func(dir string) string
	}{
		{"by the directory", small(t), func(dir string) string { return dir }},
		{"by the file", small(t), func(dir string) string { return filepath.Join(dir, "run.json") }},
		{"a record without a trial yet", &Record{Schema: Schema, Partial: "interrupted", Targets: []Target{{Name: Builtin}}}, func(dir string) string { return dir }},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "results", "runs", "x")
			for range 2 { // the second replaces the first
				if err := Save(dir, test.r); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Load(test.path(dir))
			if err != nil {
				t.Fatal(err)
			}
			want, _ := json.Marshal(test.r)
			have, _ := json.Marshal(got)
			if diff := cmp.Diff(string(want), string(have)); diff != "" {
				t.Error(diff)
			}
			if names := list(t, dir); len(names) != 1 || names[0] != "run.json" {
				t.Errorf("it left %q", names)
			}
		})
	}
}

// A record of layout 1 is read as it was meant, without what came later, and not
// written as if it were of layout 2.
func TestOlderLayout(t *testing.T) {
	r := small(t)
	r.Schema = 1
	for _, x := range r.Trials {
		x.Wait, x.Departure, x.SteadyClientSec, x.Trust.Stamps = Histogram{}, Histogram{}, 0, Stamps{}
		x.Deliveries.Timed, x.Deliveries.Events, x.Requests.Full = 0, 0, 0
		x.Steady.In[Payload]++ // its bytes are of other moments than its deliveries
		x.Pack()
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("f", b)
	if err != nil || got.Schema != 1 {
		t.Fatal(got, err)
	}
	dir := t.TempDir()
	if err := Save(dir, got); err == nil || !strings.Contains(err.Error(), "a record of layout 1 cannot be written, only layout 2") {
		t.Error(err)
	}
	if names := list(t, dir); len(names) > 0 {
		t.Errorf("it left %q", names)
	}
	got.Schema = 2
	if err := got.Validate(); err == nil || !strings.Contains(err.Error(), "steady.in.payload: is 505, but 4 deliveries of 126 bytes make 504") {
		t.Errorf("the same as layout 2: %v", err)
	}
}

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWriteFileLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "inside"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(taken, []byte("x")); err == nil {
		t.Error("a directory was replaced by a file")
	} else if strings.Contains(err.Error(), ".taken.") {
		t.Errorf("the error names the temporary file: %v", err)
	}
	if err := WriteFile(filepath.Join(dir, "none", "file"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a directory that is not there: %v", err)
	}
	if names := list(t, dir); len(names) != 1 {
		t.Errorf("it left %q", names)
	}
	path := filepath.Join(dir, "file")
	for _, want := range []string{"first", "second, longer", ""} {
		if err := WriteFile(path, []byte(want)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func TestLoadWhatIsNotThere(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir()} {
		if _, err := Load(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// What is no record but goes on for ever is read no further than a record can be long.
func TestLoadHasAnEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(maxSize+1), f.Close()); err != nil { // a hole: no disk is filled
		t.Fatal(err)
	}
	var typed *Error
	if _, err := Load(path); !errors.As(err, &typed) || !strings.Contains(err.Error(), "it is larger than 512 MiB (a record is the run.json that") {
		t.Errorf("a file: %v", err)
	}
	// A pipe does not tell how much is to come.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := w.WriteString("12345"); err != nil {
		t.Fatal(err)
	}
	if _, err := readAtMost(r, 4); !errors.Is(err, errLarge) {
		t.Errorf("a pipe: %v", err)
	}
}

func TestParseErrors(t *testing.T) {
	b, err := json.MarshalIndent(small(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	change := func(old, new string) string {
		if strings.Count(good, old) == 0 {
			t.Fatalf("%q is not in the record", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	for _, test := range []struct {
		name string
		data string
		want string // a regular expression
	}{
		{"an empty file", " \n", `^f: the file is empty \(the copy is incomplete`},
		{"half a file", good[:len(good)/2], `^f:\d+:\d+: the file ends in the middle \(the copy is incomplete`},
		{"half of one line", `{"schema": 2, "trials": [`, `^f:1:26: the file ends in the middle`},
		{"no JSON", "hello", `^f:1:1: not JSON: invalid character 'h'`},
		{"a comma too many", change("\"seed\": 42,", "\"seed\": 42,,"), `^f:8:13: not JSON: invalid character ','`},
		{"a list", "[1, 2]", `^f: not a record of pushbench: .* no object .*run.json`},
		{"nothing but null", "null", `^f: not a record of pushbench: it has no schema`},
		{"some other JSON", `{"name": "left-pad"}`, `^f: not a record of pushbench: it has no schema`},
		{"the layout of a newer version", `{"schema": 99, "new": {}, "provenance": {"version": "v9.1"}}`, `^f: layout 99, and this pushbench reads layout 1 or 2 \(use v9.1 or a newer one\)$`},
		{"the layout of a newer one without a release", `{"schema": 99, "provenance": {"version": "devel"}}`, `\(use the pushbench that wrote it or a newer one\)$`},
		{"the layout of an older version", `{"schema": 0}`, `^f: layout 0, .*run the experiment again`},
		{"an unknown field at the top", change(`"seed"`, `"seeed"`), `^f:8:\d+: unknown field "seeed" \(written by another version, or changed by hand\)$`},
		{"an unknown field deep inside, whose name is known elsewhere", change(`"opening": 16`, `"p50_sec": 16`), `^f:\d+:\d+: unknown field "trials\[0\].load.p50_sec"`},
		{"an unknown field of a histogram", change(`"p99_sec"`, `"p98_sec"`), `^f:\d+:\d+: unknown field "trials\[0\].latency.p98_sec"`},
		{"a word for a number", change(`"seed": 42`, `"seed": "42"`), `^f:8:10: seed: is a string and should be of type uint64$`},
		{"a word for a number in a list", change(`"clients": 2`, `"clients": "two"`), `^f:\d+:\d+: trials\[0\].load.clients: is a string and should be of type int$`},
		{"a word for a number in a histogram", change(`"count": 4`, `"count": "four"`), `^f:\d+:\d+: trials\[0\].latency: is a string`},
		{"a moment that is none", change(`"2026-05-06T07:08:09Z"`, `"yesterday"`), `^f:4:11: began: parsing time`},
		{"a histogram that says another count", change(`"count": 4`, `"count": 5`), `^f:\d+:\d+: trials\[0\].latency: histogram holds 4 values but says 5$`},
		{"a histogram without its data", regexp.MustCompile(`"hdr": "[^"]+"`).ReplaceAllString(good, `"hdr": ""`), `trials\[0\].latency: histogram of 4 values without its data$`},
		{"a histogram of something else", regexp.MustCompile(`"hdr": "[^"]+"`).ReplaceAllString(good, `"hdr": "AAAA"`), `trials\[0\].latency: histogram data: `},
		{"a word for a number of bytes", change(`"payload": 504`, `"payload": "504"`), `^f:\d+:17: trials\[0\].steady.in.payload: is a string and should be of type int64$`},
		{"a kind of bytes that is none", change(`"chunking": 24`, `"chunks": 24`), `^f:\d+:\d+: unknown field "trials\[0\].steady.in.chunks"`},
		{"a kind of bytes twice", change(`"chunking": 24`, `"framing": 24`), `^f:\d+:11: trials\[0\].steady.in: has "framing" twice$`},
		{"a kind of bytes in capitals", change(`"chunking": 24`, `"Chunking": 24`), `^f:\d+:11: trials\[0\].steady.in: has "Chunking", which is not a kind of bytes$`},
		{"no object of bytes", regexp.MustCompile(`(?s)"in": \{.*?\}`).ReplaceAllString(good, `"in": 5`), `^f:\d+:\d+: trials\[0\].handshake.in: is a number`},
		{"two records in one file", good + "\n{}", `^f:\d+:1: something follows the record \(one file holds one record\)$`},
		{"deliveries that do not add up", change(`"delivered": 8`, `"delivered": 7`), `^f:\d+:\d+: trials\[0\].deliveries.expected: is 8, but 7 delivered and 0 missed make 7$`},
		{"a trial of no scenario", change(`"scenario": "feed",
   "sweep"`, `"scenario": "food",
   "sweep"`), `^f:\d+:\d+: trials\[0\].scenario: "food" is not among`},
		{"a trial that counts twice", change(`"number": 2`, `"number": 1`), `^f:\d+:\d+: trials\[2\].number: is 1, and trials\[0\] has that number of the same scenario, point, target and variant$`},
		{"two scenarios of one name", regexp.MustCompile(`(?s)"scenarios": \[\n  (\{.*?\n  \})`).ReplaceAllString(good, "\"scenarios\": [\n  $1,\n  $1"), `^f:\d+:\d+: scenarios\[1\].name: "feed" is the name of scenarios\[0\], too$`},
		{"no trial at all in its place", change(`"trials": [`, `"trials": [null,`), `^f:\d+:\d+: trials\[0\]: is null$`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := Parse("f", []byte(test.data))
			var typed *Error
			if r != nil || !errors.As(err, &typed) {
				t.Fatalf("got %v, %v", r, err)
			}
			if !regexp.MustCompile(test.want).MatchString(err.Error()) {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
		})
	}
}

// The place that an error names is the place of the mistake.
func TestParseErrorPosition(t *testing.T) {
	b, err := json.MarshalIndent(small(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	data := strings.Replace(string(b), `"payload_bytes": 126`, `"payload_bytes": -126`, 1)
	_, err = Parse("f", []byte(data))
	var typed *Error
	if !errors.As(err, &typed) {
		t.Fatal(err)
	}
	line := strings.Split(data, "\n")[typed.Line-1]
	if !strings.HasPrefix(line[typed.Col-1:], "-126") {
		t.Errorf("%v points at %q", err, line[typed.Col-1:])
	}
}

func FuzzParse(f *testing.F) {
	b, err := json.Marshal(small(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/3])
	f.Add([]byte(`{"schema":1,"trials":[null,{"latency":{"count":1,"hdr":"HISTFAAAAB"}}]}`))
	f.Add([]byte(`{"schema":1,"scenarios":[{"name":"s"}],"trials":[{"scenario":"s","variant":"v","transport":"tcp","number":1,"age":{"peak":{}}}],"x":[[{}]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Parse("f", data)
		if err != nil {
			var typed *Error
			if !errors.As(err, &typed) || typed.Msg == "" {
				t.Fatalf("not an *Error: %v", err)
			}
			return
		}
		// What was accepted can be used and reads back.
		for _, c := range r.Cells() {
			for _, m := range Metrics() {
				c.Summarize(m)
			}
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse("again", again); err != nil {
			t.Fatal(err)
		}
	})
}
