package results

import "testing"

func TestWarningConcerns(t *testing.T) {
	for _, c := range []struct {
		fact, code, unit string
		want             bool
	}{
		{"few samples make p99 a guess", "few-samples", "p99-sec", true},
		{"and leave the median alone", "few-samples", "p50-sec", false},
		{"so do few events", "few-events", "p99-sec", true},
		{"which say nothing against bytes", "few-events", "wire-B/event", false},
		{"a busy machine disturbs times", "machine-busy", "open-sec", true},
		{"and CPU time, which is one", "cpu-pressure", "server-cpu-sec/event", true},
		{"and no count of bytes", "cpu-pressure", "wire-B/event", false},
		{"the wall clock matters to the split at the server", "clock", "to-server-sec", true},
		{"and to nothing else", "clock", "p50-sec", false},
		{"few connections make the kernel's memory a guess", "few-connections", "server-mem-B/conn", true},
		{"and leave the heap alone", "few-connections", "heap-B/conn", false},
		{"near its ceiling the generator is what is timed", "ceiling", "p50-sec", true},
		{"and bytes stay bytes", "ceiling", "wire-B/event", false},
		{"the generator's own error is in times", "bias", "mean-sec", true},
		{"retransmissions are bytes, too", "retransmission", "wire-B/event", true},
		{"what is not known concerns everything", "odd", "missed-events", true},
	} {
		m, ok := MetricByUnit(c.unit)
		if !ok {
			t.Fatalf("no metric %s", c.unit)
		}
		if got := (Warning{Code: c.code}).Concerns(m); got != c.want {
			t.Errorf("%s: %v", c.fact, got)
		}
	}
}
