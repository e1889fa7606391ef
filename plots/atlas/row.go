package atlas

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
		column{Title: "streams held", About: "How many clients could be connected at once and all got the same event. The check finds this number once, and no trial does. ≥ stands where all that were tried got it, and more were not tried."},
		column{Title: "failed trials", About: "Trials of both loads in which an event was missed, doubled or out of order, the bytes did not add up or the server did not answer. They are in no number of this row."})
}

// A row is one server over one transport.
type row struct {
	Server text.Value
	Why    int    // the number of the reason why the row has no number at all; 0: it has one
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
		if _, ok := names[k]; !ok && s.couldBe(n, transport) {
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
		r.Cells = append(r.Cells, s.streams(k.target, transport, cmp.Or(s.whyNot(events.Scenario.Name, k.target, k.variant), s.whyNot(held.Scenario.Name, k.target, k.variant))), trialsOf(e, h))
		r.gather()
		rows = append(rows, r)
	}
	return rows
}

// gather moves the reason why there are no numbers from the fields to the row, when it is
// the same for all but the last, which counts trials.
func (r *row) gather() {
	all := r.Cells[:len(r.Cells)-1]
	if slices.ContainsFunc(all, func(c cell) bool { return c.Known || c.Why != all[0].Why }) {
		return
	}
	r.Why = all[0].Why
	for i := range all {
		all[i].Why = 0
	}
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
		return cell{Value: c.Value(m), Known: true, Raw: s.Center, Low: s.Lo, High: s.Hi}, partly(c, m, s)
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

// couldBe reports whether what was not run is of a target that offers the transport, or
// that nobody could ask because it could not be started.
func (s sources) couldBe(n results.NotRun, transport string) bool {
	on := n.Variant == "" || transportOf(s.Record, n.Variant) == transport
	switch {
	case s.CheckOf(n.Target) != nil:
		return on && n.Variant != "" && offers(s.Record, n.Target, transport)
	case n.Offers != "":
		return on && slices.Contains(strings.Fields(n.Offers), transport)
	}
	return on && n.Target != ""
}

// polls is why nothing is known of streams where clients poll.
const polls = "A client that polls holds no stream."

// streams is how many clients at once got an event over a transport. why is why the target
// was not run.
func (s sources) streams(target, transport, why string) cell {
	f := s.CheckOf(target).Fact(transport + "/streams")
	if f == nil {
		out := none()
		if why == "" && transport == "polling" {
			why = polls
		}
		out.Why = s.reasons.number(why)
		return out
	}
	n, ok := f.Figures["streams"]
	if !ok {
		return cell{Value: text.Value{Text: "–", Note: string(f.State)}}
	}
	out := cell{Value: text.Value{Text: text.Number(n)}, Known: true, Raw: n, Low: n, High: n}
	switch asked := f.Figures["asked"]; {
	case n < asked:
		out.Note = "of " + text.Number(asked)
	case f.State == results.Fail:
		out.Note = fmt.Sprintf("of %s tried: the target file allows no more", text.Number(asked))
	default:
		out.Text = "≥\u00a0" + out.Text
	}
	return out
}

// Whole reports whether the note stands on one line, as an interval does.
func (c cell) Whole() bool { return utf8.RuneCountInString(c.Note) <= 20 }

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
	for _, n := range r.NotRun {
		if n.Target == target && n.About != "" {
			return text.Told(n.About)
		}
	}
	return ""
}
