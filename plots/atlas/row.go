package atlas

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// memory is the metric of what a held connection takes.
const memory = "outside-B/conn"

// A column is one of the table, with what explains it.
type column struct {
	Title, About string
	metric       *results.Metric // nil: it is no metric
	held         bool            // of the scenario without events
}

// columns are those behind the server's name.
func columns() []column {
	var all []column
	for _, c := range []struct {
		title, unit string
		held        bool
	}{
		{"median latency", "p50-sec", false},
		{"p99 latency", "p99-sec", false},
		{"bytes per event", "wire-B/event", false},
		{"overhead per event", "overhead-B/event", false},
		{"server CPU per event", "server-cpu-sec/event", false},
		{"memory per connection", memory, true},
	} {
		m, _ := results.MetricByUnit(c.unit)
		all = append(all, column{Title: c.title, About: m.Definition, metric: &m, held: c.held})
	}
	return append(all,
		column{Title: "streams held", About: "How many clients could be connected at once and all got the same event. The check finds this number, not a trial. ≥ stands where no more were tried."},
		column{Title: "failed trials", About: "Trials of both loads in which an event was missed, doubled or out of order, the bytes did not add up or the server did not answer. They are in no number of this row."})
}

// A row is one server over one transport.
type row struct {
	Server text.Value
	Cells  []cell // one for each column
}

// A cell is a field with the number that it is sorted by.
type cell struct {
	text.Value
	Why            int  // the number of the reason why there is none, or of what is to be said of it; 0: there is nothing
	Known          bool // there is one
	Raw, Low, High float64
}

// rows are the servers that were asked over a transport, by name.
func (s sources) rows(transport string, events, held view.Scenario) []row {
	type key struct{ target, variant string }
	var keys []key
	names := map[key]string{}
	for _, c := range slices.Concat(events.Cells, held.Cells) {
		k := key{c.Target, c.Variant}
		if _, ok := names[k]; !ok {
			keys, names[k] = append(keys, k), c.Name
		}
	}
	find := func(s view.Scenario, k key) view.Cell {
		i := slices.IndexFunc(s.Cells, func(c view.Cell) bool { return key{c.Target, c.Variant} == k })
		if i < 0 {
			return view.Cell{}
		}
		return s.Cells[i]
	}
	for _, n := range s.NotRun { // what was asked and never run has a row, too
		k := key{n.Target, n.Variant}
		if _, ok := names[k]; !ok && n.Target != "" && transportOf(s.Record, n.Variant) == transport && offers(s.Record, n.Target, transport) {
			keys, names[k] = append(keys, k), text.Name(n.Target)
		}
	}
	slices.SortStableFunc(keys, func(a, b key) int { return cmp.Compare(names[a], names[b]) })
	var rows []row
	for _, k := range keys {
		r := row{Server: text.Value{Text: names[k], Note: about(s.Record, k.target), Link: serverID(s.Record, k.target), Transport: transport}}
		e, h := find(events, k), find(held, k)
		for _, col := range columns() {
			from, scenario := e, events.Scenario.Name
			if col.held {
				from, scenario = h, held.Scenario.Name
			}
			if col.metric == nil {
				continue
			}
			one, why := measured(from, *col.metric)
			if len(from.Trials)+len(from.Failed) == 0 {
				why = s.whyNot(scenario, k.target, k.variant)
			}
			if one.Known && !col.held && newestOnly(from) {
				why = newest
			}
			one.Why = s.reasons.number(why)
			r.Cells = append(r.Cells, one)
		}
		r.Cells = append(r.Cells, streams(s.CheckOf(k.target).Fact(transport+"/streams")), trialsOf(e, h))
		rows = append(rows, r)
	}
	return rows
}

// newest is what is to be said of numbers of a server that keeps only the newest event.
const newest = "This server keeps only the newest event. An event that a client has not got when the next one comes is in no number, so the numbers cannot be compared with those of a server that delivers every event."

