package capacity

import (
	"fmt"
	"slices"

	"pushbench/results"
)

// An Outcome is how a search ended.
type Outcome string

// The outcomes. Only the first two are results.
const (
	Found     Outcome = "found"     // the border is between two levels
	AtLeastIt Outcome = "at least"  // the highest level within reach is carried
	Nothing   Outcome = "nothing"   // not even the lowest level is carried
	NoResult  Outcome = "no result" // the limit was not the server's, is not known to be, or an objective could not be judged
	Unsettled Outcome = "unsettled" // the search was ended before it was over
)

// A Result is what a search has found for one variant of one target.
type Result struct {
	Target    string           `json:"target"`
	Variant   string           `json:"variant"`
	Transport string           `json:"transport"`
	Settings  results.Settings `json:"settings,omitempty"`
	Outcome   Outcome          `json:"outcome"`
	Interval
	Resource string `json:"resource,omitempty"` // what ended it; empty: it is not known yet
	Why      string `json:"why,omitempty"`      // how that shows: a sentence without its full stop
	Broke    string `json:"broke,omitempty"`    // what broke at Over, in the first trial that broke there
}

// Is reports whether o is a result.
func (o Outcome) Is() bool { return o == Found || o == AtLeastIt }

// Of returns what the searches of a record have found, by variants in the order of its
// scenario and within these by targets; nil: it is no search. The record is valid.
func Of(r *results.Record) (all []Result) {
	c := r.Capacity
	if c == nil {
		return nil
	}
	for _, s := range r.Scenarios {
		for _, variant := range s.Variants {
			for _, target := range r.Targets {
				if one, ok := found(r, target.Name, variant); ok {
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// found is the result for one variant of one target; ok is false when none of its trials
// are in the record and nothing says why.
func found(r *results.Record, target, variant string) (Result, bool) {
	c := r.Capacity
	out := Result{Target: target, Variant: variant}
	levels := Levels(c.Start, c.Step, c.Most, c.Resolution)
	levels = slices.DeleteFunc(levels, func(level int) bool { return level < c.Least })
	s := New(levels, c.Start, c.Trials)
	broken := map[int][]*results.Trial{}
	for _, t := range r.Trials {
		if t.Target != target || t.Variant != variant {
			continue
		}
		out.Transport, out.Settings = t.Transport, t.Settings
		held, _, judged := Judge(c.Objectives, t)
		if !judged {
			continue // an End says so
		}
		level := At(c.Of, t)
		s.Add(level, held)
		if !held {
			broken[level] = append(broken[level], t)
		}
	}
	end := -1 // the lowest of several
	for i, e := range c.Ends {
		if e.Target == target && e.Variant == variant && (end < 0 || e.Level < c.Ends[end].Level) {
			end = i
		}
	}
	if end >= 0 {
		s.Bound(c.Ends[end].Level)
	}
	out.Interval = s.Found()
	if end < 0 && out.Levels == nil {
		return out, false
	}
	_, goesOn := s.Next()
	if end >= 0 && c.Ends[end].Resource == results.Judgment {
		out.Outcome, out.Resource, out.Why = NoResult, results.Judgment, c.Ends[end].Reason
		return out, true
	}
	if goesOn {
		out.Outcome = Unsettled
		return out, true
	}
	switch at := broken[out.Over]; {
	case len(at) > 0:
		out.Resource, out.Why = ended(at, r.Provenance.Cores)
		_, out.Broke, _ = Judge(c.Objectives, at[0])
	case end >= 0:
		out.Resource, out.Why = c.Ends[end].Resource, c.Ends[end].Reason
	default:
		out.Resource, out.Why = results.Asked, fmt.Sprintf("no more than %d was asked for", c.Most)
	}
	switch {
	case out.Resource == Generator || out.Resource == Others || out.Resource == Unopened:
		out.Outcome = NoResult
	case out.Most == 0:
		out.Outcome = Nothing
	case out.Over > 0:
		out.Outcome = Found
	default:
		out.Outcome = AtLeastIt
	}
	return out, true
}
