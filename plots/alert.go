package plots

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/results"
)

// machineCodes are the warnings that say that the load generator or the
// machine, and not the server, was the limit.
var machineCodes = []string{"machine-busy", "cpu-pressure", "schedule-lag", "clock"}

// An alert is what a reader must know before any number.
type alert struct {
	Text string
	Red  bool // numbers are missing or disturbed; otherwise only weaker than they could be
}

// alerts says that a run is partial, failed in parts, was disturbed, or stands
// on few trials; the red ones first.
func alerts(r *results.Record) []alert {
	var out []alert
	say := func(red bool, format string, args ...any) {
		out = append(out, alert{fmt.Sprintf(format, args...), red})
	}
	switch {
	case r.Partial != "":
		say(true, "This run is partial: %s. It has %d of %s.", strings.TrimSuffix(r.Partial, "."), len(r.Trials), count(r.Planned, "planned trial"))
	case len(r.Trials) == 0:
		say(true, "This run has no trials.")
	case len(r.Trials) < r.Planned:
		say(true, "This run has %d of %s.", len(r.Trials), count(r.Planned, "planned trial"))
	}
	if n, where := failedTrials(r); n > 0 {
		say(true, "%s of %d failed an invariant (%s) and %s in no number.", count(n, "trial"), len(r.Trials), join(where), be(n, "is", "are"))
	}
	if n, codes := disturbedTrials(r); n > 0 {
		say(true, "In %s of %d the load generator or the machine was the limit (%s): the figures concerned say so.", count(n, "trial"), len(r.Trials), join(codes))
	}
	notMet := slices.DeleteFunc(slices.Clone(r.Expectations), func(e results.Expectation) bool { return e.Held })
	if n := len(notMet); n > 0 {
		say(false, "%d of %s %s not met.", n, count(len(r.Expectations), "expectation"), be(n, "was", "were"))
	}
	if n := len(r.NotRun); n > 0 {
		say(false, "%s of what was asked %s not run; the reasons are listed.", count(n, "part"), be(n, "was", "were"))
	}
	if where := fewTrials(r); len(where) > 0 {
		say(false, "Fewer than six trials of each variant, hence least and greatest in place of 95 %% intervals: %s.", join(where))
	}
	return out
}

func failedTrials(r *results.Record) (n int, where []string) {
	for _, t := range r.Trials {
		if t.Failed != "" {
			n++
			where = appendNew(where, t.Scenario)
		}
	}
	return n, where
}

// disturbedTrials counts the trials with a warning of machineCodes.
func disturbedTrials(r *results.Record) (n int, codes []string) {
	for _, t := range r.Trials {
		before := n
		for _, w := range t.Warnings {
			if slices.Contains(machineCodes, w.Code) {
				n, codes = before+1, appendNew(codes, w.Code)
			}
		}
	}
	return n, codes
}

// fewTrials says which scenarios have cells with too few trials for an
// interval.
func fewTrials(r *results.Record) (where []string) {
	for _, c := range r.Cells() {
		if len(c.Trials) < 6 {
			where = appendNew(where, c.Scenario)
		}
	}
	return where
}

// sentence makes text one: upper case first, a full stop last.
func sentence(text string) string { return upper(strings.TrimSuffix(text, ".")) + "." }

func appendNew(all []string, s string) []string {
	if slices.Contains(all, s) {
		return all
	}
	return append(all, s)
}

// A doubtNote is one warning or failure of a scenario, with the cells that
// have it.
type doubtNote struct {
	Code, Text string
	Cells      string // which, and in how many trials
	Red        bool   // the generator or the machine was the limit, or a trial failed

	cells, trials int
}

// doubts gathers the warnings and failures of a set, the red ones first.
func doubts(s set) []doubtNote {
	var out []doubtNote
	at := map[[2]string]int{}
	add := func(c cell, code, text string, trials int) {
		key := [2]string{code, text}
		where := c.name
		if c.Point != "" {
			where += " at " + pointName(c)
		}
		where += " (" + count(trials, "trial") + ")"
		if i, ok := at[key]; ok {
			out[i].Cells += ", " + where
			out[i].trials += trials
			out[i].cells++
			return
		}
		at[key] = len(out)
		out = append(out, doubtNote{Code: code, Text: text, Cells: where, trials: trials, cells: 1, Red: code == "failed" || slices.Contains(machineCodes, code)})
	}
	for _, c := range s.cells {
		for _, t := range c.Failed {
			add(c, "failed", sentence("A trial failed and is in no number: "+t.Failed), 1)
		}
		for _, w := range c.Warnings() {
			add(c, w.Code, sentence(w.Text), w.Trials)
		}
	}
	for i, note := range out {
		if note.cells == len(s.cells) && len(s.cells) > 1 {
			out[i].Cells = "everything here (" + count(note.trials, "trial") + ")"
		}
	}
	slices.SortStableFunc(out, func(a, b doubtNote) int { return btoi(b.Red) - btoi(a.Red) })
	return out
}
