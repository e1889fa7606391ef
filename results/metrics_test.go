package results

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every unit that other packages, baselines and readers know by name.
func TestMetricUnits(t *testing.T) {
	for _, unit := range strings.Fields(`p50-sec p90-sec p99-sec p999-sec max-sec mean-sec spread-sec to-server-sec from-server-sec age-sec
		wire-B/event overhead-B/event wire-B/client-min handshake-B/conn handshake-segments/conn connect-sec tls-sec http-sec open-sec
		first-event-sec conns/sec server-mem-B/conn stacks-B/conn heap-B/conn runtime-B/conn kernel-B/conn goroutines/conn fds/conn
		server-cpu-sec/conn server-cpu-sec/event loadgen-cpu-sec/event loadgen-mem-B/conn missed-events duplicated-events
		reordered-events schedule-lag-sec cpu-pressure requests/event empty-requests-share proxy-cpu-sec/event proxy-B/conn
		backplane-cpu-sec/event`) {
		if m, ok := MetricByUnit(unit); !ok || m.Unit != unit {
			t.Errorf("there is no metric %s", unit)
		}
	}
	if _, ok := MetricByUnit("furlongs"); ok {
		t.Error("there is a metric in furlongs")
	}
}

func TestMetricTable(t *testing.T) {
	seen := map[string]string{}
	for _, m := range Metrics() {
		for what, s := range map[string]string{"unit": m.Unit, "title": m.Title, "short head": m.Short} {
			if other, twice := seen[what+s]; twice {
				t.Errorf("%s: the %s %q is also that of %s", m.Unit, what, s, other)
			}
			seen[what+s] = m.Unit
		}
		if !slices.Contains([]string{"lower", "higher", ""}, m.Better) {
			t.Errorf("%s: better %q", m.Unit, m.Better)
		}
		if !slices.Contains([]string{"nothing", "exact"}, m.Assume) {
			t.Errorf("%s: assume %q", m.Unit, m.Assume)
		}
		if !slices.Contains([]string{"sec", "bytes", "count", "share"}, m.Kind) {
			t.Errorf("%s: kind %q", m.Unit, m.Kind)
		}
		if !strings.HasSuffix(m.Definition, ".") || strings.ContainsAny(m.Unit, " \t\n=") {
			t.Errorf("%s: definition %q", m.Unit, m.Definition)
		}
		if v, ok := m.Value(&Trial{Trust: Trust{Pressure: -1}}); ok {
			t.Errorf("%s: an empty trial has %g", m.Unit, v)
		}
	}
}

