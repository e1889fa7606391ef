package verdict

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/results/rank"
)

// taken is a record of trials of variants in scenarios, each with the time that a
// connection took to open.
type taken struct{ *results.Record }

func record(scenarios ...string) taken {
	r := &results.Record{Schema: results.Schema, Targets: []results.Target{{Name: results.Builtin}}}
	for _, name := range scenarios {
		r.Scenarios = append(r.Scenarios, results.Scenario{Name: name})
	}
	return taken{r}
}

// run adds trials, each of which gave a number of missed events (exact) and a CPU time.
func (r taken) run(scenario, point, variant string, cpu ...float64) taken {
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		if s.Name != scenario {
			continue
		}
		if !contains(s.Variants, variant) {
			s.Variants = append(s.Variants, variant)
		}
		if point != "" && !contains(s.Points, point) {
			s.Sweep, s.Points = "rate", append(s.Points, point)
		}
	}
	for i, v := range cpu {
		t := &results.Trial{Scenario: scenario, Point: point, Target: results.Builtin, Variant: variant, Transport: variant, Number: i + 1}
		if point != "" {
			t.Sweep = "rate"
		}
		if v < 0 {
			t.Failed = "no answer"
		}
		t.Server.CPU, t.SteadyClientSec, t.Deliveries.Timed, t.Deliveries.Expected = v, 1, 1, 1
		t.Deliveries.Missed = int64(v)
		r.Trials = append(r.Trials, t)
	}
	return r
}

func contains(all []string, s string) bool {
	for _, have := range all {
		if have == s {
			return true
		}
	}
	return false
}

func subject(variant string) results.Subject { return results.Subject{Variant: variant} }

const cpu = "server-cpu-sec/event"

func ratio(op string, want float64) results.Criterion {
	return results.Criterion{That: "it is so", Kind: results.RatioOf, Metric: cpu, Of: subject("a"), To: subject("b"), Op: op, Want: want}
}

// judged is the verdict on one statement about all scenarios of the record.
func (r taken) judged(criteria ...results.Criterion) Verdict {
	s := results.Statement{Number: 1, Name: "s", Criterion: criteria}
	for _, sc := range r.Scenarios {
		s.Scenarios = append(s.Scenarios, sc.Name)
	}
	r.Statements = []results.Statement{s}
	return Of(r.Record)[0]
}

var six = []float64{10, 11, 12, 13, 14, 15}

