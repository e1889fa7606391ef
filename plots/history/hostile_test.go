package history

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/results/history"
)

// hostile is a text that acts where it is shown as it is.
const hostile = "<script>alert(1)</script>\x1b[2J\u202e|`](javascript:x)\n# heading"

func TestTextsCannotAct(t *testing.T) {
	h := example()
	for i := range h.Series {
		s := &h.Series[i]
		s.Title, s.Scenario, s.Variant, s.Metric = hostile, hostile+s.Scenario, hostile+s.Variant, hostile
		for j := range s.Changes {
			s.Changes[j].Accepted, s.Changes[j].Why = hostile, hostile
		}
	}
	for i := range h.Commits {
		h.Commits[i].Class.CPU = hostile
	}
	h.Notes = append(h.Notes, hostile)
	var page, short, screen bytes.Buffer
	if err := HTML(&page, h); err != nil {
		t.Fatal(err)
	}
	if err := Markdown(&short, h); err != nil {
		t.Fatal(err)
	}
	if err := Terminal(&screen, h, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	sample.CheckPage(t, page.Bytes())
	for name, text := range map[string]string{"page": page.String(), "Markdown": short.String(), "terminal": screen.String()} {
		for _, bad := range []string{"\x1b", "\u202e", "\n# heading"} {
			if name == "page" && bad[0] == '\n' { // which is a space there
				continue
			}
			if strings.Contains(text, bad) {
				t.Errorf("%s: %q is in it", name, bad)
			}
		}
		if name != "terminal" && strings.Contains(text, "<script") {
			t.Errorf("%s: markup is in it", name)
		}
	}
	if strings.Contains(strings.ReplaceAll(short.String(), `\]`, ""), "](javascript") {
		t.Error("Markdown: a link is in it")
	}
}

func TestPage(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b, example()); err != nil {
		t.Fatal(err)
	}
	sample.CheckPage(t, b.Bytes())
	for _, want := range []string{"default-src 'none'", "accepted by Ada: ids have one more digit", "The anchor is ", "1 number without a change", "another machine: Example CPU"} {
		if !strings.Contains(b.String(), want) && !strings.Contains(b.String(), strings.ReplaceAll(want, "'", "&#39;")) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestAnEmptyHistory(t *testing.T) {
	h := history.New(history.Log{}, nil)
	dir := filepath.Join(t.TempDir(), "new")
	if err := WriteAll(dir, h); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{PageName, MarkdownName} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Contains(data, []byte("The history has no commit yet.")) {
			t.Errorf("%s: %s, %v", name, data, err)
		}
	}
}

// A count that changes from commit to commit does not fill the page.
func TestManyChanges(t *testing.T) {
	var log history.Log
	for i := range 40 {
		log.Lines = append(log.Lines, history.Line{Schema: history.Schema, Commit: commit(i), Anchor: commit(99), Values: []history.Value{
			{Cell: history.Cell{Scenario: "feed", Variant: "sse"}, Metric: "segments", Title: "segments", Kind: "count", Exact: true, Head: float64(i % 2), Anchor: 0}}})
	}
	rep, err := newReport(history.New(log, nil))
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Moved) != told || len(rep.Notes) != 1 || !strings.HasPrefix(rep.Notes[0], "Segments of sse in feed changed 39 times: the last 5 changes are told here") {
		t.Errorf("%d changes are told; notes %q", len(rep.Moved), rep.Notes)
	}
}
