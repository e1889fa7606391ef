// Package history keeps how each metric moved from commit to commit.
//
// A history is a file of JSON lines, one for each commit, that is only ever
// appended to. A line holds how the commit compares with the anchor, a pinned
// commit that was measured in the same job: the logarithm of the ratio, with its
// interval. So a new kernel, a new compiler or another runner, which act on both
// alike, do not move it.
package history

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"pushbench/results"
	"pushbench/results/gate"
)

// Schema is the version of a line's layout.
const Schema = 1

// A Line is one commit in the history: everything that is in one line of
// history.jsonl. Times are in seconds, sizes in bytes.
type Line struct {
	Schema    int       `json:"schema"`             // version of this layout
	Commit    string    `json:"commit"`             // hash, in hex
	Parent    string    `json:"parent,omitempty"`   // hash of its first parent; empty: not known, or it has none
	Committed time.Time `json:"committed,omitzero"` // when the commit was made; zero: not known
	Added     time.Time `json:"added"`              // when the line was appended
	Anchor    string    `json:"anchor"`             // hash of the commit that it was compared with, in the same job
	Class     Class     `json:"class"`              // of the machine that measured both
	Blocks    int       `json:"blocks"`             // complete ones
	Seed      uint64    `json:"seed"`               // of orders, layouts and arrivals
	Values    []Value   `json:"values"`             // one for each cell and metric
}

// A Class is what decides how fast a machine is: lines of one class come from
// machines that are alike.
type Class struct {
	CPU    string `json:"cpu"`    // model name
	Cores  int    `json:"cores"`  // that the processes may use
	Kernel string `json:"kernel"` // release
	Go     string `json:"go"`     // of the toolchain
}

// A Value is one metric of one cell of a commit against the anchor.
type Value struct {
	Cell
	Metric string `json:"metric"`         // unit or key, as gate.Finding has it
	Title  string `json:"title"`          // for people
	Kind   string `json:"kind"`           // how results.FormatValue shows it
	Higher bool   `json:"higher_better"`  // more is better; else less is
	Exact  bool   `json:"exact"`          // a count that repeats to the last unit
	Void   string `json:"void,omitempty"` // why it cannot be believed, and is in no series: a clause; empty: it can

	Head   float64 `json:"head"`   // of the commit: median over blocks; of an exact value the value
	Anchor float64 `json:"anchor"` // of the anchor

	// Of a value that is not exact: natural logarithms of the ratio of head to
	// anchor.
	N      int     `json:"n,omitempty"`      // blocks
	Change float64 `json:"change,omitempty"` // estimate
	Lo     float64 `json:"lo,omitempty"`     // bounds of its 95 % interval
	Hi     float64 `json:"hi,omitempty"`
}

// A Cell is where a value was measured.
type Cell struct {
	Scenario  string           `json:"scenario"`
	Sweep     string           `json:"sweep,omitempty"` // what the scenario sweeps
	Point     string           `json:"point,omitempty"` // of the sweep
	Variant   string           `json:"variant"`
	Transport string           `json:"transport,omitempty"`
	Settings  results.Settings `json:"settings,omitempty"` // of the variant
}

// Name is scenario, point and variant, as accepted.yaml has them.
func (c Cell) Name() string {
	return gate.Cell{Scenario: c.Scenario, Point: c.Point, Variant: c.Variant}.String()
}

// Ratio is the logarithm of the ratio of head to anchor. It is not finite where
// one of both is zero or less.
func (v Value) Ratio() float64 {
	if v.Exact {
		if v.Head == v.Anchor {
			return 0
		}
		return math.Log(v.Head / v.Anchor)
	}
	return v.Change
}

var hash = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// From makes the line of a comparison whose head is a commit and whose base is
// the anchor. It refuses a comparison that says nothing of a commit: one of
// files that were changed, one that was slowed down on purpose, one whose two
// sides were not measured in one job. Added, Parent and Committed are the
// caller's to know.
func From(c *gate.Comparison) (Line, error) {
	for _, side := range []struct {
		role string
		gate.Side
	}{{"head", c.Head}, {"base", c.Base}} {
		switch {
		case side.Revision == "":
			return Line{}, fmt.Errorf("the commit of %s is not known", side.role)
		case strings.HasSuffix(side.Revision, "+dirty"):
			return Line{}, fmt.Errorf("%s is %s: its files were changed, so it is no commit", side.role, side.Revision)
		case !hash.MatchString(side.Revision):
			return Line{}, fmt.Errorf("%s is %q, which is not the full hash of a commit", side.role, side.Revision)
		case len(side.Inject) > 0:
			return Line{}, fmt.Errorf("%s was slowed down on purpose (%s)", side.role, strings.Join(side.Inject, ", "))
		}
	}
	if !c.Interleaved {
		return Line{}, fmt.Errorf("base and head were not measured in one job, so the machine is in their difference")
	}
	l := Line{
		Schema: Schema, Commit: c.Head.Revision, Anchor: c.Base.Revision, Class: classOf(c.Provenance),
		Blocks: c.Blocks, Seed: c.Seed,
		Values: make([]Value, 0, len(c.Findings)),
	}
	for _, f := range c.Findings {
		if !f.Exact && f.N == 0 {
			continue // one side lacks the number
		}
		v := Value{
			Cell: Cell{Scenario: f.Scenario, Sweep: f.Sweep, Point: f.Point, Variant: f.Variant,
				Transport: f.Transport, Settings: f.Settings},
			Metric: f.Metric, Title: f.Title, Kind: f.Kind, Higher: f.Higher, Exact: f.Exact, Head: f.Head,
			Anchor: f.Base,
		}
		if f.Verdict == gate.Void {
			v.Void = cmp.Or(f.Reason, "its comparison is void")
		}
		if !f.Exact {
			v.N, v.Change, v.Lo, v.Hi = f.N, f.Change, f.Lo, f.Hi
		}
		l.Values = append(l.Values, v)
	}
	if p := l.problem(); p.msg != "" {
		return Line{}, fmt.Errorf("%s: %s", p.path, p.msg)
	}
	return l, nil
}

func classOf(p results.Provenance) Class {
	return Class{CPU: p.CPU, Cores: p.Cores, Kernel: p.Kernel, Go: p.GoVersion}
}