func TestWord(t *testing.T) {
	one := func() taken { return record("x").run("x", "", "b", six...) }
	for _, c := range []struct {
		fact     string
		record   taken
		criteria []results.Criterion
		want     Word
	}{
		{"twice in every pair is at least 1.5 times", one().run("x", "", "a", 20, 22, 24, 26, 28, 30), []results.Criterion{ratio(">=", 1.5)}, Holds},
		{"and exactly twice is at least twice", one().run("x", "", "a", 20, 22, 24, 26, 28, 30), []results.Criterion{ratio(">=", 2)}, Holds},
		{"and at most twice", one().run("x", "", "a", 20, 22, 24, 26, 28, 30), []results.Criterion{ratio("<=", 2)}, Holds},
		{"but not three times", one().run("x", "", "a", 20, 22, 24, 26, 28, 30), []results.Criterion{ratio(">=", 3)}, DoesNotHold},
		{"an interval across the bound decides nothing", one().run("x", "", "a", 10, 33, 12, 39, 14, 45), []results.Criterion{ratio(">=", 1.5)}, NotDecided},
		{"five pairs have no interval", record("x").run("x", "", "b", six[:5]...).run("x", "", "a", 20, 22, 24, 26, 28), []results.Criterion{ratio(">=", 1.5)}, NotDecided},
		{"true at one point and not at another", record("x").run("x", "1", "b", six...).run("x", "1", "a", six...).run("x", "9", "b", six...).run("x", "9", "a", 20, 22, 24, 26, 28, 30),
			[]results.Criterion{ratio(">=", 1.5)}, Depends},
		{"true by one criterion and not by another", one().run("x", "", "a", 20, 22, 24, 26, 28, 30), []results.Criterion{ratio(">=", 1.5), ratio("<=", 1.5)}, Depends},
		{"what differs is known though something is open", record("x", "y", "z").run("x", "", "b", six...).run("x", "", "a", six...).
			run("y", "", "b", six...).run("y", "", "a", 20, 22, 24, 26, 28, 30).run("z", "", "b", 1).run("z", "", "a", 1), []results.Criterion{ratio(">=", 1.5)}, Depends},
		{"true and open is not decided", record("y", "z").run("y", "", "b", six...).run("y", "", "a", 20, 22, 24, 26, 28, 30).run("z", "", "b", 1).run("z", "", "a", 1),
			[]results.Criterion{ratio(">=", 1.5)}, NotDecided},
		{"true where it was tested", record("y", "z").run("y", "", "b", six...).run("y", "", "a", 20, 22, 24, 26, 28, 30).run("z", "", "b").run("z", "", "a"),
			[]results.Criterion{ratio(">=", 1.5)}, Holds},
		{"nothing was run", record("x").run("x", "", "b").run("x", "", "a"), []results.Criterion{ratio(">=", 1.5)}, NotTested},
		{"no scenario has it", record("x"), []results.Criterion{ratio(">=", 1.5)}, NotTested},
		{"all of one side failed", one().run("x", "", "a", -1, -1, -1), []results.Criterion{ratio(">=", 1.5)}, NotTested},
		{"a metric of tomorrow", one().run("x", "", "a", six...), []results.Criterion{{Kind: results.RatioOf, Metric: "furlongs", Of: subject("a"), To: subject("b"), Op: ">=", Want: 1}}, NotTested},
		{"a median below its bound", one(), []results.Criterion{{Kind: results.BoundOf, Metric: cpu, Of: subject("b"), Op: "<=", Want: 16}}, Holds},
		{"a median above it", one(), []results.Criterion{{Kind: results.BoundOf, Metric: cpu, Of: subject("b"), Op: "<=", Want: 9}}, DoesNotHold},
		{"a bound within its interval", one(), []results.Criterion{{Kind: results.BoundOf, Metric: cpu, Of: subject("b"), Op: "<=", Want: 12}}, NotDecided},
		{"one trial of an exact number is enough", record("x").run("x", "", "b", 3), []results.Criterion{{Kind: results.BoundOf, Metric: "missed-events", Of: subject("b"), Op: "==", Want: 3}}, Holds},
		{"a difference of exact numbers", record("x").run("x", "", "b", 3, 3).run("x", "", "a", 5, 5),
			[]results.Criterion{{Kind: results.DifferenceOf, Metric: "missed-events", Of: subject("a"), To: subject("b"), Op: "==", Want: 2}}, Holds},
		{"a difference with an interval", one().run("x", "", "a", 20, 22, 24, 26, 28, 30),
			[]results.Criterion{{Kind: results.DifferenceOf, Metric: cpu, Of: subject("a"), To: subject("b"), Op: ">=", Want: 9}}, Holds},
		{"every trial works", one(), []results.Criterion{{Kind: results.WorksAt, Of: subject("b")}}, Holds},
		{"every trial fails, as was asked", record("x").run("x", "", "b", -1, -1), []results.Criterion{{Kind: results.FailsAt, Of: subject("b")}}, Holds},
		{"every trial fails, and works was asked", record("x").run("x", "", "b", -1, -1), []results.Criterion{{Kind: results.WorksAt, Of: subject("b")}}, DoesNotHold},
		{"some fail", record("x").run("x", "", "b", -1, 2), []results.Criterion{{Kind: results.FailsAt, Of: subject("b")}}, NotDecided},
	} {
		if got := c.record.judged(c.criteria...); got.Word != c.want {
			t.Errorf("%s: %s, want %s (%s)", c.fact, got.Word, c.want, got.Reason)
		}
	}
}

