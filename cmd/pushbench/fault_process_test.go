//go:build linux

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
