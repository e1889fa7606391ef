package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"pushbench/plots"
	"pushbench/results"
)

// TestReadmeQuotesTheBaseline holds the README's answer and table to the record
// they come from. With UPDATE_README=1 it writes them.
func TestReadmeQuotesTheBaseline(t *testing.T) {
	rec, err := results.Load("../../results/baseline")
	if err != nil {
		t.Fatal(err)
	}
	if rec.Partial != "" {
		t.Errorf("the baseline is partial: %s", rec.Partial)
	}
	for _, c := range rec.Cells() {
		if len(c.Trials) < 10 || len(c.Failed) > 0 {
			t.Errorf("%s %s %s has %d valid trials and %d failed ones; what is published has at least ten", c.Scenario, c.Point, c.Variant, len(c.Trials), len(c.Failed))
		}
	}
	var want bytes.Buffer
	if err := plots.Answer(&want, rec); err != nil {
		t.Fatal(err)
	}
	const path, begin, end = "../../README.md", "<!-- baseline -->\n", "<!-- /baseline -->"
	readme := read(t, path)
	before, rest, ok := strings.Cut(readme, begin)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("README has no baseline block")
	}
	if got == want.String() {
		return
	}
	if os.Getenv("UPDATE_README") == "" {
		t.Fatalf("README says\n%s\nthe baseline\n%s\nUPDATE_README=1 writes it", got, want.String())
	}
	if err := os.WriteFile(path, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
