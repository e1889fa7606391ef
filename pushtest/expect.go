package pushtest

import (
	"strings"
	"sync"
	"testing"

	"pushbench/results"
)

// Expect judges the measurement that [Run] has just made for b, and reports an error
// for each expectation that does not hold. An expectation is a metric, an operator
// (<=, <, ==, !=, >=, >) and a value in base units, seconds and bytes. A time may have
// a unit:
//
//	pushtest.Expect(b, "p99-sec <= 50ms", "protocol-B/event == 14", "missed-events == 0")
//
// The names are those of [Metrics], which Run prints and benchstat reads. Load.Report
// prints more of them. A metric that the measurement does not have is an error, and the
// message says why it has none. So is text that cannot be read, which is said before
// anything is measured.
func Expect(b *testing.B, expectations ...string) {
	b.Helper()
	bounds := make([]results.Bound, len(expectations))
	for i, text := range expectations {
		var err error
		if bounds[i], err = results.ParseBound(text); err != nil {
			b.Fatalf("pushtest: the expectation %q cannot be read: %v", text, err)
		}
	}
	trial, ok := measured.Load(b)
	switch {
	case b.Failed():
		return // what is wrong is said already
	case !ok:
		b.Fatal("pushtest: Expect comes after Run")
	}
	t := trial.(*results.Trial)
	if t == nil {
		return
	}
	for i, bound := range bounds {
		if wrong, _ := bound.Judge(t); wrong != "" {
			b.Errorf("pushtest: %s %s", strings.TrimSpace(expectations[i]), wrong)
		}
	}
}

// measured has the trial of each benchmark that is running: *testing.B to *results.Trial,
// which is nil where Run has not measured because there will be another run.
var measured sync.Map

// Metrics are the names of all metrics, with what each of them counts.
func Metrics() map[string]string {
	all := make(map[string]string)
	for _, m := range results.Metrics() {
		all[m.Unit] = m.Definition
	}
	return all
}
