// Package claims writes the page on which what people say about the transports stands
// beside what came out.
//
// Everything on it comes from one record: the statements, the criteria that were written
// down before the run, and its trials. Only WriteAll touches files. The same record gives
// the same bytes.
package claims

import (
	"fmt"
	"math"
	"strings"

	"pushbench/plots/figure"
	"pushbench/plots/proof"
	"pushbench/plots/reading"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/results/verdict"
)

// Has reports whether a record puts statements to the test.
func Has(r *results.Record) bool { return len(r.Statements) > 0 }

// A page is a record as the page, its Markdown and the terminal tell it.
type page struct {
	Record    *results.Record
	Title     string
	Counts    string // the verdicts, counted
	Began     string
	Took      string
	Trials    string // how many there were, and in which order they ran
	Alerts    []reading.Alert
	Table     text.Table
	Claims    []section
	NotRun    text.Table
	Shell     string // the lines that repeat the run
	ShellNote string // what they cannot give back
	Facts     [][2]string
}

// A section is one statement.
type section struct {
	verdict.Verdict
	ID       string
	Heading  string // number and statement
	Mark     mark
	Outcome  []string // what the verdict rests on, in sentences
	Groups   []group
	Figure   *figure.Figure // of its ratios; nil: there is none
	Explain  []explanation
	Observed []results.Observation
	Loads    []load
	Repeat   string // the command
}

// A group is the criteria of one role.
type group struct {
	Title    string
	Criteria []criterion
}

// groups are the titles of the roles, in the order in which the page has them.
var groups = []struct{ role, title string }{
	{"", "What was asked beforehand, and what came out"},
	{results.AsControl, "Controls, which show that the setup can tell"},
	{results.AsContext, "Asked beside it, which does not decide"},
}

// A criterion is one of a statement, with what came of it at each place.
type criterion struct {
	That  string
	Asked string // in words and numbers
	Table text.Table
}

// An explanation is a table of numbers that explain the verdict.
type explanation struct {
	Title string
	Table text.Table
}

// A load is one of a statement's scenarios.
type load struct{ Name, About, Text, YAML string }

// A mark is how a verdict or an answer looks.
type mark struct{ Sign, Tone string }

var marks = map[string]mark{
	string(verdict.Holds):       {"✓", "good"},
	string(verdict.DoesNotHold): {"✗", "alarming"},
	string(verdict.Depends):     {"±", "corrected"},
	string(verdict.NotDecided):  {"?", "doubtful"},
	string(verdict.NotTested):   {"–", "untested"},
	string(verdict.Yes):         {"✓", "good"},
	string(verdict.No):          {"✗", "alarming"},
}

// Legend says what the verdicts mean.
const legend = "✓ holds: every comparison came true. ✗ does not hold: none did. ± depends: some came true and others did not. ? not decided: the intervals are too wide to tell, or a control did not come true. – not tested: nothing here can measure it, or it could not be run. A comparison of measurements comes true only where its whole 95\u00a0% interval does, one of works and fails where every trial does, and one of an experiment where every repetition does. A ratio or a difference is the typical one of two trials of the same round, and not that of two medians. ⚠ marks what rests on a number that the load generator, the machine or too few events put in doubt."

