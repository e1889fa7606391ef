//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/lab/target"
	"pushbench/results"
)

// A described target stands beside our own servers in one record: what it does not offer
// is not run, and nobody predicts its numbers.
func TestDescribedTarget(t *testing.T) {
	dir := t.TempDir()
	text := describedText("foreign", dir, "version: echo 1.2\n")
	s := parse(t, "clients: 4\nevents: {rate: 50, payload: 64}\nwarm-up: 50ms\nduration: 300ms\ntrials: 1\n"+
		"variants: [polling/interval=50ms, longpoll, sse, sse/tls, tcp]\nexpect: [\"sse: missed-events == 0\"]\n")
	r := &Runner{Scenarios: scenariosOf(s), Targets: append(served(t, "serve"), described(t, text)), Dir: t.TempDir(), Seed: 3}
	if not := r.NotRun(); len(not) != 3 {
		t.Errorf("before it runs, it is known that %v are not run", not)
	}
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := starts(t, dir); n != 1+2 { // to ask it, and for each trial
		t.Errorf("%d servers were started", n)
	}
	mine := rec.Targets[1]
	if mine.Name != "mine" || mine.Text != text || mine.Version != "1.2" || len(mine.Traits) == 0 || !rec.Foreign("mine") || rec.Foreign(results.Builtin) {
		t.Errorf("the target is %+v", mine)
	}
	var not []string
	for _, n := range rec.NotRun {
		not = append(not, n.Target+" "+n.Variant+": "+n.Reason)
	}
	if want := []string{"mine longpoll: the target does not offer long-polling",
		"mine sse/tls: the variant sse/tls asks for TLS, and the target's address does not begin with https",
		"mine tcp: target mine has no tcp floor: only servers with pushbench's own routes have one"}; !slices.Equal(not, want) {
		t.Errorf("not run: %q", not)
	}
	for _, c := range rec.Cells() {
		if len(c.Failed) > 0 {
			t.Errorf("%s against %s: %s", c.Variant, c.Target, c.Failed[0].Failed)
			continue
		}
		one := c.Trials[0]
		foreign := c.Target == "mine"
		if (one.Lacks(results.Figures) != "") != foreign || one.Lacks(results.Outside) != "" || one.Server.Resident == 0 || one.Server.Descriptors == 0 {
			t.Errorf("%s against %s: lacks %v, %+v", c.Variant, c.Target, one.Absent, one.Server)
		}
		if _, ok := one.OfCeiling(); foreign && ok {
			t.Errorf("%s: the ceiling is that of our own routes", c.Variant)
		}
		if foreign && c.Variant == "sse" && one.Whole.In[results.Other] == 0 {
			t.Errorf("its greeting is in no ledger: %v", one.Whole.In)
		}
	}
	if len(rec.Cells()) != 5+2 {
		t.Errorf("%d cells", len(rec.Cells()))
	}
	if slices.ContainsFunc(rec.Predictions, func(p results.Predicted) bool { return p.Target == "mine" }) ||
		!slices.ContainsFunc(rec.Predictions, func(p results.Predicted) bool { return p.Target == results.Builtin }) {
		t.Error("the closed forms are for our own servers, and for no others")
	}
	if saved, err := results.Load(r.Dir); err != nil || saved.Targets[1].Text != text {
		t.Errorf("saved: %v", err)
	}
}

// One process for all trials is started once, and again where it has died.
func TestKeptTarget(t *testing.T) {
	s := parse(t, "clients: 2\nevents: {rate: 200, payload: 64}\nwarm-up: 50ms\nduration: 200ms\ntrials: 3\nvariants: [sse]\n")
	for kind, want := range map[string]int{"foreign": 1, "foreign-mortal": 3} {
		dir := t.TempDir()
		rec, err := (&Runner{Scenarios: scenariosOf(s), Targets: []target.Target{described(t, describedText(kind, dir, "fresh: false\n"))}}).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := starts(t, dir); n != want {
			t.Errorf("%s was started %d times, not %d", kind, n, want)
		}
		for _, trial := range rec.Trials {
			if (trial.Failed != "") != (kind == "foreign-mortal") {
				t.Errorf("%s: failed %q", kind, trial.Failed)
			}
		}
	}
}

