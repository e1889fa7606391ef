// Package atlas writes the page on which servers of all kinds stand beside each other.
//
// Everything on it comes from one record: what a check found out about each server, and
// what their trials said. Only WriteAll touches files. The same record gives the same
// bytes. No server is ranked: rows are in the order of their names.
package atlas

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"pushbench/plots/figure"
	"pushbench/plots/proof"
	"pushbench/plots/reading"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// Has reports whether a record makes an atlas: several servers were measured, and what
// they do was found out before.
func Has(r *results.Record) bool { return len(r.Checks) > 0 && len(r.Targets) > 1 }

// An atlas is a record as the page and its Markdown tell it.
type atlas struct {
	Record    *results.Record
	Title     string
	Began     string
	Took      string // the trials, and the checks before them
	Trials    string // how many there were, and in which order they ran
	Alerts    []reading.Alert
	Loads     []load
	Columns   []column
	Groups    []group
	Reasons   reasons // why there are no numbers
	Doubts    []doubt
	HowToRead string
	Notes     []string    // on columns
	Known     []deviation // the target's file says why
	Unknown   []deviation // nothing says why
	Servers   []server
	Failed    text.Table
	NotRun    text.Table
	Unoffered string // what is not in NotRun
	Limits    []string
	Shell     string // the lines that repeat the run
	ShellNote string // what they cannot give back
	Facts     [][2]string
}

// A load is what a scenario asked of every server.
type load struct{ Name, About, Text, File, YAML string }

// A doubt is a warning that numbers of a scenario have.
type doubt struct {
	Scenario string
	reading.Doubt
}

// markFrom is the share of its trials from which on a number of the atlas is marked as doubtful.
// A report of a single run marks a number with one such trial already: its reader can look
// at each. Here that would mark nearly all latencies, and tell nothing. Leaving out less
// than this share moves no median of ten trials out of its 95 % interval, which goes from
// the second to the ninth of them.
const markFrom = 0.25

// A group is one transport, and all servers that were asked over it.
type group struct {
	ID, Transport, Name string
	Rows                []row
	Readings            []string
	Figures             []figure.Figure
	Matrix              matrix
}

// sources are the scenarios that the numbers come from.
type sources struct {
	*results.Record
	events, held view.Scenario // with events; without
	reasons      *reasons
}

// reasons are why there are no numbers, each once.
type reasons []string

// number is the place of a reason, from 1; 0: there is none.
func (r *reasons) number(why string) int {
	if why == "" {
		return 0
	}
	*r = text.Fresh(*r, why)
	return 1 + slices.Index(*r, why)
}

// sourcesOf finds the first scenario of the record that has events and sweeps nothing,
// and the one that tells the price of a connection.
func sourcesOf(r *results.Record) sources {
	s := sources{Record: r, reasons: &reasons{}, held: view.Find(r, view.ConnectionScenario(r))}
	for _, one := range r.Scenarios {
		if v := view.New(r, one); one.Sweep == "" && v.Any() != nil && !v.NoEvents() {
			s.events = v
			break
		}
	}
	for _, one := range []view.Scenario{s.events, s.held} {
		for i := range one.Cells {
			one.Cells[i].MarkFrom = markFrom
		}
	}
	return s
}

// transports are those of the record's trials and checks, in the order of the trials,
// the floor last.
func (s sources) transports() []string {
	var all []string
	for _, c := range slices.Concat(s.events.Cells, s.held.Cells) {
		all = text.Fresh(all, c.Transport)
	}
	slices.SortStableFunc(all, func(a, b string) int {
		return cmp.Compare(place(a), place(b))
	})
	return all
}

// place sorts the floor behind what carries events.
func place(transport string) int {
	if view.IsFloor(transport) {
		return 1
	}
	return 0
}

func newAtlas(r *results.Record) (atlas, error) {
	s := sourcesOf(r)
	a := atlas{
		Record: r, Began: r.Began.UTC().Format("2 January 2006, 15:04 UTC"), Took: took(r),
		HowToRead: howToRead(r), Alerts: s.alerts(), Columns: columns(), Limits: limits, Facts: proof.Provenance(r), Failed: failed(r),
	}
	a.Shell, a.ShellNote = proof.Reproduce(r)
	a.Notes = s.notes()
	for i, transport := range s.transports() {
		g, err := s.group(transport, i)
		if err != nil {
			return a, fmt.Errorf("atlas: %w", err)
		}
		a.Groups = append(a.Groups, g)
	}
	var measured []string
	for _, t := range r.Trials {
		measured = text.Fresh(measured, t.Target)
	}
	a.Title = fmt.Sprintf("%s over %s, under the same load", text.Count(len(measured), "server"), text.Count(len(a.Groups), "transport"))
	for _, one := range []view.Scenario{s.events, s.held} {
		if one.Any() == nil {
			continue
		}
		a.Loads = append(a.Loads, load{Name: one.Scenario.Name, About: one.Scenario.About, Text: one.Load(), File: one.Scenario.File, YAML: one.Scenario.Text})
		for _, d := range reading.Doubts(one) {
			if d.Code != "failed" && concerns(d.Code, one.NoEvents()) { // failed trials have a table
				if d.Code == "shared-stamps" {
					d.Text += sharing(one)
				}
				a.Doubts = append(a.Doubts, doubt{one.Scenario.Name, d})
			}
		}
	}
	a.Reasons = *s.reasons
	a.Trials = trials(r)
	a.Known, a.Unknown = deviations(r)
	a.Servers = servers(r)
	a.NotRun = notRun(r)
	if n := len(r.NotRun) - len(offered(r).NotRun); n > 0 {
		a.Unoffered = fmt.Sprintf("Not listed: %s of a scenario and a transport that a server does not offer.", text.Count(n, "pair"))
	}
	return a, nil
}