func newPage(r *results.Record) (page, error) {
	verdicts := verdict.Of(r)
	p := page{
		Record: r, Began: r.Began.UTC().Format("2 January 2006, 15:04 UTC"), Took: text.Seconds(math.Round(r.Ended.Sub(r.Began).Seconds())),
		Title:  fmt.Sprintf("%s about polling, long-polling, SSE and WebSocket, put to the test", text.Count(len(verdicts), "statement")),
		Counts: counts(verdicts), Alerts: alerts(r, verdicts), NotRun: proof.NotRun(r), Facts: proof.Provenance(r),
		Trials: fmt.Sprintf("%s ran one after the other in rounds, each with one trial of every variant that has as many, in a random order (seed %d)%s, so that slow times of the machine fall on all sides of a comparison alike.", text.Count(len(r.Trials), "trial"), r.Seed, gathered(r)),
	}
	p.Shell, p.ShellNote = proof.Reproduce(r)
	p.Table = text.Table{Columns: text.Heads("what people say")}
	p.Table.Columns = append(p.Table.Columns, text.Column{Title: "verdict"}, text.Column{Title: "what came out"})
	for i, v := range verdicts {
		s, err := newSection(r, v, i)
		if err != nil {
			return p, fmt.Errorf("claims: %w", err)
		}
		p.Claims = append(p.Claims, s)
		p.Table.Rows = append(p.Table.Rows, []text.Value{
			{Text: s.Heading, Link: s.ID},
			{Text: string(v.Word), Sign: s.Mark.Sign, Tone: s.Mark.Tone},
			lined(brief(v)),
		})
	}
	return p, nil
}

func newSection(r *results.Record, v verdict.Verdict, at int) (section, error) {
	s := section{
		Verdict: v, ID: fmt.Sprintf("claim-%d", at+1), Heading: fmt.Sprintf("%d. %s", v.Number, told(v.Says)), Mark: marks[string(v.Word)],
		Outcome: outcome(v), Repeat: safe.Command("pushbench", "claims", v.Name),
	}
	for _, one := range groups {
		g := group{Title: one.title}
		for i, c := range v.Criterion {
			if c.Role == one.role {
				g.Criteria = append(g.Criteria, newCriterion(r, v, i, c))
			}
		}
		if g.Criteria != nil {
			s.Groups = append(s.Groups, g)
		}
	}
	var err error
	if s.Figure, err = ratios(v, s.ID); err != nil {
		return s, err
	}
	s.Explain = explain(v)
	for _, c := range v.Criterion {
		if o := r.Observation(c.Observation); c.Kind == results.ObservationOf && o != nil {
			own := *o
			if own.Reason != "" {
				own.Reason = sentence(own.Reason)
			}
			s.Observed = append(s.Observed, own)
		}
	}
	for _, name := range v.Scenarios {
		one := view.Find(r, name)
		l := load{Name: name, About: one.Scenario.About, YAML: one.Scenario.Text}
		if one.Any() != nil {
			l.Text = one.Load()
		}
		s.Loads = append(s.Loads, l)
	}
	return s, nil
}

// alerts are those of the record without the failed trials that a criterion asks about. A
// record of observations alone was to have no trials.
func alerts(r *results.Record, verdicts []verdict.Verdict) []reading.Alert {
	if r.Planned == 0 && r.Partial == "" {
		return nil
	}
	all := reading.Alerts(withoutAsked(r, verdicts))
	if line := doubts(verdicts); line != "" {
		all = append(all, reading.Alert{Text: line})
	}
	return all
}

// withoutAsked is the record without the failed trials that a criterion asks about.
func withoutAsked(r *results.Record, verdicts []verdict.Verdict) *results.Record {
	own := *r
	asked := verdict.Asked(verdicts)
	own.Trials = nil
	for _, t := range r.Trials {
		if !asked[t] {
			own.Trials = append(own.Trials, t)
		}
	}
	own.Planned -= len(r.Trials) - len(own.Trials)
	return &own
}

// counts says how many statements have which verdict.
func counts(verdicts []verdict.Verdict) string {
	var parts []string
	for _, w := range verdict.Words() {
		n := 0
		for _, v := range verdicts {
			if v.Word == w {
				n++
			}
		}
		if n == 0 {
			continue
		}
		word := string(w)
		switch {
		case n == 1:
		case w == verdict.Holds:
			word = "hold"
		case w == verdict.DoesNotHold:
			word = "do not hold"
		case w == verdict.Depends:
			word = "depend"
		}
		parts = append(parts, fmt.Sprintf("%s\u00a0%d\u00a0%s", marks[string(w)].Sign, n, word))
	}
	return strings.Join(parts, ", ")
}

// told is a text of the record as a part of a sentence.
func told(s string) string { return safe.Brief(s, 600) }
