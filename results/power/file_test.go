package power

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/results/gate"
)

// a session of two variants without blocks.
func session() Session {
	s := NewSession()
	s.Began = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s.Seed, s.Layouts = 7, 24
	s.Provenance = results.Provenance{CPU: "Example CPU", Cores: 2, Kernel: "6.1", GoVersion: "go1.26", OS: "linux/amd64", Modules: map[string]string{"example.com/m": "v1"}}
	s.Scenario = Scenario{"gate", "abc", "clients: 1\n"}
	s.Variants = []string{"sse", "websocket"}
	s.Arms = []Arm{{Name: Base}, {Name: Again}, {Name: Same},
		{Name: "cpu-5", Inject: []string{"cpu=1us"}, Effects: []Effect{{Metric: cpu, Size: 0.05}}},
		{Name: "rest", Inject: []string{"bytes=1"}, Effects: []Effect{{Metric: data, Size: 1, Exact: true}, {Variant: "sse", Metric: "p50-sec", Size: 0.1}}}}
	return s
}

const (
	cpu  = "server-cpu-sec/event"
	data = "data-B/event"
)

func sample(v float64, n int64) gate.Sample {
	return gate.Sample{Values: map[string]float64{cpu: v}, Counts: map[string]gate.Count{data: {N: n, Of: 3}},
		Whole: map[string]gate.Count{data: {N: n + 1, Of: 3}}}
}

func block(number int, variant string) gate.Block {
	return gate.Block{Scenario: "gate", Variant: variant, Number: number, Arms: map[string]gate.Sample{
		Base: sample(1.23457e-5, 300), Again: sample(2, 300), Same: {Failed: "it did not answer"}, "rest": {Noise: "the cores were busy", Values: map[string]float64{}, Counts: map[string]gate.Count{}, Whole: map[string]gate.Count{}},
	}}
}

