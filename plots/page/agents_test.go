package page

import (
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/results"
)

// Where several agents carried out the load, each stands beside the total, and one that was
// the limit is marked.
func TestAgentsStandBesideTheTotal(t *testing.T) {
	r := sample.Few()
	page, md, _ := told(t, r)
	if strings.Contains(page, `id="agents"`) || strings.Contains(md, "## Agents") {
		t.Error("a report without agents tells of them")
	}
	r.Trials[0].Parts = &results.Parts{Spread: 0.00025, Error: 0.0005, Agents: []results.Agent{
		{Number: 0, Name: "a", Clients: 11, Expected: 1234, Delivered: 1234, P50: 0.0125, Share: 0.5, Bound: 0.000125},
		{Number: 1, Name: "b", Clients: 12, Expected: 2345, Delivered: 2340, P50: 0.0375, Share: 1.25, Limit: "its publisher was late"},
	}}
	page, md, _ = told(t, r)
	for what, text := range map[string]string{"page": page, "Markdown": md} {
		for _, word := range []string{"The load of 1 trial came from several agents.", "In 1 trial an agent was the limit", "1,234", "2,340", "12.5", "37.5", "50 %", "125 %"} {
			if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), word) {
				t.Errorf("the %s does not say %q", what, word)
			}
		}
	}
	if !strings.Contains(page, `href="#agents"`) || !strings.Contains(page, "its publisher was late") {
		t.Error("the page does not lead to the agents, or does not say why one is marked")
	}
}
