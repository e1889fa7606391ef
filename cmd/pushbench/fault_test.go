package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pushbench/results"
)

// patience bounds every wait for something that other processes do.
const patience = 60 * time.Second

// scenario is one whose trials are in the middle for a second and a half.
const scenario = `about: Faults.
clients: 2
events: {rate: 100, payload: 1000}
warm-up: 100ms
duration: 1500ms
trials: 2
variants: [sse]
`

// A commandline is a pushbench in a process of its own. Every process that it
// starts has its mark in the environment.
type commandline struct {
	*exec.Cmd
	t      *testing.T
	mark   string
	lines  chan string // of standard error
	said   []string    // the lines so far
	stdout bytes.Buffer
}

// begin starts a command in dir, which has the scenario.yaml.
func begin(t *testing.T, dir string, args ...string) *commandline {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "scenario.yaml"), []byte(scenario), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	c := &commandline{
		Cmd: exec.CommandContext(ctx, args[0], args[1:]...), t: t, lines: make(chan string, 1000),
		mark: fmt.Sprintf("PUSHBENCH_TEST_FAULT=%d-%s", os.Getpid(), t.Name()),
	}
	c.Dir, c.Stdout = dir, &c.stdout
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", c.mark)
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(c.lines)
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			c.lines <- lines.Text()
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-read
		_ = c.Wait() // when the test gave up
	})
	return c
}

// await reads lines of standard error up to one that matches.
func (c *commandline) await(pattern string) {
	c.t.Helper()
	want := regexp.MustCompile(pattern)
	for line := range c.lines {
		c.said = append(c.said, line)
		if want.MatchString(line) {
			return
		}
	}
	c.t.Fatalf("no line matches %s:\n%s", pattern, strings.Join(c.said, "\n"))
}

// end waits for the command, demands how it ended, in words as "exit status
// 1", and that no process is left; it returns what standard error said.
func (c *commandline) end(want string) string {
	c.t.Helper()
	for line := range c.lines {
		c.said = append(c.said, line)
	}
	_ = c.Wait() // in the state
	said := strings.Join(c.said, "\n")
	if got := c.ProcessState.String(); got != want {
		c.t.Errorf("ended with %s, want %s:\n%s", got, want, said)
	}
	c.until("no process is left", func() bool { return len(c.processes()) == 0 })
	return said
}

// until waits for something that other processes do.
func (c *commandline) until(what string, ok func() bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			c.t.Fatalf("never came to pass: %s; processes %v", what, c.processes())
		}
	}
}

// processes are those that the command has started, itself included, and that
// have not ended, with their command lines.
func (c *commandline) processes() map[int]string {
	c.t.Helper()
	found := map[int]string{}
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		c.t.Fatal(err)
	}
	for _, file := range files {
		environ, err := os.ReadFile(file) // fails for those that have ended and for others' processes
		if err != nil || !slices.Contains(strings.Split(string(environ), "\x00"), c.mark) {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		found[pid] = strings.ReplaceAll(string(line), "\x00", " ")
	}
	return found
}

// server waits until a server of the command is in mid-trial, which is when it
// has written so much, and returns its process.
func (c *commandline) server() int {
	c.t.Helper()
	found := 0
	c.until("a server is in mid-trial", func() bool {
		for pid, line := range c.processes() {
			if !strings.Contains(line, " serve ") || strings.Contains(line, " --null ") {
				continue
			}
			io, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid)) // proc_pid_io(5)
			if err != nil {
				continue // it has ended
			}
			if m := regexp.MustCompile(`wchar: (\d+)`).FindSubmatch(io); m != nil {
				if written, _ := strconv.Atoi(string(m[1])); written > 50_000 {
					found = pid
				}
			}
		}
		return found != 0
	})
	return found
}

// knock connects to every port on which the process listens, and says nothing.
func (c *commandline) knock(pid int) {
	c.t.Helper()
	sockets := map[string]bool{}
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, link := range links {
		to, _ := os.Readlink(link)
		if inode, ok := strings.CutPrefix(to, "socket:["); ok {
			sockets[strings.TrimSuffix(inode, "]")] = true
		}
	}
	table, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", pid))
	if err != nil {
		c.t.Fatal(err)
	}
	knocked := 0
	for line := range strings.Lines(string(table)) {
		const listening = "0A"
		f := strings.Fields(line)
		if len(f) < 10 || f[3] != listening || !sockets[f[9]] {
			continue
		}
		_, port, _ := strings.Cut(f[1], ":")
		n, err := strconv.ParseUint(port, 16, 16)
		if err != nil {
			c.t.Fatal(err)
		}
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", n))
		if err != nil {
			c.t.Fatal(err)
		}
		c.t.Cleanup(func() { conn.Close() })
		knocked++
	}
	if knocked != 2 {
		c.t.Fatalf("process %d listens on %d ports, want 2", pid, knocked)
	}
}

func (c *commandline) signal(s syscall.Signal) {
	c.t.Helper()
	if err := c.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
}

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
// that names the file; the record of before stays, whole.
func TestRunOnAFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// The record of a trial has room, beside its own next version; that of
	// two trials has not. The file system is gone with the namespace, so that
	// what is on it is copied.
	const script = `mount -t tmpfs -o size=%dk none disk || exit 77
mkdir disk/out && head -c %d /dev/zero >disk/ballast
pushbench run scenario.yaml --trials 3 --out disk/out; status=$?
cp -a disk/out copy; exit $status`
	if err := os.Mkdir(filepath.Join(dir, "disk"), 0o777); err != nil {
		t.Fatal(err)
	}
	c := begin(t, dir, "unshare", "-m", "sh", "-c", fmt.Sprintf(script, 64, 12<<10))
	said := c.end("exit status 2")
	if c.ProcessState.ExitCode() == 77 || c.ProcessState.ExitCode() == 1 {
		t.Skip(said)
	}
	if !strings.Contains(said, "pushbench: the run ended early: disk/out/run.json: ") || !strings.Contains(said, "no space left on device") {
		t.Errorf("it said:\n%s", said)
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
