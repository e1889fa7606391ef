package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"pushbench/lab"
	"pushbench/results"
	"pushbench/results/safe"
)

// A duelProgress shows how a comparison goes: a line that changes on a terminal that
// obeys, else a line for each block.
type duelProgress struct {
	w     io.Writer
	quiet bool
	live  bool
	limit limit

	mu     sync.Mutex
	name   string // what is measured, and why: said before it begins; empty: nothing is said
	runner *lab.Runner
	plan   []lab.Planned
	blocks int
	shown  bool // a line stands that is to change
}

// stage begins the progress of one measurement.
func (p *duelProgress) stage(name string, r *lab.Runner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.name, p.runner = name, r
}

func (p *duelProgress) Start(plan []lab.Planned, _ time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plan, p.blocks = plan, 0
	for _, t := range plan {
		p.blocks = max(p.blocks, t.Number)
	}
	if p.quiet {
		return
	}
	p.clear()
	if p.name != "" {
		say(p.w, "%s", p.name)
	}
	limit := p.limit
	if p.name != "" { // it is the second measurement
		limit.confirm, limit.budget = false, limit.budget+limit.budget/2
	}
	into := ""
	if p.runner.Dir != "" {
		into = ", into " + safe.Line(p.runner.Dir)
	}
	say(p.w, "%s, seed %d%s", limit.extent(p.runner, plan), p.runner.Seed, into)
}

func (p *duelProgress) TrialStart(i int, left time.Duration) { p.TrialProgress(i, 0, left) }

func (p *duelProgress) TrialProgress(i int, _ float64, left time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quiet || !p.live {
		return
	}
	t := p.plan[i]
	fmt.Fprintf(p.w, "\r\x1b[Kblock %d of %d  %s  %s left", t.Number, p.blocks, at(safe.Line(t.Scenario), t.Point, t.Variant.String()), span(left))
	p.shown = true
}

func (p *duelProgress) TrialDone(i int, t *results.Trial, left time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quiet {
		return
	}
	if t.Failed != "" {
		p.clear()
		say(p.w, "block %d  %s of %s  %s", t.Number, at(safe.Line(t.Scenario), t.Point, t.Variant), t.Target, headline(t))
	}
	last := i+1 == len(p.plan) || p.plan[i+1].Number > t.Number
	if last && !p.live {
		say(p.w, "block %d of %d  %s left", t.Number, p.blocks, span(left))
	}
}

// clear takes away the line that changes.
func (p *duelProgress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

func (p *duelProgress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}
