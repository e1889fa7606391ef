package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/lab/duel"
	"pushbench/results"
	"pushbench/results/gate"
)

func TestVerdictStatus(t *testing.T) {
	for _, tt := range []struct {
		verdict        gate.Verdict
		status, strict int
	}{
		{gate.Better, 0, 0},
		{gate.Same, 0, 0},
		{gate.Worse, 1, 1},
		{gate.Inconclusive, 0, 1},
		{gate.Unconfirmed, 0, 1},
		{gate.Void, 3, 3},
		{"", 2, 2},
	} {
		if got := verdictStatus(tt.verdict, false); got != tt.status {
			t.Errorf("%q ends with status %d, want %d", tt.verdict, got, tt.status)
		}
		if got := verdictStatus(tt.verdict, true); got != tt.strict {
			t.Errorf("%q ends with status %d when it is strict, want %d", tt.verdict, got, tt.strict)
		}
	}
}

// fed is the baseline's live-feed on SSE and WebSocket, as in its file.
var fed = sync.OnceValues(func() ([]byte, error) {
	record, err := results.Load("../../results/baseline")
	if err != nil {
		return nil, err
	}
	record.Trials = slices.DeleteFunc(record.Trials, func(t *results.Trial) bool {
		return t.Scenario != "live-feed" || t.Variant != "sse" && t.Variant != "websocket"
	})
	record.Scenarios = record.Scenarios[:1]
	record.Planned, record.Expectations, record.NotRun, record.Partial = len(record.Trials), nil, nil, ""
	return json.Marshal(record)
})

// feed is that record, the caller's to change.
func feed(t *testing.T) *results.Record {
	t.Helper()
	text, err := fed()
	if err != nil {
		t.Fatal(err)
	}
	record, err := results.Parse("feed", text)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// saved is the directory of a record.
func saved(t *testing.T, record *results.Record) string {
	t.Helper()
	dir := t.TempDir()
	if err := results.Save(dir, record); err != nil {
		t.Fatal(err)
	}
	return dir
}

// each does something to the trials of a variant.
func each(record *results.Record, variant string, do func(*results.Trial)) {
	for _, t := range record.Trials {
		if t.Variant == variant {
			do(t)
		}
	}
}

// framing adds so many bytes to each event.
func framing(n int64) func(*results.Trial) {
	return func(t *results.Trial) {
		more := n * t.Deliveries.Delivered
		t.Steady.In[results.Framing] += n * t.Deliveries.InWindow
		t.Whole.In[results.Framing] += more
		t.Balance.LedgerIn += more
		t.Balance.SocketIn += more
	}
}

// command runs pushbench as from a terminal of nobody's CI.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, diagnosis bytes.Buffer
	status = run(t.Context(), args, &out, &diagnosis)
	return status, out.String(), diagnosis.String()
}

func TestCompareEndsAsItsVerdict(t *testing.T) {
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	t.Setenv("GITHUB_ACTIONS", "")
	base := saved(t, feed(t))
	for _, tt := range []struct {
		about  string
		change func(*results.Record)
		flags  []string
		status int
		says   string // on stdout, or else on stderr
	}{
		{"the same numbers", func(*results.Record) {}, nil, 0, "are the same"},
		{"a byte more for each event of sse", func(r *results.Record) { each(r, "sse", framing(1)) }, nil, 1, "worse"},
		{"a byte less for each event of sse", func(r *results.Record) { each(r, "sse", framing(-1)) }, nil, 0, "better"},
		{"a byte more on purpose", func(r *results.Record) { each(r, "sse", framing(1)) }, []string{"--accept", "sse:data-B/event"}, 0, ""},
		{"a byte more of what was accepted elsewhere", func(r *results.Record) { each(r, "sse", framing(1)) },
			[]string{"--accept", "websocket:data-B/event"}, 1, "worse"},
		{"twice the CPU", func(r *results.Record) { each(r, "websocket", func(t *results.Trial) { t.Server.CPU *= 2 }) }, nil, 1, "worse"},
		{"another load", func(r *results.Record) {
			each(r, "sse", func(t *results.Trial) { t.Load.Hash = strings.Repeat("0", len(t.Load.Hash)) })
		},
			nil, 2, "another load"},
		{"a partial run", func(r *results.Record) { r.Partial = "interrupted" }, nil, 2, "is partial"},
		{"a variant that head lacks", func(r *results.Record) {
			r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return t.Variant == "sse" })
		}, nil, 2, "no trial of"},
		{"another processor", func(r *results.Record) { r.Provenance.CPU = "an abacus" }, nil, 2, "an abacus"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			record := feed(t)
			tt.change(record)
			status, stdout, stderr := command(t, append([]string{"compare", base, saved(t, record)}, tt.flags...)...)
			if status != tt.status || !strings.Contains(stdout+stderr, tt.says) {
				t.Errorf("exit status %d, want %d with %q\n%s%s", status, tt.status, tt.says, stdout, stderr)
			}
			if status == exitUsage && (stdout != "" || !strings.Contains(stderr, "\nhint: ")) {
				t.Errorf("stdout: %q, stderr: %q", stdout, stderr)
			}
		})
	}
}

