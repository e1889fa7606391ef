package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"pushbench/lab"
	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/safe"
)

// A climbing shows how a search goes: a line for each trial that is over and, on a terminal,
// one for the trial that is going on. interrupted may be called from another goroutine; end
// comes last.
type climbing struct {
	w      io.Writer
	quiet  bool
	runner *lab.Runner // for what it was asked; it is not called
	seek   lab.Seek
	live   bool // a terminal in which a line can be drawn again

	mu    sync.Mutex // Note: interrupted comes from another goroutine
	over  int        // trials
	drawn bool       // the last line is one that is drawn again
}

func newClimbing(w io.Writer, quiet bool, r *lab.Runner, seek lab.Seek) *climbing {
	return &climbing{w: w, quiet: quiet, runner: r, seek: seek, live: consoleOf(w).rows > 0}
}

func (c *climbing) SeekStart(searches int, left time.Duration) {
	c.line("%d search%s, about %s, seed %d, into %s", searches, plurals(searches), span(left), c.runner.Seed, c.runner.Dir)
}

func (c *climbing) TrialStart(p lab.Planned, left time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.live && !c.quiet {
		c.clear()
		fmt.Fprintf(c.w, "[%d] %s  %s left", c.over+1, c.label(p), span(left))
		c.drawn = true
	}
}

func (c *climbing) TrialDone(p lab.Planned, t *results.Trial, wrong string, left time.Duration) {
	c.mu.Lock()
	c.over++
	over := c.over
	c.mu.Unlock()
	how := "held, " + headline(t)
	if wrong != "" {
		how = "broke: " + safe.Brief(wrong, 200)
	}
	c.line("[%d] %s  %s  %s left", over, c.label(p), how, span(left))
}

func (c *climbing) SeekEnd(e results.End) {
	if e.Level == 0 {
		c.line("%s%s: the search ends: %s", e.Variant, answeredBy(c.runner, e.Target), e.Reason)
		return
	}
	c.line("%s%s: less than %s: %s", e.Variant, answeredBy(c.runner, e.Target), text.Number(float64(e.Level)), e.Reason)
}

func (c *climbing) interrupted() { c.line("%s", interruptedText) }

func (c *climbing) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
}

// label names a trial: sse 12,800 clients.
func (c *climbing) label(p lab.Planned) string {
	level := p.Cell.Scenario.Clients
	if c.seek.Noun() != "clients" {
		level = int(p.Cell.Scenario.Events.Rate)
	}
	who := p.Variant.String() + answeredBy(c.runner, p.Target.Name)
	return fmt.Sprintf("%s, %s %s", who, text.Number(float64(level)), c.seek.Noun())
}

func (c *climbing) line(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.quiet {
		c.clear()
		say(c.w, format, args...)
	}
}

// clear takes away the line that is drawn again.
func (c *climbing) clear() {
	if c.drawn {
		fmt.Fprint(c.w, "\r\x1b[K")
		c.drawn = false
	}
}

// plurals is the ending of a word such as search.
func plurals(n int) string {
	if n == 1 {
		return ""
	}
	return "es"
}
