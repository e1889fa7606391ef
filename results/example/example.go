// Package example makes up a record, for tests.
package example

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/servers/wire"
)

// Record returns a small synthetic record for tests.
// Its numbers come from formulas and nothing was measured: its provenance says
// so. It is the same on every call, passes Validate, and has what a real
// record may have: five transports, sweeps whose values touch all or only some
// of the variants, a retained event, TLS, a failed trial, warnings, a part
// that was not run, and expectations that held and did not.
// The caller owns it.
func Record() *results.Record {
	r := *example()
	r.Trials = slices.Clone(r.Trials)
	for i, t := range r.Trials {
		own := *t
		own.Warnings = slices.Clone(own.Warnings)
		r.Trials[i] = &own
	}
	r.Scenarios = slices.Clone(r.Scenarios)
	r.NotRun = slices.Clone(r.NotRun)
	r.Expectations = slices.Clone(r.Expectations)
	r.Published = slices.Clone(r.Published)
	r.Provenance.Command = slices.Clone(r.Provenance.Command)
	r.Provenance.Modules = maps.Clone(r.Provenance.Modules)
	return &r
}

// example computes the record once: its trials take most of a second.
var example = sync.OnceValue(func() *results.Record {
	r := &results.Record{
		Schema:  results.Schema,
		ID:      "20260102T030405Z",
		Began:   time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Seed:    1,
		Targets: []results.Target{{Name: results.Builtin}},
		Provenance: results.Provenance{
			Version: "synthetic", Commit: "synthetic", Command: []string{"pushbench", "run"},
			GoVersion: "go1.26.0", OS: "linux/amd64", Kernel: "6.1.0-synthetic", Host: "synthetic",
			CPU: "Synthetic CPU: example data, nothing was measured", Cores: 2, Memory: 8 << 30,
			Congestion: "cubic", Files: 1 << 20, Path: "loopback",
			Modules: map[string]string{"github.com/gorilla/websocket": "v1.5.3"},
		},
		NotRun: []results.NotRun{{Scenario: "sweep-clients", Point: "20000", Reason: "needs 40,128 file descriptors and the limit is 20,000"}},
		Expectations: []results.Expectation{
			{Scenario: "live-feed", Variant: "sse", Text: "SSE delivers the median event within 5 ms", Metric: "p50-sec", Want: 0.005, Held: true},
			{Scenario: "live-feed", Variant: "polling/interval=500ms", Text: "polling delivers the median event within 100 ms", Metric: "p50-sec", Want: 0.1},
		},
	}
	for _, s := range scenarios() {
		add(r, s)
	}
	for i, e := range r.Expectations {
		m, _ := results.MetricByUnit(e.Metric)
		for _, c := range r.Select(e.Scenario) {
			if s, ok := c.Summarize(m); ok && c.Variant == e.Variant {
				at := &r.Expectations[i]
				at.Got, at.Transport, at.Settings = s.Center, c.Transport, c.Settings
			}
		}
	}
	r.Published = []results.Published{
		{Row: 1, Title: "The shape of a synthetic table", Source: "Nobody, Synthetic data (2026)", Quantity: "bytes of a request and its answer", Kind: "bytes", Theirs: 871, Ours: 909, How: "computed: synthetic", Verdict: "corrected", Why: "Line ends are bytes, too."},
		{Row: 1, Title: "The shape of a synthetic table", Source: "Nobody, Synthetic data (2026)", Quantity: "for 1,000 clients a second", Kind: "Mibit/s", Theirs: 6.645, Derived: true, Ours: 6.935, How: "measured: synthetic", Verdict: "corrected", Why: "The same."},
		{Row: 2, Title: "A stall in synthetic time", Source: "Nobody, Synthetic data (2026)", Quantity: "99th percentile by the schedule", Kind: "sec", Theirs: 1.27, Ours: 1.268, How: "measured: synthetic", Verdict: "reproduced", Why: "It is 1.4 s less 1 % of 13 s."},
		{Row: 2, Title: "A stall in synthetic time", Source: "Nobody, Synthetic data (2026)", Quantity: "memory of a connection", Kind: "bytes", Theirs: 27000, Ours: 29700, How: "measured: synthetic", Verdict: "differs", Why: "Other software on another machine."},
	}
	for _, t := range r.Trials {
		if t.Scenario == "live-feed" && t.Number == 1 {
			trial{t}.audit()
		}
		switch {
		case t.Scenario == "sweep-payload" && t.Point == "4096" && t.Transport == "longpoll" && t.Number == 2:
			t.Failed = "an event was missed: client 17 never received event 93 of topic t0"
			t.Deliveries.Missed, t.Deliveries.Delivered = 1, t.Deliveries.Delivered-1
		case t.Scenario == "sweep-clients" && t.Point == "1000" && t.Transport == "longpoll":
			t.Warnings = []results.Warning{{Code: "machine-busy", Text: "The load generator used 93 % of a core: some of this latency is its own."}}
		case t.Scenario == "quiet" && t.Number > 1:
			t.Warnings = []results.Warning{{Code: "few-events", Text: "Only 10 events fell into the window: percentiles beyond p90 say little."}}
		}
	}
	r.Planned = len(r.Trials)
	r.Ended = r.Began.Add(time.Duration(len(r.Trials)) * 7 * time.Second)
	return r
})

