package results

import (
	"strings"
	"testing"
	"time"
)

// slowed is a trial with slow clients, each number of which is written down.
func slowed(t *testing.T) *Trial {
	x := small(t).Trials[0]
	x.Load.Slow = &SlowClients{Clients: 2, Rate: 1000, History: 7}
	x.SlowDeliveries = &SlowDeliveries{
		Expected: 10, Delivered: 4, Dropped: 3, CutOff: 2, Behind: 1, Cuts: 3, Timed: 1, Latency: histogram(t, time.Second), Grown: 4096,
	}
	return x
}

func TestSlowMetrics(t *testing.T) {
	for _, row := range []struct {
		fact, unit string
		want       float64
	}{
		{"four of ten", "slow-delivered-share", 0.4},
		{"three of ten", "slow-dropped-share", 0.3},
		{"three connections of two clients", "slow-cuts/client", 1.5},
		{"the one latency", "slow-p50-sec", 1.000447},
		{"what the server grew by", "slow-server-B", 4096},
		{"the server works for the slow as well: five deliveries and not four", "server-cpu-sec/event", 0.002},
		{"ten deliveries and not six", "server-allocs/event", 60},
		{"the latency of the others is not touched", "p50-sec", 0.002},
	} {
		m, ok := MetricByUnit(row.unit)
		if !ok {
			t.Fatalf("there is no metric %s", row.unit)
		}
		if got, ok := m.Value(slowed(t)); !ok || got != row.want {
			t.Errorf("%s: %s is %v, %v, want %v", row.fact, row.unit, got, ok, row.want)
		}
		if got, ok := m.Value(small(t).Trials[0]); ok && strings.HasPrefix(row.unit, "slow-") {
			t.Errorf("without slow clients, %s is %v", row.unit, got)
		}
	}
	shrunk := slowed(t)
	shrunk.SlowDeliveries.Grown = -4096
	if m, _ := MetricByUnit("slow-server-B"); m.Value != nil {
		if got, ok := m.Value(shrunk); ok {
			t.Errorf("a server that shrinks grows by %v", got)
		}
	}
}

func TestSlowContradictions(t *testing.T) {
	for _, row := range []struct {
		fact string
		with func(*SlowDeliveries)
		want string
	}{
		{"nothing is wrong", func(*SlowDeliveries) {}, ""},
		{"the server's memory may shrink", func(d *SlowDeliveries) { d.Grown = -1 << 20 }, ""},
		{"a pair is forgotten", func(d *SlowDeliveries) { d.Behind = 0 }, "trials[0].slow.expected: is 10, but 4 delivered, 3 dropped, 2 cut off and 0 behind make 9"},
		{"more latencies than deliveries", func(d *SlowDeliveries) { d.Delivered, d.Behind, d.Timed = 0, 5, 0 }, "trials[0].slow.latency: has 1 values for 0 deliveries"},
		{"more deliveries while CPU was counted", func(d *SlowDeliveries) { d.Timed = 5 }, "trials[0].slow.timed: is 5 of 4 deliveries"},
		{"less than nothing", func(d *SlowDeliveries) { d.Cuts = -1 }, "trials[0].slow.cuts: is -1"},
	} {
		r := small(t)
		r.Trials[0] = slowed(t)
		row.with(r.Trials[0].SlowDeliveries)
		switch err := r.Validate(); {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", row.fact, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: %v", row.fact, err)
		}
	}
}