// The numbers of a trial that is written down in full.
func TestMetricValues(t *testing.T) {
	sse, polling := small(t).Trials[0], small(t).Trials[1]
	polling.Server = Process{}
	polling.Deliveries.InWindow, polling.Connection.TLS, polling.Connection.Held = 0, Histogram{}, Held{}
	none := math.NaN()
	many := small(t).Trials[0]
	many.Connection.Opened, many.Connection.Held.Runtime = 200, -13_300
	squeezed := small(t).Trials[0]
	in, decoded := &squeezed.Steady.In, &squeezed.Steady.Decoded
	decoded[Payload], decoded[Framing], in[Compressed] = in[Payload], in[Framing], 100
	in[Payload], in[Framing] = 0, 0
	fronted, few := small(t).Trials[0], small(t).Trials[0]
	fronted.Proxy, few.Proxy = &Front{CPU: 0.02, Held: 60_000}, &Front{Held: 600}
	fronted.Connection.Opened = 200
	spread := small(t).Trials[0]
	spread.Server.CPU, spread.Backplane = 0.012, &Backplane{CPU: 0.008}
	for _, test := range []struct {
		name  string
		trial *Trial
		unit  string
		want  float64
	}{
		{"what is not compressed has no ratio", sse, "compression-ratio", none},
		{"payload and framing by what is left of them", squeezed, "compression-ratio", 5.6},
		{"all bytes, compressed ones as they are", squeezed, "wire-B/event", (100 + 24 + 16 + 88 + 208 + 104 + 8) / 4.0},
		{"less the payload as it was published", squeezed, "overhead-B/event", (100 + 24 + 16 + 88 + 208 + 104 + 8 - 504) / 4.0},
		{"framing cannot be told from what is compressed with it", squeezed, "framing-B/event", none},
		{"nor what the protocol adds", squeezed, "protocol-B/event", none},
		{"the median of 1, 2, 3 and 4 ms is the second", sse, "p50-sec", 0.002},
		{"four deliveries have no 90th percentile", sse, "p90-sec", none},
		{"but a maximum", sse, "max-sec", 0.004001}, // the top of a bin that is 2 µs wide
		{"all bytes of both directions by four deliveries", sse, "wire-B/event", (504 + 56 + 24 + 16 + 88 + 208 + 104 + 8) / 4.0},
		{"the same without the payload", sse, "overhead-B/event", (56 + 24 + 16 + 88 + 208 + 104 + 8) / 4.0},
		{"neither TLS nor TCP/IP are the transport's own", sse, "protocol-B/event", (56 + 24 + 16 + 8) / 4.0},
		{"framing counts what the server sends", sse, "framing-B/event", (56 + 24 + 16) / 4.0},
		{"two clients for two seconds are a fifteenth of a client-minute", sse, "wire-B/client-min", 1008 * 15},
		{"handshake bytes of two connections", sse, "handshake-B/conn", (2000 + 200 + 300 + 220 + 900 + 400) / 2},
		{"handshake segments of two connections", sse, "handshake-segments/conn", 7},
		{"two connections in 4 ms", sse, "conns/sec", 500},
		{"the four parts of held memory", many, "server-mem-B/conn", (16384 + 20000 - 13_300 + 5000) / 200.0},
		{"a part that is less than nothing cannot be told", many, "runtime-B/conn", none},
		{"nor can the memory of two connections", sse, "server-mem-B/conn", none},
		{"nor the generator's", sse, "loadgen-mem-B/conn", none},
		{"their goroutines are counted", sse, "goroutines/conn", 1},
		{"server CPU by deliveries", sse, "server-cpu-sec/event", 0.0025},
		{"system calls of both families by the deliveries between the readings", sse, "server-syscalls/event", 90 / 4.0},
		{"the kernel did not tell", polling, "server-syscalls/event", none},
		{"allocations by the eight deliveries but the two of retained events", sse, "server-allocs/event", 600 / 6.0},
		{"the server did not tell", polling, "server-allocs/event", none},
		{"TLS", sse, "tls-sec", 0.0015},
		{"no TLS", polling, "tls-sec", none},
		{"nothing held", polling, "server-mem-B/conn", none},
		{"no deliveries, no bytes per delivery", polling, "wire-B/event", none},
		{"but bytes per client-minute", polling, "wire-B/client-min", 1008 * 15},
		{"eight requests of two clients in two seconds", polling, "requests/client-sec", 2},
		{"six of eight were in vain", polling, "empty-requests-share", 0.75},
		{"nothing missed", sse, "missed-events", 0},
		{"CPU of a proxy by deliveries", fronted, "proxy-cpu-sec/event", 0.005},
		{"memory of a proxy by connections", fronted, "proxy-B/conn", 300},
		{"two connections are too few to tell it", few, "proxy-B/conn", none},
		{"there is no proxy", sse, "proxy-cpu-sec/event", none},
		{"CPU of a backplane by deliveries", spread, "backplane-cpu-sec/event", 0.002},
		{"CPU of a server and of its backplane", spread, "server-cpu-sec/event + backplane-cpu-sec/event", 0.005},
		{"a server alone has the first of the two", sse, "server-cpu-sec/event + backplane-cpu-sec/event", 0.0025},
		{"there is no backplane", sse, "backplane-cpu-sec/event", none},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, ok := MetricByUnit(test.unit)
			if !ok {
				t.Fatalf("no metric %s", test.unit)
			}
			got, ok := m.Value(test.trial)
			if !ok {
				got = none
			}
			if got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
				t.Errorf("%s is %g, want %g", test.unit, got, test.want)
			}
		})
	}
}

