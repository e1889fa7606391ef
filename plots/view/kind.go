package view

import (
	"slices"

	"pushbench/results"
)

// rare is the number of events per client and second below which bytes are
// told per client and minute: a transport's price is then that of waiting.
const rare = 1

// RareEvents reports whether a scenario's events are rare.
func (s Scenario) RareEvents() bool {
	t := s.Any()
	return t != nil && t.Load.Rate/float64(max(1, t.Load.Topics)) < rare
}

// TooBrief reports whether a scenario has no events and too short a window for
// what it says of a minute.
func (s Scenario) TooBrief() bool {
	t := s.Any()
	return t == nil || t.Load.Rate == 0 && t.Load.Window < 10
}

// Stalled reports whether the server of a scenario is paused in mid-trial.
func (s Scenario) Stalled() bool {
	t := s.Any()
	return t != nil && t.Stall != nil
}

// Delayed reports whether a path of the scenario delays packets.
func (s Scenario) Delayed() bool {
	return slices.ContainsFunc(s.Cells, func(c Cell) bool {
		return slices.ContainsFunc(c.Trials, func(t *results.Trial) bool { return t.Path.Delay > 0 })
	})
}

// ConnectionScenario names the scenario that tells the price of a connection: of those
// without a sweep that opened connections the first one without events that
// opened one at a time, else the first without events, else the first; empty
// when there is none.
func ConnectionScenario(r *results.Record) string {
	best, worth := "", 0
	for _, s := range r.Scenarios {
		for _, t := range r.Trials {
			if t.Scenario != s.Name || s.Sweep != "" || t.Failed != "" || t.Connection.Opened == 0 {
				continue
			}
			if w := 1 + btoi(t.Load.Rate == 0)*(1+btoi(t.Load.Opening <= 1)); w > worth {
				best, worth = s.Name, w
			}
		}
	}
	return best
}

// AboutConnections reports whether a scenario tells the price of a connection:
// it is the one that ConnectionScenario names, or it has no events.
func (s Scenario) AboutConnections() bool {
	return s.Any() != nil && s.Scenario.Sweep == "" && (s.NoEvents() || s.Scenario.Name == ConnectionScenario(s.Record))
}

// NoEvents reports whether a scenario has no events but retained ones.
func (s Scenario) NoEvents() bool {
	t := s.Any()
	return t != nil && t.Load.Rate == 0
}

// Opening is how many connections a scenario opens at a time.
func (s Scenario) Opening() int {
	if t := s.Any(); t != nil {
		return t.Load.Opening
	}
	return 0
}
