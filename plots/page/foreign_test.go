package page

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pushbench/plots/sample"
	"pushbench/results"
)

// A record with servers of other people is shown whole, whatever they lack.
func TestForeignTargets(t *testing.T) {
	drop := func(gone func(*results.Trial) bool) func(*results.Record) {
		return func(r *results.Record) { r.Trials = slices.DeleteFunc(r.Trials, gone) }
	}
	change := func(do func(*results.Trial)) func(*results.Record) {
		return func(r *results.Record) {
			for i, trial := range r.Trials {
				own := *trial
				do(&own)
				r.Trials[i] = &own
			}
		}
	}
	for _, c := range []struct {
		fact   string
		change func(*results.Record)
	}{
		{"a target has no trial at all", func(*results.Record) {}},
		{"of one scenario ours has none", drop(func(t *results.Trial) bool { return t.Scenario == "live-feed" && t.Target == results.Builtin })},
		{"ours has none", drop(func(t *results.Trial) bool { return t.Target == results.Builtin })},
		{"the foreign one has none", drop(func(t *results.Trial) bool { return t.Target == "mine" })},
		{"nobody has one", drop(func(*results.Trial) bool { return true })},
		{"all trials of one target failed", change(func(t *results.Trial) {
			if t.Target == "mine" {
				t.Failed = "the server ended"
			}
		})},
		{"all trials of all failed", change(func(t *results.Trial) { t.Failed = "the server ended" })},
		{"they offer different transports", drop(func(t *results.Trial) bool { return t.Target == results.Builtin && t.Transport == "sse" })},
		{"no metric of connections is known", change(func(t *results.Trial) {
			if t.Target == "mine" {
				t.Connection = results.Connection{}
				t.Absent = append(t.Absent, results.Absent{What: results.Outside, Reason: "it is not known"}, results.Absent{What: results.Opening, Reason: "it opens late"})
			}
		})},
		{"and no event came", change(func(t *results.Trial) {
			if t.Target == "mine" {
				t.Latency, t.Deliveries = results.Histogram{}, results.Deliveries{}
			}
		})},
	} {
		t.Run(c.fact, func(t *testing.T) {
			r := sample.Foreign()
			c.change(r)
			page, _, _ := told(t, r)
			sample.CheckPage(t, []byte(page))
		})
	}
}

// What a reader has to know of servers of other people is said once, and where it belongs.
func TestForeignTargetsAreExplained(t *testing.T) {
	r := sample.Foreign()
	page, md, term := told(t, r)
	spaced := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	all := map[string]string{"page": spaced(html.UnescapeString(page)), "Markdown": spaced(strings.ReplaceAll(md, `\`, "")), "terminal": spaced(term)}
	for what, text := range all {
		for _, want := range []string{
			"mine: a server of mine (5.3).",
			"seen from outside, for all targets alike",
			"nothing to choose between on mine: a single transport has numbers in live-feed. gone has no number in live-feed.",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s does not say %q", what, want)
			}
		}
		if what == "terminal" {
			if want := "not run: polling/interval=500ms (mine and gone) in live-feed and connect: the target does not offer polling"; !strings.Contains(text, want) {
				t.Errorf("the %s does not say %q", what, want)
			}
			continue
		}
		for _, want := range []string{
			"Other framing for each client over the whole trial: SSE (mine) 300 B. It is what a foreign server sends without an event in it",
			"nothing is predicted of the other targets",
			"polling/interval=500ms (mine and gone)",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s does not say %q", what, want)
			}
		}
		if strings.Count(text, "the target does not offer polling") != 1 {
			t.Errorf("the %s gives one reason several times", what)
		}
	}
}
