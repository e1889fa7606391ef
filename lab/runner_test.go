//go:build linux

package lab

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"golang.org/x/sys/unix"

	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/scenarios"
)

const tiny = `clients: 4
events: {rate: 50}
warm-up: 50ms
duration: 200ms
`

func TestRun(t *testing.T) {
	s := parse(t, tiny+`variants: [polling/interval=50ms, longpoll, sse, sse/tls, websocket, tcp]
trials: 1
expect: ["missed-events == 0", "sse: p50-sec > 1h", "polling: empty-requests-share >= 0"]
`)
	dir := filepath.Join(t.TempDir(), "20260102T030405Z")
	watch := &watcher{}
	r := &Runner{Scenarios: []scenarios.Scenario{s}, Seed: 7, Dir: dir, Targets: served(t, "serve"), Progress: watch,
		Command: []string{"pushbench", "run"}, Version: "1.2.3"}
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	if rec.Partial != "" || rec.Planned != 6 || len(rec.Trials) != 6 || rec.ID != "20260102T030405Z" || rec.Provenance.Version != "1.2.3" {
		t.Errorf("partial %q, %d of %d trials, ID %s, version %s", rec.Partial, len(rec.Trials), rec.Planned, rec.ID, rec.Provenance.Version)
	}
	for i, trial := range rec.Trials {
		p := watch.plan[i]
		if trial.Failed != "" {
			t.Errorf("%s failed: %s", trial.Variant, trial.Failed)
		}
		if l := trial.Load; l.WarmupAsked != 0.05 || l.Warmup != 0.07 || l.Hash != p.Cell.Hash() {
			t.Errorf("a warm-up of %g s instead of %g, hash %q", l.Warmup, l.WarmupAsked, l.Hash)
		}
		if trial.Variant != p.Variant.String() || trial.Scenario != "x" || trial.Number != 1 {
			t.Errorf("trial %d is %s %s %d, planned was %v", i, trial.Scenario, trial.Variant, trial.Number, p)
		}
	}
	if watch.started != 6 || watch.done != 6 || watch.left != 0 {
		t.Errorf("progress saw %d trials begin and %d end, with %s left", watch.started, watch.done, watch.left)
	}
	broken := 0
	for _, e := range rec.Expectations {
		if !e.Held {
			broken++
			if e.Metric != "p50-sec" {
				t.Errorf("expectation of %s is not held: %+v", e.Variant, e)
			}
		}
	}
	if len(rec.Expectations) != 6+2+1 || broken != 2 {
		t.Errorf("%d expectations of which %d are broken, want 9 and 2", len(rec.Expectations), broken)
	}
	saved, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rec.Expectations, saved.Expectations); diff != "" || len(saved.Trials) != 6 || saved.Partial != "" {
		t.Errorf("saved: %d trials, partial %q, expectations differ: %s", len(saved.Trials), saved.Partial, diff)
	}
}

func TestRunIsInterrupted(t *testing.T) {
	s := parse(t, tiny+"variants: [sse, websocket]\ntrials: 2\n")
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := &Runner{Scenarios: []scenarios.Scenario{s}, Dir: dir, Targets: served(t, "serve"), Progress: &watcher{at: 2, stop: cancel}}
	rec, err := r.Run(ctx)
	if err != ctx.Err() {
		t.Errorf("got error %v, want that of the context", err)
	}
	noChildren(t)
	saved, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]*results.Record{"returned": rec, "saved": saved} {
		if got.Partial != "interrupted after 2 of 4 trials" || len(got.Trials) != 2 || got.Planned != 4 || got.Expectations != nil {
			t.Errorf("%s: %q with %d of %d trials", name, got.Partial, len(got.Trials), got.Planned)
		}
	}
}

func TestRunOfBadServers(t *testing.T) {
	tests := []struct {
		sentence, kind string
		want           string // in Failed of both trials
	}{
		{"a server that ends in mid-trial fails it with its last words", "mortal", ": exit status 3: out of luck"},
		{"a server that does not start fails the trial and the run goes on", "mute", "the server ended before it was ready: exit status 3: cannot bind"},
		{"a server that nobody can reach fails the trial", "deaf", "connection refused"},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			s := parse(t, tiny+"variants: [sse, tcp]\ntrials: 1\nexpect: [\"missed-events == 0\"]\n")
			dir := t.TempDir()
			rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Dir: dir, Targets: served(t, test.kind)}).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			noChildren(t)
			if len(rec.Trials) != 2 || rec.Partial != "" {
				t.Fatalf("%d trials, partial %q", len(rec.Trials), rec.Partial)
			}
			for _, trial := range rec.Trials {
				if !strings.Contains(trial.Failed, test.want) {
					t.Errorf("failed with %q, want %q", trial.Failed, test.want)
				}
				if trial.Load.Clients != 4 || trial.Transport == "" || trial.Number != 1 {
					t.Errorf("failed trial does not say what it was: %+v", trial.Load)
				}
			}
			for _, e := range rec.Expectations {
				if e.Held {
					t.Errorf("nothing was measured and yet the expectation is held: %+v", e)
				}
			}
			if _, err := results.Load(dir); err != nil {
				t.Errorf("saved record: %v", err)
			}
		})
	}
}

func TestRunCannotBegin(t *testing.T) {
	s := parse(t, tiny+"variants: [sse]\n")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		sentence string
		runner   Runner
		want     string
	}{
		{"without a scenario", Runner{}, "no scenario to run"},
		{"with two of one name", Runner{Scenarios: []scenarios.Scenario{s, s}, Targets: ours}, "two scenarios are named x"},
		{"with a negative number of trials", Runner{Scenarios: []scenarios.Scenario{s}, Targets: ours, Trials: -1}, "not -1"},
		{"where no directory can be made", Runner{Scenarios: []scenarios.Scenario{s}, Targets: ours, Dir: filepath.Join(file, "run")}, "not a directory"},
		{"with a server that is not there", Runner{Scenarios: []scenarios.Scenario{s}, Targets: []target.Target{target.Builtin("/nonexistent/pushbench")}}, "cannot start the server"},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			if _, err := test.runner.Run(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestRunListsWhatItCannotRun(t *testing.T) {
	s := parse(t, "duration: 200ms\nevents: {rate: 5}\nvariants: [tcp]\ntrials: 1\nsweep: {clients: [4, 1000000]}\nexpect: [\"missed-events == 0\"]\n")
	var limit unix.Rlimit // lowered, where a million files may be open
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	lower := limit
	lower.Cur = min(limit.Cur, 10_000)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &lower); err != nil {
		t.Fatal(err)
	}
	defer unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
	rec, err := (&Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "serve")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.NotRun) != 1 || rec.NotRun[0].Point != "1000000" || len(rec.Trials) != 1 {
		t.Errorf("%d trials, not run: %v", len(rec.Trials), rec.NotRun)
	}
}

// A watcher counts what a Progress is told and calls stop at the start of
// trial at.
type watcher struct {
	plan          []Planned
	started, done int
	left          time.Duration
	at            int
	stop          func()
}

func (w *watcher) Start(plan []Planned, _ time.Duration) { w.plan = plan }
func (w *watcher) TrialStart(i int, _ time.Duration) {
	w.started++
	if w.stop != nil && i == w.at {
		w.stop()
	}
}
func (w *watcher) TrialProgress(int, float64, time.Duration) {}
func (w *watcher) TrialDone(_ int, _ *results.Trial, left time.Duration) {
	w.done++
	w.left = left
}
