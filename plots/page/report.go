// Package page writes the report of a record.
//
// Only WriteAll touches files. The same record gives the same bytes.
package page

import (
	"math"
	"slices"
	"strings"

	"pushbench/plots/figure"
	"pushbench/plots/proof"
	"pushbench/plots/reading"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/model"
	"pushbench/results/safe"
)

// A report is a record as both reports, HTML and Markdown, tell it.
type report struct {
	Record        *results.Record
	Began         string
	Took          string
	Alerts        []reading.Alert
	Answers       []reading.Answer
	Decision      text.Table
	LoadOf        string // the scenario whose lateness and bytes the decision table has
	LoadID        string
	ConnectionsOf string // the scenario whose connections it has
	ConnectionsID string
	Sections      []section
	Claims        []proof.Row
	Verdicts      string       // of the claims, counted
	Legend        string       // of their marks
	Audit         *proof.Audit // nil: no trial ran under a packet capture
	NotRun        text.Table
	NotMet        text.Table  // expectations that were not met
	Met           []proof.Met // and those that were
	Glossary      []definition
	Provenance    [][2]string
	Command       string
}

// A section is one scenario of a report.
type section struct {
	results.Scenario
	ID          string
	Load        string
	Wait        string // of the load generator, until it had read what had arrived
	Ceiling     string // how much of its ceiling the load generator used
	Doubts      []reading.Doubt
	Figures     []figure.Figure
	Table       text.Table
	Every       text.Table // every metric that any cell has
	Predictions proof.Comparison
	Readings    []string
}

// A definition is an entry of the glossary with links to the sections whose
// predictions it counts.
type definition struct {
	proof.Entry
	Where []reading.Answer
}

func newReport(r *results.Record, figs []figure.Figure) report {
	out := report{
		Record: r, Began: r.Began.UTC().Format("2 January 2006, 15:04 UTC"), Took: text.Seconds(math.Round(r.Ended.Sub(r.Began).Seconds())),
		Alerts: reading.Alerts(r), Answers: reading.Answers(r), NotRun: proof.NotRun(r),
		Claims: proof.Rows(r), Verdicts: proof.Verdicts(r), Legend: proof.Legend(r),
		Provenance: proof.Provenance(r), Command: safe.Command(r.Provenance.Command...),
	}
	out.NotMet, out.Met = proof.Expectations(r)
	if a, ok := proof.Audited(r); ok {
		out.Audit = &a
	}
	out.Decision, out.LoadOf = reading.Decision(r)
	out.ConnectionsOf = view.ConnectionScenario(r)
	out.LoadID, out.ConnectionsID = view.Find(r, out.LoadOf).Section(), view.Find(r, out.ConnectionsOf).Section()
	predicted := model.Compare(r) // not r.Predictions: a record of an older version has none
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		sec := section{
			Scenario: sc, ID: s.Section(), Load: s.Load() + " · " + text.Count(sc.Trials, "trial") + " of each variant", Doubts: reading.Doubts(s), Readings: reading.Readings(s),
			Wait: reading.WaitNote(s), Ceiling: proof.Ceiling(r, sc.Name), Table: summary(s), Every: every(s), Predictions: proof.Predictions(predicted, sc.Name, predictedRow(s)),
		}
		for _, f := range figs {
			if f.Scenario == sc.Name {
				sec.Figures = append(sec.Figures, f)
			}
		}
		out.Sections = append(out.Sections, sec)
	}
	out.define(proof.Glossary(predicted))
	return out
}

// define fills the glossary.
func (rep *report) define(entries []proof.Entry) {
	for _, e := range entries {
		d := definition{Entry: e}
		for _, s := range rep.Sections {
			if slices.Contains(e.Scenarios, s.Name) {
				d.Where = append(d.Where, reading.Answer{Scenario: s.Name, ID: s.PredictedID()})
			}
		}
		rep.Glossary = append(rep.Glossary, d)
	}
}

// PredictedID is the id of the section's table of predictions.
func (s section) PredictedID() string { return "predicted-" + strings.TrimPrefix(s.ID, "scenario-") }
