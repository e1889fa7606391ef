package example_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/results/example"
)

func TestExampleIsValidAndSynthetic(t *testing.T) {
	r := example.Record()
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	if r.Provenance.Version != "synthetic" {
		t.Error("it does not say that it is synthetic")
	}
	first, _ := json.Marshal(r)
	r.Trials[0].Failed, r.Scenarios[0].Name, r.Provenance.Modules["x"] = "changed", "changed", "v1"
	if err := r.Trials[0].Latency.Record(time.Minute); err != nil {
		t.Fatal(err)
	}
	second, _ := json.Marshal(example.Record())
	if string(first) != string(second) {
		t.Error("what one caller does to it, the next one sees")
	}
}

// Every metric and kind of finding occurs in it, so that what is tested with
// it is tested with all of them.
func TestExampleIsComplete(t *testing.T) {
	r := example.Record()
	var failed, warnings, crossings int
	has := map[string]bool{}
	for _, c := range r.Cells() {
		failed += len(c.Failed)
		warnings += len(c.Warnings())
		for _, m := range results.Metrics() {
			_, ok := c.Summarize(m)
			has[m.Unit] = has[m.Unit] || ok
		}
	}
	for _, s := range r.Scenarios {
		crossings += len(results.Crossings(r, s.Name, "wire-B/client-min"))
	}
	for _, m := range results.Metrics() {
		lacks := []string{"proxy-cpu-sec/event", "proxy-B/conn", "backplane-cpu-sec/event", "compression-ratio", "listen-drops"} // it has no proxy and no backplane, compresses nothing, and its machine does not tell what it dropped
		if !has[m.Unit] && !slices.Contains(lacks, m.Unit) {
			t.Errorf("no trial has %s", m.Unit)
		}
	}
	if failed == 0 || warnings == 0 || crossings == 0 || len(r.NotRun) == 0 {
		t.Errorf("%d failed trials, %d warnings, %d crossings, %d parts not run", failed, warnings, crossings, len(r.NotRun))
	}
}

func Example() {
	for _, c := range results.Crossings(example.Record(), "sweep-interval", "wire-B/client-min") {
		fmt.Printf("%s needs fewer bytes at %s, %s at %s\n", c.A, results.FormatValue(c.Before, "sec"), c.B, results.FormatValue(c.After, "sec"))
	}
	// Output:
	// sse needs fewer bytes at 2.00 s, polling at 10.0 s
}