// concerns reports whether a warning says something about what the page has of a load.
func concerns(code string, held bool) bool {
	return slices.ContainsFunc(units(held), func(unit string) bool {
		m, ok := results.MetricByUnit(unit)
		return ok && (results.Warning{Code: code}).Concerns(m)
	})
}

// took says how long the trials took, and the checks before them.
func took(r *results.Record) string {
	all := text.Seconds(math.Round(r.Ended.Sub(r.Began).Seconds()))
	sec := 0.0
	for _, c := range r.Checks {
		sec += c.Seconds
	}
	if sec == 0 {
		return all
	}
	return all + ", after " + text.Seconds(math.Round(sec)) + " of checks,"
}

// alerts are what a reader must know before any number, with all kinds of doubt.
func (s sources) alerts() []reading.Alert {
	r := offered(s.Record)
	counts := map[bool]int{} // by whether the machine was the limit
	codes := map[bool][]string{}
	n := 0
	r.Trials = slices.Clone(r.Trials)
	for i, t := range r.Trials {
		own := *t
		own.Warnings, r.Trials[i] = nil, &own // they are told here
		has := map[bool]bool{}
		for _, w := range t.Doubts() {
			if t.Failed == "" && (t.Scenario == s.events.Scenario.Name && concerns(w.Code, false) || t.Scenario == s.held.Scenario.Name && concerns(w.Code, true)) {
				machine := view.MachineLimited(w.Code)
				codes[machine], has[machine] = text.Fresh(codes[machine], text.Name(w.Code)), true
			}
		}
		for machine := range has {
			counts[machine]++
		}
		n += min(1, len(has))
	}
	all := reading.Alerts(r)
	if n == 0 {
		return all
	}
	line := fmt.Sprintf("In %d of %s there is a reason to doubt some numbers.", n, text.Count(len(r.Trials), "trial"))
	if counts[true] > 0 {
		line += fmt.Sprintf(" In %d, the load generator or the machine was the limit (%s).", counts[true], text.Join(codes[true]))
	}
	if counts[false] > 0 {
		line += fmt.Sprintf(" In %d, it has to do with the server's answers, connections and lateness, or with how the clients read (%s).", counts[false], text.Join(codes[false]))
	}
	line += fmt.Sprintf(" “%s” says more.", doubtsTitle)
	own := reading.Alert{Text: line, Red: counts[true] > 0}
	at := slices.IndexFunc(all, func(a reading.Alert) bool { return !a.Red })
	if at < 0 || !own.Red {
		return append(all, own)
	}
	return slices.Insert(all, at, own)
}

// group is what the servers did over one transport.
func (s sources) group(transport string, at int) (group, error) {
	style := view.StyleOf(transport)
	g := group{ID: transport, Transport: transport, Name: text.Upper(text.Name(style.Name))}
	if style.Name == transport { // a name that anybody may have given
		g.ID = fmt.Sprintf("transport-%d", at)
	}
	events, held := s.events.Over(transport, g.ID), s.held.Over(transport, g.ID)
	var variants []string
	for _, c := range slices.Concat(events.Cells, held.Cells) {
		variants = text.Fresh(variants, view.CellName(c.Cell))
	}
	if len(variants) == 1 {
		g.Name = text.Upper(variants[0])
	}
	g.Rows = s.rows(transport, events, held)
	g.Readings = readings(events, held)
	g.Matrix = newMatrix(s.Record, transport, g.ID)
	var err error
	g.Figures, err = figures(events, held)
	return g, err
}

// trials says how many trials there were, and in which order.
func trials(r *results.Record) string {
	least, most := 0, 0
	for i, c := range r.Cells() {
		n := len(c.Trials) + len(c.Failed)
		if most = max(most, n); i == 0 || n < least {
			least = n
		}
	}
	each := text.Number(float64(most))
	if least != most {
		each = text.FromTo(text.Number(float64(least)), each)
	}
	return fmt.Sprintf("%s, %s of each server over each transport under each load. They ran one after the other in rounds, each in a random "+
		"order (seed %d), so that slow times of the machine fall on all servers alike.", text.Count(len(r.Trials), "trial"), each, r.Seed)
}
