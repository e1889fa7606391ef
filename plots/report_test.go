package plots

import (
	"bytes"
	"strings"
	"testing"

	"pushbench/plots/proof"
	"pushbench/plots/table"
	"pushbench/results"
	"pushbench/results/example"
)

// TestEveryNumber holds the page to show all that is measured.
func TestEveryNumber(t *testing.T) {
	r := example.Record()
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		all := every(s)
		if len(all.Columns) != 1+len(s.cells) {
			t.Errorf("%s: %d columns for %d cells", sc.Name, len(all.Columns), len(s.cells))
		}
		rows := map[string]bool{}
		for _, row := range all.Rows {
			rows[row[0].Note] = true
		}
		for _, m := range results.Metrics() {
			if anyHas(s.cells, m) && !rows[m.Unit] {
				t.Errorf("%s: %s is measured and not shown", sc.Name, m.Unit)
			}
		}
	}
}

func TestFindingsStandOpenly(t *testing.T) {
	r := few()
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
	if !strings.Contains(open, "What is beyond it is a finding:") || !strings.Contains(open, "INFOCOM") {
		t.Error("the page hides a finding")
	}
}

func TestAnswerOpensWithOneSentence(t *testing.T) {
	r, figs := drawn()
	var page, md bytes.Buffer
	if err := HTML(&page, r, figs); err != nil {
		t.Fatal(err)
	}
	if err := Markdown(&md, r, figs); err != nil {
		t.Fatal(err)
	}
	all := Answers(r)
	for what, text := range map[string]string{"page": page.String(), "Markdown": md.String()} {
		as := func(answer string) string { return answer }
		if what == "Markdown" {
			as = table.Plain
		}
		first, decision, second := strings.Index(text, as(all[0])), strings.Index(text, "good for, by these numbers"), strings.Index(text, as(all[1]))
		if first < 0 || first > decision || decision > second {
			t.Errorf("the %s has its first answer at %d, the table at %d and the second answer at %d", what, first, decision, second)
		}
	}
}
