//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"pushbench/lab/machine"
	"pushbench/lab/target"
	"pushbench/results"
)

// Three targets side by side: each block has a trial of each, the command of each
// block is asked for once, and the run ends when enough is measured.
func TestTogether(t *testing.T) {
	var linked []string
	arm := func(name string) target.Target {
		return target.Target{Name: name, Revision: "abc", Command: self(t, "serve"), Link: func(_ context.Context, number int) ([]string, uint64, error) {
			linked = append(linked, fmt.Sprint(name, number))
			return self(t, "serve"), uint64(10 * number), nil
		}}
	}
	s := parse(t, "clients: 4\nevents: {rate: 50, payload: 64}\nwarm-up: 50ms\nduration: 200ms\ntrials: 5\nvariants: [sse, websocket]\n")
	r := &Runner{
		Scenarios: scenariosOf(s), Targets: []target.Target{arm("base"), arm("again"), arm("head")}, Dir: t.TempDir(), Seed: 3, Together: true,
		Duel: &results.Duel{Base: "base", Again: "again", Head: "head", Generator: results.GeneratorOne},
		Enough: func(rec *results.Record) string {
			if len(rec.Trials) < 2*2*3 {
				return ""
			}
			return results.StoppedPrecision
		},
	}
	before := machine.Affinity()
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	if generator, servers, ok := machine.Split(); ok && (rec.Duel.ServerCPUs != servers.String() || rec.Duel.GeneratorCPUs != generator.String()) {
		t.Errorf("servers on CPUs %q and the generator on %q, want %s and %s", rec.Duel.ServerCPUs, rec.Duel.GeneratorCPUs, servers, generator)
	}
	if now := machine.Affinity(); now != before {
		t.Errorf("this process ran on CPUs %s and is left on %s", before, now)
	}
	if len(rec.Trials) != 12 || rec.Planned != 12 || rec.Partial != "" || rec.Duel.Blocks != 2 || rec.Duel.Stopped != results.StoppedPrecision {
		t.Errorf("%d of %d trials, partial %q, %+v", len(rec.Trials), rec.Planned, rec.Partial, rec.Duel)
	}
	for i, trial := range rec.Trials {
		if trial.Failed != "" || trial.Beside != 2 || trial.Slot != i%3 || trial.Number != 1+i/6 || trial.Layout != uint64(10*trial.Number) {
			t.Errorf("trial %d: %q, beside %d, slot %d, number %d, layout %d", i, trial.Failed, trial.Beside, trial.Slot, trial.Number, trial.Layout)
		}
	}
	if got := strings.Count(strings.Join(linked, " "), "head"); got != 1+2*2 { // when it was asked what it can tell, and for each group
		t.Errorf("linked %v", linked)
	}
	if saved, err := results.Load(r.Dir); err != nil || saved.Duel == nil || saved.Targets[0].Revision != "abc" {
		t.Errorf("saved: %v, %+v", err, saved)
	}
}

// A target that fails has failed alone.
func TestTogetherWithout(t *testing.T) {
	s := parse(t, "clients: 2\nevents: {rate: 50, payload: 64}\nwarm-up: 50ms\nduration: 100ms\ntrials: 1\nvariants: [sse]\n")
	mortal := target.Target{Name: "head", Link: func(_ context.Context, number int) ([]string, uint64, error) {
		return self(t, "mortal"), 0, nil
	}}
	r := &Runner{Scenarios: scenariosOf(s), Targets: []target.Target{{Name: "base", Command: self(t, "serve")}, {Name: "again", Command: self(t, "serve")}}, Seed: 3, Together: true}
	r.Targets = append(r.Targets, target.Target{Name: "head", Command: []string{os.Args[0]}})
	r.known = map[string]results.Target{}
	r.Targets[2].Link = mortal.Link
	plan := r.Plan()
	trials, err := r.trials(t.Context(), r.group(plan), func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range trials {
		if failed := trial.Failed != ""; failed != (trial.Target == "head") {
			t.Errorf("%s: %q", trial.Target, trial.Failed)
		}
	}
	errLink := errors.New("does not link")
	r.Targets[0].Link = func(context.Context, int) ([]string, uint64, error) { return nil, 0, errLink }
	if _, err := r.trials(t.Context(), r.group(r.Plan()), func(float64) {}); !errors.Is(err, errLink) {
		t.Errorf("a target that does not link: %v", err)
	}
}

// How busy the machine was is told of the busier half of it, with the doubt that follows:
// a trial that has it is not told twice, and one that failed keeps what it has.
func TestBusyHalf(t *testing.T) {
	generator, servers, ok := machine.Split()
	if !ok {
		t.Skip("one CPU cannot be divided")
	}
	const whole = 0.6
	warned, _ := (&results.Trial{Trust: results.Trust{Busy: 1}}).TooBusy()
	trial := func(server float64, failed string, warnings ...results.Warning) *results.Trial {
		return &results.Trial{
			Server: results.Process{Share: server}, Generator: results.Process{Share: 0.1},
			Trust: results.Trust{Busy: whole}, Failed: failed, Warnings: warnings,
		}
	}
	p := parts{divided: true, generator: generator, servers: servers}
	quiet := []*results.Trial{trial(0, "")}
	p.busy(quiet)
	if got := quiet[0]; got.Trust.Busy != whole || len(got.Warnings) > 0 {
		t.Errorf("servers that do nothing: %g busy, %v", got.Trust.Busy, got.Warnings)
	}
	full := []*results.Trial{trial(float64(servers.Count()), ""), trial(0, "no luck"), trial(0, "")}
	p.busy(full)
	for i, want := range []struct {
		busy     float64
		warnings int
	}{{1, 1}, {whole, 0}, {1, 1}} {
		if got := full[i]; got.Trust.Busy != want.busy || len(got.Warnings) != want.warnings {
			t.Errorf("trial %d beside servers that use all of theirs: %g busy, %v", i, got.Trust.Busy, got.Warnings)
		}
	}
	told := trial(float64(servers.Count()), "", warned)
	told.Trust.Busy = 1
	p.busy([]*results.Trial{told})
	if len(told.Warnings) != 1 {
		t.Errorf("told twice: %v", told.Warnings)
	}
}
