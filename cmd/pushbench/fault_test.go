//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"pushbench/results"
)

// record loads the run in dir, where nothing is but what belongs there.
func record(t *testing.T, dir string) *results.Record {
	t.Helper()
	hidden, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(hidden) > 0 {
		t.Errorf("left behind: %v, %v", hidden, err)
	}
	r, err := results.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A server that is killed in mid-trial fails its trial and nothing else: what
// was measured is in the record, and the exit status says that a trial failed.
func TestRunWhoseServerIsKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := begin(t, dir, "pushbench", "run", "scenario.yaml", "--out", "out")
	if err := syscall.Kill(c.server(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.await(`^\[1/2\] .* FAILED: in mid-trial .* signal: killed`)
	c.await(`^\[2/2\] .* p50 `)
	said := c.end("exit status 1")
	if !strings.HasSuffix(said, "pushbench: 1 of 2 trials failed") || !strings.Contains(c.stdout.String(), "out/report.html") {
		t.Errorf("it said:\n%s\n%s", said, c.stdout.String())
	}
	r := record(t, filepath.Join(dir, "out"))
	if r.Partial != "" || len(r.Trials) != 2 {
		t.Fatalf("%d trials, partial %q", len(r.Trials), r.Partial)
	}
	killed, fine := r.Trials[0], r.Trials[1]
	if d := killed.Deliveries; killed.Failed == "" || killed.Latency.Count() == 0 || d.Missed == 0 || d.Expected != d.Delivered+d.Missed {
		t.Errorf("failed with %q, %d latencies, %+v", killed.Failed, killed.Latency.Count(), d)
	}
	if d := fine.Deliveries; fine.Failed != "" || d.Missed != 0 || d.Delivered != d.Expected {
		t.Errorf("the second failed with %q, %+v", fine.Failed, d)
	}
}

// The first Ctrl-C ends the trial, the second kills at once, though a server
// takes its time to end: it goes with the command, and what was saved stays.
func TestSecondInterruptKills(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := begin(t, dir, "pushbench", "run", "scenario.yaml", "--out", "out")
	c.await(`^\[1/2\] `)
	c.knock(c.server()) // it gives those who have not spoken yet three seconds
	c.signal(syscall.SIGINT)
	c.await("^ending this trial; Ctrl-C again stops at once$")
	c.signal(syscall.SIGINT)
	c.end("signal: interrupt")
	if r := record(t, filepath.Join(dir, "out")); r.Partial != "interrupted after 1 of 2 trials" || len(r.Trials) != 1 || r.Trials[0].Failed != "" {
		t.Errorf("%d trials, partial %q", len(r.Trials), r.Partial)
	}
	if c.stdout.Len() > 0 {
		t.Errorf("it went on: %s", c.stdout.String())
	}
}

// Ctrl-C ends the run though the server stands still.
func TestInterruptWhileTheServerStandsStill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := begin(t, dir, "pushbench", "run", "scenario.yaml", "--out", "out")
	c.await(`^\[1/2\] `)
	if err := syscall.Kill(c.server(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	c.signal(syscall.SIGINT)
	said := c.end("exit status 130")
	if !strings.HasSuffix(said, "pushbench: interrupted after 1 of 2 trials; the record says so") {
		t.Errorf("it said:\n%s", said)
	}
	if r := record(t, filepath.Join(dir, "out")); r.Partial != "interrupted after 1 of 2 trials" || len(r.Trials) != 1 {
		t.Errorf("%d trials, partial %q", len(r.Trials), r.Partial)
	}
}

// A disk that is full when the record is written ends the run with an error
// that names the file; the record of before stays, whole, and what was measured
// is on the screen.
func TestRunOnAFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o777); err != nil {
		t.Fatal(err)
	}
	const mount = "mount -t tmpfs -o size=256k none disk"
	try := exec.Command("unshare", "-m", "sh", "-c", mount)
	try.Dir = dir
	if out, err := try.CombinedOutput(); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatalf("no disk is filled: %v: %s", err, out)
		}
		t.Skipf("no disk is filled: %v: %s", err, out)
	}
	// The file system is gone with the shell, so that what is on it is copied.
	c := begin(t, dir, "unshare", "-m", "sh", "-c", mount+"; pushbench run scenario.yaml --trials 3 --out disk/out; status=$?; cp -a disk/out copy; exit $status")
	c.await(`^\[1/3\] `)
	ballast, err := os.Create(fmt.Sprintf("/proc/%d/root%s/ballast", c.Process.Pid, disk))
	if err != nil {
		t.Fatal(err)
	}
	defer ballast.Close()
	for err == nil {
		_, err = ballast.Write(make([]byte, 4096))
	}
	said := c.end("exit status 2")
	if !strings.Contains(said, "pushbench: the run ended early: disk/out/run.json: no space left on device\n") || !strings.Contains(said, "hint: write it elsewhere") {
		t.Errorf("it said:\n%s", said)
	}
	if !strings.Contains(c.stdout.String(), "SSE ") {
		t.Errorf("it shows nothing of what it measured: %s", c.stdout.String())
	}
	checkEarly(t, filepath.Join(dir, "copy"))
}

