package power

import (
	"fmt"
	"math"
	"slices"
	"time"

	"pushbench/results"
	"pushbench/results/gate"
)

// Schema is the version of a session's layout, with that of its blocks.
const Schema = 1

// Names of the arms that every calibration has, or may have.
const (
	Base  = "base"
	Again = "again" // the base once more
	Same  = "same"  // the base a third time, which is judged as a head that changes nothing
)

// A Session is one long measurement. Times are in seconds, sizes in bytes.
type Session struct {
	Schema     int                `json:"schema"`     // version of this layout
	Began      time.Time          `json:"began"`      //
	Seed       uint64             `json:"seed"`       // of orders, layouts and arrivals
	Layouts    int                `json:"layouts"`    // links with layouts of their own, of which each arm took one; 0: one binary
	Provenance results.Provenance `json:"provenance"` //
	Scenario   Scenario           `json:"scenario"`   // the load
	Variants   []string           `json:"variants"`   // names
	Arms       []Arm              `json:"arms"`       // base and again first
	Values     []string           `json:"values"`     // units of the numbers in each sample of its blocks, in their order
	Counts     []string           `json:"counts"`     // keys of the counts
	Blocks     []gate.Block       `json:"-"`          // in their order; Count.In and Count.Out are not kept
}

// A Scenario is the load of a session.
type Scenario struct {
	Name string `json:"name"`
	Hash string `json:"hash"` // of what decides the load, as in results.Scenario
	Text string `json:"text"` // the YAML as it was run
}

// An Arm is one of the servers that run side by side.
type Arm struct {
	Name    string   `json:"name"`
	Inject  []string `json:"inject,omitempty"`  // how it was made worse, as serve --inject takes it
	Effects []Effect `json:"effects,omitempty"` // what that should change
}

// An Effect is by how much a number of an arm should be worse than base's.
type Effect struct {
	Variant string  `json:"variant,omitempty"` // where; empty: in all variants that have the number
	Metric  string  `json:"metric"`            // unit of a metric, or key of a count
	Size    float64 `json:"size"`              // as a share of base's: 0.05 is 5 %; of an exact number the difference itself
	Exact   bool    `json:"exact,omitempty"`   // the number is the same in every trial of an arm
}

// NewSession returns a session without blocks whose columns are those numbers that
// decide.
func NewSession() Session {
	s := Session{Schema: Schema}
	for _, r := range gate.Rules() {
		switch {
		case r.Counted():
			s.Counts = append(s.Counts, r.Unit)
		case r.Gated == gate.Always:
			s.Values = append(s.Values, r.Unit)
		}
	}
	return s
}

// original reports whether the arm of that name is the base as it is.
func original(arm string) bool { return arm == Base || arm == Again || arm == Same }

// arm is the session's arm of that name; nil when it has none.
func (s *Session) arm(name string) *Arm {
	for i := range s.Arms {
		if s.Arms[i].Name == name {
			return &s.Arms[i]
		}
	}
	return nil
}

// cells are those of the session's blocks, in the order of the first of each.
func (s *Session) cells() (cells []gate.Cell) {
	for _, b := range s.Blocks {
		if !slices.Contains(cells, b.Cell()) {
			cells = append(cells, b.Cell())
		}
	}
	return cells
}

// A problem is something that cannot be, with its place. Its msg is empty when
// there is none.
type problem struct{ path, msg string }

func (s *Session) problem() problem {
	switch {
	case s.Scenario.Name == "":
		return problem{"scenario.name", "is empty"}
	case s.Layouts < 0:
		return problem{"layouts", fmt.Sprintf("is %d, but a count is never less than 0", s.Layouts)}
	case s.arm(Base) == nil || s.arm(Again) == nil:
		return problem{"arms", fmt.Sprintf("has no %s and %s: without them nothing can be judged", Base, Again)}
	}
	for _, list := range []struct {
		path  string
		names []string
	}{{"variants", s.Variants}, {"values", s.Values}, {"counts", s.Counts}} {
		if p := unique(list.path+"[%d]", list.names); p.msg != "" {
			return p
		}
	}
	var names []string
	for i, a := range s.Arms {
		names = append(names, a.Name)
		at := fmt.Sprintf("arms[%d]", i)
		if original(a.Name) && len(a.Inject)+len(a.Effects) > 0 {
			return problem{at + ".name", fmt.Sprintf("is %s, which is the base as it is: nothing is injected there", a.Name)}
		}
		for j, e := range a.Effects {
			at := fmt.Sprintf("%s.effects[%d]", at, j)
			switch {
			case !slices.Contains(s.Values, e.Metric) && !slices.Contains(s.Counts, e.Metric):
				return problem{at + ".metric", fmt.Sprintf("is %q, which the session does not have", e.Metric)}
			case e.Variant != "" && !slices.Contains(s.Variants, e.Variant):
				return problem{at + ".variant", fmt.Sprintf("is %q, which the session does not have", e.Variant)}
			case !(math.Abs(e.Size) <= mostValue):
				return problem{at + ".size", fmt.Sprintf("is %g, which is not between %g and %g", e.Size, -mostValue, mostValue)}
			}
		}
	}
	return unique("arms[%d].name", names)
}

// mostValue is the largest number that is believed.
const mostValue = 1e15

// unique finds a name that is empty or there twice. format makes its path.
func unique(format string, names []string) problem {
	for i, name := range names {
		at := fmt.Sprintf(format, i)
		if name == "" {
			return problem{at, "is empty"}
		}
		if slices.Index(names, name) < i {
			return problem{at, fmt.Sprintf("%q stands there twice", name)}
		}
	}
	return problem{}
}
