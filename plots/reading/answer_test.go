package reading

import (
	"pushbench/results/example"
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
	"pushbench/results"
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

// TestFloor holds what is said of the floor to the intervals.
func TestFloor(t *testing.T) {
	for _, c := range []struct {
		fact  string
		alike []string // transports that get WebSocket's latencies
		most  int      // trials
		want  string
	}{
		{"intervals apart have a ratio", nil, 6, "WebSocket takes 1.3 times as long."},
		{"all that overlap with the fastest have one", []string{"longpoll"}, 6, "Long-polling takes 1.3 times as long and WebSocket takes 1.3 times as long."},
		{"all that overlap with the floor are named", []string{"longpoll", "tcp"}, 6, "This run cannot tell long-polling and WebSocket from it."},
		{"a few trials have no ratio", nil, 5, ""},
		{"nor do they say what cannot be told", []string{"tcp"}, 5, ""},
	} {
		r := example.Record()
		r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return t.Scenario != "live-feed" || t.Number > c.most })
		latency := map[int]results.Histogram{}
		for _, trial := range r.Trials {
			if trial.Transport == "websocket" {
				latency[trial.Number] = trial.Latency
			}
		}
		for _, trial := range r.Trials {
			if slices.Contains(c.alike, trial.Transport) {
				trial.Latency = latency[trial.Number]
			}
		}
		_, got, _ := strings.Cut(floorReading(view.Find(r, "live-feed")), "µs.")
		if got = strings.TrimSpace(got); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}