// besides makes a duel's record of one with one target: head does something to the
// trials of head, and all to those of every arm.
func besides(record *results.Record, head func(*results.Trial), all ...func(*results.Trial)) *results.Record {
	record.Duel = &results.Duel{Base: "base", Again: "again", Head: "head", ServerCPUs: "1", GeneratorCPUs: "0", Relinked: true, Generator: results.GeneratorOne, Blocks: 10,
		Stopped: results.StoppedAsked, Reproduce: "pushbench duel git:one ."}
	record.Targets = nil
	var trials []*results.Trial
	for slot, name := range []string{"base", "again", "head"} {
		record.Targets = append(record.Targets, results.Target{Name: name, Command: []string{"a", "server"}})
		for _, t := range record.Trials {
			arm := *t
			arm.Target, arm.Beside, arm.Slot = name, 2, slot
			if name == "head" {
				head(&arm)
			}
			for _, do := range all {
				do(&arm)
			}
			trials = append(trials, &arm)
		}
	}
	record.Trials, record.Planned = trials, len(trials)
	return record
}

func TestCompareGivesTheVerdictOfADuelAgain(t *testing.T) {
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	t.Setenv("GITHUB_ACTIONS", "")
	same := saved(t, besides(feed(t), func(*results.Trial) {}))
	if status, stdout, stderr := command(t, "compare", same); status != exitFine || !strings.Contains(stdout, "pushbench duel git:one .") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	for _, name := range []string{"compare.html", "compare.md", "compare.json", "junit.xml"} {
		if _, err := os.Stat(filepath.Join(same, name)); err != nil {
			t.Error(err)
		}
	}
	noisy := saved(t, besides(feed(t), func(*results.Trial) {}, func(trial *results.Trial) { trial.Trust.Busy = 0.99 }))
	if status, stdout, stderr := command(t, "compare", noisy); status != exitVoid || !strings.Contains(stdout, "void") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	slower := func(trial *results.Trial) { trial.Server.CPU *= 1.5 }
	worse := saved(t, besides(feed(t), slower))
	if status, stdout, stderr := command(t, "compare", filepath.Join(worse, "run.json")); status != exitFailed {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	// The second measurement did not show it again.
	if err := results.Save(filepath.Join(worse, duel.SecondDir), later(besides(feed(t), func(*results.Trial) {}))); err != nil {
		t.Fatal(err)
	}
	if status, stdout, stderr := command(t, "compare", worse); status != exitFine || !strings.Contains(stdout, "unconfirmed") && !strings.Contains(stdout, "not show") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	if status, _, stderr := command(t, "compare", worse, "--strict"); status != exitFailed {
		t.Errorf("exit status %d when it is strict\n%s", status, stderr)
	}
}

// later is a record of another time.
func later(record *results.Record) *results.Record {
	record.ID += "-2"
	record.Began, record.Ended = record.Began.Add(time.Hour), record.Ended.Add(time.Hour)
	return record
}

// A duel of another machine confirms, denies, or cannot tell.
func TestCompareTwoDuels(t *testing.T) {
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	t.Setenv("GITHUB_ACTIONS", "")
	same := func(*results.Trial) {}
	slower := func(trial *results.Trial) { trial.Server.CPU *= 1.5 }
	noisy := func(trial *results.Trial) { trial.Trust.Busy = 0.99 }
	both := func(trial *results.Trial) { slower(trial); noisy(trial) }
	wavering := func(trial *results.Trial) {
		if trial.Number%2 == 0 {
			trial.Server.CPU *= 2
		}
	}
	other := func(trial *results.Trial) {
		if trial.Variant == "sse" {
			framing(1)(trial)
		}
	}
	for _, tt := range []struct {
		about         string
		first, second func(*results.Trial)
		all           func(*results.Trial) // of every arm of the second
		status        int
		says          string
	}{
		{"both are worse", slower, slower, same, exitFailed, "worse"},
		{"the second one is the same", slower, same, same, exitFine, ""},
		{"the second one is noisy", slower, same, noisy, exitVoid, "void"},
		{"the second one cannot tell", slower, wavering, same, exitFailed, "inconclusive"},
		{"the second one alone is worse in what the first one called the same", same, other, same, exitFine, ""},
		{"the first one is void, and the second one is the same", both, same, same, exitFine, "second one alone"},
		{"the first one is void, and the second one is worse", both, slower, same, exitFailed, "second one alone"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			first, second := saved(t, besides(feed(t), tt.first)), saved(t, later(besides(feed(t), tt.second, tt.all)))
			status, stdout, stderr := command(t, "compare", first, "--confirm", second)
			if status != tt.status || !strings.Contains(stdout, tt.says) {
				t.Errorf("exit status %d, want %d with %q\n%s%s", status, tt.status, tt.says, stdout, stderr)
			}
		})
	}
	abacus := later(besides(feed(t), slower))
	abacus.Provenance.CPU = "an abacus"
	status, stdout, stderr := command(t, "compare", saved(t, besides(feed(t), slower)), "--confirm", saved(t, abacus))
	if status != exitFailed || !strings.Contains(stdout, "an abacus") {
		t.Errorf("on a machine of another class: exit status %d\n%s%s", status, stdout, stderr)
	}
	duel := saved(t, besides(feed(t), slower))
	cut := later(besides(feed(t), slower))
	cut.Partial, cut.Planned = "interrupted", cut.Planned+1
	for _, tt := range []struct {
		about string
		args  []string
		says  string
	}{
		{"a run is no duel", []string{duel, "--confirm", saved(t, feed(t))}, "is not the record of a duel"},
		{"a duel that was interrupted", []string{duel, "--confirm", saved(t, cut)}, "is partial"},
		{"two runs", []string{duel, duel, "--confirm", duel}, "--confirm is for a duel"},
		{"none", []string{duel, "--confirm", filepath.Join(duel, "none")}, "no run there"},
	} {
		if status, _, stderr := command(t, append([]string{"compare"}, tt.args...)...); status != exitUsage || !strings.Contains(stderr, tt.says) {
			t.Errorf("%s: exit status %d\n%s", tt.about, status, stderr)
		}
	}
}

