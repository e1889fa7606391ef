package sample

import (
	"slices"

	"pushbench/results"
	"pushbench/results/example"
)

// Atlas is a part of the example with four servers: our own, one with trials that are told
// apart from those and polls that get the newest event alone, one whose trials over
// WebSocket failed, and one that was not run. All but the last were checked.
func Atlas() *results.Record {
	r := example.Record()
	keep := []string{"live-feed", "connect"}
	r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s results.Scenario) bool { return !slices.Contains(keep, s.Name) })
	ours := slices.DeleteFunc(r.Trials, func(t *results.Trial) bool {
		return !slices.Contains(keep, t.Scenario) || t.Transport == "tcp" || t.Settings.On("tls")
	})
	r.Trials, r.Expectations, r.Published = nil, nil, nil
	r.Targets = []results.Target{{Name: results.Builtin}, foreign("slow", "A server that is slower"), foreign("near", "A server that is much the same"), foreign("absent", "A server that is not installed")}
	r.Targets[1].Version = "1.2.3"
	for i, t := range ours {
		t.Audit = nil
		slow, near := *t, *t
		slow.Target, near.Target = "slow", "near"
		slow.Server.CPU *= 5
		slow.Connection.Held.Heap, slow.Connection.Held.Resident = 3*t.Connection.Held.Heap, 3*t.Connection.Held.Resident
		if near.Transport == "websocket" && near.Scenario == "live-feed" {
			near.Failed = "client 3 received event 5 before event 4 of its topic"
			near.Deliveries.Missed, near.Deliveries.Delivered = 1, near.Deliveries.Delivered-1
		}
		if slow.Transport == "polling" && slow.Scenario == "live-feed" {
			slow.Deliveries.Superseded = 100
		}
		if slow.Transport == "sse" && i%2 == 0 {
			slow.Warnings = []results.Warning{{Code: "cpu-pressure", Text: "Tasks waited for a CPU."}}
		}
		r.Trials = append(r.Trials, t, &slow)
		if near.Transport != "polling" {
			r.Trials = append(r.Trials, &near)
		}
	}
	r.Planned = len(r.Trials)
	r.NotRun = []results.NotRun{
		{Scenario: "live-feed", Target: "near", Variant: "polling/interval=500ms", Reason: "the target does not offer polling"},
		{Scenario: "connect", Target: "absent", Reason: "the target needs a program: install absent"},
		{Scenario: "live-feed", Target: "absent", Reason: "the target needs a program: install absent"},
		{Scenario: "connect", Target: "file", Reason: "the target needs a program: install file", About: "A server that only streams", Offers: "sse"},
		{Scenario: "live-feed", Target: "file", Reason: "the target needs a program: install file", About: "A server that only streams", Offers: "sse"},
	}
	r.Checks = []results.Check{checkOf(results.Builtin, 12, results.Pass), checkOf("slow", 20, results.Fail), checkOf("near", 12, results.Pass)}
	near := &r.Checks[2]
	near.Quick = true
	near.Facts[0] = results.Fact{Name: "polling/order", State: results.NotOffered, Text: "The target does not offer polling."}
	return r
}

func foreign(name, about string) results.Target {
	return results.Target{Name: name, Command: []string{name, "{port}"}, File: name + ".yaml", Text: "about: " + about + "\nstart: " + name + " {port}\n",
		Traits: []results.Trait{{Name: "about", Text: about}, {Name: "publishing", Text: "POST /publish"}}, Absent: []results.Absent{{What: results.Figures, Reason: "it has none"}}}
}

// checkOf is a check with a fact of each kind.
func checkOf(target string, seconds float64, stale results.State) results.Check {
	c := results.Check{Target: target, Seconds: seconds}
	for _, transport := range []string{"polling", "longpoll", "sse", "websocket"} {
		add := func(thing string, s results.State, text string, figures map[string]float64) *results.Fact {
			c.Facts = append(c.Facts, results.Fact{Name: transport + "/" + thing, State: s, Text: text, Basis: thing == "order", Figures: figures})
			return &c.Facts[len(c.Facts)-1]
		}
		add("order", results.Pass, "10 events came in order, each once.", nil)
		add("head", results.Pass, "The head of the answer has 184 bytes.", map[string]float64{"head-bytes": 184})
		add("framing", results.Pass, "An event of 64 bytes has 21 bytes around it.", map[string]float64{"framing-bytes": 21})
		add("resume", results.NotOffered, "Its events have no id.", nil)
		add("late", results.Pass, "A client that comes without a cursor gets new events only.", map[string]float64{"events": 0})
		f := add("stale", stale, "A client with a cursor that the server does not know is told what it missed, or not.", nil)
		if stale == results.Fail && transport != "longpoll" {
			f.Known = "it takes what it cannot read as no cursor"
		}
		add("silence", results.Pass, "Without an event, the server sends a comment every 15 s.", map[string]float64{"heartbeat-sec": 15.2})
		add("slow", results.NotTold, "The server's memory is not known.", nil)
		if transport != "polling" {
			add("streams", results.Pass, "1,000 clients at once got an event.", map[string]float64{"streams": 1000, "asked": 1000})
		}
	}
	return c
}
