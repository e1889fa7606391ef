package sample

import (
	"strconv"
	"time"

	"pushbench/results"
)

// Search is a record of a search for the most clients with a median latency of at most
// 100 ms, two trials each, with every outcome: SSE has a border, WebSocket is carried as far
// as there are descriptors, the load generator was the limit of long-polling, polling is
// carried nowhere, and the search for compressed SSE was ended.
func Search() *results.Record {
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r := &results.Record{
		Schema: results.Schema, ID: "20260102T030405Z", Began: began, Ended: began.Add(90 * time.Second), Seed: 1,
		Partial: "the search was ended before it was over", Targets: []results.Target{{Name: results.Builtin}},
		Provenance: results.Provenance{Version: "1.2.3", Commit: "0123456789abcdef0123456789abcdef01234567", CPU: "Synthetic CPU", Cores: 2, Path: "loopback",
			Command: []string{"pushbench", "capacity", "live-feed", "--slo", "p50-sec <= 100ms", "--slo", "missed-events == 0", "--seed", "1"}},
	}
	feed := results.Scenario{Name: "live-feed", File: "built-in", About: "A feed.", Text: "about: A feed.\n", Sweep: "clients", Trials: 2}
	r.Capacity = &results.Capacity{
		Of: "clients", Objectives: []string{"p50-sec <= 0.1", "missed-events == 0"}, Trials: 2, Start: 4, Step: 1, Least: 1, Most: 10, Resolution: 0.1,
		Ends: []results.End{{Target: results.Builtin, Variant: "websocket", Level: 7, Resource: results.Descriptors, Reason: "7 clients need 135 file descriptors in each process and the limit is 134 (ulimit -n)"}},
	}
	points := map[int]bool{}
	for _, one := range []struct {
		transport string
		settings  results.Settings
		trials    []int // the clients of each; below zero: it broke
		server    float64
	}{
		{"polling", results.Settings{{Name: "interval", Value: 0.5}}, []int{-4, -4, -2, -2, -1, -1}, 1.2},
		{"longpoll", nil, []int{4, -8, -8, -6, -6, 5, 5}, 0.4},
		{"sse", nil, []int{4, 8, -10, -10, 9, -9, 8}, 1.2},
		{"sse", results.Settings{{Name: "compress", Value: true}}, []int{4, 8}, 1.2},
		{"websocket", nil, []int{4, 6, 6}, 0.4},
	} {
		variant := one.settings.Variant(one.transport)
		feed.Variants = append(feed.Variants, variant)
		number := map[int]int{}
		for _, n := range one.trials {
			late := time.Millisecond
			if n < 0 {
				n, late = -n, time.Second
			}
			number[n]++
			points[n] = true
			t := &results.Trial{Scenario: feed.Name, Sweep: "clients", Point: strconv.Itoa(n), Target: results.Builtin, Variant: variant, Transport: one.transport,
				Settings: one.settings, Number: number[n], Began: began, Load: results.Workload{Topics: 1, Rate: 10, Arrival: results.Constant, Payload: 128, Window: 2, Opening: 1},
				Path: results.Path{Kind: "loopback", MTU: 65536}, Deliveries: results.Deliveries{Expected: 1, Delivered: 1}}
			t.Load.Clients, t.Trust.Busy, t.Server.Share, t.Generator.Share = n, 0.95, one.server, 1.9-one.server
			if err := t.Latency.Record(late); err != nil {
				panic(err)
			}
			r.Trials = append(r.Trials, t)
		}
	}
	for n := range 11 {
		if points[n] {
			feed.Points = append(feed.Points, strconv.Itoa(n))
		}
	}
	r.Scenarios, r.Planned = []results.Scenario{feed}, len(r.Trials)
	return r
}
