//go:build linux

package duel

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/lab"
	"pushbench/lab/build"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/scenarios"
)

// find returns the finding of a metric.
func find(t *testing.T, c *gate.Comparison, metric string) gate.Finding {
	t.Helper()
	i := slices.IndexFunc(c.Findings, func(f gate.Finding) bool { return f.Metric == metric })
	if i < 0 {
		t.Fatalf("no finding is about %s", metric)
	}
	return c.Findings[i]
}

// A head that sends one byte more for each event is worse, by the byte, whoever
// measures.
func TestOneByteMore(t *testing.T) {
	for _, generator := range []string{results.GeneratorOne, results.GeneratorEach} {
		base, head := program(t), program(t)+" serve --ready --inject bytes=1"
		if generator == results.GeneratorEach {
			head = base // that generator starts its own servers: nothing changed
		}
		j := &Job{Base: side(t, base), Head: side(t, head), Scenarios: small(t, "sse, websocket"), Confirm: true, Seed: 5,
			Generator: generator, Dir: filepath.Join(t.TempDir(), "duel"), Reproduce: "pushbench duel a b"}
		c, err := j.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f := find(t, c, "data-B/event")
		switch generator {
		case results.GeneratorOne:
			if c.Verdict != gate.Worse || f.Verdict != gate.Worse || !f.Exact || f.Head-f.Base != 1 {
				t.Errorf("one generator: %s, %+v", c.Verdict, f)
			}
			if !slices.Equal(c.Head.Inject, []string{"bytes=1"}) || len(c.Base.Inject) > 0 {
				t.Errorf("what was made worse on purpose: base %q, head %q", c.Base.Inject, c.Head.Inject)
			}
		case results.GeneratorEach:
			if c.Verdict == gate.Worse || f.Head != f.Base {
				t.Errorf("each its own: %s, %+v", c.Verdict, f)
			}
		}
		rec, err := results.Load(j.Dir)
		if err != nil || rec.Partial != "" || rec.Duel == nil || rec.Duel.Blocks != 6 || len(rec.Trials) != 6*2*3 || rec.Planned != len(rec.Trials) {
			t.Fatalf("%s: %v, %+v", generator, err, rec)
		}
		if c.Blocks != 6 || c.Relinked || c.Record != j.Dir || c.Reproduce != "pushbench duel a b" || c.Stopped != results.StoppedAsked {
			t.Errorf("%s: %+v", generator, c)
		}
		if generator == results.GeneratorOne {
			checkMissing(t, rec)
		}
	}
}

// checkMissing checks that what the machine could not run or tell is said with the verdict
// of a duel.
func checkMissing(t *testing.T, rec *results.Record) {
	t.Helper()
	rec.NotRun = []results.NotRun{{Scenario: "far", Variant: "sse", Target: Head, Reason: "no root"}}
	rec.Provenance.Cores = 1
	rec.Targets[2].Revision = "0123456789abcdef" + build.Dirty
	part := *rec
	part.Partial = "interrupted"
	c, err := Decide(rec, &part, gate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Missing) == 0 || c.Missing[len(c.Missing)-1].Reason != "head: no root" {
		t.Errorf("missing: %+v", c.Missing)
	}
	for _, want := range []string{"less than two cores (1)", "since commit 0123456789ab.", "did not come to its end"} {
		if !strings.Contains(strings.Join(c.Notes, "\n"), want) {
			t.Errorf("no note has %q: %q", want, c.Notes)
		}
	}
}

// The files as they are, linked anew for each arm of each block.
func TestRelinked(t *testing.T) {
	fromRepository(t)
	tree := side(t, ".")
	j := &Job{Base: tree, Head: tree, Scenarios: small(t, "sse"), Blocks: 2, Seed: 5, Generator: results.GeneratorOne, Dir: filepath.Join(t.TempDir(), "duel")}
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	rec, err := results.Load(j.Dir)
	if err != nil || !rec.Duel.Relinked || rec.Targets[0].Revision == "" {
		t.Fatalf("%v, %+v", err, rec)
	}
	layouts := map[uint64]bool{}
	for _, trial := range rec.Trials {
		layouts[trial.Layout] = trial.Failed == "" && trial.Layout != 0
	}
	if len(layouts) != 6 {
		t.Errorf("the layouts of six trials: %v", layouts)
	}
}

