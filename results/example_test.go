package results_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"

	"pushbench/results"
	"pushbench/results/example"
)

// A record of many trials is read as it was saved.
func TestSaveAndLoadMany(t *testing.T) {
	r, dir := example.Record(), t.TempDir()
	if err := results.Save(dir, r); err != nil {
		t.Fatal(err)
	}
	got, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(r)
	have, _ := json.Marshal(got)
	if diff := cmp.Diff(string(want), string(have)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingCrosses(t *testing.T) {
	for _, c := range []struct{ fact, scenario, unit string }{
		{"a scenario without a sweep has no crossings", "live-feed", "p50-sec"},
		{"nor has an unknown unit", "sweep-rate", "furlongs"},
	} {
		if got := results.Crossings(example.Record(), c.scenario, c.unit); got != nil {
			t.Errorf("%s: %v", c.fact, got)
		}
	}
}

// Everything that is written reads back: each valid trial, each number under
// its own unit, the metadata and the configuration.
func TestWriteBenchmarksReadsBack(t *testing.T) {
	r := example.Record()
	var b bytes.Buffer
	if err := results.WriteBenchmarks(&b, r); err != nil {
		t.Fatal(err)
	}
	read := benchfmt.NewReader(&b, "bench.txt")
	var trials []*results.Trial
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
			for _, m := range results.Metrics() {
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

// The real benchstat, as the comment in the file says to call it.
func TestBenchstat(t *testing.T) {
	dir := t.TempDir()
	for commit, change := range map[string]func(*results.Provenance){
		"old": func(p *results.Provenance) {},
		"new": func(p *results.Provenance) {},
		"renamed": func(p *results.Provenance) { // the same machine after an update
			p.Commit, p.Host, p.Kernel = "old", "another", "6.1.1-synthetic"
		},
		"larger": func(p *results.Provenance) { p.Cores = 64 },
	} {
		r := example.Record()
		r.Provenance.Commit = commit
		change(&r.Provenance)
		var b bytes.Buffer
		if err := results.WriteBenchmarks(&b, r); err != nil {
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
	against := slices.Concat([]string{"-filter", feed}, strings.Fields(results.BenchstatAgainst))
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
