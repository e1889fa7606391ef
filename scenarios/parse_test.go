package scenarios

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"pushbench/results"
	"pushbench/scenarios/link"
	"pushbench/scenarios/strict"
	"pushbench/servers/wire"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Where no client polls, no trial waits for an event on each topic.
func TestTopicsWithoutPolling(t *testing.T) {
	for _, variants := range []string{"[sse]", "[longpoll, websocket, tcp]"} {
		s := parse(t, "clients: 13000\ntopics: 13000\nevents: {rate: 20}\nvariants: "+variants+"\n")
		if w := s.Cells()[0].Scenario.Warmup; w != s.Warmup {
			t.Errorf("%s: the warm-up is %s", variants, w)
		}
	}
}

func TestErrors(t *testing.T) {
	const golden = "testdata/errors.txtar"
	archive, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	again := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".yaml")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, err := Parse(name, f.Name, f.Data)
			var e *strict.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want a *strict.Error", err)
			}
			again.Files = append(again.Files, f, txtar.File{Name: name + ".want", Data: []byte(err.Error() + "\n")})
			if diff := cmp.Diff(want[name+".want"], err.Error()+"\n"); diff != "" && !*update {
				t.Errorf("error differs (-want +got):\n%s", diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile(golden, txtar.Format(again), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestParse(t *testing.T) {
	const whole = `about: "A live score board: every client wants every event."
suite: full
clients: 200
topics: 4
events: {rate: 0.5, arrival: burst, payload: 256, burst: 2, spacing: 2ms, retained: 3}
path: {delay: 50ms, jitter: 5ms, rate: 125000, loss: 0.01, mtu: 1400}
stall: {after: 1s, for: 1400ms}
warm-up: 250ms
duration: 4s
opening: 8
heartbeat: 5s
trials: 3
variants: [polling/interval=1000ms, sse/tls, tcp]
sweep: {interval: [1.5s, 500ms]}
expect: ["sse: p99-sec <= 250ms", "sse/tls:wire-B/event>0.5", "missed-events == 0"]
`
	want := Scenario{
		Name: "board", File: "a/board.yaml", Suite: SuiteFull,
		About:   "A live score board: every client wants every event.",
		Clients: 200, Topics: 4,
		Events: Events{Rate: 0.5, Arrival: "burst", Payload: 256, Burst: 2, Spacing: 2 * time.Millisecond, Retained: 3},
		Path:   &link.Link{Delay: 50 * time.Millisecond, Jitter: 5 * time.Millisecond, Rate: 125_000, Loss: 0.01, MTU: 1400},
		Stall:  Stall{After: time.Second, For: 1400 * time.Millisecond},
		Warmup: 250 * time.Millisecond, Duration: 4 * time.Second,
		Opening: 8, Heartbeat: 5 * time.Second, Trials: 3,
		Variants: []wire.Variant{
			variant(t, "polling/interval=500ms"), variant(t, "sse/tls"), variant(t, "tcp"),
		},
		Sweep: Sweep{Key: SweepInterval, Values: []float64{1.5, 0.5}},
		Expect: []Expect{
			{Text: "sse: p99-sec <= 250ms", Who: Who{Name: "sse", Variant: variant(t, "sse")}, Bound: results.Bound{Metric: "p99-sec", Op: "<=", Want: 0.25}},
			{Text: "sse/tls:wire-B/event>0.5", Who: Who{Name: "sse/tls", Alone: true, Variant: variant(t, "sse/tls")}, Bound: results.Bound{Metric: "wire-B/event", Op: ">", Want: 0.5}},
			{Text: "missed-events == 0", Bound: results.Bound{Metric: "missed-events", Op: "==", Want: 0}},
		},
	}
	text := strings.Replace(whole, "polling/interval=1000ms", "polling", 1)
	got, err := Parse("board", "a/board.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want.Text = text
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(wire.Variant{})); diff != "" {
		t.Errorf("scenario differs (-want +got):\n%s", diff)
	}
}

func TestParseDefaults(t *testing.T) {
	got, err := Parse("least", "least.yaml", []byte("about: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := defaults()
	want.Name, want.File, want.Text, want.About = "least", "least.yaml", "about: x\n", "x"
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Scenario{}, "Variants")); diff != "" {
		t.Errorf("scenario differs (-want +got):\n%s", diff)
	}
	if len(got.Variants) != len(wire.Transports()) {
		t.Errorf("got variants %v, want one for each transport", got.Variants)
	}
}

// The format in the package's documentation is a scenario that says what the
// defaults say.
func TestDocumentedFormat(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for line := range strings.Lines(string(source)) {
		if yaml, ok := strings.CutPrefix(line, "//\t"); ok {
			text.WriteString(yaml)
		}
	}
	got, err := Parse("documented", "doc.go", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	least, err := Parse("documented", "doc.go", []byte("about: one sentence\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Sweep.Key == "" || len(got.Expect) != 1 {
		t.Errorf("sweep %v and expectations %v are not documented", got.Sweep, got.Expect)
	}
	if diff := cmp.Diff(least, got, cmpopts.IgnoreFields(Scenario{}, "Text", "Sweep", "Expect"), cmpopts.EquateComparable(wire.Variant{})); diff != "" {
		t.Errorf("documented values are not the defaults (-default +documented):\n%s", diff)
	}
}

func TestParseName(t *testing.T) {
	for _, name := range []string{"", "a b", "../x", "a/b", "ä", strings.Repeat("x", 65), "-x"} {
		if _, err := Parse(name, "x.yaml", []byte("about: x\n")); err == nil {
			t.Errorf("a scenario may be named %q", name)
		}
	}
}

func TestParseText(t *testing.T) {
	tests := []struct {
		sentence, text, want string
	}{
		{"bytes that are not UTF-8 are located", "about: x\nclients\xff: 1\n", "x.yaml:2:8: the file is not UTF-8 text: byte 0xff"},
		{"a null byte is located", "about: \x00\n", "x.yaml:1:8: the file is not UTF-8 text: control character 0x00"},
		{"a file beyond 1 MiB is refused unread", strings.Repeat("#", strict.MaxText+1), "x.yaml:1:1: the file is larger than 1 MiB (a scenario is a page of text)"},
		{"deep nesting is one error", strings.Repeat("[", 100_000), "x.yaml:1:10001: exceeded max depth of 10000 (while increasing flow level)"},
		{"columns count characters, not bytes", "about: x\nevents: {arrival: 'é', rat: 1}\n",
			"x.yaml:2:19: events.arrival is \"é\" (one of constant, poisson, burst)\nx.yaml:2:24: unknown key \"rat\" (did you mean \"rate\"?)"},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			_, err := Parse("x", "x.yaml", []byte(test.text))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	if err := os.WriteFile(path, []byte("about: x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Load(path)
	if err != nil || s.Name != "mine" || s.File != path {
		t.Errorf("got %q in %q, %v; want mine in %q", s.Name, s.File, err, path)
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v for a file that does not exist", err)
	}
	if _, err := Load(dir); err == nil {
		t.Error("a directory is no scenario")
	}
}

// FuzzParse sees to it that no text makes Parse panic, that every problem has
// a place within the text, and that what is accepted has trials to run.
func FuzzParse(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/errors.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(file.Data)
	}
	all, err := Builtin()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range all {
		f.Add([]byte(s.Text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse("fuzz", "fuzz.yaml", text)
		if err != nil {
			var e *strict.Error
			if !errors.As(err, &e) || len(e.Problems) == 0 {
				t.Fatalf("%v is not a list of problems", err)
			}
			for _, p := range e.Problems {
				if p.Line < 1 || p.Column < 1 || p.Message == "" {
					t.Errorf("problem without place or message: %+v", p)
				}
			}
			return
		}
		if len(s.Cells()) == 0 {
			t.Error("an accepted scenario has nothing to run")
		}
		for _, c := range s.Cells() {
			if c.Scenario.Warmup < c.Asked || c.Scenario.Warmup > maxGap+time.Hour || c.Variant.Duration(wire.Interval) > s.Duration || c.Scenario.Clients < 1 {
				t.Errorf("impossible cell %+v", c)
			}
		}
		s.Hash()
	})
}

func parse(t *testing.T, text string) Scenario {
	t.Helper()
	s, err := Parse("x", "x.yaml", []byte("about: x\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func variant(t *testing.T, name string) wire.Variant {
	t.Helper()
	v, err := wire.ParseVariant(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
