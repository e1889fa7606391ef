package plots

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"pushbench/plots/words"
	"pushbench/results"
)

// A report is a record as both reports, HTML and Markdown, tell it.
type report struct {
	Record     *results.Record
	Began      string
	Took       string
	Alerts     []alert
	Answers    []answer
	Decision   Table
	DecidedBy  string // the scenario whose lateness and bytes the decision table has
	DecidedID  string
	HeldBy     string // the scenario whose connections it has
	HeldID     string
	Sections   []section
	NotRun     Table
	Broken     Table  // expectations that were not met
	Held       []held // and those that were
	Glossary   []results.Metric
	Provenance [][2]string
	Command    string
}

// A section is one scenario of a report.
type section struct {
	results.Scenario
	ID          string
	Load        string
	Doubts      []doubtNote
	Figures     []Figure
	Table       Table
	Every       Table // every metric that any cell has
	Findings    Table // numbers that are not what a closed form expects
	Predictions Table // all numbers that have one
	Readings    []string
}

// summaryUnits are the columns of a scenario's table.
var summaryUnits = []string{
	"p50-sec", "p99-sec", "age-sec", "wire-B/event", "overhead-B/event",
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
		Alerts: alerts(r), Answers: answers(r), NotRun: notRun(r),
		Glossary: results.Metrics(), Provenance: provenance(r), Command: strings.Join(r.Provenance.Command, " "),
	}
	out.Broken, out.Held = expectations(r)
	out.Decision, out.DecidedBy = decision(r)
	out.HeldBy = holding(r)
	out.DecidedID, out.HeldID = "scenario-"+slug(out.DecidedBy), "scenario-"+slug(out.HeldBy)
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		sec := section{
			Scenario: sc, ID: s.section(), Load: s.load() + " · " + words.Count(sc.Trials, "trial") + " of each variant", Doubts: doubts(s), Readings: readings(s),
			Table: summary(s), Every: every(s),
		}
		sec.Predictions, sec.Findings = predictions(s)
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
	units := summaryUnits
	switch {
	case silent(s) && brief(s):
		units = silentUnits
	case silent(s):
		units = append(slices.Clone(silentUnits), "wire-B/client-min")
	case waiting(s):
		units = slices.Insert(slices.Clone(units), 3, "wire-B/client-min")
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
func every(s set) Table {
	t := Table{Columns: columns("number")}
	trials := []Value{{Text: "valid trials"}}
	cells := pointed(slices.Concat(sweepGroups(s)...))
	for _, c := range cells {
		t.Columns = append(t.Columns, Column{Title: c.name, Number: true})
		trials = append(trials, c.trials())
	}
	for _, m := range results.Metrics() {
		if !anyHas(cells, m) {
			continue
		}
		row := []Value{{Text: m.Title, Note: m.Unit}}
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

func notRun(r *results.Record) Table {
	t := Table{Columns: []Column{{Title: "scenario"}, {Title: "point"}, {Title: "variant"}, {Title: "reason"}}}
	for _, n := range r.NotRun {
		t.Rows = append(t.Rows, []Value{{Text: n.Scenario}, {Text: n.Point}, {Text: n.Variant}, {Text: n.Reason}})
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
		{"memory", words.Bytes(float64(p.Memory))}, {"congestion control", p.Congestion}, {"CPU governor", p.Governor},
		{"descriptor limit", words.Number(float64(p.Files))}, {"path", p.Path},
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
