package pushtest

import (
	"strings"
	"testing"
	"time"

	"pushbench/results"
)

func TestExpectationsThatCannotBeRead(t *testing.T) {
	for _, row := range []struct{ fact, text, want string }{
		{"nothing", "", `cannot read the expectation ""`},
		{"no operator", "p99-sec 0.05", "write metric, operator and value, as in p99-sec <= 0.05"},
		{"no value", "p99-sec <=", "cannot read the expectation"},
		{"an operator that is none", "p99-sec =< 0.05", "cannot read the expectation"},
		{"one equals sign", "p99-sec = 0.05", "cannot read the expectation"},
		{"two of them", "p99-sec <= 0.05, p50-sec <= 0.01", "cannot read the expectation"},
		{"a word too many", "p99-latency-sec <= 0.05", `unknown metric "p99-latency-sec": did you mean p99-sec?`},
		{"a word too few", "B/event == 166", `unknown metric "B/event": did you mean wire-B/event or overhead-B/event or `},
		{"another case", "P99-Sec <= 0.05", "did you mean p99-sec"},
		{"a metric of Go", "ns/op < 100", `unknown metric "ns/op": the metrics are p50-sec, `},
		{"no number", "p99-sec <= fast", `"fast" in the expectation "p99-sec <= fast" is no number such as 0.05, nor`},
		{"a time for bytes", "wire-B/event <= 5ms", `"5ms" in the expectation`},
		{"no finite number", "p99-sec <= Inf", `"Inf" in the expectation`},
		{"not a number", "p99-sec == NaN", `"NaN" in the expectation`},
	} {
		_, err := parseExpectation(row.text)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.fact, err, row.want)
		}
	}
}

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
		{"protocol-B/event == 13", "protocol-B/event == 13 does not hold: protocol-B/event is 14 (14 B)"},
		{"protocol-B/event != 14", "does not hold"},
		{"protocol-B/event < 14", "does not hold"},
		{"protocol-B/event > 14", "does not hold"},
		{"protocol-B/event <= 13.9", "does not hold"},
		{"protocol-B/event >= 14.1", "does not hold"},
		{"p50-sec <= 50ms", ""},
		{"p50-sec <= 0.05", ""},
		{"p50-sec <= 1ms", "p50-sec <= 1ms does not hold: p50-sec is 0.01"},
		{"missed-events == 0", ""},
		{"p99-sec <= 50ms", "p99-sec <= 50ms cannot be judged: "},
		{"requests/event <= 2", "requests/event <= 2 cannot be judged: only polling and longpoll can have it"},
		{"server-cpu-sec/event <= 1ms", "cannot be judged: the measurement has no such number"},
	} {
		e, err := parseExpectation(row.text)
		if err != nil {
			t.Errorf("%s: %v", row.text, err)
			continue
		}
		got := e.judge(fourEvents(t))
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

func FuzzExpectation(f *testing.F) {
	for _, text := range []string{"p99-sec <= 50ms", "protocol-B/event == 14", "a", "p50-sec<1", "=="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parseExpectation(text)
		if err != nil {
			return
		}
		_, value, _ := strings.Cut(text, e.op)
		again, err := parseExpectation(e.metric.Unit + " " + e.op + strings.TrimSpace(value))
		if err != nil || again.want != e.want || again.op != e.op {
			t.Errorf("%q is read as %+v, and that again as %+v, %v", text, e, again, err)
		}
	})
}
