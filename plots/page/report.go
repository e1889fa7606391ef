// Package page writes the report of a record.
//
// Only WriteAll touches files. The same record gives the same bytes.
package page

import (
	"fmt"
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
)

// A report is a record as both reports, HTML and Markdown, tell it.
type report struct {
	Record     *results.Record
	Began      string
	Took       string
	Alerts     []reading.Alert
	Brief      reading.Brief
	Advice     text.Table // of Brief, linked to what proves it
	Sections   []section
	Your       *yourLoad // nil: there is nothing to estimate from
	Published  []proof.Row
	Verdicts   string         // of the published numbers, counted
	Legend     string         // of their marks
	Audit      *proof.Audit   // nil: no trial ran under a packet capture
	Agents     *proof.Finding // nil: no load came from several agents
	NotRun     text.Table
	NotMet     text.Table  // expectations that were not met
	Met        []proof.Met // and those that were
	Glossary   []definition
	Provenance [][2]string
	Shell      string // the lines that repeat the run
	ShellNote  string // what they cannot give back
	Foreign    bool   // servers with routes of their own answered, alone or beside ours
	History    string // name of the page of a history beside the report; empty: there is none
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
	Gaps        []string   // why fields of Table are empty, where they do not note it themselves
	Every       text.Table // every metric that any cell has
	Predictions proof.Comparison
	Readings    []string
}

// A definition is an entry of the glossary with links to the sections whose
// predictions it counts.
type definition struct {
	proof.Entry
	Where []reading.Point
}

func newReport(r *results.Record, figs []figure.Figure) report {
	out := report{
		Record: r, Began: r.Began.UTC().Format("2 January 2006, 15:04 UTC"), Took: text.Seconds(math.Round(r.Ended.Sub(r.Began).Seconds())),
		Alerts: reading.Alerts(r), Brief: reading.NewBrief(r), NotRun: proof.NotRun(r),
		Published: proof.Rows(r), Verdicts: proof.Verdicts(r), Legend: proof.Legend(r),
		Provenance: proof.Provenance(r), Foreign: view.AnyForeign(r),
	}
	out.Shell, out.ShellNote = proof.Reproduce(r)
	out.NotMet, out.Met = proof.Expectations(r)
	if f, ok := proof.Agents(r); ok {
		out.Agents = &f
	}
	if a, ok := proof.Audited(r); ok {
		out.Audit = &a
	}
	predicted := model.Compare(r) // not r.Predictions: a record of an older version has none
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		sec := section{
			Scenario: sc, ID: s.Section(), Load: s.Load() + " · " + text.Count(sc.Trials, "trial") + " of each variant", Doubts: reading.Doubts(s), Readings: reading.Readings(s),
			Wait: reading.WaitNote(s), Ceiling: proof.Ceiling(r, sc.Name), Every: every(s), Predictions: proof.Predictions(predicted, sc.Name, predictedRow(s)),
		}
		sec.Table, sec.Gaps = summary(s)
		sec.Predictions.Others = out.Foreign
		for _, f := range figs {
			if f.Scenario == sc.Name && f.Name != figure.MapName {
				sec.Figures = append(sec.Figures, f)
			}
		}
		out.Sections = append(out.Sections, sec)
	}
	out.Advice = adviceTable(out.Brief.Advice, out.Sections)
	out.define(proof.Glossary(predicted))
	return out
}

// adviceTable is what to choose when, each with a link to the figure or the table
// that shows it.
func adviceTable(all []reading.Advice, sections []section) text.Table {
	t := text.Table{Columns: []text.Column{{Title: "when"}, {Title: "choose"}, {Title: "because"}, {Title: "proof"}}}
	for _, a := range all {
		i := slices.IndexFunc(sections, func(s section) bool { return s.ID == a.Section })
		proof := text.Value{Text: "The main numbers of " + sections[i].Name, Link: sections[i].NumbersID()}
		for _, f := range sections[i].Figures {
			if f.Name == a.Figure {
				proof = text.Value{Text: f.Title, Link: f.ID()}
			}
		}
		t.Rows = append(t.Rows, []text.Value{{Text: a.When}, {Text: a.Choose}, {Text: a.Why}, proof})
	}
	return t
}

// define fills the glossary.
func (rep *report) define(entries []proof.Entry) {
	for _, e := range entries {
		d := definition{Entry: e}
		for _, s := range rep.Sections {
			if slices.Contains(e.Scenarios, s.Name) {
				d.Where = append(d.Where, reading.Point{Scenario: s.Name, Section: s.PredictedID()})
			}
		}
		rep.Glossary = append(rep.Glossary, d)
	}
}

// NumbersID is the id of the section's table of main numbers.
func (s section) NumbersID() string { return "numbers-" + strings.TrimPrefix(s.ID, "scenario-") }

// withYourLoad is newReport with the section on a load that was not measured.
func withYourLoad(r *results.Record, figs []figure.Figure) (report, error) {
	rep := newReport(r, figs)
	var err error
	if rep.Your, err = newYourLoad(r, figs); err != nil {
		return rep, fmt.Errorf("report: %w", err)
	}
	return rep, nil
}

// PredictedID is the id of the section's table of predictions.
func (s section) PredictedID() string { return "predicted-" + strings.TrimPrefix(s.ID, "scenario-") }