// A request that a closed connection lost was sent, and nobody answered it. A
// record of layout 1 does not count the answers.
func TestAnswers(t *testing.T) {
	for want, h := range map[int64]HTTPCount{4: {Sent: 7, Full: 4, Empty: 2, Reopened: 1}, 5: {Sent: 7, Empty: 2}, 0: {Sent: 3, Empty: 2, Reopened: 1}, 7: {Sent: 7, Full: 7}} {
		if got := h.Answers(); got != want {
			t.Errorf("%+v: %d answers", h, got)
		}
	}
}

// What has no number says why, and a median leaves no trial out for being low.
func TestWhyThereIsNoNumber(t *testing.T) {
	memory := func(connections int64, bytes ...int64) (c Cell) {
		for _, b := range bytes {
			c.Trials = append(c.Trials, &Trial{Connection: Connection{Opened: connections, Held: Held{Heap: b * connections, Goroutines: 1}}})
		}
		return c
	}
	late := func(n int) (c Cell) {
		c.Trials = []*Trial{{Transport: "sse", Latency: histogram(t, slices.Repeat([]time.Duration{time.Second}, n)...)}}
		return c
	}
	for _, test := range []struct {
		fact string
		cell Cell
		unit string
		want float64 // 0: none
		why  string
	}{
		{"two hundred connections", memory(200, 10, 20, 30), "heap-B/conn", 20, ""},
		{"fifty", memory(50, 10, 20, 30), "heap-B/conn", 0, "below what can be told: fewer than 100 connections were held"},
		{"less than nothing in one trial of three, which the interval says", memory(200, 10, 20, -30), "heap-B/conn", 0, "below what can be told: the difference is not above zero"},
		{"nothing held is no memory", Cell{Trials: []*Trial{{}}}, "heap-B/conn", 0, ""},
		{"fifty deliveries", late(50), "p99-sec", 0, "50 of the 100 deliveries that a p99 needs"},
		{"nine", late(9), "p90-sec", 0, "9 of the 10 deliveries that a p90 needs"},
		{"none", late(0), "p99-sec", 0, ""},
		{"a median needs one", late(1), "p50-sec", 1.000447, ""},
		{"all events came later", late(9), "wire-B/event", 0, "no event came within the window"},
		{"nor was CPU time theirs", late(9), "server-cpu-sec/event", 0, "no event came within the window"},
		{"there were none to come", late(0), "wire-B/event", 0, ""},
	} {
		m, _ := MetricByUnit(test.unit)
		s, ok := test.cell.Summarize(m)
		if ok != (test.want != 0) || s.Center != test.want || test.cell.Why(m) != test.why {
			t.Errorf("%s: %g %v, %q", test.fact, s.Center, ok, test.cell.Why(m))
		}
	}
}

func TestMetricPercentileNeedsDeliveries(t *testing.T) {
	var h Histogram
	for range 99 {
		if err := h.Record(time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	m, _ := MetricByUnit("p99-sec")
	if _, ok := m.Value(&Trial{Latency: h}); ok {
		t.Error("99 deliveries have a 99th percentile")
	}
	if err := h.Record(time.Second); err != nil {
		t.Fatal(err)
	}
	if v, ok := m.Value(&Trial{Latency: h}); !ok || v != 0.001 {
		t.Errorf("the 99th percentile of 100 deliveries is %g, %t", v, ok)
	}
}

// What the load generator and the kernel used for several trials at once is no
// trial's number.
func TestBeside(t *testing.T) {
	shared := []string{"conns/sec", "loadgen-cpu-sec/conn", "server-mem-B/conn", "kernel-B/conn", "outside-B/conn", "loadgen-mem-B/conn", "loadgen-cpu-sec/event"}
	trial := small(t).Trials[0]
	trial.Connection.Opened = FewConnections
	for _, m := range Metrics() {
		trial.Beside = 0
		_, before := m.Value(trial)
		trial.Beside = 2
		_, after := m.Value(trial)
		if isShared := slices.Contains(shared, m.Unit); after != (before && !isShared) || isShared && !before {
			t.Errorf("%s: alone %t, side by side %t", m.Unit, before, after)
		} else if isShared && !strings.Contains(m.Why(trial), "side by side") {
			t.Errorf("%s: %q", m.Unit, m.Why(trial))
		}
	}
}
