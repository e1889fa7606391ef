package lab

import (
	"time"

	"pushbench/lab/target"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// What a trial takes beyond its warm-up and window, measured on two cores:
// starting and ending the server, reading the figures before and after, and
// opening each connection.
const (
	overhead   = 150 * time.Millisecond
	perConnect = 300 * time.Microsecond
	perTLS     = 1500 * time.Microsecond
	proving    = 500 * time.Millisecond // of a described target: its start, and the events that prove subscriptions
	proxying   = 300 * time.Millisecond // of a scenario with a proxy: its start and its end
	joining    = 100 * time.Millisecond // to start a node, and its share of the backplane
)

// trialTime is the wall time of one trial of c or, where trials run side by side,
// its share of theirs.
func (r *Runner) trialTime(c scenarios.Cell) time.Duration {
	alone := trialTime(c)
	if !r.Together {
		return alone
	}
	shared := c.Scenario.Warmup + c.Scenario.Duration
	return alone - shared + shared/time.Duration(len(r.Targets))
}

// trialTime is the wall time of one trial of c: a pure function.
func trialTime(c scenarios.Cell) time.Duration {
	s := c.Scenario
	d := overhead + time.Duration(s.Clients+s.Slow.Clients)*connectTime(c) + time.Duration(s.Topics)*perConnect + s.Duration // the publisher has a connection for each topic
	if s.Proxy != nil {
		d += proxying
	}
	d += time.Duration(s.Nodes) * joining
	warmup := s.Warmup
	if c.Variant.Transport == wire.Polling {
		warmup = max(warmup, c.Variant.Duration(wire.Interval)) // until each client has asked
		d += c.Variant.Duration(wire.Interval)                  // until the last client has asked once more
	}
	return d + warmup
}

// preparing is what a trial takes longer where a described target answers.
func preparing(t target.Target) time.Duration {
	if t.File == nil {
		return 0
	}
	return proving
}

// warmed are the ways over which a kept server will have been warmed up by then.
type warmed map[way]bool

// takes is how much longer a trial of c takes because its server is warmed up before.
func (w warmed) takes(t target.Target, c scenarios.Cell) time.Duration {
	over := way{t.Name, c.Variant.Transport}
	if t.Kept() {
		if w[over] {
			return 0
		}
		w[over] = true
	}
	return t.WarmUp()
}

// ceilingTrial is the wall time in which the generator's ceiling is measured.
func ceilingTrial(c scenarios.Cell) time.Duration {
	return overhead + time.Duration(c.Scenario.Clients)*connectTime(c) + ceilingTime
}

// connectTime is the time that opening one connection takes.
func connectTime(c scenarios.Cell) time.Duration {
	d := perConnect
	if c.Variant.On(wire.TLS) {
		d += perTLS
	}
	if l := c.Scenario.Path; l != nil {
		d += roundTrips(c.Variant) * 2 * l.Delay / time.Duration(c.Scenario.Opening)
	}
	return d
}

// roundTrips is how many of them open a connection.
func roundTrips(v wire.Variant) time.Duration {
	if v.On(wire.TLS) {
		return 3
	}
	return 2
}

// An eta corrects the estimate of what is left by what the trials so far took.
type eta struct {
	plan      []Planned
	estimated time.Duration // of the trials that are done
	observed  time.Duration
}

// done says how long trials took that ran at the same time.
func (e *eta) done(trials []Planned, took time.Duration) {
	e.estimated += Estimate(trials)
	e.observed += took
}

// left is the remaining time when fraction of trial i is over.
func (e *eta) left(i int, fraction float64) time.Duration {
	if i >= len(e.plan) {
		return 0
	}
	rest := float64(Estimate(e.plan[i:])) - fraction*float64(e.plan[i].Estimate)
	if e.estimated > 0 {
		rest *= float64(e.observed) / float64(e.estimated)
	}
	return time.Duration(rest)
}
