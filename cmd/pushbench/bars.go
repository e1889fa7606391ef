package main

import (
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"pushbench/lab"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/scenarios"
)

// bars draws a bar for each scenario and one for the whole run, with the trial
// that is going on and the time left below. Failed trials stay above them as lines.
type bars struct {
	*header
	pool *mpb.Progress
	each map[string]*mpb.Bar // by scenario, in trials
	all  *mpb.Bar            // in milliseconds of the estimate
	text *mpb.Bar            // a line without a bar
	past int64               // of them, in trials that are over

	mu   sync.Mutex // guards what follows, which the pool's goroutine reads
	now  string
	left time.Duration
	over int
	stop bool
}

// besideName is how many columns a line of bars needs beside the name: a bar of
// which one sees that it grows, and the trials that are over.
const besideName = 24

// barsFit reports whether a terminal has room for the bars of these scenarios. A
// block as high as the terminal scrolls, and what is drawn again leaves a copy
// above: so there is a row for each, for the whole run, for the line below and
// for the cursor.
func barsFit(l console, all []scenarios.Scenario) bool {
	const least = 40
	return l.width >= max(least, nameWidth(all)+besideName) && l.rows > len(all)+2
}

// nameWidth is how many columns the names of bars take.
func nameWidth(all []scenarios.Scenario) int {
	width := len("all")
	for _, s := range all {
		width = max(width, utf8.RuneCountInString(safe.Line(s.Name)))
	}
	return width
}

func (b *bars) Start(plan []lab.Planned, estimate time.Duration) {
	b.start(plan, estimate)
	b.now, b.left = "starting", estimate
	b.pool = mpb.New(mpb.WithOutput(b.w), mpb.WithWidth(30), mpb.WithAutoRefresh())
	b.each = map[string]*mpb.Bar{}
	trials := map[string]int{}
	width := nameWidth(b.runner.Scenarios)
	for _, p := range plan {
		trials[p.Scenario]++
	}
	for _, s := range b.runner.Scenarios {
		if trials[s.Name] == 0 {
			continue // the machine cannot run it; the record tells why
		}
		b.each[s.Name] = b.pool.New(int64(trials[s.Name]), barStyle(),
			mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-*s", width, safe.Line(s.Name)))),
			mpb.AppendDecorators(decor.CountersNoUnit("%d/%d")))
	}
	b.all = b.pool.New(max(1, lab.Estimate(plan).Milliseconds()), barStyle(),
		mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-*s", width, "all"))),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return b.count() })))
	b.text = b.pool.New(1, mpb.NopStyle(),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return b.status() })))
}

func barStyle() mpb.BarStyleComposer {
	return mpb.BarStyle().Lbound(" ").Filler("━").Tip("━").Padding("·").Rbound(" ")
}

// count is the text behind the last bar.
func (b *bars) count() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprintf("%d/%d", b.over, len(b.plan))
}

// status is the line under the bars.
func (b *bars) status() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop {
		return interruptedText
	}
	if b.left <= 0 {
		return "longer than estimated: " + b.now
	}
	return fmt.Sprintf("%s left: %s", span(b.left), b.now)
}

func (b *bars) set(now string, left time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = left
	if now != "" {
		b.now = now
	}
}

func (b *bars) TrialStart(i int, left time.Duration) { b.set(b.label(i), left) }

func (b *bars) TrialProgress(i int, fraction float64, left time.Duration) {
	b.set("", left)
	b.all.SetCurrent(b.past + int64(fraction*float64(b.plan[i].Estimate.Milliseconds())))
}

func (b *bars) TrialDone(i int, t *results.Trial, left time.Duration) {
	b.mu.Lock()
	b.over++
	b.left = left
	b.mu.Unlock()
	b.past += b.plan[i].Estimate.Milliseconds()
	b.all.SetCurrent(b.past)
	b.each[b.plan[i].Scenario].Increment()
	if t.Failed != "" {
		fmt.Fprintf(b.pool, "%s  %s\n", b.label(i), headline(t))
	}
}

func (b *bars) interrupted() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stop = true
}

// end leaves the bars as they are, without the line under them, and waits for
// the pool's goroutine.
func (b *bars) end() {
	if b.pool == nil {
		return
	}
	for _, bar := range b.each {
		bar.Abort(false)
	}
	b.all.Abort(false)
	b.text.Abort(true)
	b.pool.Wait()
}
