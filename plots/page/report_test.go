package page

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pushbench/plots/proof"
	"pushbench/plots/reading"
	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/example"
)

// TestNumbersAgree holds both reports to write one of a thing in the singular,
// and what a scenario is about as a sentence before its load.
func TestNumbersAgree(t *testing.T) {
	r := sample.Few()
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
		load := view.Find(r, r.Scenarios[0].Name).Load()
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

// TestEveryNumber holds the page to show all that is measured.
func TestEveryNumber(t *testing.T) {
	r := example.Record()
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		all := every(s)
		if len(all.Columns) != 1+len(s.Cells) {
			t.Errorf("%s: %d columns for %d cells", sc.Name, len(all.Columns), len(s.Cells))
		}
		rows := map[string]bool{}
		for _, row := range all.Rows {
			rows[row[0].Note] = true
		}
		for _, m := range results.Metrics() {
			if view.AnyHas(s.Cells, m) && !rows[m.Unit] {
				t.Errorf("%s: %s is measured and not shown", sc.Name, m.Unit)
			}
		}
	}
}

func TestFindingsStandOpenly(t *testing.T) {
	r := sample.Few()
	for _, trial := range r.Trials {
		if trial.Scenario == "live-feed" && trial.Transport == "sse" {
			trial.Age.Mean *= 2
		}
	}
	var c proof.Comparison
	for _, s := range newReport(r, nil).Sections {
		if s.Name == "live-feed" {
			c = s.Predictions
		}
	}
	if rows := c.Findings.Rows; len(rows) != 1 || rows[0][1].Text != "age" || len(c.All.Rows) <= 1 {
		t.Fatalf("findings %v of %d rows, want the age alone", rows, len(c.All.Rows))
	}
	var page bytes.Buffer
	if err := HTML(&page, r, nil); err != nil {
		t.Fatal(err)
	}
	open, _, _ := strings.Cut(page.String(), "Every number that has a closed form")
	if !strings.Contains(open, "The others are findings:") || !strings.Contains(open, "INFOCOM") {
		t.Error("the page hides a finding")
	}
}

// TestAllSayTheSame holds page, Markdown and terminal to say what a reader with
// one minute reads in the same words and order.
func TestAllSayTheSame(t *testing.T) {
	r := example.Record()
	page, md, term := told(t, r)
	b := reading.NewBrief(r)
	said := append([]string{b.Question, b.Load}, b.Answer...)
	said = append(said, b.Note)
	for _, a := range b.Advice {
		said = append(said, a.When, a.Choose, a.Why)
	}
	for _, p := range b.Others {
		said = append(said, p.Text)
	}
	if len(b.Advice) == 0 || len(b.Others) == 0 {
		t.Fatal("the example has no advice or no other loads")
	}
	spaced := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for what, rest := range map[string]string{"page": html.UnescapeString(page), "Markdown": md, "terminal": term} {
		rest = spaced(rest)
		for _, want := range said {
			if what == "Markdown" {
				want = text.Plain(want)
			}
			_, after, ok := strings.Cut(rest, spaced(want))
			if !ok {
				t.Errorf("the %s does not say %q, or not there", what, want)
				continue
			}
			rest = after
		}
	}
}