// written is the file of one session with these blocks.
func written(t testing.TB, s Session, blocks ...gate.Block) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "calibration", FileName)
	w, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Begin(s); err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if err := w.Append(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func text(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	want := session()
	blocks := []gate.Block{block(1, "sse"), block(1, "websocket"), block(2, "sse")}
	path := written(t, want, blocks...)
	w, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Begin(want); err != nil {
		t.Fatal(err)
	}
	if err := w.Append(block(1, "websocket")); err != nil { // numbers begin anew in each session
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := Read(path)
	first, second := want, want
	first.Blocks, second.Blocks = blocks, []gate.Block{block(1, "websocket")}
	// What an arm that was noisy and has no number at all loses is Whole alone.
	if err != nil || log.Cut != 0 || !reflect.DeepEqual(log.Sessions, []Session{first, second}) {
		t.Errorf("%v, cut %d:\n%+v\nwant\n%+v", err, log.Cut, log.Sessions, []Session{first, second})
	}
}

func TestMeasuredNumbersHaveSixDigits(t *testing.T) {
	b := block(1, "sse")
	b.Arms[Base].Values[cpu] = 1.23456789e-5
	b.Arms[Base].Counts[data] = gate.Count{N: 123456789012, Of: 3, In: results.Bytes{1, 2, 3}}
	log, err := Read(written(t, session(), b))
	if err != nil {
		t.Fatal(err)
	}
	got := log.Sessions[0].Blocks[0].Arms[Base]
	if got.Values[cpu] != 1.23457e-5 || got.Counts[data] != (gate.Count{N: 123456789012, Of: 3}) {
		t.Errorf("got %v, want six digits of what is measured and all of what is counted", got)
	}
}

func TestATruncatedLastLineIsSkippedAndReplaced(t *testing.T) {
	whole := text(t, written(t, session(), block(1, "sse"), block(2, "sse")))
	two := len(whole) - len(whole[strings.LastIndex(whole[:len(whole)-1], "\n")+1:])
	path := filepath.Join(t.TempDir(), FileName)
	for end := two + 1; end < len(whole)-1; end += 17 {
		log, err := Parse("f", []byte(whole[:end]))
		if err != nil || log.Cut != 3 || len(log.Sessions[0].Blocks) != 1 {
			t.Fatalf("cut at %d: cut %d, %v", end, log.Cut, err)
		}
	}
	for _, c := range []struct {
		fact     string
		contents string
		kept     string
	}{
		{"half a line makes room", whole[:two+9], whole[:two]},
		{"a whole line without its end gets one", whole[:len(whole)-1], whole},
		{"an empty file stays empty", "", ""},
	} {
		if err := os.WriteFile(path, []byte(c.contents), 0o644); err != nil {
			t.Fatal(err)
		}
		w, err := Open(path)
		if err != nil {
			t.Fatalf("%s: %v", c.fact, err)
		}
		if err := w.Begin(session()); err != nil {
			t.Fatalf("%s: %v", c.fact, err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := text(t, path); !strings.HasPrefix(got, c.kept+`{"session":`) {
			t.Errorf("%s: it holds %q", c.fact, got)
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	nowhere := block(1, "sse")
	nowhere.Scenario = "another"
	stranger := block(1, "sse")
	stranger.Arms["stranger"] = gate.Sample{}
	for _, c := range []struct {
		fact  string
		block gate.Block
		want  string
	}{
		{"a block of another scenario", nowhere, "block 1 is of scenario another, and the session of gate"},
		{"an arm that the session does not have", stranger, "block 1 has a trial of stranger"},
		{"a variant that it does not have", block(1, "tcp"), `block.variant: is "tcp"`},
		{"a number again", block(3, "sse"), "block.number: is 3 and follows 3"},
		{"no number", block(0, "websocket"), "block.number: is 0, and the first is 1"},
	} {
		path := filepath.Join(t.TempDir(), FileName)
		w, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Append(block(3, "sse")); err == nil || err.Error() != "no session has begun" {
			t.Errorf("a block before a session: %v", err)
		}
		if err := w.Begin(session()); err != nil {
			t.Fatal(err)
		}
		if err := w.Append(block(3, "sse")); err != nil {
			t.Fatal(err)
		}
		before := text(t, path)
		if err := w.Append(c.block); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.fact, err, c.want)
		}
		if text(t, path) != before {
			t.Errorf("%s: something was written", c.fact)
		}
		if err := os.WriteFile(path, []byte(before+before), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := w.Append(block(4, "sse")); err == nil || !strings.Contains(err.Error(), "somebody else writes to it, too") {
			t.Errorf("a second writer is not noticed: %v", err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	nameless := session()
	nameless.Arms[1].Name = ""
	w, err := Open(filepath.Join(t.TempDir(), FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Begin(nameless); err == nil || !strings.Contains(err.Error(), "arms: has no base and again") {
		t.Errorf("a session without its null arm: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join("doc.go", FileName)); err == nil {
		t.Error("a file below a file is opened")
	}
}

func TestWrongLines(t *testing.T) {
	good := text(t, written(t, session(), block(1, "sse")))
	head := good[:strings.Index(good, "\n")+1]
	for _, c := range []struct{ fact, text, want string }{
		{"no JSON", "x\n", "f:1:1: not JSON"},
		{"an empty line", head + "\n" + head, "f:2:1: there is nothing in it"},
		{"half a line before another", good[:50] + "\n" + good, "f:1:51: the file ends in the middle"},
		{"neither", "{}\n", "f:1:1: neither a session nor a block, or both"},
		{"a block first", good[len(head):], "f:1:1: a block before any session"},
		{"of the future", strings.Replace(good, `"schema":1`, `"schema":2,"what":3`, 1), "f:1:1: layout 2, and this pushbench reads layout 1 (use a newer pushbench)"},
		{"of no layout", strings.Replace(good, `"schema":1,`, ``, 1), "f:1:1: layout 0"},
		{"an unknown field", strings.Replace(good, `"seed"`, `"sead"`, 1), `unknown field "session.sead"`},
		{"an unknown field of an arm", strings.Replace(good, `"failed"`, `"faild"`, 1), `f:2:`},
		{"a number that is text", strings.Replace(good, `"layouts":24`, `"layouts":"24"`, 1), "session.layouts: is a string and should be of type int"},
		{"an arm twice", strings.Replace(good, `"name":"same"`, `"name":"base"`, 1), `session.arms[2].name: "base" stands there twice`},
		{"an effect on nothing", strings.Replace(good, `"metric":"p50-sec"`, `"metric":"p51-sec"`, 1), `session.arms[4].effects[1].metric: is "p51-sec", which the session does not have`},
		{"an effect nowhere", strings.Replace(good, `"variant":"sse","metric"`, `"variant":"tcp","metric"`, 1), `session.arms[4].effects[1].variant: is "tcp"`},
		{"an injection into base", strings.Replace(good, `{"name":"again"}`, `{"name":"again","inject":["bytes=1"]}`, 1), `session.arms[1].name: is again, which is the base as it is`},
		{"a number below zero", strings.Replace(good, `0.0000123457`, `-1`, 1), `f:2:62: block.arms[0].v[2]: is -1, which is not above 0`},
		{"a count of nothing", strings.Replace(good, `[300,3]`, `[300,0]`, 1), `block.arms[0].n[0]: is not how many, of how many`},
		{"a count of one number", strings.Replace(good, `[301,3]`, `[301]`, 1), `block.arms[0].w[0]: is not how many, of how many`},
		{"a column less", strings.Replace(good, `"v":[null,`, `"v":[`, 1), `block.arms[0].v: has 6 columns, and the session 7`},
		{"an arm less", strings.Replace(good, `{"failed":"it did not answer"},`, ``, 1), `block.arms: has 4 arms, and the session 5`},
		{"numbers of a failed trial", strings.Replace(good, `{"v":[`, `{"failed":"x","v":[`, 1), `block.arms[0].failed: is there, and so are numbers`},
	} {
		_, err := Parse("f", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.fact, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(text(f, written(f, session(), block(1, "sse"), block(1, "websocket")))))
	f.Add([]byte(`{"session":{"schema":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := Parse("f", data)
		if err != nil {
			return
		}
		Evaluate(log.Sessions, Options{BlocksPerRun: 2})
		for _, s := range log.Sessions {
			again, err := Read(written(t, s, s.Blocks...))
			if err != nil || len(again.Sessions) != 1 || len(again.Sessions[0].Blocks) != len(s.Blocks) {
				t.Errorf("what was read cannot be read again: %v", err)
			}
		}
	})
}