// A scenario that needs fresh servers gets them from a target that keeps one, and the kept
// one does not tell what its memory grows by.
func TestFreshInPlaceOfKept(t *testing.T) {
	const text = "clients: 2\nevents: {rate: 50, payload: 64}\nwarm-up: 50ms\nduration: 200ms\ntrials: 2\nvariants: [sse]\n"
	a, b := parse(t, text), parse(t, text+"fresh: true\n")
	a.Name, b.Name = "kept", "fresh"
	dir := t.TempDir()
	rec, err := (&Runner{Scenarios: scenariosOf(a, b), Targets: []target.Target{described(t, describedText("foreign", dir, "fresh: false\n"))}}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := starts(t, dir); n != 1+2 {
		t.Errorf("%d servers were started", n)
	}
	for _, trial := range rec.Trials {
		if why := trial.Lacks(results.Resident); trial.Failed != "" || (why != "") != (trial.Scenario == "kept") {
			t.Errorf("%s: failed %q, its memory %q", trial.Scenario, trial.Failed, why)
		}
	}
}

// What goes wrong with a described target fails its trials with one clear sentence, or
// the run before anything is measured.
func TestBadDescribedTargets(t *testing.T) {
	s := parse(t, "clients: 2\nevents: {rate: 200, payload: 64}\nwarm-up: 50ms\nduration: 200ms\nvariants: [sse]\ntrials: 1\n")
	for _, c := range []struct{ fact, kind, more, failed, err string }{
		{"a server that dies", "foreign-mortal", "", "exit status 3: out of luck", ""},
		{"one that dies while it is tried out", "foreign-frail", "", "", "cannot measure mine over sse: the server ended by itself: exit status 3: out of luck"},
		{"a page with status 200", "foreign-page", "", "",
			"cannot measure mine over sse: the answer with status 200 is a page (text/html), so that the path may be wrong"},
		{"each event twice", "foreign-doubling", "", "", "cannot measure mine over sse: of 10 events, event 1 came twice"},
		{"one that is never ready", "foreign", "ready: {path: /nowhere, within: 300ms}\n", "", "target mine: the server was not ready within 300ms: GET http://127.0.0.1:"},
		{"a process that does not exist", "foreign", "measure: [nginx]\n", "", "target mine: no process of the server is named nginx"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			dir := t.TempDir()
			text := describedText(c.kind, dir, c.more)
			if strings.HasPrefix(c.more, "ready:") {
				text = strings.Replace(text, "ready: {path: /up, status: 204}\n", "", 1)
			}
			rec, err := (&Runner{Scenarios: scenariosOf(s), Targets: []target.Target{described(t, text)}}).Run(t.Context())
			starts(t, dir)
			var u *target.Unready
			switch {
			case c.err != "":
				if !errors.As(err, &u) || !strings.HasPrefix(err.Error(), c.err) {
					t.Errorf("%v, want %q", err, c.err)
				}
			case err != nil:
				t.Error(err)
			case len(rec.Trials) != 1 || !strings.Contains(rec.Trials[0].Failed, c.failed):
				t.Errorf("failed %q, want %q", rec.Trials[0].Failed, c.failed)
			}
		})
	}
}

// What a file says of its limits keeps the cells from being run that are beyond them.
func TestDescribedLimits(t *testing.T) {
	text := describedText("foreign", t.TempDir(), "websocket: {request: /ws, fails: it is old}\n")
	text = strings.Replace(text, "sse: /events\n", "sse: {request: /events, most: 3}\n", 1)
	mine := described(t, text)
	runs := described(t, "about: x\nurl: http://127.0.0.1:1\npublish: /publish\nsse: /events\n")
	for _, c := range []struct {
		fact, scenario string
		by             target.Target
		want           string
	}{
		{"most clients", "clients: 4\nvariants: [sse]\n", mine, "the target file allows at most 3 clients over SSE, not 4"},
		{"a failure that is expected", "clients: 3\nvariants: [websocket]\n", mine, "target mine is expected to fail on websocket: it is old"},
		{"topics", "clients: 3\ntopics: 2\nvariants: [sse]\n", mine, "target mine has one topic, and the scenario has 2: write {topic} in its target file, or run the scenario broadcast"},
		{"a link", "clients: 3\npath: {delay: 1ms}\nvariants: [sse]\n", mine, "the clients would be in another network namespace"},
		{"a pause of what runs already", "clients: 3\nstall: {after: 50ms, for: 50ms}\nduration: 200ms\nvariants: [sse]\n", runs, "target mine runs already, and cannot be paused"},
		{"nothing", "clients: 3\nvariants: [sse]\n", mine, ""},
	} {
		r := &Runner{Scenarios: scenariosOf(parse(t, "events: {rate: 5}\n"+c.scenario)), Targets: []target.Target{c.by}}
		not := r.NotRun()
		switch {
		case c.want == "" && len(not) == 0 && len(r.Plan()) > 0:
		case c.want == "" || len(not) != 1 || len(r.Plan()) != 0:
			t.Errorf("%s: %v", c.fact, not)
		case not[0].Reason != barred() && !strings.Contains(not[0].Reason, c.want):
			t.Errorf("%s: %q, want %q", c.fact, not[0].Reason, c.want)
		}
	}
}

