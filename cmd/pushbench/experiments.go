package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"pushbench/lab"
	"pushbench/lab/experiment"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/scenarios/claim"
)

// An observer is an experiment apart from scenarios, which claims name by observe.
type observer struct {
	name     string
	needs    string        // what it needs besides this program; empty: nothing
	estimate time.Duration // of wall time
	run      func(ctx context.Context, server []string) []results.Observation
}

// observers are all there are: a new one is a line here, or among those of browsers.
var observers = append([]observer{
	{"fragments", "", 2 * time.Second, experiment.Fragments},
	{"silence", "", 13 * time.Second, experiment.Silence},
	{"proxy-departures", "nginx, haproxy, apache, caddy, varnish", 30 * time.Second, experiment.Departures},
}, browsing()...)

// observersOf are those that the claims need, each once; unknown names those that are not there.
func observersOf(claims []claim.Claim) (all []observer, unknown []string) {
	for _, c := range claims {
		for _, name := range c.Observe {
			i := slices.IndexFunc(observers, func(o observer) bool { return o.name == name })
			switch {
			case i < 0:
				unknown = append(unknown, name)
			case !slices.ContainsFunc(all, func(o observer) bool { return o.name == name }):
				all = append(all, observers[i])
			}
		}
	}
	return all, unknown
}

// observes reports whether the claims need an experiment.
func observes(claims []claim.Claim) bool {
	all, _ := observersOf(claims)
	return len(all) > 0
}

// observe carries out the experiments of the claims, before the first trial.
func observe(w io.Writer, claims []claim.Claim, o *runOptions) func(context.Context, *lab.Runner) error {
	return func(ctx context.Context, r *lab.Runner) error {
		all, _ := observersOf(claims)
		for i, one := range all {
			if !o.quiet {
				say(w, "observing %s (%d of %d), about %s", one.name, i+1, len(all), span(one.estimate))
			}
			for _, got := range one.run(ctx, ownServers) {
				if got.Reason != "" && ctx.Err() == nil {
					say(w, "not observed: %s: %s", got.Name, safe.Brief(got.Reason, 200))
				}
				r.Observations = append(r.Observations, got)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	}
}

// writeObservers shows the experiments that a run would carry out.
func writeObservers(w io.Writer, claims []claim.Claim) error {
	all, _ := observersOf(claims)
	for _, one := range all {
		if _, err := fmt.Fprintf(w, "experiment %s, about %s\n", one.name, span(one.estimate)); err != nil {
			return err
		}
	}
	return nil
}
