package reading

import (
	"pushbench/results/example"
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
)

// TestAnswerNamesNoMoreThanItCan has a record with more variants than a
// sentence can name.
func TestAnswerNamesNoMoreThanItCan(t *testing.T) {
	r := sample.Few()
	for _, trial := range slices.Clone(r.Trials) {
		if trial.Scenario != "live-feed" || trial.Transport == "tcp" {
			continue
		}
		more := *trial
		more.Variant += "/tls"
		_, more.Settings = example.Variant(more.Variant)
		r.Trials = append(r.Trials, &more)
	}
	text := latencyReading(view.Find(r, "live-feed"))
	if strings.Contains(text, "TLS") || !strings.Contains(text, "SSE") || !strings.HasSuffix(text, "The table has all 8 variants.") {
		t.Errorf("it says %q", text)
	}
	all := latencyReading(view.Find(sample.Few(), "live-feed"))
	if text != all+" The table has all 8 variants." {
		t.Errorf("it says %q of eight variants, %q of four", text, all)
	}
}
