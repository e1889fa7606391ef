// Package capacity writes the page on which the highest load stands that each variant of each
// target carried within objectives.
//
// Everything on it comes from one record, by package results/capacity. Only WriteAll touches
// files. The same record gives the same bytes.
package capacity

import (
	"fmt"
	"math"
	"strings"

	"pushbench/plots/proof"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/capacity"
)

// Has reports whether a record is a search.
func Has(r *results.Record) bool { return r.Capacity != nil }

// A page is a record as the page, its Markdown and the terminal tell it.
type page struct {
	Record    *results.Record
	Title     string
	Load      string // of the scenario, without what was raised
	Began     string
	Took      string
	Partial   string // empty: the search came to its end
	Table     text.Table
	Sentences []sentence // what ended each search
	Legend    string
	Every     []levels
	NotRun    text.Table
	Shell     string // the lines that repeat the search
	ShellNote string // what they cannot give back
	Facts     [][2]string
}

// A sentence is about one search.
type sentence struct {
	Name, Text string
	Alarming   bool // there is no result
}

// levels are all levels of one search.
type levels struct {
	Name  string
	Table text.Table
}

func newPage(r *results.Record) page {
	c := r.Capacity
	noun, all := "clients", capacity.Of(r)
	if c.Of == "rate" {
		noun = "events per second"
	}
	p := page{
		Record: r, Title: "The most " + noun + " within " + text.Join(c.Objectives), Legend: legend(c), Partial: r.Partial,
		Began:  r.Began.UTC().Format("2 January 2006, 15:04 UTC"),
		Took:   text.Seconds(math.Round(r.Ended.Sub(r.Began).Seconds())),
		NotRun: proof.NotRun(r), Facts: proof.Provenance(r),
	}
	p.Shell, p.ShellNote = proof.Reproduce(r)
	for _, s := range r.Scenarios {
		p.Load = text.Name(s.Name) + ": " + view.New(r, s).Load()
	}
	p.Table = text.Table{Columns: append(text.Heads("variant", "carries", "no longer carries"), text.Column{Title: "ended by"})}
	for _, one := range all {
		name := text.Name(one.Variant) // of a search without a trial
		if one.Transport != "" {
			name = view.VariantName(one.Transport, one.Settings)
		}
		name += view.TargetSuffix(r, one.Target)
		p.Table.Rows = append(p.Table.Rows, []text.Value{
			{Text: name, Transport: one.Transport}, carried(one), number(one.Over), endedBy(one),
		})
		p.Sentences = append(p.Sentences, sentence{name, words(one), !one.Outcome.Is()})
		p.Every = append(p.Every, every(name, one))
	}
	return p
}

// legend says what the numbers mean.
func legend(c *results.Capacity) string {
	asked := text.Count(c.Trials, "trial")
	return fmt.Sprintf("Carries: all of %s at that load held. Of one load by itself that says, with a confidence of 95 %%, "+
		"that at least %.0f %% of all trials there hold. No longer carries: more than half of %s broke. "+
		"A trial holds when it is valid and within every objective. From one load to the next it is %s at most, or %d. "+
		"What lies between the two was not tried, or some trials held and others did not.",
		asked, 100*capacity.AtLeast(c.Trials), asked, results.FormatValue(c.Resolution, "share"), c.Step)
}

// number is a level; 0 is none.
func number(level int) text.Value {
	if level == 0 {
		return text.Value{Text: "–"}
	}
	return text.Value{Text: text.Number(float64(level))}
}

// carried is the highest level that is carried.
func carried(one capacity.Result) text.Value {
	v := number(one.Most)
	switch {
	case one.Outcome == capacity.Found:
	case one.Outcome == capacity.Nothing:
		v = text.Value{Text: "not even the least"}
	case one.Most > 0:
		v.Text = "≥ " + v.Text
	}
	if !one.Outcome.Is() {
		v.Doubt, v.Alarming = string(one.Outcome), true
	}
	if one.Contradicted {
		v.Doubt = contradicted
	}
	return v
}

const contradicted = "the trials contradict each other: a higher load did not fail"

func endedBy(one capacity.Result) text.Value {
	switch one.Outcome {
	case capacity.NoResult:
		return text.Value{Text: one.Resource + ": no result", Tone: "alarming", Sign: "✗"}
	case capacity.Unsettled:
		return text.Value{Text: "not over", Tone: "doubtful", Sign: "?"}
	}
	return text.Value{Text: one.Resource}
}

// words say what ended a search, and how that shows.
func words(one capacity.Result) string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	most, over := text.Number(float64(one.Most)), text.Number(float64(one.Over))
	switch one.Outcome {
	case capacity.Found:
		add(fmt.Sprintf("The border lies between %s and %s", most, over))
	case capacity.AtLeastIt:
		add(fmt.Sprintf("%s are carried, and nothing higher was tried", most))
	case capacity.Nothing:
		add("No load that was tried is carried")
	case capacity.NoResult:
		text := "This is no result"
		switch one.Resource {
		case capacity.Generator:
			text += " about the server: the load generator was the limit"
		case capacity.Others:
			text += " about the server: other programs of the machine were the limit"
		case capacity.Unopened:
			text += ": not all clients could be connected, and nothing tells why"
		}
		if one.Most > 0 {
			text += fmt.Sprintf(". The server carries at least %s", most)
		}
		add(text)
	case capacity.Unsettled:
		add("The search was ended before it was over")
		if one.Most > 0 {
			add(fmt.Sprintf("%s are carried at least", most))
		}
	}
	if one.Over > 0 && one.Broke != "" {
		add("At " + over + ": " + one.Broke)
	}
	add(text.Upper(one.Why))
	if one.Contradicted {
		add(text.Upper(contradicted))
	}
	return strings.Join(parts, ". ") + "."
}

// every is a row for each level that was tried.
func every(name string, one capacity.Result) levels {
	l := levels{Name: name, Table: text.Table{Columns: text.Heads("load", "trials that held", "trials that broke")}}
	l.Table.Columns = append(l.Table.Columns, text.Column{Title: "the load"})
	for _, at := range one.Levels {
		l.Table.Rows = append(l.Table.Rows, []text.Value{
			number(at.At), {Text: fmt.Sprint(at.Held)}, {Text: fmt.Sprint(at.Broke)}, {Text: said[at.State]},
		})
	}
	return l
}

var said = map[capacity.State]string{
	capacity.Confirmed: "is carried",
	capacity.Failed:    "is not carried",
	capacity.Mixed:     "some trials held and others did not",
	capacity.Open:      "was tried on the way",
}
