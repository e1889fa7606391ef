// Package verdict decides whether a statement holds in a record.
//
// A statement has criteria, which were written down before the run. Those without a role decide
// the verdict. A control shows that the setup can tell: where it does not come true, nothing is
// decided. Context answers a question beside the statement. [Of] makes each comparison at every
// scenario and point that it is about. The unit is the trial: a ratio
// or a difference is that of trials with the same number, which ran in one block, and its
// interval is the exact one of the signed-rank test (package rank). A comparison comes true
// or not only where the whole 95 % interval lies on one side of what was asked.
//
// All functions are pure: the same record gives the same verdicts on any machine.
package verdict

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/results"
)

// A Word is what became of a statement.
type Word string

// The words.
const (
	Holds       Word = "holds"         // every comparison that decides came true
	DoesNotHold Word = "does not hold" // none came true
	Depends     Word = "depends"       // some came true and others did not
	NotDecided  Word = "not decided"   // the trials are too few or too far apart to tell, or a control did not come true
	NotTested   Word = "not tested"    // nothing could be measured
)

// Words returns all of them, in the order in which they are counted.
func Words() []Word { return []Word{Holds, Depends, DoesNotHold, NotDecided, NotTested} }

// An Answer is what became of one comparison.
type Answer string

// The answers.
const (
	Yes      Answer = "yes"
	No       Answer = "no"
	Open     Answer = "not decided"
	Untested Answer = "not tested"
)

// A Verdict is a statement and what became of it.
type Verdict struct {
	results.Statement
	Word     Word
	Reason   string    // why it is not tested, or not decided; empty otherwise
	Findings []Finding // one for each comparison, in the order of the criteria
}

// A Finding is one criterion at one place.
type Finding struct {
	At              int // index of its criterion
	Criterion       results.Criterion
	Target          string // name of who answered; empty: an observation
	Scenario, Point string // of the subject; empty: an observation
	Of, To          Side
	Answer          Answer
	Value           results.Summary // of the ratio, the difference, the metric or the observation; N is 0 where there is none
	Kind            string          // how to show Value: × for a ratio, or the kind of the metric
	Reason          string          // why the answer is not yes or no; of works and fails, how trials failed
	Needed          int             // trials that would decide it if they vary as those so far; 0: nobody can say
}

// A Side is one of the cells that are compared; the zero value is none.
type Side struct {
	Variant string
	Cell    results.Cell // without trials where none was run
	Median  results.Summary
	Kind    string // of the median: how to show it
	Known   bool   // there is a median
}

// Of decides every statement of the record, in their order.
func Of(rec *results.Record) []Verdict {
	j := judge{rec, rec.Cells()}
	var all []Verdict
	for _, s := range rec.Statements {
		all = append(all, j.statement(s))
	}
	return all
}

// statement makes all comparisons of s.
func (j judge) statement(s results.Statement) Verdict {
	v := Verdict{Statement: s}
	if s.Cannot != "" {
		v.Word, v.Reason = NotTested, s.Cannot
		return v
	}
	for i, c := range s.Criterion {
		for _, f := range j.criterion(s, c) {
			f.At, f.Criterion = i, c
			v.Findings = append(v.Findings, f)
		}
	}
	v.Word = v.word()
	if why := v.Uncontrolled(); why != "" && v.Word != NotTested {
		v.Word, v.Reason = NotDecided, why
	} else if v.Word == NotDecided || v.Word == NotTested {
		v.Reason = v.reasons()
	}
	return v
}

// Decides reports whether the verdict is about the comparison: it is no control and no context.
func (f Finding) Decides() bool { return f.Criterion.Role == "" }

// Count is how many of the comparisons that decide have the answer.
func (v Verdict) Count(a Answer) (n int) {
	for _, f := range v.Findings {
		if f.Decides() && f.Answer == a {
			n++
		}
	}
	return n
}

// Uncontrolled names the controls that did not come true or are not decided; empty: all of those came
// true that were tested.
func (v Verdict) Uncontrolled() string {
	var all []string
	for _, f := range v.Findings {
		if f.Criterion.Role != results.AsControl || f.Answer != No && f.Answer != Open {
			continue
		}
		what := fmt.Sprintf("a control did not come true: “%s”", strings.TrimSuffix(f.Criterion.That, "."))
		if f.Answer == Open {
			what = strings.Replace(what, "did not come true", "is not decided", 1)
		}
		if !slices.Contains(all, what) {
			all = append(all, what)
		}
	}
	return strings.Join(all, "; ")
}

// word sums the answers up. What is not tested is silent as long as something is: the
// verdict is about what was compared, and the rest is listed beside it. What is not
// decided is not silent, unless the others differ already.
func (v Verdict) word() Word {
	yes, no, open := v.Count(Yes), v.Count(No), v.Count(Open)
	switch {
	case yes > 0 && no > 0:
		return Depends
	case open > 0:
		return NotDecided
	case yes > 0:
		return Holds
	case no > 0:
		return DoesNotHold
	}
	return NotTested
}

// reasons are those of the deciding comparisons without an answer, each once.
func (v Verdict) reasons() string {
	var all []string
	for _, f := range v.Findings {
		if f.Decides() && f.Reason != "" && (f.Answer == Open || f.Answer == Untested) && !slices.Contains(all, f.Reason) {
			all = append(all, f.Reason)
		}
	}
	if len(all) == 0 {
		return "it has nothing that could be compared"
	}
	return strings.Join(all, "; ")
}

// Asked are the failed trials that a criterion of works or fails is about: that they fail is
// what came out, and no fault of the run.
func Asked(verdicts []Verdict) map[*results.Trial]bool {
	asked := map[*results.Trial]bool{}
	for _, v := range verdicts {
		for _, f := range v.Findings {
			if f.Criterion.Kind == results.WorksAt || f.Criterion.Kind == results.FailsAt {
				for _, t := range f.Of.Cell.Failed {
					asked[t] = true
				}
			}
		}
	}
	return asked
}
