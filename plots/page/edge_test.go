package page

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/text"
	"pushbench/results"
)

// TestEdges writes every report of records that lack something, or have it in
// an unusual form.
func TestEdges(t *testing.T) {
	long := strings.Repeat("a-very-long-name ", 12)
	for _, c := range []struct {
		why  string
		edit func(*results.Record)
		says string // somewhere at the top of the terminal report
	}{
		{"a record with nothing in it", func(r *results.Record) { *r = results.Record{} }, "no trials"},
		{"scenarios without a trial", func(r *results.Record) { r.Trials = nil }, "no trials"},
		{"trials without their scenario", func(r *results.Record) { r.Scenarios = nil }, ""},
		{"a partial run", func(r *results.Record) { r.Trials, r.Partial = r.Trials[:7], "interrupted" }, "partial: interrupted. It has 7 of"},
		{"a record of the layout before", func(r *results.Record) { r.Schema = 1 }, "own wait is in them"},
		{"one trial", func(r *results.Record) { r.Trials = r.Trials[:1] }, "single valid trial, so their numbers have no interval: "},
		{"every trial failed", func(r *results.Record) {
			for _, t := range r.Trials {
				t.Failed = "the ledger does not balance"
			}
		}, "Failed trials are in no number."},
		{"one cell failed entirely", func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Transport == "sse" {
					t.Failed = "the ledger does not balance"
				}
			}
		}, "Failed trials are in no number."},
		{"trials without any number", func(r *results.Record) {
			for _, t := range r.Trials {
				*t = results.Trial{Scenario: t.Scenario, Sweep: t.Sweep, Point: t.Point, Variant: t.Variant, Transport: t.Transport, Number: t.Number}
			}
		}, ""},
		{"the floor alone", func(r *results.Record) {
			r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return t.Transport != "tcp" })
		}, ""},
		{"a transport that is not known", func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Transport == "sse" {
					t.Transport, t.Variant, t.Settings = "carrier-pigeon", "carrier-pigeon/altitude=30m", results.Settings{{Name: "altitude", Value: 1800.0}}
				}
			}
		}, ""},
		{"long names", func(r *results.Record) {
			for i := range r.Scenarios {
				r.Scenarios[i].About = long
			}
			for _, t := range r.Trials {
				if t.Transport == "sse" {
					t.Variant, t.Settings = "sse/headers="+long, results.Settings{{Name: "headers", Value: long}}
				}
			}
		}, ""},
		{"two scenarios with names that make the same id", func(r *results.Record) {
			r.Scenarios = append(r.Scenarios, r.Scenarios[0])
			r.Scenarios[0].Name, r.Scenarios[len(r.Scenarios)-1].Name = "live feed", "live-feed"
			for i, t := range r.Trials {
				if t.Scenario == "live-feed" && i%2 == 0 {
					t.Scenario = "live feed"
				}
			}
		}, ""},
		{"a sweep of something that has no number", func(r *results.Record) {
			for i := range r.Scenarios {
				if r.Scenarios[i].Sweep != "" {
					r.Scenarios[i].Sweep = "mood"
				}
			}
			for _, t := range r.Trials {
				if t.Sweep != "" {
					t.Sweep = "mood"
				}
			}
		}, ""},
		{"memory that shrank", func(r *results.Record) {
			for _, t := range r.Trials {
				t.Connection.Held.Runtime = -3 * t.Connection.Held.Heap
			}
		}, ""},
		{"connections that are idle on some transports", func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Load.Rate, t.Load.Opening = 0, 1; t.Transport != "polling" {
					t.Steady = results.Ledger{}
				}
			}
		}, "Time to open a connection: "},
		{"connections that are opened many at a time", func(r *results.Record) {
			for _, t := range r.Trials {
				t.Load.Opening = 32
			}
		}, "Connections per second, with 32 opened at a time: "},
		{"the same bytes on every transport", func(r *results.Record) {
			for _, t := range r.Trials {
				t.Steady = results.Ledger{In: results.Bytes{results.Payload: 128 * t.Deliveries.InWindow}}
			}
		}, "Bytes per event: polling 128 B, long-polling 128 B, SSE 128 B, WebSocket 128 B."},
		{"a verdict that nobody knows", func(r *results.Record) { r.Published[0].Verdict = "delightful" }, "? 1 delightful"},
		{"published numbers alone", func(r *results.Record) { *r = results.Record{Published: r.Published} }, "3 published numbers and 1 that follow"},
		{"a capture that the ledger does not explain", func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Audit != nil && t.Transport == "sse" {
					a := *t.Audit
					a.In.Unexplained, t.Audit, t.Failed = 12, &a, "the ledger does not explain the capture"
				}
			}
		}, "Ledger and capture differ by 12 bytes"},
		{"a capture that is not whole", func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Audit != nil && t.Transport == "sse" {
					a := *t.Audit
					a.Dropped, t.Audit = 3, &a
				}
			}
		}, "But the capture itself lost 3 packets"},
		{"captures that cannot tell events", func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Audit != nil {
					a := *t.Audit
					a.Events, a.Kernel, t.Audit = 0, results.Histogram{}, &a
				}
			}
		}, "No capture shows the events"},
		{"polling that moves a hundred times the bytes", func(r *results.Record) {
			for _, t := range r.Trials {
				if t.Transport == "polling" {
					t.Steady.In[results.Head] *= 200
				}
			}
		}, ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			r := sample.Few()
			c.edit(r)
			figs := figures(t, r)
			for _, f := range figs {
				checkSVG(t, f)
			}
			var page, md, term bytes.Buffer
			if err := HTML(&page, r, figs); err != nil {
				t.Fatal(err)
			}
			sample.CheckPage(t, page.Bytes())
			if err := Markdown(&md, r, figs); err != nil {
				t.Fatal(err)
			}
			if err := Terminal(&term, r, TerminalOptions{}); err != nil {
				t.Fatal(err)
			}
			for what, sentence := range map[string]string{"page": page.String(), "Markdown": md.String(), "terminal": term.String()} {
				if !strings.Contains(strings.Join(strings.Fields(sentence), " "), c.says) {
					t.Errorf("the %s does not say %q", what, c.says)
				}
				if strings.Contains(sentence, "NaN") || strings.Contains(sentence, "+Inf") || strings.Contains(sentence, "%!") {
					t.Errorf("the %s has something that is no number", what)
				}
			}
			for _, line := range strings.Split(term.String(), "\n") {
				if n := text.Width(line); n > 100 {
					t.Errorf("a line of %d columns: %s", n, line)
				}
			}
		})
	}
}