// A second measurement that was interrupted is left out, and nothing passes by it.
func TestCompareLeavesOutAPartialConfirmation(t *testing.T) {
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	t.Setenv("GITHUB_ACTIONS", "")
	worse := saved(t, besides(feed(t), func(trial *results.Trial) { trial.Server.CPU *= 1.5 }))
	cut := later(besides(feed(t), func(*results.Trial) {}))
	cut.Partial, cut.Planned = "interrupted", cut.Planned+1
	if err := results.Save(filepath.Join(worse, duel.SecondDir), cut); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := command(t, "compare", worse, "--strict")
	if status != exitFailed || !strings.Contains(stdout, "did not come to its end") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
}

func TestCompareWritesWhereItIsTold(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	t.Setenv("GITHUB_STEP_SUMMARY", at("summary.md"))
	t.Setenv("GITHUB_ACTIONS", "true")
	if err := os.WriteFile(at("summary.md"), []byte("An earlier step.\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	base, record := saved(t, feed(t)), feed(t)
	each(record, "sse", framing(1))
	head := saved(t, record)
	status, stdout, stderr := command(t, "compare", base, head, "--out", at("out"), "--junit", at("j.xml"), "--comment", at("comment.md"), "--json")
	if status != exitFailed {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	var c gate.Comparison
	if err := json.Unmarshal([]byte(stdout), &c); err != nil || c.Verdict != gate.Worse {
		t.Errorf("stdout is no comparison: %v, %s", err, c.Verdict)
	}
	for _, has := range []struct{ name, text string }{
		{"out/compare.json", `"verdict": "worse"`},
		{"out/compare.md", "sse"},
		{"out/compare.html", "<!DOCTYPE html>"},
		{"out/junit.xml", "<failure"},
		{"j.xml", "<failure"},
		{"comment.md", "<!-- pushbench -->"},
		{"summary.md", "An earlier step.\n"},
		{"summary.md", "worse"},
	} {
		text, err := os.ReadFile(at(has.name))
		if err != nil || !strings.Contains(strings.ToLower(string(text)), strings.ToLower(has.text)) {
			t.Errorf("%s does not have %q: %v", has.name, has.text, err)
		}
	}
	if !strings.Contains(stderr, "::error title=") {
		t.Errorf("no annotation: %q", stderr)
	}
	// Nobody asked for it.
	before, err := os.ReadFile(at("summary.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, _, stderr = command(t, "compare", base, head, "--summary=", "--annotations=false")
	after, err := os.ReadFile(at("summary.md"))
	if err != nil || stderr != "" || !bytes.Equal(before, after) {
		t.Errorf("%v; the summary has %d bytes more, stderr: %q", err, len(after)-len(before), stderr)
	}
}

// A file that cannot be written costs neither the table nor the verdict.
func TestCompareSaysWhatItCannotWrite(t *testing.T) {
	t.Setenv("GITHUB_STEP_SUMMARY", "")
	base, record := saved(t, feed(t)), feed(t)
	each(record, "sse", framing(1))
	out := t.TempDir()
	if err := os.Mkdir(filepath.Join(out, "compare.md"), 0o777); err != nil { // where a file would be
		t.Fatal(err)
	}
	status, stdout, stderr := command(t, "compare", base, saved(t, record), "--out", out)
	if status != exitFailed || !strings.HasPrefix(stdout, "worse") || !strings.Contains(stderr, "not all was written: ") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	status, _, stderr = command(t, "compare", base, base, "--out", out)
	if status != exitUsage || !strings.Contains(stderr, "hint: choose another place") {
		t.Errorf("exit status %d\n%s", status, stderr)
	}
}