// A control that does not come true leaves nothing decided, and context decides nothing.
func TestRoles(t *testing.T) {
	twice := record("x").run("x", "", "b", six...).run("x", "", "a", 20, 22, 24, 26, 28, 30)
	as := func(role string, c results.Criterion) results.Criterion {
		c.Role = role
		return c
	}
	yes, no := ratio(">=", 1.5), ratio(">=", 3)
	open := results.Criterion{That: "It is.", Kind: results.BoundOf, Metric: cpu, Of: subject("b"), Op: "<=", Want: 12}
	elsewhere := ratio(">=", 3)
	elsewhere.Of.Variant = "c"
	for _, c := range []struct {
		fact     string
		criteria []results.Criterion
		want     Word
		reason   string
	}{
		{"context that came out otherwise", []results.Criterion{yes, as(results.AsContext, no)}, Holds, ""},
		{"context that is open", []results.Criterion{yes, as(results.AsContext, open)}, Holds, ""},
		{"context alone", []results.Criterion{as(results.AsContext, yes)}, NotTested, "it has nothing that could be compared"},
		{"a control that came true", []results.Criterion{no, as(results.AsControl, yes)}, DoesNotHold, ""},
		{"one that did not", []results.Criterion{yes, as(results.AsControl, no)}, NotDecided, "a control did not come true: “it is so”"},
		{"one that is open", []results.Criterion{no, as(results.AsControl, open)}, NotDecided, "a control is not decided: “It is”"},
		{"one that was not tested", []results.Criterion{yes, as(results.AsControl, elsewhere)}, Holds, ""},
		{"a control beside what was not tested", []results.Criterion{elsewhere, as(results.AsControl, no)}, NotTested, "no scenario of the record has c"},
	} {
		if got := twice.judged(c.criteria...); got.Word != c.want || got.Reason != c.reason {
			t.Errorf("%s: %s (%s), want %s (%s)", c.fact, got.Word, got.Reason, c.want, c.reason)
		}
	}
}

// A pair is two trials with one number: what failed takes its partner with it.
func TestPairs(t *testing.T) {
	r := record("x").run("x", "", "b", 10, 11, 12, 13, 14, 15, 16).run("x", "", "a", 20, -1, 24, 26, 28, 30, 32)
	v := r.judged(ratio(">=", 1.5))
	f := v.Findings[0]
	if f.Value.N != 6 || math.Abs(f.Value.Center-2) > 1e-9 || f.Answer != Yes {
		t.Errorf("%+v", f.Value)
	}
	if n := len(f.Of.Cell.Failed); n != 1 {
		t.Errorf("%d failed trials are told", n)
	}
}

// A variant that a sweep does not touch is compared at every point.
func TestUntouchedBySweep(t *testing.T) {
	r := record("x").run("x", "500ms", "a", six...).run("x", "2s", "a2", six...).run("x", "", "b", six...)
	r.Scenarios[0].Sweep = "interval"
	c := ratio("<=", 1.5)
	other := c
	other.Of.Variant = "a2"
	v := r.judged(c, other)
	if v.Word != Holds || len(v.Findings) != 2 || v.Findings[0].Point != "500ms" || v.Findings[1].Point != "2s" {
		t.Errorf("%s: %+v", v.Word, v.Findings)
	}
}

// Two scenarios differ in a condition, and the same variant runs in both.
func TestAcrossScenarios(t *testing.T) {
	r := record("near", "far").run("near", "", "a", six...).run("far", "", "a", 20, 22, 24, 26, 28, 30)
	c := ratio(">=", 1.5)
	c.Of, c.To = results.Subject{Variant: "a", Scenario: "far"}, results.Subject{Variant: "a", Scenario: "near"}
	if v := r.judged(c); v.Word != Holds || len(v.Findings) != 1 {
		t.Errorf("%s: %+v", v.Word, v.Findings)
	}
}

// Why there is no answer stands in the record.
func TestReasons(t *testing.T) {
	gone := record("x").run("x", "", "b", six...).run("x", "", "a")
	gone.NotRun = []results.NotRun{{Scenario: "x", Variant: "a", Reason: "it needs root"}}
	partial := record("x").run("x", "", "b", six...).run("x", "", "a")
	partial.Partial = "interrupted after 6 of 12 trials"
	for _, c := range []struct {
		fact, want string
		record     taken
	}{
		{"what was not run says why", "it needs root", gone},
		{"an interrupted run says so", "the run is partial: interrupted after 6 of 12 trials", partial},
		{"what failed says how", "a: all of 2 failed: no answer", record("x").run("x", "", "b", six...).run("x", "", "a", -1, -1)},
		{"too few pairs are counted", "2 pairs of trials: an interval takes 6", record("x").run("x", "", "b", 1, 2).run("x", "", "a", 1, 2)},
		{"nothing is above zero", "there is no ratio", record("x").run("x", "", "b", six...).run("x", "", "a", six...)},
	} {
		criterion := ratio(">=", 1.5)
		if strings.Contains(c.want, "ratio") {
			criterion.Metric = "duplicated-events"
		}
		if got := c.record.judged(criterion); !strings.Contains(got.Reason, c.want) {
			t.Errorf("%s: %q, want %q", c.fact, got.Reason, c.want)
		}
	}
}

