package lab

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pushbench/lab/target"
	"pushbench/loadgen"
	"pushbench/results"
)

// fifths can carry out trials with at least five clients.
type fifths struct{}

func (fifths) Run(context.Context, loadgen.Options) (*results.Trial, error) {
	return nil, errors.New("nobody asks")
}

func (fifths) Lacks(o loadgen.Options) error { return o.Undivided(5) }

func (fifths) Size() int { return 5 }

// What others cannot carry out is not in the plan, with the reason.
func TestUnsharedTrials(t *testing.T) {
	for text, want := range map[string]string{
		"clients: 5\nvariants: [sse]\n":                                     "",
		"clients: 4\nvariants: [sse]\n":                                     "4 clients cannot be shared out among 5 agents",
		"clients: 5\nvariants: [sse]\npath: 4g\n":                           "the path between network namespaces begins in this process",
		"clients: 5\nvariants: [sse]\nproxy: {nginx: tuned}\n":              "a trial through a proxy has one load generator",
		"clients: 10\nvariants: [sse/http=2/streams=5]\n":                   "clients that share a connection are in one load generator",
		"clients: 5\nvariants: [sse]\nsend: {rate: 1}\nevents: {rate: 0}\n": "clients that publish into one topic in turn are in one load generator",
	} {
		s := parse(t, text+"trials: 1\n")
		for _, c := range s.Cells() {
			r := &Runner{Load: fifths{}, Targets: []target.Target{target.Builtin("serve")}}
			if got := r.unshared(c); (want == "") != (got == "") || !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q", text, got, want)
			}
			r.Load = nil
			if got := r.unshared(c); got != "" {
				t.Errorf("%s: %q, and this process carries it out", text, got)
			}
		}
	}
}

// How much this process could take says nothing about others.
func TestOthersHaveNoCeiling(t *testing.T) {
	c := parse(t, "clients: 5\nvariants: [sse]\n").Cells()[0]
	for _, load := range []Load{nil, fifths{}} {
		r := &Runner{Load: load, Null: []string{"null"}}
		if _, known := r.kindOf(c); known != (load == nil) {
			t.Errorf("with %v a ceiling is known: %t", load, known)
		}
	}
}
