package plots

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
)

func TestExpectations(t *testing.T) {
	r := &results.Record{Expectations: []results.Expectation{
		{Scenario: "feed", Variant: "sse", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "feed", Variant: "polling/interval=2s", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "feed", Variant: "tcp", Text: "p99-sec <= 1", Metric: "p99-sec", Got: 2.5, Want: 1},
		{Scenario: "burst", Variant: "sse", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "burst", Variant: "polling/interval=2s", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "sweep", Point: "10", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "sweep", Point: "100", Variant: "sse", Text: "p99-sec <= 1", Metric: "p99-sec", Want: 1, Reason: "nothing was measured"},
	}}
	broken, met := expectations(r)
	var got []string
	for _, row := range broken.Rows {
		var fields []string
		for _, v := range row {
			fields = append(fields, strings.TrimSpace(v.Text+" "+v.Note))
		}
		got = append(got, strings.Join(fields, " | "))
	}
	for _, h := range met {
		got = append(got, h.Text+" held "+h.Where)
	}
	want := []string{
		"feed | p99-sec <= 1 | floor (raw TCP) | 2.50 s | 1.00 s",
		"sweep at 100 | p99-sec <= 1 | SSE | not judged nothing was measured | 1.00 s",
		"missed-events == 0 held in feed and burst on SSE and polling every 2 s; in sweep at 10 on all variants",
	}
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "\u00a0", " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEveryNumber holds the page to show all that is measured.
func TestEveryNumber(t *testing.T) {
	r := results.Example()
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
	all, findings := predictions(setOf(r, "live-feed"))
	if len(findings.Rows) != 1 || findings.Rows[0][1].Text != "age" || len(all.Rows) <= 1 {
		t.Fatalf("findings %v of %d rows, want the age alone", findings.Rows, len(all.Rows))
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
	for what, text := range map[string]string{"page": page.String(), "Markdown": plainReplacer.Replace(md.String())} {
		first, table, second := strings.Index(text, all[0]), strings.Index(text, "good for, by these numbers"), strings.Index(text, all[1])
		if first < 0 || first > table || table > second {
			t.Errorf("the %s has its first answer at %d, the table at %d and the second answer at %d", what, first, table, second)
		}
	}
}
