package plots

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pushbench/results"
)

// TestFitComparesSeveral holds the table that decides to judge by comparison
// alone.
func TestFitComparesSeveral(t *testing.T) {
	for _, c := range []struct {
		fact string
		keep func(*results.Trial) bool
		rows int
		fits string // in the last column of SSE; empty: there is no such column
		not  string
	}{
		{"several are compared", func(*results.Trial) bool { return true }, 4, "Events that must arrive at once", "nothing"},
		{"one is compared with nothing", func(t *results.Trial) bool { return t.Transport == "sse" }, 1, "", ""},
		{"nor is one beside the floor", func(t *results.Trial) bool { return t.Transport == "sse" || t.Transport == "tcp" }, 1, "", ""},
		{"the only one that was held has not the least memory", func(t *results.Trial) bool {
			if t.Variant != "sse" {
				t.Connection.Held = results.Held{}
			}
			return true
		}, 4, "Events that must arrive at once", "little memory"},
	} {
		r := few()
		r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return !c.keep(t) })
		got, _ := decision(r)
		if len(got.Rows) != c.rows {
			t.Errorf("%s: %d rows, want %d", c.fact, len(got.Rows), c.rows)
		}
		judged := strings.HasPrefix(got.Columns[len(got.Columns)-1].Title, "good for")
		if judged != (c.fits != "") {
			t.Errorf("%s: the last column is %q", c.fact, got.Columns[len(got.Columns)-1].Title)
		}
		for _, row := range got.Rows {
			if len(row) != len(got.Columns) {
				t.Errorf("%s: a row of %d fields under %d heads", c.fact, len(row), len(got.Columns))
			}
			if last := row[len(row)-1].Text; row[0].Transport == "sse" && judged && (!strings.Contains(last, c.fits) || strings.Contains(last, c.not)) {
				t.Errorf("%s: SSE is good for %q", c.fact, last)
			}
		}
	}
}

// TestNumbersAgree holds both reports to write one of a thing in the singular,
// and what a scenario is about as a sentence before its load.
func TestNumbersAgree(t *testing.T) {
	r := few()
	r.Trials, r.Provenance.Cores = r.Trials[:1], 1
	r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s results.Scenario) bool { return s.Name != r.Trials[0].Scenario })
	for about, want := range map[string]string{"short": "\n\nshort. ", "Short.": "\n\nShort. ", "Is it short?": "\n\nIs it short? ", "": "\n\n"} {
		r.Scenarios[0].About = about
		var md, page bytes.Buffer
		if err := Markdown(&md, r, nil); err != nil {
			t.Fatal(err)
		}
		if err := HTML(&page, r, nil); err != nil {
			t.Fatal(err)
		}
		load := setOf(r, r.Scenarios[0].Name).load()
		if want = "## " + r.Scenarios[0].Name + want + load; !strings.Contains(md.String(), want) {
			t.Errorf("the Markdown does not say %q", want)
		}
		for what, text := range map[string]string{"page": page.String(), "Markdown": md.String()} {
			for _, want := range []string{"1 trial on ", "1 core, over "} {
				if !strings.Contains(text, want) {
					t.Errorf("the %s does not say %q", what, want)
				}
			}
		}
	}
}
