package page

import (
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/results"
)

// A report shows that the server was several processes, and what was between them.
func TestNodes(t *testing.T) {
	r := sample.Few()
	r.Scenarios[0].Nodes = &results.Nodes{Count: 4, Backplane: "redis", Version: "7.0.15"}
	for i, trial := range r.Trials {
		if trial.Scenario == r.Scenarios[0].Name {
			own := *trial
			own.Backplane = &results.Backplane{Name: "redis", Nodes: 4, CPU: 0.5}
			r.Trials[i] = &own
		}
	}
	page, md, _ := told(t, r)
	for _, want := range []string{"· 4 nodes behind redis", "4 nodes behind redis, version 7.0.15", "<code>backplane-cpu-sec/event</code></th>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if want := "4 nodes behind redis"; !strings.Contains(md, want) {
		t.Errorf("the Markdown lacks %q", want)
	}
}
