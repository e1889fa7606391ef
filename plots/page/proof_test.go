package page

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/example"
	"pushbench/results/model"
)

// told is all that a record is told as.
func told(t *testing.T, r *results.Record) (page, md, term string) {
	t.Helper()
	var buf [3]bytes.Buffer
	if err := HTML(&buf[0], r, nil); err != nil {
		t.Fatal(err)
	}
	if err := Markdown(&buf[1], r, nil); err != nil {
		t.Fatal(err)
	}
	if err := Terminal(&buf[2], r, TerminalOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	return buf[0].String(), buf[1].String(), buf[2].String()
}

// TestNothingToProve holds the reports of a record without claims, captures,
// ceilings, stalls and paths to say nothing of them.
func TestNothingToProve(t *testing.T) {
	r := sample.Few()
	r.Published = nil
	for _, trial := range r.Trials {
		trial.Audit, trial.Trust.Ceiling, trial.Path = nil, 0, results.Path{}
	}
	page, md, term := told(t, r)
	for what, text := range map[string]string{"page": page, "Markdown": md, "terminal": term} {
		for _, word := range []string{
			"Published numbers", "ublished number", "with the packet", `id="audit"`, `id="claims"`, `"#audit"`, `"#claims"`,
			"used at most", "paused for", "between network namespaces", "uncorrected p99", "over loopback ·",
		} {
			if strings.Contains(text, word) {
				t.Errorf("the %s says %q", what, word)
			}
		}
	}
}

func TestWhatIsNotExplainedIsRed(t *testing.T) {
	r := sample.Few()
	for _, trial := range r.Trials {
		if trial.Audit != nil && trial.Transport == "sse" {
			a := *trial.Audit
			a.In.Unexplained, trial.Audit = 12, &a
		}
	}
	page, md, term := told(t, r)
	for what, has := range map[string]bool{
		"page's sentence": strings.Contains(page, `<p class="alert" role="note"><strong>⚠</strong> Ledger and capture differ by 12 bytes`),
		"page's table":    strings.Contains(page, `<span class="alarming">12</span>`),
		"Markdown":        strings.Contains(md, "> **⚠ Ledger and capture differ by 12 bytes"),
		"terminal":        strings.Contains(term, text.Red+"⚠ Ledger and capture differ by 12"),
	} {
		if !has {
			t.Errorf("the %s is not red", what)
		}
	}
}

func TestPublishedNumbersComeFirst(t *testing.T) {
	page, md, term := told(t, sample.Few())
	for what, text := range map[string]string{"page": page, "Markdown": md, "terminal": term} {
		text = strings.Join(strings.Fields(text), " ")
		if claims, answer := strings.Index(text, "A stall in synthetic time"), strings.Index(text, "Median latency: "); claims < 0 || claims > answer {
			t.Errorf("the %s has its claims at %d and its answer at %d", what, claims, answer)
		}
	}
}

func TestStall(t *testing.T) {
	s := view.Find(example.Record(), "stall")
	var heads []string
	table, _ := summary(s)
	for _, c := range table.Columns {
		heads = append(heads, c.Title)
	}
	if i := slices.Index(heads, "p99"); i < 0 || heads[i+1] != "uncorrected p99" {
		t.Errorf("the heads are %q", heads)
	}
	if load := strings.ReplaceAll(s.Load(), "\u00a0", " "); !strings.HasSuffix(load, "the server is paused for 1.4 s, 5 s into the window") {
		t.Errorf("the load is %q", load)
	}
}

// TestNumbersLeadToTheirDefinition follows the heads of metrics. That links of
// the page lead somewhere is for sample.CheckPage to say.
func TestNumbersLeadToTheirDefinition(t *testing.T) {
	r, _ := drawn()
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		table, _ := summary(s)
		for _, c := range table.Columns {
			if (c.Link == "") != (c.Title == "transport" || c.Title == "trials") {
				t.Errorf("%s: the head %q links to %q", sc.Name, c.Title, c.Link)
			}
		}
		for _, row := range every(s).Rows {
			if (row[0].Link == "") != (row[0].Text == "valid trials") {
				t.Errorf("%s: the row %q links to %q", sc.Name, row[0].Text, row[0].Link)
			}
		}
	}
	page, md, _ := told(t, r)
	sample.CheckPage(t, []byte(page))
	links := regexp.MustCompile(`\]\(#([\w-]+)\)`).FindAllStringSubmatch(md, -1)
	for _, m := range links {
		if n := strings.Count(md, `<a id="`+m[1]+`">`); n != 1 {
			t.Errorf("%d anchors %s in the Markdown report", n, m[1])
		}
	}
	var answer bytes.Buffer
	if err := Answer(&answer, r); err != nil || len(links) == 0 || strings.Contains(answer.String(), "](#") {
		t.Errorf("%d links, and the answer for a README is %s, %v", len(links), &answer, err)
	}
}

// TestPredictionsAreComputed holds reports to have one source of predictions,
// model.Compare, so that an older record without them shows the same.
func TestPredictionsAreComputed(t *testing.T) {
	old, with := sample.Few(), sample.Few()
	old.Predictions, with.Predictions = nil, model.Compare(with)
	oldPage, oldMD, _ := told(t, old)
	page, md, _ := told(t, with)
	if oldPage != page || oldMD != md || !strings.Contains(page, "Measured against expected") {
		t.Error("a record without predictions does not show the same")
	}
}

// What a README quotes.
func TestProof(t *testing.T) {
	var b bytes.Buffer
	if err := Proof(&b, example.Record()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"The ledger explains every one of the ",
		"On average a latency ends ",
		"3 published numbers and 1 that follow from what was published:",
		"- 1\\. The shape of a synthetic table: ✎\u00a02\u00a0corrected\n",
		"- 2\\. A stall in synthetic time: ✓\u00a01\u00a0reproduced, ≠\u00a01\u00a0differs\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	b.Reset()
	r := sample.Few()
	r.Published = nil
	for _, trial := range r.Trials {
		trial.Audit = nil
	}
	if err := Proof(&b, r); err != nil || b.Len() > 0 {
		t.Errorf("%v, %q", err, b.String())
	}
}