// So does a limit to the size of files, for which no privilege is needed.
func TestRunBeyondTheSizeOfFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := begin(t, dir, "pushbench", "run", "scenario.yaml", "--trials", "3", "--out", "out")
	c.await(`^\[1/3\] `)
	info, err := os.Stat(filepath.Join(dir, "out", results.FileName))
	if err != nil {
		t.Fatal(err)
	}
	limit := unix.Rlimit{Cur: uint64(info.Size()), Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(c.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		t.Fatal(err)
	}
	said := c.end("exit status 2")
	if !strings.Contains(said, "pushbench: the run ended early: out/run.json: ") || !strings.Contains(said, "file too large") {
		t.Errorf("it said:\n%s", said)
	}
	checkEarly(t, filepath.Join(dir, "out"))
}

// checkEarly checks the record of a run whose next record could not be saved.
func checkEarly(t *testing.T, dir string) {
	t.Helper()
	r := record(t, dir)
	if n := len(r.Trials); n >= 3 || r.Partial != fmt.Sprintf("interrupted after %d of 3 trials", n) {
		t.Errorf("%d trials, partial %q", n, r.Partial)
	}
}

// A build that replaces the command's file in mid-run, as make does, is not what
// the rest of the run measures.
func TestRunOfACommandThatIsReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at, err := exec.LookPath("pushbench")
	if err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "pushbench") // the name by which the test's program is the command
	if err := os.WriteFile(own, image, 0o755); err != nil {
		t.Fatal(err)
	}
	c := begin(t, dir, own, "run", "scenario.yaml", "--out", "out")
	c.server()
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("#!/bin/sh\necho another build >&2\nexit 9\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, own); err != nil {
		t.Fatal(err)
	}
	c.end("exit status 0")
	if r := record(t, filepath.Join(dir, "out")); len(r.Trials) != 2 || r.Trials[0].Failed+r.Trials[1].Failed != "" {
		t.Errorf("%d trials, %q", len(r.Trials), r.Trials[0].Failed)
	}
}

// Of two runs with one --out one is told before it measures anything.
func TestRunsWithOneDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := begin(t, dir, "pushbench", "run", "scenario.yaml", "--seed", "1", "--out", "out")
	first.await(`, into out$`)
	second := begin(t, dir, "pushbench", "run", "scenario.yaml", "--seed", "2", "--out", "out")
	said := second.end("exit status 2")
	if !strings.HasPrefix(said, "pushbench: out holds a run already") || strings.Contains(said, "into out") {
		t.Errorf("the second said:\n%s", said)
	}
	first.end("exit status 0")
	if r := record(t, filepath.Join(dir, "out")); r.Seed != 1 || len(r.Trials) != 2 {
		t.Errorf("the record has seed %d and %d trials", r.Seed, len(r.Trials))
	}
}

// A command that does nothing but read ends at the first signal, too.
func TestSignalWhileACommandReads(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		for _, args := range [][]string{{"run", "never.yaml"}, {"truth", "never.yaml"}} {
			dir := t.TempDir()
			fifo := filepath.Join(dir, "never.yaml")
			if err := unix.Mkfifo(fifo, 0o666); err != nil {
				t.Fatal(err)
			}
			c := begin(t, dir, append([]string{"pushbench"}, args...)...)
			writer, err := os.OpenFile(fifo, os.O_WRONLY, 0) // returns when the command reads
			if err != nil {
				t.Fatal(err)
			}
			c.signal(s)
			if said := c.end("exit status 130"); said != "pushbench: interrupted" {
				t.Errorf("%v: it said %q", s, said)
			}
			if err := writer.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
