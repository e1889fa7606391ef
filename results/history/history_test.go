package history

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/results/gate"
)

// commit is a hash that begins with a number.
func commit(i int) string { return fmt.Sprintf("%08x%032x", i, 7) }

var (
	anchorA = strings.Repeat("a", 40)
	anchorB = strings.Repeat("b", 40)
	here    = Class{CPU: "cpu", Cores: 2, Kernel: "6.1", Go: "go1.26"}
	there   = Class{CPU: "cpu", Cores: 2, Kernel: "6.2", Go: "go1.26"}
)

// lines are n commits: CPU that scatters by 1 % around what mean says, and bytes.
func lines(n int, mean func(i int) float64, bytes func(i int) float64) []Line {
	cpu := noise(1, n, 0.01, mean)
	var all []Line
	for i := range n {
		all = append(all, Line{
			Schema: Schema, Commit: commit(i), Added: time.Unix(int64(i)*86400, 0).UTC(), Anchor: anchorA, Class: here, Blocks: 12, Seed: 1,
			Values: []Value{
				{Cell: Cell{Scenario: "feed", Variant: "sse"}, Metric: "server-cpu-sec/event", Title: "server CPU per event", Kind: "sec", N: 12,
					Head: 4e-5 * math.Exp(cpu[i]), Anchor: 4e-5, Change: cpu[i], Lo: cpu[i] - 0.02, Hi: cpu[i] + 0.02},
				{Cell: Cell{Scenario: "feed", Variant: "sse"}, Metric: "bytes", Title: "bytes per event", Kind: "bytes", Exact: true, Head: bytes(i), Anchor: 253},
			},
		})
	}
	return all
}

// step is 0, and size from the place on.
func step(place int, size float64) func(int) float64 {
	return func(i int) float64 {
		if i >= place {
			return size
		}
		return 0
	}
}

func always(v float64) func(int) float64 { return func(int) float64 { return v } }

func changes(s Series) (out []string) {
	for _, c := range s.Changes {
		out = append(out, fmt.Sprintf("%d worse=%t machine=%t by=%s", c.At, c.Worse, c.Machine, c.Accepted))
	}
	return out
}

