package pushtest

import (
	"strings"
	"testing"
	"time"

	"pushbench/results"
)

// fourEvents is a trial with four deliveries of 128 bytes in an event stream, each 10 ms
// late.
func fourEvents(t *testing.T) *results.Trial {
	trial := &results.Trial{Transport: "sse", Deliveries: results.Deliveries{Expected: 4, Delivered: 4, InWindow: 4}}
	trial.Steady.In[results.Payload], trial.Steady.In[results.Framing], trial.Steady.In[results.Chunking] = 4*128, 4*8, 4*6
	for range 4 {
		if err := trial.Latency.Record(10 * time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	return trial
}

func TestExpectationsAreJudged(t *testing.T) {
	for _, row := range []struct{ text, want string }{ // what is wrong; empty: nothing
		{"protocol-B/event == 14", ""},
		{"protocol-B/event==14", ""},
		{"  protocol-B/event  <=  1.4e1  ", ""},
		{"protocol-B/event >= 14", ""},
		{"protocol-B/event != 13", ""},
		{"protocol-B/event < 14.5", ""},
		{"protocol-B/event > 13.5", ""},
		{"protocol-B/event == 13", "does not hold: protocol-B/event is 14 (14 B)"},
		{"protocol-B/event != 14", "does not hold"},
		{"protocol-B/event < 14", "does not hold"},
		{"protocol-B/event > 14", "does not hold"},
		{"protocol-B/event <= 13.9", "does not hold"},
		{"protocol-B/event >= 14.1", "does not hold"},
		{"p50-sec <= 50ms", ""},
		{"p50-sec <= 0.05", ""},
		{"p50-sec <= 1ms", "does not hold: p50-sec is 0.01"},
		{"missed-events == 0", ""},
		{"p99-sec <= 50ms", "cannot be judged: 4 of the 100 deliveries that a p99 needs"},
		{"requests/event <= 2", "cannot be judged: only polling and longpoll can have it"},
		{"server-cpu-sec/event <= 1ms", "cannot be judged: the measurement has no such number"},
	} {
		bound, err := results.ParseBound(row.text)
		if err != nil {
			t.Errorf("%s: %v", row.text, err)
			continue
		}
		got, _ := bound.Judge(fourEvents(t))
		if (got == "") != (row.want == "") || !strings.Contains(got, row.want) {
			t.Errorf("%s: %q, want %q", row.text, got, row.want)
		}
	}
}

// Whatever Run prints by itself is a metric.
func TestUsualMetricsExist(t *testing.T) {
	all := Metrics()
	for _, name := range usual {
		if all[name] == "" {
			t.Errorf("there is no metric %s", name)
		}
	}
}
