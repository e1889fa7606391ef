package reading

import (
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/example"
)

// TestAdvice holds advice to the numbers of the example, changed in one respect.
func TestAdvice(t *testing.T) {
	all := func(*results.Trial) bool { return true }
	noMemory := func(t *results.Trial) bool {
		if t.Variant != "sse" {
			t.Connection.Held = results.Held{}
		}
		return true
	}
	only := func(scenario string, do func(*results.Trial)) func(*results.Trial) bool {
		return func(t *results.Trial) bool {
			if t.Scenario == scenario {
				do(t)
			}
			return true
		}
	}
	polled := only("live-feed", func(t *results.Trial) { // long-polling is the fastest
		if t.Transport == "longpoll" {
			t.Latency = t.Wait
		}
	})
	for _, c := range []struct {
		fact   string
		record func() *results.Record
		keep   func(*results.Trial) bool
		when   string
		want   string // of what is chosen and why; empty: no advice
	}{
		{"the leanest is chosen under a condition", example.Record, all, "Bytes are scarce, at 10", "polling every 500 ms, if events may be late (99 % within 495 ms)"},
		{"of several each that is late has its condition", example.Record, all, "Server memory is scarce", "or SSE; polling every 500 ms only if events may be late (99 % within 495 ms) "},
		{"the next one has its interval", example.Record, all, "Server memory is scarce", "The next is long-polling with 23.9 kB (23.5–24.2 kB)."},
		{"what depends on the load says so", example.Record, all, "Server CPU is scarce, at 10 events/s per client", "WebSocket"},
		{"a sign of doubt stands beside its number", example.Record, only("live-feed", func(t *results.Trial) {
			if t.Transport == "sse" {
				t.Warnings = []results.Warning{{Code: "cpu-pressure", Text: "doubt it"}}
			}
		}), "Events must arrive at once, at 10 events/s per client", "The next is SSE with 447 µs ⚠ (443–460 µs). The 95 % intervals do not overlap."},
		{"what a network adds to long-polling is said", example.Record, polled, "Events must arrive at once", "Over a network long-polling needs up to three transits for an event and a stream needs one (RFC 6202)."},
		{"what the scenario of connections does not have is not compared", example.Record, only("connect", func(t *results.Trial) {
			if t.Transport == "longpoll" {
				t.Variant = "longpoll/batch=5ms"
			}
		}), "Server memory is scarce", "Not compared for want of a number: long-polling."},
		{"the intervals are named", example.Record, all, "Events must arrive at once", "The 95 % intervals do not overlap."},
		{"two trials make no advice", sample.Few, all, "Events must arrive at once", ""},
		{"one is compared with nothing", example.Record, func(t *results.Trial) bool { return t.Transport == "sse" }, "", ""},
		{"nor is one beside the floor", example.Record, func(t *results.Trial) bool { return t.Transport == "sse" || t.Transport == "tcp" }, "", ""},
		{"the only one with a number is no winner", example.Record, noMemory, "Server memory is scarce", ""},
	} {
		r := c.record()
		r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return !c.keep(t) })
		got := ""
		for _, a := range NewBrief(r).Advice {
			if strings.HasPrefix(a.When, c.when) {
				got = strings.ReplaceAll(a.Choose+" "+a.Why, "\u00a0", " ")
			}
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

// Over a path with a delay the numbers have the transits in them.
func TestTransitsAreMeasured(t *testing.T) {
	r := example.Record()
	for _, trial := range r.Trials {
		trial.Path.Delay = 0.05
	}
	s := view.Find(r, "live-feed")
	if said := transits(s, s.Cells); said != "" {
		t.Errorf("it says %q", said)
	}
}

// TestCostsOfOthers holds a row to say of what it has the costs of a connection: of
// its variant, else of the load, else of another variant.
func TestCostsOfOthers(t *testing.T) {
	for _, c := range []struct {
		fact   string
		held   bool // by the load, enough connections for a number
		memory string
		noted  []string
	}{
		{"the load has the number", true, "from live-feed", []string{"SSE: time to connect from live-feed and memory per connection from live-feed"}},
		{"it does not", false, "of SSE (browser headers)", []string{"SSE: time to connect from live-feed and memory per connection of SSE (browser headers)"}},
	} {
		r := sample.Few()
		var measured results.Connection
		r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool {
			return t.Scenario == "connect" && t.Transport == "sse" && t.Variant != "sse"
		})
		for _, trial := range r.Trials {
			switch {
			case trial.Variant != "sse":
			case trial.Scenario == "connect":
				measured = trial.Connection
				trial.Variant = "sse/headers=browser"
				_, trial.Settings = example.Variant(trial.Variant)
			case !c.held:
				trial.Connection.Held = results.Held{}
			}
		}
		for _, trial := range r.Trials {
			if c.held && trial.Scenario == "live-feed" && trial.Variant == "sse" {
				trial.Connection = measured
			}
		}
		b := NewBrief(r)
		i := slices.IndexFunc(b.Costs.Rows, func(row []text.Value) bool { return row[0].Text == "SSE" })
		row := b.Costs.Rows[i]
		if opened := row[len(row)-2].Note; !strings.HasSuffix(opened, "from live-feed") {
			t.Errorf("%s: the time to connect is noted %q", c.fact, opened)
		}
		if note := row[len(row)-1].Note; !strings.HasSuffix(strings.ReplaceAll(note, "\u00a0", " "), c.memory) || !slices.Equal(b.Noted, c.noted) ||
			!strings.Contains(b.Note, "are from connect except where noted.") {
			t.Errorf("%s: the memory is noted %q, %q, %q", c.fact, note, b.Noted, b.Note)
		}
	}
}

