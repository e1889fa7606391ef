package plots

import (
	"math"
	"slices"
	"strings"

	"pushbench/plots/proof"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
	"pushbench/results/model"
	"pushbench/results/safe"
)

// A report is a record as both reports, HTML and Markdown, tell it.
type report struct {
	Record     *results.Record
	Began      string
	Took       string
	Alerts     []alert
	Answers    []answer
	Decision   table.Table
	DecidedBy  string // the scenario whose lateness and bytes the decision table has
	DecidedID  string
	HeldBy     string // the scenario whose connections it has
	HeldID     string
	Sections   []section
	Claims     []proof.Row
	Verdicts   string       // of the claims, counted
	Legend     string       // of their marks
	Audit      *proof.Audit // nil: no trial ran under a packet capture
	NotRun     table.Table
	Broken     table.Table  // expectations that were not met
	Held       []proof.Held // and those that were
	Glossary   []definition
	Provenance [][2]string
	Command    string
}

// A section is one scenario of a report.
type section struct {
	results.Scenario
	ID          string
	Load        string
	Wait        string // of the load generator, until it had read what had arrived
	Ceiling     string // how much of its ceiling the load generator used
	Doubts      []doubtNote
	Figures     []Figure
	Table       table.Table
	Every       table.Table // every metric that any cell has
	Predictions proof.Comparison
	Readings    []string
}

// A definition is an entry of the glossary with links to the sections whose
// predictions it counts.
type definition struct {
	proof.Entry
	Where []answer
}

// summaryUnits are the columns of a scenario's table.
var summaryUnits = []string{
	"p50-sec", "p99-sec", "uncorrected-p99-sec", waitUnit, "age-sec", "wire-B/event", "overhead-B/event",
	"open-sec", "server-mem-B/conn", "server-cpu-sec/event", "missed-events",
}

// silentUnits are those of a scenario without events.
var silentUnits = []string{
	"connect-sec", "tls-sec", "http-sec", "open-sec", "first-event-sec", "handshake-B/conn", "handshake-segments/conn",
	"conns/sec", "server-cpu-sec/conn", "loadgen-cpu-sec/conn", "server-mem-B/conn",
}

func newReport(r *results.Record, figs []Figure) report {
	out := report{
		Record: r, Began: r.Began.UTC().Format("2 January 2006, 15:04 UTC"), Took: words.Seconds(math.Round(r.Ended.Sub(r.Began).Seconds())),
		Alerts: alerts(r), Answers: answers(r), NotRun: proof.NotRun(r),
		Claims: proof.Rows(r), Verdicts: proof.Verdicts(r), Legend: proof.Legend(r),
		Provenance: proof.Provenance(r), Command: safe.Command(r.Provenance.Command...),
	}
	out.Broken, out.Held = proof.Expectations(r)
	if a, ok := proof.Audited(r); ok {
		out.Audit = &a
	}
	out.Decision, out.DecidedBy = decision(r)
	out.HeldBy = holding(r)
	out.DecidedID, out.HeldID = newSet(r, results.Scenario{Name: out.DecidedBy}).section(), newSet(r, results.Scenario{Name: out.HeldBy}).section()
	predicted := model.Compare(r) // not r.Predictions: a record of an older version has none
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		sec := section{
			Scenario: sc, ID: s.section(), Load: s.load() + " · " + words.Count(sc.Trials, "trial") + " of each variant", Doubts: doubts(s), Readings: readings(s),
			Wait: waitNote(s), Ceiling: proof.Ceiling(r, sc.Name), Table: summary(s), Every: every(s), Predictions: proof.Predictions(predicted, sc.Name, s.measured),
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
				d.Where = append(d.Where, answer{Scenario: s.Name, ID: s.PredictedID()})
			}
		}
		rep.Glossary = append(rep.Glossary, d)
	}
}

// PredictedID is the id of the section's table of predictions.
func (s section) PredictedID() string { return "predicted-" + strings.TrimPrefix(s.ID, "scenario-") }

// measured finds the cell of a prediction and returns the head of its row and
// its measured value.
func (s set) measured(p results.Predicted, m results.Metric) (head, value table.Value) {
	for _, c := range pointed(s.cells) {
		if c.Point == p.Point && c.Variant == p.Variant {
			return c.head(), c.value(m)
		}
	}
	return table.Value{Text: p.Variant}, table.Value{Text: words.Format(p.Measured, m.Kind)}
}

// summary is the table of a scenario: every cell, the metrics that decide.
func summary(s set) table.Table {
	units := summaryUnits
	switch {
	case silent(s) && brief(s):
		units = silentUnits
	case silent(s):
		units = append(slices.Clone(silentUnits), "wire-B/client-min")
	case waiting(s):
		units = slices.Insert(slices.Clone(units), 4, "wire-B/client-min")
	}
	return metricTable(pointed(s.cells), units...)
}

// pointed returns cells with their points in their names.
func pointed(cells []cell) []cell {
	cells = slices.Clone(cells)
	for i, c := range cells {
		if c.Point != "" {
			cells[i].name += " · " + pointName(c)
		}
	}
	return cells
}

// every lists all that was measured: a row for each metric that any cell has,
// a column for each cell.
func every(s set) table.Table {
	t := table.Table{Columns: table.Columns("number")}
	trials := []table.Value{{Text: "valid trials"}}
	cells := pointed(slices.Concat(sweepGroups(s)...))
	for _, c := range cells {
		t.Columns = append(t.Columns, table.Column{Title: c.name, Number: true})
		trials = append(trials, c.trials())
	}
	for _, m := range results.Metrics() {
		if !anyHas(cells, m) {
			continue
		}
		row := []table.Value{{Text: m.Title, Note: m.Unit, Link: proof.MetricID(m.Unit)}}
		for _, c := range cells {
			row = append(row, c.value(m))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, trials)
	}
	return t
}
