//go:build linux

package lab

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/lab/machine"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/results/capacity"
	"pushbench/scenarios"
)

// A climber is told of a search, and may end it.
type climber struct {
	t        *testing.T
	searches int
	levels   []string // of the trials, with + or -
	ends     []results.End
	stop     func() // called after the first trial; may be nil
}

func (c *climber) SeekStart(searches int, left time.Duration) { c.searches = searches }
func (c *climber) TrialStart(p Planned, left time.Duration) {
	if left <= 0 {
		c.t.Errorf("%s left before a trial", left)
	}
}
func (c *climber) SeekEnd(e results.End) { c.ends = append(c.ends, e) }
func (c *climber) TrialDone(p Planned, t *results.Trial, wrong string, left time.Duration) {
	sign := "+"
	if wrong != "" {
		sign = "-"
	}
	c.levels = append(c.levels, p.Point+sign)
	if c.stop != nil {
		c.stop()
	}
}

func bounds(t *testing.T, texts ...string) (all []results.Bound) {
	t.Helper()
	for _, text := range texts {
		b, err := results.ParseBound(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// Polls every 100 ms bring the more events the more there are: the requests of an event are
// an objective that a rate breaks for certain.
func TestSeek(t *testing.T) {
	s := parse(t, "clients: 2\nevents: {rate: 20, payload: 64}\nwarm-up: 100ms\nduration: 400ms\nvariants: [polling/interval=100ms]\n")
	dir := t.TempDir()
	told := &climber{t: t}
	r := &Runner{Scenarios: scenariosOf(s), Seed: 3, Dir: dir, Targets: served(t, "serve")}
	rec, err := r.Seek(t.Context(), Seek{Of: scenarios.SweepRate, Objectives: bounds(t, "requests/event >= 0.3", "missed-events == 0"), Trials: 1, Resolution: 1}, told)
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	saved, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, rec := range map[string]*results.Record{"returned": rec, "saved": saved} {
		all := capacity.Of(rec)
		if len(all) != 1 || all[0].Most != 20 || all[0].Over != 40 || !strings.HasPrefix(all[0].Broke, "requests/event >= 0.3 does not hold") {
			t.Errorf("%s: %+v", name, all)
		}
		if rec.Partial != "" || rec.Planned != 2 || !slices.Equal(rec.Scenarios[0].Points, []string{"20", "40"}) || rec.Scenarios[0].Sweep != "rate" || rec.Trials[1].Load.Rate != 40 {
			t.Errorf("%s: partial %q, %d planned, points %v, %d trials", name, rec.Partial, rec.Planned, rec.Scenarios[0].Points, len(rec.Trials))
		}
	}
	if told.searches != 1 || strings.Join(told.levels, " ") != "20+ 40-" {
		t.Errorf("%d searches, %v", told.searches, told.levels)
	}
}

// Whatever a search is ended by, the record has what it found before.
func TestSeekIsInterrupted(t *testing.T) {
	s := parse(t, tiny+"variants: [sse, websocket]\n")
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := &Runner{Scenarios: scenariosOf(s), Dir: dir, Targets: served(t, "serve")}
	_, err := r.Seek(ctx, Seek{Of: scenarios.SweepClients, Objectives: bounds(t, "missed-events == 0"), Trials: 2, Resolution: 0.5, Most: 8}, &climber{t: t, stop: cancel})
	if err != ctx.Err() {
		t.Errorf("got error %v, want that of the context", err)
	}
	noChildren(t)
	saved, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := capacity.Of(saved)
	if saved.Partial != searching || len(saved.Trials) != 1 || len(all) != 1 || all[0].Outcome != capacity.Unsettled {
		t.Errorf("%q with %d trials: %+v", saved.Partial, len(saved.Trials), all)
	}
}

// An objective of which a trial has no number ends a search, and not with a result.
func TestSeekThatCannotBeJudged(t *testing.T) {
	s := parse(t, tiny+"variants: [sse]\n")
	told := &climber{t: t}
	r := &Runner{Scenarios: scenariosOf(s), Targets: served(t, "serve")}
	rec, err := r.Seek(t.Context(), Seek{Of: scenarios.SweepClients, Objectives: bounds(t, "p999-sec <= 1"), Trials: 2, Resolution: 0.5}, told)
	if err != nil {
		t.Fatal(err)
	}
	all := capacity.Of(rec)
	if len(all) != 1 || all[0].Outcome != capacity.NoResult || all[0].Resource != results.Judgment || !strings.Contains(all[0].Why, "of the 1000 deliveries") {
		t.Errorf("%+v", all)
	}
	if len(told.levels) != 1 || len(told.ends) == 0 {
		t.Errorf("%v, %v", told.levels, told.ends)
	}
}

func TestRoute(t *testing.T) {
	files := machine.OwnLimits().Files
	for _, row := range []struct {
		fact, text         string
		ask                Seek
		least, start, most int
		resource           string // of the end; empty: no more is asked for
	}{
		{"as many as were asked for", "clients: 100\nvariants: [sse]\n", Seek{Of: scenarios.SweepClients, Most: 150}, 1, 100, 150, ""},
		{"as many events as were asked for", "clients: 100\nvariants: [sse]\n", Seek{Of: scenarios.SweepRate, Most: 500}, 1, 10, 500, ""},
		{"each topic has as many clients", "clients: 103\ntopics: 10\nvariants: [sse]\n", Seek{Of: scenarios.SweepClients, Most: 155}, 10, 100, 150, ""},
		{"no more than a scenario may ask for", "clients: 100\nvariants: [sse]\n", Seek{Of: scenarios.SweepRate}, 1, 10, 100_000, results.Asked},
		{"no lower than an event in the window", "clients: 10\nevents: {rate: 10}\nduration: 250ms\nvariants: [sse]\n", Seek{Of: scenarios.SweepRate, Most: 20}, 4, 10, 20, ""},
	} {
		row.ask.Trials, row.ask.Resolution, row.ask.Objectives = 2, 0.1, bounds(t, "missed-events == 0")
		r := &Runner{Scenarios: scenariosOf(parse(t, row.text)), Targets: ours}
		route, err := r.Route(row.ask)
		if err != nil || len(route.Climbs) != 1 {
			t.Errorf("%s: %+v, %v", row.fact, route, err)
			continue
		}
		c := route.Climbs[0]
		if c.Least != row.least || c.Start != row.start || c.Most != row.most || c.End.Resource != row.resource {
			t.Errorf("%s: from %d to %d, first %d, ended by %+v", row.fact, c.Least, c.Most, c.Start, c.End)
		}
		if c.Fewest < 3 || c.Maximum < c.Fewest || route.Shortest <= 0 || route.Longest < route.Shortest {
			t.Errorf("%s: %d to %d trials in %s to %s", row.fact, c.Fewest, c.Maximum, route.Shortest, route.Longest)
		}
	}
	if files > 500_000 {
		t.Skip("this machine has descriptors for more clients than a search is planned with here")
	}
	route, err := (&Runner{Scenarios: scenariosOf(parse(t, "clients: 100\nevents: {rate: 1}\nvariants: [sse]\n")), Targets: ours}).Route(
		Seek{Of: scenarios.SweepClients, Objectives: bounds(t, "missed-events == 0"), Trials: 2, Resolution: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	if c := route.Climbs[0]; c.End.Resource != results.Descriptors || c.Most >= int(files) || !strings.Contains(c.End.Reason, "file descriptors") {
		t.Errorf("%+v with %d descriptors", c, files)
	}
}

func TestRouteIsRefused(t *testing.T) {
	for _, row := range []struct {
		fact, text string
		ask        Seek
		want       string
	}{
		{"a sweep of its own", "variants: [sse]\nsweep: {clients: [10, 100]}\n", Seek{Of: scenarios.SweepClients}, "the scenario sweeps clients"},
		{"a rate that follows from the clients", "clients: 4\nsend: {rate: 1}\nvariants: [sse]\n", Seek{Of: scenarios.SweepRate}, "the clients publish"},
		{"a beginning beyond the end", "clients: 100\nvariants: [sse]\n", Seek{Of: scenarios.SweepClients, Most: 50}, "the search begins with the scenario's 100 clients, which is more than 50"},
	} {
		row.ask.Trials, row.ask.Resolution = 2, 0.1
		_, err := (&Runner{Scenarios: scenariosOf(parse(t, row.text)), Targets: ours}).Route(row.ask)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.fact, err, row.want)
		}
	}
}

// Where memory would not suffice, by what clients took so far, no trial is made.
func TestSeekFitsIntoMemory(t *testing.T) {
	if machine.Free() == 0 || machine.OwnLimits().Files < 4000 {
		t.Skip("the kernel does not tell how much memory is free, or there are few descriptors")
	}
	r := &Runner{Scenarios: scenariosOf(parse(t, "clients: 2000\nvariants: [sse]\n")), Targets: []target.Target{target.Builtin()}}
	k, err := r.seeker(Seek{Of: scenarios.SweepClients, Trials: 1, Resolution: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	c, rec, told := k.climbs[0], &results.Record{Capacity: &results.Capacity{}}, &climber{t: t}
	small := &results.Trial{Load: results.Workload{Clients: 999}, Server: results.Process{Resident: 1 << 50}}
	c.weigh(small)
	if level, ok := k.fits(c, rec, told); !ok || level != 2000 || len(told.ends) != 0 {
		t.Errorf("%d, %v, %v after a trial with few clients", level, ok, told.ends)
	}
	c.search.Add(2000, true)
	c.weigh(&results.Trial{Load: results.Workload{Clients: 2000}, Server: results.Process{Resident: int64(machine.Free()) / 10 * 8}})
	level, ok := k.fits(c, rec, told)
	if ok || len(told.ends) != 1 || told.ends[0].Level != 3000 || told.ends[0].Resource != results.Memory || len(rec.Capacity.Ends) == 0 {
		t.Errorf("%d, %v, %+v", level, ok, told.ends)
	}
	if why := told.ends[0].Reason; !strings.HasPrefix(why, "3000 clients need ") {
		t.Error(why)
	}
}

// What a search cannot go beyond, by who answers.
func TestSeekEndsAtTheTarget(t *testing.T) {
	limits := machine.Limits{Files: 1 << 20, Ports: 1000}
	for _, row := range []struct {
		fact, text       string
		clients          int
		resource, reason string
	}{
		{"a server on loopback has as many addresses as it takes", "url: http://127.0.0.1:9000\nsse: /events\n", 5000, "", ""},
		{"one over a network has one", "url: http://192.0.2.1:9000\nsse: /events\n", 5000, results.Ports, "5000 clients need 5009 ports of one address"},
		{"with enough ports", "url: http://192.0.2.1:9000\nsse: /events\n", 900, "", ""},
		{"as many as its file says", "url: http://127.0.0.1:9000\nsse: {request: /events, most: 100}\n", 101, results.Asked, "the target file allows at most 100 clients over SSE, not 101"},
	} {
		there := described(t, "about: x\npublish: POST /publish\n"+row.text)
		r := &Runner{Scenarios: scenariosOf(parse(t, "clients: 10\nvariants: [sse]\n")), Targets: []target.Target{there}}
		k, err := r.seeker(Seek{Of: scenarios.SweepClients, Trials: 1, Resolution: 1})
		if err != nil {
			t.Fatal(err)
		}
		resource, reason := k.missing(there, k.cell(k.climbs[0], row.clients), limits)
		if resource != row.resource || (reason == "") != (row.reason == "") || !strings.HasPrefix(reason, row.reason) {
			t.Errorf("%s: %q: %s", row.fact, resource, reason)
		}
	}
}