// A statement that nothing can measure says why, and so does an experiment.
func TestNothingToMeasure(t *testing.T) {
	r := &results.Record{Statements: []results.Statement{{Cannot: "no browser takes it"}}}
	if v := Of(r)[0]; v.Word != NotTested || v.Reason != "no browser takes it" {
		t.Errorf("%+v", v)
	}
}

func TestObservation(t *testing.T) {
	for _, c := range []struct {
		fact string
		o    *results.Observation
		want Word
	}{
		{"all repetitions agree", &results.Observation{Values: []float64{6, 6, 6}}, Holds},
		{"all are something else", &results.Observation{Values: []float64{7, 8}}, DoesNotHold},
		{"they do not agree", &results.Observation{Values: []float64{6, 7}}, NotDecided},
		{"it could not be measured", &results.Observation{Reason: "no browser"}, NotTested},
		{"nobody did", nil, NotTested},
	} {
		r := &results.Record{Statements: []results.Statement{{Criterion: []results.Criterion{{Kind: results.ObservationOf, Observation: "o", Op: "==", Want: 6}}}}}
		if c.o != nil {
			c.o.Name = "o"
			r.Observations = []results.Observation{*c.o}
		}
		if v := Of(r)[0]; v.Word != c.want {
			t.Errorf("%s: %s, want %s", c.fact, v.Word, c.want)
		}
	}
}

// How many trials would decide follows from the width of the interval and its distance.
func TestNeeded(t *testing.T) {
	v := record("x").run("x", "", "b", six...).run("x", "", "a", 10, 22, 18, 26, 20, 30).judged(ratio(">=", 1.4))
	f := v.Findings[0]
	if f.Answer != Open || f.Needed <= 6 {
		t.Errorf("%s, %d trials, %+v", f.Answer, f.Needed, f.Value)
	}
	for _, c := range []struct {
		lo, center, hi, want float64
		needed               int
	}{
		{-1, 0, 4, -0.5, 24}, // the half of the interval counts on which the bound is: twice as wide as it is far
		{-1, 0, 4, 2, 24},
		{-1, 0, 4, -1, 7}, // one more at least
		{-1, 0, 4, 0, 0},
	} {
		if got := needed(rank.Estimate{N: 6, Center: c.center, Lo: c.lo, Hi: c.hi}, c.want); got != c.needed {
			t.Errorf("%+v: %d trials", c, got)
		}
	}
}

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		op           string
		want, lo, hi float64
		answer       Answer
	}{
		{"<=", 1, 0.5, 1, Yes}, {"<=", 1, 0.5, 1.1, Open}, {"<=", 1, 1.1, 1.2, No},
		{"<", 1, 0.5, 1, Open}, {">", 1, 1, 2, Open}, {">=", 1, 1, 2, Yes},
		{"==", 1, 1, 1, Yes}, {"==", 1, 0.5, 2, Open}, {"==", 1, 2, 3, No}, {"==", 1, 1, 2, Open},
		{"!=", 1, 1, 1, No}, {"!=", 1, 0.5, 2, Open}, {"!=", 1, 2, 3, Yes},
	} {
		if got := decide(c.op, c.want, c.lo, c.hi); got != c.answer {
			t.Errorf("%g to %g %s %g: %s, want %s", c.lo, c.hi, c.op, c.want, got, c.answer)
		}
	}
}

// What fails as was asked is no fault of the run.
func TestAsked(t *testing.T) {
	r := record("x").run("x", "", "b", -1, -1).run("x", "", "a", -1, 2)
	r.judged(results.Criterion{Kind: results.FailsAt, Of: subject("b")})
	asked := Asked(Of(r.Record))
	if got := fmt.Sprint(asked[r.Trials[0]], asked[r.Trials[1]], asked[r.Trials[2]], asked[r.Trials[3]]); got != "true true false false" {
		t.Errorf("%s", got)
	}
}
