package atlas

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A server is one target, its version and how it was set up.
type server struct {
	ID, Name, About, Version string
	Traits                   [][2]string
	YAML                     string // the target's file; empty: it has none
	Checked                  string // how it was checked
}

// servers are the targets of the record by name.
func servers(r *results.Record) []server {
	var all []server
	for _, t := range r.Targets {
		s := server{ID: serverID(r, t.Name), Name: text.Name(t.Name), About: about(r, t.Name), Version: text.Told(t.Version), YAML: t.Text}
		if s.Version == "" {
			switch {
			case t.Name == results.Builtin:
				s.Version = "pushbench " + text.Name(r.Provenance.Version) + ", " + text.Name(r.Provenance.GoVersion)
			case r.CheckOf(t.Name) != nil:
				s.Version = "not told"
			default:
				s.Version = unmeasured
			}
		}
		for _, x := range t.Traits {
			if x.Name != "about" && x.Name != "known" {
				s.Traits = append(s.Traits, [2]string{text.Name(x.Name), text.Told(x.Text)})
			}
		}
		for _, x := range t.Absent {
			if x.What != results.Floor { // the atlas has none
				s.Traits = append(s.Traits, [2]string{"not known: " + text.Name(cmp.Or(unknown[x.What], x.What)), text.Told(x.Reason)})
			}
		}
		c := r.CheckOf(t.Name)
		s.Checked = checked(c)
		s.Traits = append(s.Traits, publishing(c)...)
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b server) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// unmeasured stands where the version of a server would, if it had been started.
const unmeasured = "not measured"

// unknown are the things that a target may lack, in words.
var unknown = map[string]string{
	results.Figures: "what the server itself counts", results.Outside: "CPU time and memory of its processes", results.Version: "its version",
	results.Due: "when its events are due", results.Resident: "how much its memory grows", results.Opening: "how long it takes to open a client",
}

// versions tables what the servers of rows are, with their versions.
func (a atlas) versions(groups []group) text.Table {
	t := text.Table{Columns: []text.Column{{Title: "server"}, {Title: "what it is"}, {Title: "version"}}}
	abouts := map[string]string{}
	for _, g := range groups {
		for _, r := range g.Rows {
			abouts[r.Server.Text] = r.Server.Note
		}
	}
	for _, name := range slices.Sorted(maps.Keys(abouts)) {
		version := unmeasured
		if i := slices.IndexFunc(a.Servers, func(s server) bool { return s.Name == name }); i >= 0 {
			version = a.Servers[i].Version
		}
		t.Rows = append(t.Rows, []text.Value{{Text: name}, {Text: cmp.Or(abouts[name], "–")}, {Text: version}})
	}
	return t
}

// checked says how a target was checked.
func checked(c *results.Check) string {
	if c == nil {
		return "It was not checked."
	}
	count := map[results.State]int{}
	for _, f := range c.Facts {
		count[f.State]++
	}
	out := fmt.Sprintf("Checked in %s: %s, of which %d pass and %d fail.", text.Duration(c.Seconds), text.Count(len(c.Facts), "fact"), count[results.Pass], count[results.Fail])
	if c.Quick {
		out += " What takes a long wait or much data was left out."
	}
	return out
}

// publishing are the facts about how events are published.
func publishing(c *results.Check) (out [][2]string) {
	if c == nil {
		return nil
	}
	for _, f := range c.Facts {
		if name, ok := strings.CutPrefix(f.Name, "publish/"); ok {
			m := marked(&f, name)
			out = append(out, [2]string{"publishing: " + m.Name, strings.TrimSpace(m.Sign + " " + m.Text)})
		}
	}
	return out
}

// failed tables the trials that failed, those of one reason together.
func failed(r *results.Record) text.Table {
	t := text.Table{Columns: []text.Column{{Title: "server"}, {Title: "transport"}, {Title: "scenario"}, {Title: "trials", Number: true}, {Title: "the first one says"}}}
	for _, c := range r.Cells() {
		if n := len(c.Failed); n > 0 {
			t.Rows = append(t.Rows, []text.Value{{Text: text.Name(c.Target)}, {Text: view.CellName(c)}, {Text: text.Name(c.Scenario)},
				{Text: fmt.Sprintf("%d of %d", n, n+len(c.Trials))}, {Text: said(c.Failed[0].Failed)}})
		}
	}
	return t
}

// offered is the record without what was not run because a server does not offer it, and
// without what its scenarios expected: failed trials are told.
func offered(r *results.Record) *results.Record {
	own := *r
	own.Expectations = nil
	own.NotRun = slices.DeleteFunc(slices.Clone(r.NotRun), func(x results.NotRun) bool {
		f := r.CheckOf(x.Target).Fact(transportOf(r, x.Variant) + "/order")
		return f != nil && f.State == results.NotOffered
	})
	return &own
}

// notRun tables what was asked and not run, with the reasons.
func notRun(r *results.Record) text.Table {
	t := text.Table{Columns: []text.Column{{Title: "server"}, {Title: "transport"}, {Title: "scenarios"}, {Title: "reason"}}}
	type key struct{ target, variant, reason string }
	at := map[key]int{}
	for _, x := range offered(r).NotRun {
		k := key{x.Target, x.Variant, x.Reason}
		if i, ok := at[k]; ok {
			t.Rows[i][2].Text += ", " + text.Name(x.Scenario)
			continue
		}
		at[k] = len(t.Rows)
		t.Rows = append(t.Rows, []text.Value{{Text: text.Name(cmp.Or(x.Target, "all"))}, {Text: variantName(r, x.Variant)}, {Text: text.Name(x.Scenario)}, {Text: said(x.Reason)}})
	}
	return t
}

// variantName is what readers see for a variant of the record.
func variantName(r *results.Record, variant string) string {
	for _, c := range r.Cells() {
		if c.Variant == variant {
			return view.CellName(c)
		}
	}
	return text.Name(cmp.Or(variant, "all"))
}