// Ctrl-C leaves no process behind, whether a server is fresh or kept.
func TestDescribedIsInterrupted(t *testing.T) {
	s := parse(t, tiny+"variants: [sse]\ntrials: 3\n")
	for _, more := range []string{"", "fresh: false\n"} {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		rec, err := (&Runner{Scenarios: scenariosOf(s), Targets: []target.Target{described(t, describedText("foreign", dir, more))},
			Progress: &watcher{at: 1, stop: cancel}}).Run(ctx)
		if !errors.Is(err, context.Canceled) || len(rec.Trials) != 1 {
			t.Errorf("%v, %d trials", err, len(rec.Trials))
		}
		starts(t, dir)
	}
}

// A target is warmed up once over each transport, and what comes of it is in no trial. Its
// memory is not told then, and a new process for it would tell nothing.
func TestWarmUp(t *testing.T) {
	const load = "clients: 2\nwarm-up: 50ms\nduration: 200ms\ntrials: 2\nvariants: [sse, polling/interval=100ms]\n"
	a, b := parse(t, load+"events: {rate: 50, payload: 64}\n"), parse(t, load+"events: {rate: 0}\nfresh: true\n")
	a.Name, b.Name = "busy", "idle"
	dir := t.TempDir()
	rec, err := (&Runner{Scenarios: scenariosOf(a, b), Targets: []target.Target{described(t, describedText("foreign", dir, "fresh: false\nwarm-up: 300ms\n"))}}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := starts(t, dir); n != 1 {
		t.Errorf("%d servers were started", n)
	}
	if len(rec.Trials) != 2*2*2 {
		t.Errorf("%d trials", len(rec.Trials))
	}
	for _, trial := range rec.Trials {
		if why := trial.Lacks(results.Resident); trial.Failed != "" || !strings.HasPrefix(why, "the server was warmed up") {
			t.Errorf("%s: failed %q, its memory %q", trial.Scenario, trial.Failed, why)
		}
	}
	if !slices.ContainsFunc(rec.Targets[0].Traits, func(x results.Trait) bool { return x.Name == "warm-up" }) {
		t.Errorf("the record does not tell of it: %+v", rec.Targets[0].Traits)
	}
}

// The load of a warm-up is that of the trial or, where that has no events, of a broadcast.
func TestWarming(t *testing.T) {
	for _, row := range []struct {
		load, want string
	}{
		{"clients: 7\nevents: {rate: 20, payload: 64}\nvariants: [sse]\n", "sse: 7 clients, 20 events a second of 64 bytes"},
		{"clients: 7\nevents: {rate: 0}\nvariants: [websocket]\n", "websocket: 50 clients, 50 events a second of 128 bytes"},
		{"clients: 7\nevents: {rate: 0}\nvariants: [polling/interval=2s]\n", "polling/interval=50ms: 50 clients, 50 events a second of 128 bytes"},
		{"clients: 7\nevents: {rate: 20, payload: 64}\nvariants: [polling/interval=10ms]\n", "polling/interval=10ms: 7 clients, 20 events a second of 64 bytes"},
	} {
		c := parse(t, row.load).Cells()[0]
		o := warming(Planned{Variant: c.Variant, Cell: c}.options(1), time.Minute)
		got := fmt.Sprintf("%s: %d clients, %g events a second of %d bytes", o.Variant, o.Clients, o.Rate, o.Payload)
		if got != row.want || o.Window != time.Minute || o.Warmup != 0 || o.Together != nil {
			t.Errorf("%q: %s, for %s; want %s", row.load, got, o.Window, row.want)
		}
	}
}
