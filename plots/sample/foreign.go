package sample

import (
	"pushbench/results"
	"pushbench/results/example"
)

// Foreign is the example with two more targets: "mine", a server with routes of its own
// that tells nothing of itself and has SSE alone, and "gone", which has not one trial.
func Foreign() *results.Record {
	r := Few()
	no := results.Absent{What: results.Figures, Reason: "it has no figures"}
	r.Targets = []results.Target{
		{Name: results.Builtin},
		{Name: "mine", Text: "sse: /events\n", File: "mine.yaml", Version: "5.3", Traits: []results.Trait{{Name: "about", Text: "a server of mine"}}, Absent: []results.Absent{no}},
		{Name: "gone", Text: "sse: /events\n", File: "gone.yaml"},
	}
	for _, t := range r.Trials {
		if t.Transport != "sse" || len(t.Settings.Named()) > 0 {
			continue
		}
		mine := *t
		mine.Target, mine.Absent = "mine", []results.Absent{no}
		mine.Whole.In[results.Other] = 300 * int64(t.Load.Clients)
		r.Trials = append(r.Trials, &mine)
	}
	for _, s := range []string{"live-feed", "connect"} {
		for _, variant := range []string{"polling/interval=500ms", "longpoll"} {
			transport, _ := example.Variant(variant)
			for _, target := range []string{"mine", "gone"} {
				r.NotRun = append(r.NotRun, results.NotRun{Scenario: s, Variant: variant, Target: target, Reason: "the target does not offer " + transport})
			}
		}
	}
	return r
}
