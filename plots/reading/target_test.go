package reading

import (
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/results/example"
)

// With several targets each answers by itself, and transports are compared where the
// same target answered.
func TestTargetsAnswerByThemselves(t *testing.T) {
	r := *example.Record()
	r.Targets = []results.Target{{Name: results.Builtin}, {Name: "mine"}}
	r.Trials = nil
	for _, trial := range example.Record().Trials {
		mine := *trial
		mine.Target = "mine"
		r.Trials = append(r.Trials, trial, &mine)
	}
	one, two := NewBrief(example.Record()), NewBrief(&r)
	if len(two.Answer) != 2*len(one.Answer) || len(two.Advice) != 2*len(one.Advice) || len(two.Costs.Rows) != 2*len(one.Costs.Rows) {
		t.Fatalf("%d answers, %d pieces of advice and %d rows; one target has %d, %d and %d",
			len(two.Answer), len(two.Advice), len(two.Costs.Rows), len(one.Answer), len(one.Advice), len(one.Costs.Rows))
	}
	for i, sentence := range one.Answer {
		for k, name := range []string{" (builtin)", " (mine)"} {
			got := two.Answer[k*len(one.Answer)+i]
			if !strings.Contains(got, name) || strings.Replace(got, name, "", 1) != sentence {
				t.Errorf("%q, want %q of%s", got, sentence, name)
			}
		}
	}
	for i, a := range one.Advice {
		for k, name := range []string{" (builtin)", " (mine)"} {
			got := two.Advice[k*len(one.Advice)+i]
			if got.When != a.When+name || got.Choose != a.Choose || got.Why != a.Why {
				t.Errorf("%+v, want %+v of%s", got, a, name)
			}
		}
	}
}
