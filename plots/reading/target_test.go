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

// The name of a target joins what is in brackets already.
func TestNamed(t *testing.T) {
	for _, c := range []struct{ fact, sentence, want string }{
		{"a list is about the target", "Median latency: SSE 1 ms.", "Median latency (mine): SSE 1 ms."},
		{"one pair of brackets is enough", "Median latency (one trial each): SSE 1 ms.", "Median latency (mine, one trial each): SSE 1 ms."},
		{"a sentence without a list has it in front", "Raw TCP is the floor.", "mine: Raw TCP is the floor."},
	} {
		if got := named(c.sentence, "mine"); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

// On what there is no advice is said once for the targets that it is the same of, and
// another load is answered by each of them.
func TestTargetsWithoutAdvice(t *testing.T) {
	r := *example.Record()
	r.Targets = []results.Target{{Name: results.Builtin}, {Name: "mine"}, {Name: "small"}, {Name: "gone"}}
	r.Trials = nil
	for _, trial := range example.Record().Trials {
		mine, small := *trial, *trial
		mine.Target, small.Target = "mine", "small"
		if r.Trials = append(r.Trials, trial); trial.Number <= 2 {
			r.Trials = append(r.Trials, &mine)
		}
		if trial.Transport == "sse" {
			r.Trials = append(r.Trials, &small)
		}
	}
	b := NewBrief(&r)
	said := strings.ReplaceAll(b.NoAdvice, "\u00a0", " ")
	if !strings.HasPrefix(said, "This run gives no advice on median latency, ") || strings.Count(said, "(mine)") != 1 ||
		!strings.HasSuffix(said, " There is nothing to choose between on small: a single transport has numbers in live-feed. gone has no number in live-feed.") {
		t.Errorf("it says %q", said)
	}
	for _, a := range b.Advice {
		if !strings.HasSuffix(a.When, "(builtin)") {
			t.Errorf("it advises %+v", a)
		}
	}
	for _, p := range b.Others {
		if p.Scenario == "connect" && (!strings.Contains(p.Text, "(builtin") || !strings.Contains(p.Text, "(mine") || !strings.Contains(p.Text, "(small")) {
			t.Errorf("connect is answered by %q", p.Text)
		}
	}
}
