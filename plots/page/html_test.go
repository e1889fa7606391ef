package page

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pushbench/plots/reading"
	"pushbench/plots/sample"
	"pushbench/results"
)

func TestPage(t *testing.T) {
	r, figs := drawn()
	var buf bytes.Buffer
	if err := HTML(&buf, r, figs); err != nil {
		t.Fatal(err)
	}
	page := buf.String()
	sample.CheckPage(t, buf.Bytes())
	if strings.Contains(withoutOwnScript(t, page), "<script") {
		t.Error("the page has a script that is not its own")
	}
	if n := strings.Count(page, "<figure "); n != len(figs) {
		t.Errorf("the page has %d figures of %d", n, len(figs))
	}
	if n := strings.Count(page, "<summary>The same as a table"); n != len(figs) {
		t.Errorf("the page has %d twins of %d figures", n, len(figs))
	}
	for _, m := range results.Metrics() {
		if !strings.Contains(page, "<code>"+m.Unit+"</code>") {
			t.Errorf("the page does not define %s", m.Unit)
		}
	}
	for _, s := range reading.NewBrief(r).Answer {
		if !strings.Contains(page, html.EscapeString(s)) {
			t.Errorf("the page does not say: %s", s)
		}
	}
	for _, want := range []string{r.Provenance.CPU, r.Provenance.Kernel, r.NotRun[0].Reason, "client 17 never received", "pushbench run"} {
		if !strings.Contains(page, html.EscapeString(want)) {
			t.Errorf("the page does not say: %s", want)
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	r := sample.Few()
	const nasty = `<script>alert("x")</script> | *b* & co`
	r.Scenarios[0].About, r.Partial = nasty, nasty
	for _, trial := range r.Trials {
		if trial.Scenario == r.Scenarios[0].Name {
			trial.Warnings = []results.Warning{{Code: "odd", Text: nasty}}
		}
	}
	var buf bytes.Buffer
	if err := HTML(&buf, r, figures(t, r)); err != nil {
		t.Fatal(err)
	}
	sample.CheckPage(t, buf.Bytes())
	if strings.Contains(withoutOwnScript(t, buf.String()), "<script") {
		t.Error("the page has a script from the record")
	}
	buf.Reset()
	if err := Markdown(&buf, r, nil); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(buf.String(), "<script") || strings.Contains(buf.String(), "*b*") {
		t.Error("the Markdown report has markup from the record")
	}
}

func TestWriteAll(t *testing.T) {
	dir := t.TempDir()
	r := sample.Few()
	if err := WriteAll(dir, r, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"report.html", "report.md", "bench.txt", "figures/live-feed-latency.svg", "figures/live-feed-latency.png"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	md, err := os.ReadFile(filepath.Join(dir, "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures(t, r) {
		if !bytes.Contains(md, []byte("(figures/"+f.Name+".svg)")) {
			t.Errorf("report.md does not show %s", f.Name)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteAll(filepath.Join(dir, "file"), &results.Record{}, Options{}); err == nil {
		t.Error("no error where the directory is a file")
	}
}