// newestOnly reports whether clients of the cell got newer events in the place of others.
func newestOnly(c view.Cell) bool {
	return slices.ContainsFunc(c.Trials, func(t *results.Trial) bool { return t.Deliveries.Superseded > 0 })
}

// measured is the cell's median of m, or why it has none.
func measured(c view.Cell, m results.Metric) (out cell, why string) {
	if s, ok := c.Summarize(m); ok {
		return cell{Value: c.Value(m), Known: true, Raw: s.Center, Low: s.Lo, High: s.Hi}, ""
	}
	why = c.Why(m)
	if why == "" && len(c.Trials) == 0 && len(c.Failed) > 0 {
		why = "no trial is valid: " + c.Failed[0].Failed
	}
	return none(), said(why)
}

// none is a field without a number.
func none() cell { return cell{Value: text.Value{Text: "–"}} }

// said is what a record says, as a sentence; empty when it says nothing.
func said(what string) string {
	if what == "" {
		return ""
	}
	return text.Sentence(strings.TrimSuffix(text.Told(what), "."))
}

// whyNot is why a target was not run over a variant in a scenario.
func (s sources) whyNot(scenario, target, variant string) string {
	for _, n := range s.NotRun {
		if n.Scenario == scenario && n.Target == target && n.Variant == variant {
			return said("not run: " + n.Reason)
		}
	}
	return ""
}

// streams is how many clients at once got an event.
func streams(f *results.Fact) cell {
	if f == nil {
		return none()
	}
	n, ok := f.Figures["streams"]
	if !ok {
		return cell{Value: text.Value{Text: "–", Note: string(f.State)}}
	}
	out := cell{Value: text.Value{Text: text.Number(n)}, Known: true, Raw: n, Low: n, High: n}
	if asked := f.Figures["asked"]; n >= asked {
		out.Text = "≥\u00a0" + out.Text
	} else {
		out.Note = "of " + text.Number(asked)
	}
	return out
}

// trialsOf counts the trials of cells that failed, and the events that were missed in them.
func trialsOf(cells ...view.Cell) cell {
	all, failed, missed, why := 0, 0, int64(0), ""
	for _, c := range cells {
		all, failed = all+len(c.Trials)+len(c.Failed), failed+len(c.Failed)
		for _, t := range slices.Concat(c.Trials, c.Failed) {
			missed += t.Deliveries.Missed
		}
		if why == "" && len(c.Failed) > 0 {
			why = text.Told(c.Failed[0].Failed)
		}
	}
	if all == 0 {
		return none()
	}
	out := cell{Known: true, Raw: float64(failed), Low: float64(failed), High: float64(failed)}
	out.Value = text.Value{Text: fmt.Sprintf("%d of %d", failed, all), Doubt: why, Alarming: true}
	if failed > 0 {
		out.Link = "failed"
	}
	if missed > 0 {
		out.Note = text.Number(float64(missed)) + " missed"
	}
	return out
}

// transportOf is the transport of a variant, as the record's trials say.
func transportOf(r *results.Record, variant string) string {
	for _, t := range r.Trials {
		if t.Variant == variant {
			return t.Transport
		}
	}
	return ""
}

// offers reports whether a check says that a target offers a transport.
func offers(r *results.Record, target, transport string) bool {
	f := r.CheckOf(target).Fact(transport + "/order")
	return f != nil && f.State != results.NotOffered
}

// serverID is the id of the target's own part of the page.
func serverID(r *results.Record, target string) string {
	i := slices.IndexFunc(r.Targets, func(t results.Target) bool { return t.Name == target })
	if i < 0 {
		return ""
	}
	return "server-" + strconv.Itoa(i+1)
}

// about is one line on a target.
func about(r *results.Record, target string) string {
	for _, t := range r.Targets {
		if t.Name != target {
			continue
		}
		for _, x := range t.Traits {
			if x.Name == "about" {
				return text.Told(x.Text)
			}
		}
		if target == results.Builtin {
			return "pushbench's own servers"
		}
	}
	return ""
}