// With generators of their own, the second measurement has the cells that changed and no
// other one of the same transport, and progress is told where the record is.
func TestEachMeasuresWhatIsAsked(t *testing.T) {
	taken := t.TempDir()
	if err := results.WriteFile(filepath.Join(taken, results.FileName), nil); err != nil {
		t.Fatal(err)
	}
	p := &place{}
	j := &Job{Base: side(t, program(t)), Head: side(t, program(t)), Scenarios: small(t, "sse, sse/tls"), Blocks: 1, Seed: 5,
		Variants: scenarios.Filter{{Name: "sse", Alone: true}}, Generator: results.GeneratorEach, Dir: taken, Fresh: true, Progress: p,
		Stage: func(_ string, r *lab.Runner) { p.of = r }}
	if got := lab.Estimate(j.Runner().Plan()); got < 3*290*time.Millisecond {
		t.Errorf("three servers one after another take %s", got)
	}
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	rec, err := results.Load(j.Dir)
	if err != nil || len(rec.Trials) != 3 || rec.Planned != 3 {
		t.Fatalf("%v, %+v", err, rec)
	}
	for _, trial := range rec.Trials {
		if trial.Variant != "sse" {
			t.Errorf("a trial of %s", trial.Variant)
		}
	}
	if j.Dir == taken || p.dir != j.Dir {
		t.Errorf("the record is in %s, and progress was told %s", j.Dir, p.dir)
	}
}

// A place is the Progress that keeps where the record was when it was told of a start.
type place struct {
	of  *lab.Runner
	dir string
}

func (p *place) Start([]lab.Planned, time.Duration)         { p.dir = p.of.Dir }
func (*place) TrialStart(int, time.Duration)                {}
func (*place) TrialProgress(int, float64, time.Duration)    {}
func (*place) TrialDone(int, *results.Trial, time.Duration) {}

// What was measured before Ctrl-C is kept; there is no verdict.
func TestInterrupted(t *testing.T) {
	for _, generator := range []string{results.GeneratorOne, results.GeneratorEach} {
		ctx, cancel := context.WithCancel(t.Context())
		j := &Job{Base: side(t, program(t)), Head: side(t, program(t)), Scenarios: small(t, "sse"), Seed: 5, Generator: generator,
			Dir: filepath.Join(t.TempDir(), "duel"), Progress: &stopper{after: 4, stop: cancel}}
		c, err := j.Run(ctx)
		if c != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %+v, %v", generator, c, err)
		}
		rec, err := results.Load(j.Dir)
		if err != nil || rec.Partial == "" || len(rec.Trials) < 3 || rec.Duel.Stopped != results.StoppedInterrupted {
			t.Errorf("%s: %v, %+v", generator, err, rec)
		}
	}
}

// A stopper calls stop when so many trials are done.
type stopper struct {
	after int
	stop  func()
}

func (*stopper) Start([]lab.Planned, time.Duration)        {}
func (*stopper) TrialStart(int, time.Duration)             {}
func (*stopper) TrialProgress(int, float64, time.Duration) {}
func (s *stopper) TrialDone(i int, _ *results.Trial, _ time.Duration) {
	if i+1 >= s.after {
		s.stop()
	}
}

// A budget that ends it before there is an interval gives no verdict; what was measured
// is kept.
func TestBudget(t *testing.T) {
	j := &Job{Base: side(t, program(t)), Head: side(t, program(t)), Scenarios: small(t, "sse"), Budget: time.Nanosecond, Seed: 5,
		Generator: results.GeneratorOne, Dir: filepath.Join(t.TempDir(), "duel")}
	c, err := j.Run(t.Context())
	var not *gate.Incomparable
	if c != nil || !errors.As(err, &not) || !strings.HasPrefix(not.Reason, "the time was over after block 1") {
		t.Errorf("%+v, %v", c, err)
	}
	rec, err := results.Load(j.Dir)
	if err != nil || rec.Duel.Blocks != 1 || rec.Duel.Stopped != results.StoppedBudget {
		t.Errorf("%v, %+v", err, rec)
	}
}

// Whether it is enough is asked of complete sets of orders, and building is no block.
func TestEnough(t *testing.T) {
	now := time.Now()
	const block = time.Minute
	for _, c := range []struct {
		fact   string
		blocks int
		ends   time.Duration // from now
		least  int
		want   string
	}{
		{"another block fits", 3, 90 * time.Second, 1, ""},
		{"another one does not", 3, 30 * time.Second, 1, results.StoppedBudget},
		{"a second measurement has six in any case", 5, -time.Hour, 6, ""},
		{"and no more than its time", 6, -time.Hour, 6, results.StoppedBudget},
	} {
		j := &Job{Budget: time.Hour, first: now.Add(-time.Duration(c.blocks) * block)}
		rec := &results.Record{Duel: &results.Duel{Blocks: c.blocks}}
		if got := j.enough(rec, now.Add(c.ends), c.least); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

// A command that is no pushbench program has no generator.
func TestNoGenerator(t *testing.T) {
	j := &Job{Base: side(t, program(t)), Head: side(t, program(t)+" serve --ready"), Scenarios: small(t, "sse"), Seed: 5,
		Generator: results.GeneratorEach, Dir: filepath.Join(t.TempDir(), "duel")}
	_, err := j.Run(t.Context())
	var known *build.Error
	if !errors.As(err, &known) || !strings.Contains(known.Problem, "is not a pushbench program") {
		t.Errorf("%v", err)
	}
}