func TestChanges(t *testing.T) {
	bytes := func(i int) float64 { return 253 + step(12, 1)(i) - step(13, 2)(i) }
	for _, c := range []struct {
		fact       string
		edit       func([]Line) []Line
		accepted   []Acceptance
		cpu, bytes []string
		notes      []string
	}{
		{fact: "a step is a change point, and a byte of difference a change",
			cpu: []string{"20 worse=true machine=false by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="}},
		{fact: "a change where the machine changed, too, says so",
			edit: func(ls []Line) []Line {
				for i := range ls[20:] {
					ls[20+i].Class = there
				}
				return ls
			},
			cpu: []string{"20 worse=true machine=true by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="}},
		{fact: "where the anchor changed there is no change point, but exact numbers need no anchor",
			edit: func(ls []Line) []Line {
				for i := range ls {
					if i >= 20 || i == 12 {
						ls[i].Anchor = anchorB
					}
				}
				return ls
			},
			bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="}},
		{fact: "what was accepted is said with the change, by the beginning of the hash",
			accepted: []Acceptance{{Commit: commit(20)[:8], Metric: "server-cpu-sec/event", By: "Ada", Why: "needed"}, {Commit: commit(12), Metric: "bytes", Cell: "feed sse", By: "Bob"}},
			cpu:      []string{"20 worse=true machine=false by=Ada"}, bytes: []string{"12 worse=true machine=false by=Bob", "13 worse=false machine=false by="}},
		{fact: "what is accepted and did not change is noted",
			accepted: []Acceptance{{Commit: commit(20), Metric: "server-cpu-sec/event", Cell: "feed websocket", By: "Ada", Line: 3}},
			cpu:      []string{"20 worse=true machine=false by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="},
			notes: []string{"Line 3 of accepted.yaml accepts a change of feed websocket server-cpu-sec/event at 00000014, and there is none."}},
		{fact: "more is better where it is",
			edit: func(ls []Line) []Line {
				for i := range ls {
					ls[i].Values[0].Higher = true
				}
				return ls
			},
			cpu: []string{"20 worse=false machine=false by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="}},
		{fact: "a void value is not in its series",
			edit: func(ls []Line) []Line { ls[5].Values[0].Void = "the machine was not quiet"; return ls },
			cpu:  []string{"19 worse=true machine=false by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="},
			notes: []string{"Of commit 00000005 1 of 2 numbers cannot be believed and are left out: the machine was not quiet."}},
		{fact: "of two lines of one commit the later counts, in its place",
			edit: func(ls []Line) []Line {
				again := ls[12]
				again.Values = slices.Clone(again.Values)
				again.Values[1].Head = 253
				return append(ls, again)
			},
			cpu: []string{"20 worse=true machine=false by="}, bytes: []string{"13 worse=false machine=false by="}},
		{fact: "commits are in the order of their own times where all have one",
			edit: func(ls []Line) []Line {
				for i := range ls {
					ls[i].Committed = ls[i].Added
				}
				slices.Reverse(ls)
				return ls
			},
			cpu: []string{"20 worse=true machine=false by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="}},
		{fact: "one commit of which a count is not exact is passed over",
			edit: func(ls []Line) []Line {
				v := &ls[5].Values[1]
				v.Exact, v.N, v.Head, v.Change = false, 12, 260, 0.03
				return ls
			},
			cpu: []string{"20 worse=true machine=false by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="}},
		{fact: "a count that is exact nowhere for four commits is judged by its ratio",
			edit: func(ls []Line) []Line {
				for i := range ls {
					if v := &ls[i].Values[1]; i%4 == 0 {
						v.Exact, v.N, v.Change = false, 12, math.Log(v.Head/v.Anchor)
					}
				}
				return ls
			},
			cpu: []string{"20 worse=true machine=false by="}, bytes: []string{"13 worse=false machine=false by="}},
		{fact: "a count that ceases to be exact is exact before",
			edit: func(ls []Line) []Line {
				for i := range ls[20:] {
					v := &ls[20+i].Values[1]
					v.Exact, v.N, v.Change = false, 12, 0.001*float64(i%3)
				}
				return ls
			},
			cpu: []string{"20 worse=true machine=false by="}, bytes: []string{"12 worse=true machine=false by=", "13 worse=false machine=false by="}},
		{fact: "where the load changed nothing is compared",
			edit: func(ls []Line) []Line {
				for i := range ls {
					hash := "one"
					if i >= 20 || i == 12 {
						hash = "another"
					}
					ls[i].Loads = []gate.Load{{Scenario: "feed", Hash: hash}, {Scenario: "other", Hash: fmt.Sprint(i)}}
				}
				return ls
			}},
		{fact: "what was accepted is within three commits, and moved in the same direction",
			accepted: []Acceptance{
				{Commit: commit(23), Metric: "server-cpu-sec/event", By: "Ada"}, {Commit: commit(12), Metric: "bytes", By: "Bob"},
				{Commit: commit(24), Metric: "server-cpu-sec/event", By: "Eve", Line: 9}, {Commit: commit(11), Metric: "bytes", By: "Eve", Line: 10},
			},
			cpu: []string{"20 worse=true machine=false by=Ada"}, bytes: []string{"12 worse=true machine=false by=Bob", "13 worse=false machine=false by="},
			notes: []string{
				"Line 9 of accepted.yaml accepts a change of server-cpu-sec/event at 00000018, and there is none.",
				"Line 10 of accepted.yaml accepts a change of bytes at 0000000b, and there is none."}},
	} {
		ls := lines(40, step(20, 0.06), bytes)
		if c.edit != nil {
			ls = c.edit(ls)
		}
		h := New(Log{Lines: ls}, c.accepted)
		if len(h.Series) != 2 {
			t.Fatalf("%s: %d series", c.fact, len(h.Series))
		}
		if got := changes(h.Series[0]); !slices.Equal(got, c.cpu) {
			t.Errorf("%s: CPU changes %q, want %q", c.fact, got, c.cpu)
		}
		if got := changes(h.Series[1]); !slices.Equal(got, c.bytes) {
			t.Errorf("%s: bytes change %q, want %q", c.fact, got, c.bytes)
		}
		if !slices.Equal(h.Notes, c.notes) {
			t.Errorf("%s: notes %q, want %q", c.fact, h.Notes, c.notes)
		}
	}
}

func TestLevelsAreThoseBetweenChanges(t *testing.T) {
	h := New(Log{Lines: lines(40, step(20, 0.06), always(253))}, nil)
	s := h.Series[0]
	c := s.Changes[0]
	if math.Abs(c.Before) > 0.01 || math.Abs(c.After-0.06) > 0.01 || c.P <= 0 || c.P > Level {
		t.Errorf("from %g to %g, p %g", c.Before, c.After, c.P)
	}
	for i, p := range s.Points {
		if want := []float64{c.Before, c.After}[i/20]; p.Level != want {
			t.Errorf("point %d has the level %g, want %g", i, p.Level, want)
		}
	}
}

// A history in which nothing changes shows a change point at most as often as the level
// says, whatever the number of metrics: of 100 histories at 1 %, one is expected.
func TestSizeOfAWholeHistory(t *testing.T) {
	flagged := 0
	for seed := range uint64(100) {
		ls := lines(40, flat, always(253))
		for metric := range uint64(20) {
			for i, x := range noise(100+seed*20+metric, len(ls), 0.02, flat) {
				ls[i].Values = append(ls[i].Values, Value{Cell: Cell{Scenario: "feed", Variant: "sse"}, Metric: fmt.Sprint(metric), N: 12, Change: x, Head: 1, Anchor: 1})
			}
		}
		for _, s := range New(Log{Lines: ls}, nil).Series {
			if s.Changes != nil {
				flagged++
				break
			}
		}
	}
	if flagged > 4 {
		t.Errorf("%d of 100 histories without a change show one", flagged)
	}
}

// A comparison counts failed trials only where there are some.
func TestACommitWhoseTrialsFailIsAChange(t *testing.T) {
	ls := lines(6, flat, always(253))
	ls[3].Values = append(ls[3].Values, Value{Cell: ls[3].Values[0].Cell, Metric: gate.FailedTrials, Title: "failed trials", Kind: "share", Exact: true, Head: 0.5})
	h := New(Log{Lines: ls}, nil)
	want := []string{"3 worse=true machine=false by=", "4 worse=false machine=false by="}
	if got := changes(h.Series[2]); !slices.Equal(got, want) || len(h.Series[2].Points) != 6 {
		t.Errorf("the changes are %q of %d points, want %q of 6", got, len(h.Series[2].Points), want)
	}
}

func TestNewIsPure(t *testing.T) {
	log := Log{Lines: lines(30, step(15, 0.05), always(253)), Cut: 31}
	a, b := New(log, nil), New(log, nil)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same log gives two histories")
	}
	if want := "Line 31 of history.jsonl is only the beginning of one, and is skipped: writing it was interrupted."; !slices.Equal(a.Notes, []string{want}) {
		t.Errorf("notes %q", a.Notes)
	}
}

