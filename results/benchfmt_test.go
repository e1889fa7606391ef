package results

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
)

func TestWriteBenchmarksGolden(t *testing.T) {
	var b bytes.Buffer
	if err := WriteBenchmarks(&b, small(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/bench.txt", b.String())
}

func TestBenchName(t *testing.T) {
	for _, test := range []struct {
		name  string
		trial Trial
		want  string
	}{
		{"a transport", Trial{Target: Builtin, Scenario: "live-feed", Variant: "sse", Load: Workload{Clients: 1000}}, "Pushbench/scenario=live-feed/target=builtin/transport=sse/clients=1000"},
		{"a flag is on", Trial{Target: Builtin, Scenario: "s", Variant: "sse/tls", Load: Workload{Clients: 1}}, "Pushbench/scenario=s/target=builtin/transport=sse/tls=on/clients=1"},
		{"settings in their order", Trial{Target: Builtin, Scenario: "s", Variant: "polling/interval=2s/pace=delay/etag"}, "Pushbench/scenario=s/target=builtin/transport=polling/interval=2s/pace=delay/etag=on/clients=0"},
		{"a point of a sweep", Trial{Target: Builtin, Scenario: "s", Sweep: "payload", Point: "128", Variant: "sse"}, "Pushbench/scenario=s/target=builtin/transport=sse/payload=128/clients=0"},
		{"a point that the name already has", Trial{Target: Builtin, Scenario: "s", Sweep: "clients", Point: "9", Variant: "sse", Load: Workload{Clients: 9}}, "Pushbench/scenario=s/target=builtin/transport=sse/clients=9"},
		{"and so for the interval", Trial{Target: Builtin, Scenario: "s", Sweep: "interval", Point: "2s", Variant: "polling/interval=2s"}, "Pushbench/scenario=s/target=builtin/transport=polling/interval=2s/clients=0"},
		{"what would end a part", Trial{Target: Builtin, Scenario: "my own/file", Variant: "sse"}, "Pushbench/scenario=my_own_file/target=builtin/transport=sse/clients=0"},
		{"what would be a GOMAXPROCS at the end", Trial{Target: Builtin, Scenario: "s", Sweep: "rate", Point: "1e-3", Variant: "sse"}, "Pushbench/scenario=s/target=builtin/transport=sse/rate=1e-3/clients=0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := benchName(&test.trial); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

// Everything that is written reads back: each valid trial, each number under
// its own unit, the metadata and the configuration.
func TestWriteBenchmarksReadsBack(t *testing.T) {
	r := Example()
	var b bytes.Buffer
	if err := WriteBenchmarks(&b, r); err != nil {
		t.Fatal(err)
	}
	read := benchfmt.NewReader(&b, "bench.txt")
	var trials []*Trial
	for _, c := range r.Cells() {
		trials = append(trials, c.Trials...)
	}
	for read.Scan() {
		switch rec := read.Result().(type) {
		case *benchfmt.SyntaxError:
			t.Error(rec)
		case *benchfmt.Result:
			if len(trials) == 0 {
				t.Fatalf("too many results: %s", rec.Name)
			}
			for _, m := range Metrics() {
				want, has := m.Value(trials[0])
				if got, ok := rec.Value(m.Unit); ok != has || has && got != want {
					t.Errorf("%s: %s is %g, %t, want %g, %t", rec.Name, m.Unit, got, ok, want, has)
				}
			}
			if rec.GetConfig("commit") != "synthetic" || rec.GetConfig("cpu") == "" || rec.GetConfig("scenario-hash") == "" || rec.GetConfig("governor") != "" {
				t.Errorf("%s: configuration %v", rec.Name, rec.Config)
			}
			trials = trials[1:]
		}
	}
	if err := read.Err(); err != nil || len(trials) != 0 {
		t.Errorf("%d trials were not read: %v", len(trials), err)
	}
	if read.Units().GetBetter("conns/sec") != 1 || read.Units().GetBetter("p50-sec") != -1 || read.Units().GetAssumption("missed-events") != benchmath.AssumeExact {
		t.Error("the metadata of units did not arrive")
	}
}

type brokenWriter struct{ error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.error }

func TestWriteBenchmarksError(t *testing.T) {
	full := errors.New("disk full")
	if err := WriteBenchmarks(brokenWriter{full}, small(t)); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

// The README says to compare runs as the comment in the file does.
func TestReadmeComparesRuns(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "$ benchstat "+BenchstatAgainst+" ") {
		t.Errorf("the README has no benchstat %s", BenchstatAgainst)
	}
}

// The real benchstat, as the comment in the file says to call it.
func TestBenchstat(t *testing.T) {
	dir := t.TempDir()
	for commit, change := range map[string]func(*Provenance){
		"old": func(p *Provenance) {},
		"new": func(p *Provenance) {},
		"renamed": func(p *Provenance) { // the same machine after an update
			p.Commit, p.Host, p.Kernel = "old", "another", "6.1.1-synthetic"
		},
		"larger": func(p *Provenance) { p.Cores = 64 },
	} {
		r := Example()
		r.Provenance.Commit = commit
		change(&r.Provenance)
		var b bytes.Buffer
		if err := WriteBenchmarks(&b, r); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, commit+".txt"), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tool := filepath.Join(dir, "benchstat")
	if out, err := exec.Command("go", "build", "-o", tool, "golang.org/x/perf/cmd/benchstat").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	const feed = ".unit:p50-sec /scenario:live-feed"
	against := slices.Concat([]string{"-filter", feed}, strings.Fields(BenchstatAgainst))
	for _, test := range []struct {
		name string
		args []string
		want []string
	}{
		{"alone", []string{"old.txt"}, []string{"Pushbench/scenario=live-feed/target=builtin/transport=polling/interval=500ms/clients=500 ", " 250.1m ± 0%", "first-event-sec"}},
		{"by transport", []string{"-filter", feed, "-col", "/transport", "old.txt"}, []string{"polling", "websocket", "Pushbench/scenario=live-feed/target=builtin/clients=500"}},
		{"by transport, side by side", []string{"-filter", feed, "-col", "/transport,/interval", "old.txt"}, []string{"-99.82% (p=0.002 n=6)"}},
		{"against another commit", append(against, "old.txt", "new.txt"), []string{"~ (p=1.000 n=6)", "  old  ", "  new  "}},
		{"on another host with another kernel, which is said", append(against, "old.txt", "renamed.txt"), []string{"~ (p=1.000 n=6)", "another", "6.1.1-synthetic"}},
		{"on another machine, which is kept apart and said", append(against, "old.txt", "larger.txt"), []string{"cores: 2", "cores: 64"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(tool, test.args...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if deltas := strings.Contains(string(out), "(p="); strings.Contains(test.name, "kept apart") && deltas {
				t.Errorf("machines that differ are compared:\n%s", out)
			}
			for _, want := range test.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("%q is not in:\n%.3000s", want, out)
				}
			}
		})
	}
}
