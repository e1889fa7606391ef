package results

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// problem is something in a record that cannot be, with its place.
type problem struct{ path, msg string }

// Validate reports the first thing in the record that cannot be: a trial of no
// scenario, one of either twice, a count below zero, a time beyond all measure, deliveries that do not
// add up, a histogram with more values than there were deliveries. A record that
// was loaded is valid.
func (r *Record) Validate() error {
	if p := r.problem(); p != nil {
		return errors.New(p.path + ": " + p.msg)
	}
	return nil
}

func (r *Record) problem() *problem {
	if r.Schema < oldestSchema || r.Schema > Schema {
		return &problem{"schema", fmt.Sprintf("is %d and should be %s", r.Schema, layouts)}
	}
	for _, part := range []struct {
		path     string
		v        any
		negative bool
	}{
		{"planned", r.Planned, false}, {"provenance", r.Provenance, false}, {"scenarios", r.Scenarios, false},
		{"predictions", r.Predictions, true}, {"claims", r.Published, true},
		{"statements", r.Statements, true}, {"observations", r.Observations, false},
	} {
		if p := impossible(part.path, reflect.ValueOf(part.v), part.negative); p != nil {
			return p
		}
	}
	if p := r.twice(); p != nil {
		return p
	}
	if p := r.said(); p != nil {
		return p
	}
	if p := r.Duel.problem(r.Targets); p != nil {
		return &problem{"duel." + p.path, p.msg}
	}
	if p := r.Capacity.problem(r.Targets); p != nil {
		return &problem{"capacity." + p.path, p.msg}
	}
	for i, e := range r.Expectations {
		if p := e.Settings.problem(); p != nil {
			return &problem{fmt.Sprintf("expectations[%d].%s", i, p.path), p.msg}
		}
	}
	for i, t := range r.Trials {
		at := fmt.Sprintf("trials[%d]", i)
		if t == nil {
			return &problem{at, "is null"}
		}
		if !slices.ContainsFunc(r.Scenarios, func(s Scenario) bool { return s.Name == t.Scenario }) {
			return &problem{at + ".scenario", fmt.Sprintf("%q is not among the record's scenarios", t.Scenario)}
		}
		if !slices.ContainsFunc(r.Targets, func(other Target) bool { return other.Name == t.Target }) {
			return &problem{at + ".target", fmt.Sprintf("%q is not among the record's targets", t.Target)}
		}
		if p := t.problem(r.Schema); p != nil {
			return &problem{at + "." + p.path, p.msg}
		}
	}
	return nil
}

// twice finds the first scenario or trial that the record holds a second time: a
// trial that was copied would count as one more, and narrow every interval.
func (r *Record) twice() *problem {
	scenarios := map[string]int{}
	for i, s := range r.Scenarios {
		if first, ok := scenarios[s.Name]; ok {
			return &problem{fmt.Sprintf("scenarios[%d].name", i), fmt.Sprintf("%q is the name of scenarios[%d], too", s.Name, first)}
		}
		scenarios[s.Name] = i
	}
	for i, t := range r.Targets {
		if first := slices.IndexFunc(r.Targets, func(other Target) bool { return other.Name == t.Name }); first < i {
			return &problem{fmt.Sprintf("targets[%d].name", i), fmt.Sprintf("%q is the name of targets[%d], too", t.Name, first)}
		}
	}
	type key struct {
		scenario, point, target, variant string
		number                           int
	}
	trials := map[key]int{}
	for i, t := range r.Trials {
		if t == nil {
			continue
		}
		k := key{t.Scenario, t.Point, t.Target, t.Variant, t.Number}
		if first, ok := trials[k]; ok {
			return &problem{fmt.Sprintf("trials[%d].number", i), fmt.Sprintf("is %d, and trials[%d] has that number of the same scenario, point, target and variant", t.Number, first)}
		}
		trials[k] = i
	}
	return nil
}

// problem checks a trial of a record of the given layout. A failed one stopped where it broke, so that its
// sums need not be whole, but nothing in it is beyond measure either.
func (t *Trial) problem(schema int) *problem {
	if t.Variant == "" || t.Transport == "" {
		return &problem{"variant", "is empty, or the transport is"}
	}
	if p := t.Settings.problem(); p != nil {
		return p
	}
	if name := t.Settings.Variant(t.Transport); name != t.Variant {
		return &problem{"variant", fmt.Sprintf("is %q, but its transport and its settings are those of %q", t.Variant, name)}
	}
	if t.Number < 1 {
		return &problem{"number", fmt.Sprintf("is %d: trials count from 1", t.Number)}
	}
	if p := impossible("", reflect.ValueOf(*t), false); p != nil {
		return p
	}
	if t.Failed != "" {
		return nil
	}
	return t.contradiction(schema)
}
