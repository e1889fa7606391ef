package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"pushbench/lab"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/scenarios"
)

// A progress shows how a run goes. interrupted may be called from another
// goroutine; end comes last, after the Runner is done.
type progress interface {
	lab.Progress
	interrupted()
	end()
}

// newProgress picks bars for a terminal that has room for them and plain lines
// for everything else.
func newProgress(w io.Writer, quiet bool, r *lab.Runner) progress {
	head := &header{w: w, runner: r}
	switch {
	case quiet:
		return silent{}
	case barsFit(consoleOf(w), r.Scenarios):
		return &bars{header: head}
	default:
		return &lines{header: head}
	}
}

const interruptedText = "ending this trial; Ctrl-C again stops at once"

// silent shows nothing.
type silent struct{}

func (silent) Start([]lab.Planned, time.Duration)           {}
func (silent) TrialStart(int, time.Duration)                {}
func (silent) TrialProgress(int, float64, time.Duration)    {}
func (silent) TrialDone(int, *results.Trial, time.Duration) {}
func (silent) interrupted()                                 {}
func (silent) end()                                         {}

// header is what both kinds of progress know about the run.
type header struct {
	w      io.Writer
	runner *lab.Runner // for what it was asked; it is not called
	plan   []lab.Planned
	width  int            // columns of the longest label
	of     map[string]int // trials of each cell
}

func (h *header) start(plan []lab.Planned, estimate time.Duration) {
	h.plan, h.of = plan, map[string]int{}
	for _, p := range plan {
		h.of[cellOf(p)]++
	}
	for i := range plan {
		h.width = max(h.width, utf8.RuneCountInString(h.label(i)))
	}
	fmt.Fprintf(h.w, "%d trial%s, about %s, seed %d, into %s\n", len(plan), plural(len(plan)), span(estimate), h.runner.Seed, safe.Line(h.runner.Dir))
}

func cellOf(p lab.Planned) string {
	return p.Scenario + " " + p.Point + " " + p.Target.Name + " " + p.Variant.String()
}

// label names a trial: live-feed sse 3/6.
func (h *header) label(i int) string {
	p := h.plan[i]
	point := ""
	if p.Point != "" && p.Sweep != scenarios.SweepInterval { // the variant tells the interval
		point = " " + p.Sweep + "=" + p.Point
	}
	return fmt.Sprintf("%s%s %s%s %d/%d", safe.Line(p.Scenario), point, p.Variant, answeredBy(h.runner, p.Target.Name), p.Number, h.of[cellOf(p)])
}

// headline is the one figure of a trial that tells whether all is well.
func headline(t *results.Trial) string {
	switch {
	case t.Failed != "":
		return "FAILED: " + safe.Brief(t.Failed, 300)
	case t.Latency.Count() > 0:
		return "p50 " + results.FormatValue(t.Latency.Quantile(0.5), "sec")
	case t.Connection.Open.Count() > 0:
		return "open " + results.FormatValue(t.Connection.Open.Quantile(0.5), "sec")
	}
	return "done"
}

// lines writes one line for each trial that is over, for logs and pipes.
type lines struct {
	*header
	mu sync.Mutex // Note: interrupted comes from another goroutine
}

func (l *lines) Start(plan []lab.Planned, estimate time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.start(plan, estimate)
}

func (l *lines) TrialStart(int, time.Duration)             {}
func (l *lines) TrialProgress(int, float64, time.Duration) {}

func (l *lines) TrialDone(i int, t *results.Trial, left time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	total := fmt.Sprint(len(l.plan))
	label := l.label(i)
	pad := strings.Repeat(" ", l.width-utf8.RuneCountInString(label))
	fmt.Fprintf(l.w, "[%*d/%s] %s%s  %-12s  %s left\n", len(total), i+1, total, label, pad, headline(t), span(left))
}

func (l *lines) interrupted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.w, interruptedText)
}

func (l *lines) end() {}
