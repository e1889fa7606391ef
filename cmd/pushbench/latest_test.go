package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runOf makes a run below runs whose record says no more than when it began.
func runOf(t *testing.T, runs, name, record string) string {
	t.Helper()
	dir := filepath.Join(runs, name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(record), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLatestLeadsToTheLastRun(t *testing.T) {
	runs := filepath.Join(t.TempDir(), "runs")
	if err := pointLatest(runs, t.TempDir()); err != nil {
		t.Errorf("where there are no runs there is nothing to do: %v", err)
	}
	for _, row := range []struct{ fact, dir, want string }{
		{"the first run", runOf(t, runs, "one", "{}"), "one"},
		{"the next one", runOf(t, runs, "two", "{}"), "two"},
		{"a run elsewhere changes nothing", runOf(t, t.TempDir(), "three", "{}"), "two"},
		{"nor does one further below", runOf(t, runs, "deep/er", "{}"), "two"},
		{"a run that was named by its link", filepath.Join(runs, latest), "two"},
	} {
		if err := pointLatest(runs, row.dir); err != nil {
			t.Errorf("%s: %v", row.fact, err)
		}
		if got, err := os.Readlink(filepath.Join(runs, latest)); got != row.want {
			t.Errorf("%s: the link leads to %q, want %q (%v)", row.fact, got, row.want, err)
		}
	}
}

func TestIsLatest(t *testing.T) {
	t.Chdir(t.TempDir())
	runs := filepath.Join("results", "runs")
	for _, row := range []struct {
		dir  string
		want bool
	}{
		{"", false},
		{"latest", false},
		{"results/runs/one", false},
		{"results/runs/latest", true},
		{"./results/x/../runs/latest/", true},
		{"elsewhere/latest", false},
	} {
		if got := isLatest(runs, row.dir); got != row.want {
			t.Errorf("%q: %v where no run was yet", row.dir, got)
		}
	}
	runOf(t, runs, "one", "{}")
	if err := os.Symlink(runs, "link"); err != nil {
		t.Fatal(err)
	}
	if !isLatest(runs, filepath.Join("link", latest)) {
		t.Error("by a link to where runs are: not seen")
	}
}

func TestLatestReplacesNoRun(t *testing.T) {
	runs := t.TempDir()
	mine := runOf(t, runs, latest, "{}")
	if err := pointLatest(runs, runOf(t, runs, "one", "{}")); err == nil {
		t.Error("no error where a run has the name of the link")
	}
	if _, err := os.Stat(filepath.Join(mine, "run.json")); err != nil {
		t.Errorf("the run is gone: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(runs, ".latest*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestNewestRunIsTheLastThatBegan(t *testing.T) {
	runs := t.TempDir()
	runOf(t, runs, "20270101T000000Z", `{"schema": 1, "id": "x", "began": "2026-01-01T00:00:00Z"}`)
	runOf(t, runs, "nightly", `{"began": "2026-01-01T00:00:00Z"}`)
	want := runOf(t, runs, "a", `{"trials": [{"began": "2030-01-01T00:00:00Z"}], "began": "2026-01-02T00:00:00+00:00"}`)
	for name, record := range map[string]string{"empty": "", "list": "[1]", "cut": `{"schema": 1, "be`, "silent": `{"schema": 1}`, "odd": `{"began": 7}`} {
		runOf(t, runs, name, record)
	}
	var stderr bytes.Buffer
	got, err := newestRun(runs, &stderr)
	if err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if n := strings.Count(stderr.String(), "left out: "); n != 5 {
		t.Errorf("%d of 5 records that say nothing are named:\n%s", n, stderr.String())
	}
}
