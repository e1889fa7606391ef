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
	line := list(view.Find(r, "live-feed"), "p50-sec", "Median latency")
	if strings.Contains(line, "TLS") || !strings.Contains(line, "SSE") || !strings.HasSuffix(line, "The table has all 8 variants.") {
		t.Errorf("it says %q", line)
	}
	all := list(view.Find(sample.Few(), "live-feed"), "p50-sec", "Median latency")
	if line != all+" The table has all 8 variants." {
		t.Errorf("it says %q of eight variants, %q of four", line, all)
	}
}

// A reading is a short sentence, metric by metric.
func TestReadingsAreShortSentences(t *testing.T) {
	r := sample.Few()
	for _, sc := range r.Scenarios {
		for _, line := range Readings(view.New(r, sc)) {
			if strings.Contains(line, ";") && !strings.Contains(line, "(calculated;") || !strings.HasSuffix(strings.TrimSuffix(line, "\u00a0⚠"), ".") {
				t.Errorf("%s: %q", sc.Name, line)
			}
		}
	}
}