// comparison is one that a line can be made of.
func comparison() *gate.Comparison {
	return &gate.Comparison{
		Schema: gate.Schema, Verdict: gate.Worse, Interleaved: true, Blocks: 12, Seed: 9,
		Base: gate.Side{Name: "base", Revision: anchorA}, Head: gate.Side{Name: "head", Revision: commit(1)},
		Provenance: results.Provenance{CPU: "cpu", Cores: 2, Kernel: "6.1", GoVersion: "go1.26"},
		Loads:      []gate.Load{{Scenario: "feed", Point: "10", Hash: "abc"}},
		Findings: []gate.Finding{
			{Scenario: "feed", Point: "10", Variant: "sse", Metric: "p50-sec", Title: "median latency", Kind: "sec", Gated: true, Verdict: gate.Worse,
				Base: 1e-4, Head: 1.1e-4, N: 12, Change: 0.1, Lo: 0.08, Hi: 0.12},
			{Scenario: "feed", Variant: "sse", Metric: "bytes", Title: "bytes", Kind: "bytes", Exact: true, Whole: true, Verdict: gate.Void, Base: 253, Head: 254},
		},
	}
}

func TestFromAComparison(t *testing.T) {
	l, err := From(comparison())
	if err != nil {
		t.Fatal(err)
	}
	want := Line{
		Schema: 1, Commit: commit(1), Anchor: anchorA, Class: here, Blocks: 12, Seed: 9,
		Loads: []gate.Load{{Scenario: "feed", Point: "10", Hash: "abc"}},
		Values: []Value{
			{Cell: Cell{Scenario: "feed", Point: "10", Variant: "sse"}, Metric: "p50-sec", Title: "median latency", Kind: "sec", Head: 1.1e-4, Anchor: 1e-4, N: 12, Change: 0.1, Lo: 0.08, Hi: 0.12},
			{Cell: Cell{Scenario: "feed", Variant: "sse"}, Metric: "bytes", Title: "bytes", Kind: "bytes", Exact: true, Whole: true, Void: "its comparison is void", Head: 254, Anchor: 253},
		},
	}
	if !reflect.DeepEqual(l, want) {
		t.Errorf("got %+v, want %+v", l, want)
	}
	if got := l.Values[0].Cell.Name(); got != "feed 10 sse" {
		t.Errorf("the cell is %q", got)
	}
}

func TestWhatIsNoCommitIsRefused(t *testing.T) {
	for _, c := range []struct {
		fact string
		edit func(*gate.Comparison)
		want string
	}{
		{"of an unknown commit", func(c *gate.Comparison) { c.Head.Revision = "" }, "the commit of head is not known"},
		{"of changed files", func(c *gate.Comparison) { c.Head.Revision += "+dirty" }, "its files were changed, so it is no commit"},
		{"against changed files", func(c *gate.Comparison) { c.Base.Revision += "+dirty" }, "base is " + anchorA + "+dirty"},
		{"of a branch", func(c *gate.Comparison) { c.Head.Revision = "main" }, `head is "main", which is not the full hash of a commit`},
		{"slowed down on purpose", func(c *gate.Comparison) { c.Head.Inject = []string{"cpu=5%"} }, "head was slowed down on purpose (cpu=5%)"},
		{"of two jobs", func(c *gate.Comparison) { c.Interleaved = false }, "not measured in one job"},
		{"with a metric twice", func(c *gate.Comparison) { c.Findings = append(c.Findings, c.Findings[0]) }, `values[2].metric: "p50-sec" is the metric of values[0], too`},
		{"with no number", func(c *gate.Comparison) { c.Findings[0].Change = math.NaN() }, "values[0].change: is NaN"},
	} {
		comparison := comparison()
		c.edit(comparison)
		if _, err := From(comparison); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.fact, err, c.want)
		}
	}
	void := comparison()
	void.Findings[0].Verdict, void.Findings[0].Reason = gate.Void, "the machine was not quiet"
	if l, err := From(void); err != nil || l.Values[0].Void != "the machine was not quiet" {
		t.Errorf("of a void finding: %+v, %v", l.Values, err)
	}
}