type scenario struct {
	name, about, sweep string
	points             []string
	variants           []string
	trials             int
	load               results.Workload
}

func scenarios() []scenario {
	all := []string{"polling/interval=500ms", "longpoll", "sse", "websocket", "tcp"}
	feed := results.Workload{Clients: 500, Topics: 1, Rate: 10, Arrival: "constant", Payload: 128, Warmup: 1, Window: 5, Opening: 16}
	with := func(change func(*results.Workload)) results.Workload {
		l := feed
		change(&l)
		return l
	}
	small := with(func(l *results.Workload) { l.Clients = 100 })
	return []scenario{
		{"live-feed", "Everybody receives every event of one busy topic.", "", nil, all, 6, feed},
		{"quiet", "Rare events: what do clients cost that wait?", "", nil, all, 3,
			with(func(l *results.Workload) { l.Clients, l.Rate, l.Arrival, l.Window = 100, 0.5, "poisson", 20 })},
		{"connect", "The price of opening and holding a connection.", "", nil, append(slices.Clone(all), "sse/tls", "websocket/tls"), 6,
			with(func(l *results.Workload) { l.Clients, l.Rate, l.Retained, l.Window = 200, 0, 1, 1 })},
		{"sweep-clients", "The same feed for more and more clients.", "clients", []string{"10", "100", "1000", "20000"}, all, 3, feed},
		{"sweep-rate", "The same clients with more and more events.", "rate", []string{"1", "10", "100"}, all, 3, small},
		{"sweep-interval", "Polling at several intervals beside a stream.", "interval", []string{"500ms", "2s", "10s"}, []string{"polling", "sse"}, 3,
			with(func(l *results.Workload) { l.Clients, l.Rate, l.Window = 100, 1, 20 })},
		{"stall", "The server stands still under a steady feed.", "", nil, all, 3,
			with(func(l *results.Workload) { l.Clients, l.Window = 10, 13 })},
		{"sweep-payload", "The same feed with larger and larger events.", "payload", []string{"32", "126", "4096", "65536"}, all, 3, small},
		{"reconnect", "All connections are cut at once.", "", nil, []string{"longpoll", "sse", "websocket"}, 3,
			with(func(l *results.Workload) { l.Clients, l.Reconnect = 100, &results.Reconnect{After: 0.5, Jitter: 1} })},
		{"slow", "Some clients read slowly.", "", nil, []string{"longpoll", "sse", "websocket"}, 3,
			with(func(l *results.Workload) {
				l.Clients, l.Slow = 100, &results.SlowClients{Clients: 10, Rate: 500, History: 20}
			})},
	}
}

// add appends the scenario s and its trials, those of all variants in turn.
func add(r *results.Record, s scenario) {
	points := s.points
	if points == nil {
		points = []string{""}
	}
	r.Scenarios = append(r.Scenarios, results.Scenario{
		Name: s.name, File: "built-in", About: s.about, Text: "about: " + s.about + "\n", Hash: fmt.Sprintf("%064x", len(s.name)),
		Sweep: s.sweep, Points: s.points, Variants: s.variants, Trials: s.trials,
	})
	for number := 1; number <= s.trials; number++ {
		for i, point := range points {
			for _, name := range s.variants {
				if point == "20000" {
					continue
				}
				t := trial{&results.Trial{Scenario: s.name, Sweep: s.sweep, Point: point, Target: results.Builtin, Number: number, Load: s.load}}
				switch polls := strings.HasPrefix(name, "polling"); {
				case s.sweep == "interval" && !polls && i > 0:
					continue
				case s.sweep == "interval" && !polls:
					t.Point = ""
				case s.sweep == "interval":
					name += "/interval=" + point
				}
				t.sweep(point)
				t.Transport, t.Settings = Variant(name)
				t.Variant, t.Load.Interval = name, t.Settings.Seconds("interval")
				t.Path = results.Path{Kind: "loopback", MTU: 65536}
				if s.name == "live-feed" && number == 1 { // the one that is audited
					t.Path = results.Path{Kind: "veth", MTU: 1500}
				}
				if s.name == "stall" {
					t.Stall = &results.Stall{After: 5, For: 1.4}
				}
				if t.Load.Reconnect != nil {
					t.Fault = &results.Fault{Kind: results.FaultCut, After: 1}
				}
				t.Began = r.Began.Add(time.Duration(len(r.Trials)) * 7 * time.Second)
				t.synthesize(uint64(len(r.Trials)))
				r.Trials = append(r.Trials, t.Trial)
			}
		}
	}
}

// sweep sets what the sweep's point says.
func (t trial) sweep(point string) {
	l := &t.Load
	switch t.Sweep {
	case "clients":
		fmt.Sscan(point, &l.Clients)
	case "rate":
		fmt.Sscan(point, &l.Rate)
	case "payload":
		fmt.Sscan(point, &l.Payload)
	}
}

// Variant returns the transport and the settings of the variant of that name,
// as a record has them. It panics when there is no such variant.
func Variant(name string) (transport string, settings results.Settings) {
	v, err := wire.ParseVariant(name)
	if err != nil {
		panic(err)
	}
	return string(v.Transport), loadgen.Settings(v)
}
