package sample

import (
	"slices"

	"pushbench/results"
	"pushbench/results/example"
)

// Claims is a part of the example with statements of every verdict: trials of one scenario
// have failed, some are too few, one experiment was observed and another was not.
func Claims() *results.Record {
	r := example.Record()
	keep := []string{"live-feed", "connect", "sweep-rate", "quiet"}
	r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s results.Scenario) bool { return !slices.Contains(keep, s.Name) })
	r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return !slices.Contains(keep, t.Scenario) })
	for _, t := range r.Trials {
		t.Audit, t.Warnings = nil, nil
		if t.Scenario == "quiet" && t.Transport == "websocket" {
			t.Failed = "the server answered 426 Upgrade Required to the upgrade"
		}
		if t.Scenario == "live-feed" && t.Transport == "websocket" && t.Number == 2 {
			t.Warnings = []results.Warning{{Code: "cpu-pressure", Text: "Tasks waited for a CPU."}}
		}
		if t.Scenario == "live-feed" && t.Transport == "sse" && t.Number == 3 {
			t.Warnings = []results.Warning{{Code: "few-events", Text: "Only 10 events fell into the window: percentiles beyond p90 say little."}}
		}
	}
	r.Planned, r.Expectations, r.Published = len(r.Trials), nil, nil
	r.NotRun = []results.NotRun{{Scenario: "connect", Variant: "sse/resume", Reason: "none of its variants was asked for"}}
	r.Observations = []results.Observation{
		{Name: "browser-streams", About: "Streams that a browser opened at once.", Kind: "count", Values: []float64{6, 6, 6}},
		{Name: "other-streams", About: "The same in another browser.", Kind: "count", Reason: "the program is not installed"},
	}
	const poll = "polling/interval=500ms"
	at := func(scenario, variant string) results.Subject {
		return results.Subject{Scenario: scenario, Variant: variant}
	}
	ratio := func(that, metric string, of, to results.Subject, op string, want float64) results.Criterion {
		return results.Criterion{That: that, Kind: results.RatioOf, Metric: metric, Of: of, To: to, Op: op, Want: want}
	}
	statement := func(number int, name, says string, scenarios []string, criteria ...results.Criterion) results.Statement {
		return results.Statement{Number: number, Name: name, File: "built-in", Text: "number: " + name + "\n", Says: says, Why: "That is how it works.", Scenarios: scenarios, Criterion: criteria}
	}
	as := func(role string, c results.Criterion) results.Criterion {
		c.Role = role
		return c
	}
	feed, sse := []string{"live-feed"}, at("live-feed", "sse")
	r.Statements = []results.Statement{
		statement(1, "at-once", "SSE delivers at once, and polling does not.", feed,
			ratio("SSE is at most a tenth as late as polling.", "p50-sec", sse, at("live-feed", poll), "<=", 0.1),
			results.Criterion{That: "SSE is late by at most 5 ms.", Kind: results.BoundOf, Metric: "p50-sec", Of: sse, Op: "<=", Want: 0.005},
			as(results.AsControl, results.Criterion{That: "Every event comes.", Kind: results.WorksAt, Of: sse}),
			as(results.AsContext, ratio("Its tail is as short as that of WebSocket.", "p99-sec", sse, at("live-feed", "websocket"), "<=", 1.001))),
		statement(2, "bytes", "SSE packets are small.", feed,
			ratio("SSE takes no more bytes than WebSocket.", "wire-B/event", sse, at("live-feed", "websocket"), "<=", 1),
			ratio("SSE takes fewer bytes than long-polling.", "wire-B/event", sse, at("live-feed", "longpoll"), "<=", 1)),
		statement(3, "many", "Long-polling is late with many events.", []string{"sweep-rate"},
			ratio("Long-polling is twice as late as SSE.", "p50-sec", results.Subject{Variant: "longpoll"}, results.Subject{Variant: "sse"}, ">=", 2)),
		statement(4, "frames", "WebSocket frames are larger than HTTP heads.", feed,
			results.Criterion{That: "They take 100 bytes more than long-polling.", Kind: results.DifferenceOf, Metric: "protocol-B/event", Of: at("live-feed", "websocket"), To: at("live-feed", "longpoll"), Op: ">=", Want: 100}),
		statement(5, "proxies", "SSE passes proxies, and WebSocket does not.", []string{"quiet"},
			results.Criterion{That: "SSE works.", Kind: results.WorksAt, Of: at("quiet", "sse")},
			results.Criterion{That: "WebSocket does not.", Kind: results.FailsAt, Of: at("quiet", "websocket")}),
		statement(6, "six", "A browser opens six streams.", nil,
			results.Criterion{That: "One opens six.", Kind: results.ObservationOf, Observation: "browser-streams", Op: "==", Want: 6},
			results.Criterion{That: "Another opens six.", Kind: results.ObservationOf, Observation: "other-streams", Op: "==", Want: 6}),
		statement(7, "opening", "Opening a connection is dear.", []string{"connect"},
			results.Criterion{That: "It takes twice as long as a request.", Kind: results.RatioOf, Metric: "open-sec", ToMetric: "http-sec", Of: at("connect", "sse/tls"), To: at("connect", "sse/tls"), Op: ">=", Want: 2}),
		{Number: 8, Name: "push", File: "built-in", Text: "number: 8\n", Says: "Server push cannot be seen.", Why: "No interface tells.", Cannot: "No browser takes it any more."},
	}
	r.Statements[0].Explain = []string{"p50-sec", "p99-sec"}
	r.Statements[0].Elsewhere = "Over a network everything is later."
	r.Statements[1].Explain = []string{"bytes", "protocol-B/event"}
	r.Statements[5].Observe = []string{"browsers"}
	r.Statements[2].Long = "It has many points."
	return r
}