// TestCosts holds the table of costs to have a row for each contender of the load.
func TestCosts(t *testing.T) {
	b := NewBrief(sample.Few())
	if len(b.Costs.Rows) != 4 {
		t.Errorf("%d rows, want 4", len(b.Costs.Rows))
	}
	for _, row := range b.Costs.Rows {
		if len(row) != len(b.Costs.Columns) || view.IsFloor(row[0].Transport) {
			t.Errorf("a row of %d fields under %d heads: %s", len(row), len(b.Costs.Columns), row[0].Text)
		}
	}
	if len(b.Advice) > 0 || !strings.HasPrefix(b.NoAdvice, "This run gives no advice on median latency, bytes per event, ") {
		t.Errorf("two trials of each advise %v, %q", b.Advice, b.NoAdvice)
	}
	if !strings.HasPrefix(b.Load, "The load: 500 clients, each with 10 events/s") || !strings.HasPrefix(b.Answer[0], "Median latency: ") {
		t.Errorf("%s %q", b.Load, b.Answer)
	}
}

// A record without events answers what its connections cost.
func TestBriefWithoutEvents(t *testing.T) {
	r := sample.Few()
	r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s results.Scenario) bool { return s.Name != "connect" })
	b := NewBrief(r)
	if len(b.Costs.Rows)+len(b.Advice)+len(b.Others) > 0 || len(b.Answer) != 4 || !strings.HasPrefix(b.Answer[0], "Connections per second, with 16 opened at a time: ") {
		t.Errorf("%+v", b)
	}
	if b := NewBrief(&results.Record{}); len(b.Answer) > 0 {
		t.Errorf("an empty record says %q", b.Answer)
	}
}

// TestTargetWithoutTrials holds the advice to the targets that have trials.
func TestTargetWithoutTrials(t *testing.T) {
	r := example.Record()
	want := len(NewBrief(r).Advice)
	r.Targets = append(r.Targets, results.Target{Name: "absent"})
	if got := NewBrief(r).Advice; len(got) != want {
		t.Errorf("%d pieces of advice, and %d where another target was not run", want, len(got))
	}
}
