package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"pushbench/plots/atlas"
	"pushbench/results"
)

// TestReadmeQuotesTheAtlas holds what the README shows of the atlas, and the Markdown beside
// its record, to that record. With UPDATE_README=1 it writes them, and the page.
func TestReadmeQuotesTheAtlas(t *testing.T) {
	const dir = "../../results/atlas"
	rec, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Partial != "" {
		t.Errorf("the atlas is partial: %s", rec.Partial)
	}
	if !atlas.Has(rec) {
		t.Fatal("the record is no atlas")
	}
	for _, c := range rec.Cells() {
		if n := len(c.Trials) + len(c.Failed); n < 10 {
			t.Errorf("%s %s %s has %d trials; what is published has at least ten", c.Scenario, c.Target, c.Variant, n)
		}
	}
	for _, target := range rec.Targets {
		if c := rec.CheckOf(target.Name); c == nil || c.Quick {
			t.Errorf("%s was not checked in full", target.Name)
		}
	}
	if os.Getenv("UPDATE_README") != "" {
		if err := atlas.WriteAll(dir, rec); err != nil {
			t.Fatal(err)
		}
	}
	var short bytes.Buffer
	if err := atlas.Markdown(&short, rec); err != nil {
		t.Fatal(err)
	}
	if path := filepath.Join(dir, atlas.MarkdownName); read(t, path) != short.String() {
		t.Errorf("%s is not what the record says; UPDATE_README=1 writes it", path)
	}
	quotes(t, "atlas", rec, atlas.Headline)
}
