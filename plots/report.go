package plots

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"pushbench/results"
)

// A report is a record as both reports, HTML and Markdown, tell it.
type report struct {
	Record       *results.Record
	Began        string
	Took         string
	Alerts       []alert
	Answers      []string
	Decision     Table
	DecidedBy    string // the scenario whose lateness and bytes the decision table has
	DecidedID    string
	HeldBy       string // the scenario whose connections it has
	HeldID       string
	Sections     []section
	NotRun       Table
	Expectations Table
	Glossary     []results.Metric
	Provenance   [][2]string
	Command      string
}

// A section is one scenario of a report.
type section struct {
	results.Scenario
	ID          string
	Load        string
	Doubts      []doubtNote
	Figures     []Figure
	Table       Table
	Predictions Table
	Readings    []string
}

// summaryUnits are the columns of a scenario's table.
var summaryUnits = []string{
	"p50-sec", "p99-sec", "spread-sec", "age-sec", "wire-B/event", "overhead-B/event",
	"open-sec", "server-mem-B/conn", "server-cpu-sec/event", "missed-events",
}

func newReport(r *results.Record, figs []Figure) report {
	out := report{
		Record: r, Began: r.Began.UTC().Format("2 January 2006, 15:04 UTC"), Took: seconds(math.Round(r.Ended.Sub(r.Began).Seconds())),
		Alerts: alerts(r), Answers: Answers(r), NotRun: notRun(r), Expectations: expectations(r),
		Glossary: results.Metrics(), Provenance: provenance(r), Command: strings.Join(r.Provenance.Command, " "),
	}
	out.Decision, out.DecidedBy = decision(r)
	out.HeldBy = holding(r)
	out.DecidedID, out.HeldID = "scenario-"+slug(out.DecidedBy), "scenario-"+slug(out.HeldBy)
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		sec := section{
			Scenario: sc, ID: "scenario-" + s.slug, Load: s.load() + " · " + count(sc.Trials, "trial") + " of each variant", Doubts: doubts(s), Readings: readings(s),
			Table: summary(s), Predictions: predictions(s),
		}
		for _, f := range figs {
			if f.Scenario == sc.Name {
				sec.Figures = append(sec.Figures, f)
			}
		}
		out.Sections = append(out.Sections, sec)
	}
	return out
}

// summary is the table of a scenario: every cell, the metrics that decide.
func summary(s set) Table {
	cells := slices.Clone(s.cells)
	for i, c := range cells {
		if c.Point != "" {
			cells[i].name += " · " + pointName(c)
		}
	}
	units := summaryUnits
	if waiting(s) && !brief(s) {
		units = slices.Insert(slices.Clone(units), 4, "wire-B/client-min")
	}
	return metricTable(cells, units...)
}

// predictions compares what was measured with the closed forms.
func predictions(s set) Table {
	t := Table{Columns: columns("transport", "measured", "expected", "residual")}
	t.Columns = slices.Insert(t.Columns, 1, Column{Title: "metric"})
	t.Columns = append(t.Columns, Column{Title: "by"})
	for _, c := range s.cells {
		if len(c.Trials) == 0 {
			continue
		}
		head := c.head()
		if c.Point != "" {
			head.Text += " · " + pointName(c)
		}
		for _, m := range results.Metrics() {
			p, ok := results.Predict(c.Trials[0], m.Unit)
			sum, has := c.Summarize(m)
			if !ok || !has {
				continue
			}
			t.Rows = append(t.Rows, []Value{
				head, {Text: m.Short}, {Text: format(sum.Center, m.Kind), Note: bounds(sum, m.Kind)},
				{Text: format(p.Value, m.Kind)}, residual(sum.Center, p), {Text: p.Formula, Note: p.Source},
			})
		}
	}
	return t
}

// PredictionSummary says how many predictions came true.
func (s section) PredictionSummary() string {
	n := len(s.Predictions.Rows)
	for _, row := range s.Predictions.Rows {
		n -= btoi(row[4].Doubt != "")
	}
	return fmt.Sprintf("%d of %s within tolerance of the closed form", n, count(len(s.Predictions.Rows), "number"))
}

// residual is how far a measured value is from the predicted one; beyond the
// prediction's tolerance it is in doubt.
func residual(got float64, p results.Prediction) Value {
	if p.Value == 0 {
		if got == 0 {
			return Value{Text: "0"}
		}
		return Value{Text: number(got), Doubt: "expected 0"}
	}
	off := got/p.Value - 1
	v := Value{Text: fmt.Sprintf("%+.1f %%", off*100)}
	if off > p.Tolerance || off < -p.Tolerance {
		v.Doubt = fmt.Sprintf("beyond the tolerance of %.1f %%: unexplained", p.Tolerance*100)
	}
	return v
}

func notRun(r *results.Record) Table {
	t := Table{Columns: []Column{{Title: "scenario"}, {Title: "point"}, {Title: "variant"}, {Title: "reason"}}}
	for _, n := range r.NotRun {
		t.Rows = append(t.Rows, []Value{{Text: n.Scenario}, {Text: n.Point}, {Text: n.Variant}, {Text: n.Reason}})
	}
	return t
}

func expectations(r *results.Record) Table {
	t := Table{Columns: []Column{{Title: "scenario"}, {Title: "expected"}, {Title: "got", Number: true}, {Title: "wanted", Number: true}, {Title: "held"}}}
	for _, e := range r.Expectations {
		m, _ := results.MetricByUnit(e.Metric)
		held := Value{Text: "yes"}
		if !e.Held {
			held = Value{Text: "no", Doubt: "not met"}
		}
		name := e.Scenario
		if e.Point != "" {
			name += " at " + e.Point
		}
		t.Rows = append(t.Rows, []Value{{Text: name}, {Text: e.Text},
			{Text: format(e.Got, m.Kind)}, {Text: format(e.Want, m.Kind)}, held})
	}
	return t
}

// provenance lists every field of the record's provenance.
func provenance(r *results.Record) [][2]string {
	p := r.Provenance
	out := [][2]string{
		{"run", r.ID}, {"began", r.Began.UTC().Format(time.RFC3339)}, {"ended", r.Ended.UTC().Format(time.RFC3339)},
		{"trials", fmt.Sprintf("%d of %d planned", len(r.Trials), r.Planned)}, {"seed", fmt.Sprint(r.Seed)}, {"schema", fmt.Sprint(r.Schema)},
		{"pushbench", p.Version}, {"commit", p.Commit}, {"command", strings.Join(p.Command, " ")}, {"Go", p.GoVersion},
		{"system", p.OS}, {"kernel", p.Kernel}, {"host (hash)", p.Host}, {"CPU", p.CPU}, {"cores", fmt.Sprint(p.Cores)},
		{"memory", bytesText(float64(p.Memory))}, {"congestion control", p.Congestion}, {"CPU governor", p.Governor},
		{"descriptor limit", number(float64(p.Files))}, {"path", p.Path},
	}
	for _, name := range slices.Sorted(maps.Keys(p.Modules)) {
		out = append(out, [2]string{name, p.Modules[name]})
	}
	for i := range out {
		if out[i][1] == "" {
			out[i][1] = "unknown"
		}
	}
	return out
}
