//go:build linux

package lab

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pushbench/results"
	"pushbench/scenarios"
)

// together runs one small scenario n times at once with the same Dir.
func together(t *testing.T, n int, dir string, fresh bool) (runners []*Runner, errs []error) {
	t.Helper()
	s := parse(t, tiny+"variants: [tcp]\ntrials: 1\n")
	server := served(t, "serve")
	errs = make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		r := &Runner{Scenarios: []scenarios.Scenario{s}, Dir: dir, Fresh: fresh, Seed: uint64(i), Targets: server}
		runners = append(runners, r)
		all.Go(func() { _, errs[i] = r.Run(t.Context()) })
	}
	all.Wait()
	noChildren(t)
	return runners, errs
}

func TestOneOfSeveralRunsGetsTheDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs", "one")
	runners, errs := together(t, 4, dir, false)
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner < 0:
			winner = i
		case !errors.Is(err, ErrTaken):
			t.Errorf("run %d: %v", i, err)
		}
	}
	if winner < 0 {
		t.Fatalf("nobody got it: %v", errs)
	}
	saved, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if saved.Seed != runners[winner].Seed || len(saved.Trials) != 1 || saved.Partial != "" {
		t.Errorf("the record is of seed %d with %d trials, that of the winner has seed %d", saved.Seed, len(saved.Trials), runners[winner].Seed)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRunsOfOneSecondGetDirectoriesOfTheirOwn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "20260102T030405Z")
	runners, errs := together(t, 3, dir, true)
	of := map[string]uint64{}
	for i, r := range runners {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		saved, err := results.Load(r.Dir)
		if err != nil {
			t.Fatal(err)
		}
		if saved.Seed != r.Seed || saved.ID != filepath.Base(r.Dir) || len(saved.Trials) != 1 {
			t.Errorf("%s holds run %s of seed %d, not %d", r.Dir, saved.ID, saved.Seed, r.Seed)
		}
		of[r.Dir] = r.Seed
	}
	if len(of) != 3 {
		t.Errorf("three runs are in %v", of)
	}
	for _, name := range []string{dir, dir + "-2", dir + "-3"} {
		if _, ok := of[name]; !ok {
			t.Errorf("no run is in %s: %v", name, of)
		}
	}
}

func TestClaim(t *testing.T) {
	for _, test := range []struct {
		sentence string
		holds    string // what the directory holds; empty: there is none
		taken    bool
	}{
		{"a directory that is not there is made", "", false},
		{"one that holds something else can be used", "notes.txt", false},
		{"one that holds a run cannot", "run.json", true},
		{"nor one in which a run begins", reservedName, true},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			if test.holds != "" {
				if err := os.MkdirAll(filepath.Join(dir, test.holds), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			saved := false
			err := reserve(dir, func() error { saved = true; return nil })
			if errors.Is(err, ErrTaken) != test.taken || saved == test.taken || !test.taken && err != nil {
				t.Errorf("saved: %v, %v", saved, err)
			}
		})
	}
	broken := errors.New("no room")
	dir := t.TempDir()
	if err := reserve(dir, func() error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	entries, err := os.ReadDir(dir)
	if len(entries) > 0 || err != nil {
		t.Errorf("a claim that failed leaves something: %v, %v", entries, err)
	}
}
