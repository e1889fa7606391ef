//go:build linux

package process

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// told is where processes tell the test their numbers.
type told struct{ net.Listener }

func listen(t *testing.T) told {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	t.Setenv(tellAddress, l.Addr().String())
	return told{l}
}

// pids waits for the numbers.
func (l told) pids(t *testing.T) (pids []int) {
	t.Helper()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := json.NewDecoder(c).Decode(&pids); err != nil {
		t.Fatal(err)
	}
	return pids
}

// alive reports whether a process is there and has not ended.
func alive(t *testing.T, pid int) bool {
	t.Helper()
	all, err := scan()
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(all, func(s stat) bool { return s.pid == pid && !s.dead() })
}

func start(t *testing.T, p Program) *Tree {
	t.Helper()
	tree, err := p.Start()
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// Nothing of a tree is left behind, also where its first process does not care for the
// others, and one of them has left the group.
func TestTreeLeavesNothingBehind(t *testing.T) {
	l := listen(t)
	tree := start(t, Program{Command: self(t, "family"), Grace: time.Minute})
	pids := l.pids(t)
	slices.Sort(pids)
	if got, err := tree.Processes(nil); err != nil || len(got) != 3 {
		t.Errorf("%d is %d, %v", pids, got, err)
	} else if slices.Sort(got); !slices.Equal(got, pids) {
		t.Errorf("%d is %d", pids, got)
	}
	name := "process.test"
	if got, err := tree.Processes([]string{"nginx", name}); err != nil || len(got) != 3 {
		t.Errorf("named %s are %d, %v", name, got, err)
	}
	if got, err := tree.Processes([]string{"nginx"}); err != nil || len(got) != 0 {
		t.Errorf("named nginx are %d, %v", got, err)
	}
	if got, err := Named([]string{name}); err != nil || !slices.Contains(got, pids[0]) || !slices.Contains(got, os.Getpid()) {
		t.Errorf("of all processes, named %s are %d, %v", name, got, err)
	}
	if err := tree.Stop(); err != nil {
		t.Error(err)
	}
	if tree.Said() != "family of 3" {
		t.Errorf("said %q", tree.Said())
	}
	for _, pid := range pids {
		if alive(t, pid) {
			t.Errorf("process %d is left", pid)
		}
	}
	noChildren(t)
}

func TestTreeEnds(t *testing.T) {
	for _, c := range []struct {
		fact string
		p    Program
		want string
	}{
		{"a status that stands for the signal is as asked", Program{Command: self(t, "status"), Grace: time.Minute}, ""},
		{"so is an end by the signal", Program{Command: []string{"sleep", "3600"}, Grace: time.Minute}, ""},
		{"another signal", Program{Command: []string{"sleep", "3600"}, Grace: time.Minute, Signal: syscall.SIGINT}, ""},
		{"no grace at all", Program{Command: self(t, "status"), Signal: syscall.SIGKILL}, ""},
		{"one that does not end is killed", Program{Command: []string{"sh", "-c", "trap '' TERM; echo >$TOLD; exec sleep 3600"}, Grace: time.Millisecond},
			"the server did not end within 1ms of SIGTERM and was killed"},
		{"a paused one ends, too", Program{Command: []string{"sh", "-c", "kill -STOP $$; exec sleep 3600"}, Grace: time.Minute}, ""},
		{"another status", Program{Command: []string{"sh", "-c", "trap 'echo no; exit 3' TERM; sleep 3600 & echo >$TOLD; wait"}, Grace: time.Minute}, "the server ended with an error: exit status 3: no"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			l := listen(t)
			c.p.Environment = append(c.p.Environment, fifo(t)...)
			tree := start(t, c.p)
			switch {
			case strings.Contains(strings.Join(c.p.Command, " "), "status"):
				l.pids(t)
			case strings.Contains(strings.Join(c.p.Command, " "), "$TOLD"):
				if _, err := os.ReadFile(strings.TrimPrefix(c.p.Environment[0], "TOLD=")); err != nil {
					t.Fatal(err)
				}
			}
			if err := tree.Stop(); c.want == "" && err != nil || !strings.HasPrefix(text(err), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			noChildren(t)
		})
	}
}

// fifo is a variable that names a pipe; a read of it ends when a process has written.
func fifo(t *testing.T) []string {
	t.Helper()
	path := t.TempDir() + "/told"
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"TOLD=" + path}
}

func TestTreeEndsByItself(t *testing.T) {
	tree := start(t, Program{Command: []string{"sh", "-c", "echo out; echo of luck >&2; exit 3"}, Directory: "/", Grace: time.Minute})
	<-tree.Exited()
	err := tree.Stop()
	if !errors.Is(err, ErrByItself) || text(err) != "the server ended by itself: exit status 3: out\nof luck" || tree.Last() != "exit status 3: out\nof luck" {
		t.Errorf("%v, last %q", err, tree.Last())
	}
	noChildren(t)
}

func TestProgramDoesNotStart(t *testing.T) {
	for _, c := range []struct {
		fact string
		p    Program
		want string
	}{
		{"no command", Program{}, "cannot start the server: no command given"},
		{"no such program", Program{Command: []string{"pushbench-nonexistent"}}, `cannot start the server: exec: "pushbench-nonexistent": executable file not found`},
		{"no such directory", Program{Command: []string{"sleep", "1"}, Directory: "/nonexistent"}, "cannot start the server: stat /nonexistent: no such file"},
		{"the way back is barred", Program{Command: []string{"sleep", "3600"}, In: func(start func() error) error { return errors.Join(start(), errors.New("barred")) }},
			"cannot start the server: barred"},
	} {
		if _, err := c.p.Start(); !errors.Is(err, ErrNoServer) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.want)
		}
	}
	noChildren(t)
}

// A server that goes into the background is found, killed and taken note of.
func TestTreeFindsItsDaemons(t *testing.T) {
	for _, c := range []struct{ fact, command string }{
		{"it has a session of its own, and no parent in the tree", `(setsid "$0" daemon $1 &); sleep 3600`},
		{"a group of its own", `(set -m; "$0" daemon $1 &); sleep 3600`},
		{"nothing is in its environment", `(setsid env -i ` + asServer + `=1 ` + tellAddress + `=$` + tellAddress + ` "$0" daemon $1 &); sleep 3600`},
		{"the program has ended", `(setsid "$0" daemon $1 &); exit 0`},
	} {
		t.Run(c.fact, func(t *testing.T) {
			l := listen(t)
			tree := start(t, Program{Command: []string{"sh", "-c", c.command, self(t, "")[0], strconv.Itoa(os.Getpid())}, Grace: time.Minute})
			daemon := l.pids(t)[0]
			if got, err := tree.Processes(nil); err != nil || !slices.Contains(got, daemon) {
				t.Errorf("%d is not in %d, %v", daemon, got, err)
			}
			if strings.HasSuffix(c.command, "exit 0") {
				<-tree.Exited()
			}
			if err := tree.Stop(); strings.HasSuffix(c.command, "exit 0") != errors.Is(err, ErrByItself) {
				t.Error(err)
			}
			if alive(t, daemon) {
				t.Errorf("process %d is left", daemon)
			}
			noChildren(t)
		})
	}
}

// With several programs, each has its own daemons.
func TestTreesKeepApart(t *testing.T) {
	l := listen(t)
	command := []string{"sh", "-c", `(setsid "$0" daemon $1 &); sleep 3600`, self(t, "")[0], strconv.Itoa(os.Getpid())}
	one := start(t, Program{Command: command, Grace: time.Minute})
	first := l.pids(t)[0]
	other := start(t, Program{Command: command, Grace: time.Minute})
	second := l.pids(t)[0]
	if err := one.Stop(); err != nil {
		t.Error(err)
	}
	if alive(t, first) || !alive(t, second) {
		t.Errorf("of the first %v, of the second %v", alive(t, first), alive(t, second))
	}
	if err := other.Stop(); err != nil {
		t.Error(err)
	}
	noChildren(t)
}

// A tree does not outlive the process that has started it, however that ends.
func TestTreeDiesWithItsRunner(t *testing.T) {
	l, err := listen(t), becomeSubreaper()
	if err != nil {
		t.Fatal(err)
	}
	command := self(t, "keeper")
	keeper := exec.Command(command[0], command[1:]...)
	if err := keeper.Start(); err != nil {
		t.Fatal(err)
	}
	var ends []int
	for _, pid := range l.pids(t)[1:] { // one is in the group, and one has left it
		end, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(end)
		ends = append(ends, end)
	}
	if err := keeper.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = keeper.Wait() // says that it was killed
	for _, end := range ends {
		awaitEnd(t, end)
	}
	for !errors.Is(err, unix.ECHILD) && !t.Failed() { // they are left to this process
		_, err = unix.Wait4(-1, nil, 0, nil)
	}
}

// awaitEnd waits until the process of a descriptor has ended.
func awaitEnd(t *testing.T, process int) {
	t.Helper()
	for { // readable when it has
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(process), Events: unix.POLLIN}}, 30_000)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n != 1 {
			t.Errorf("a process outlived its runner by half a minute: %v", err)
		}
		return
	}
}

func TestOutput(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		fact    string
		ctx     context.Context
		command []string
		out     string
		err     string
	}{
		{"what it writes", t.Context(), []string{"pwd"}, "/\n", ""},
		{"and says why it failed", t.Context(), []string{"sh", "-c", "echo a; echo b >&2; exit 3"}, "a\n", "exit status 3: b"},
		{"no such program", t.Context(), []string{"pushbench-nonexistent"}, "", "executable file not found"},
		{"it takes too long", over, []string{"sleep", "3600"}, "", "context canceled"},
	} {
		out, err := Output(c.ctx, "/", c.command)
		if out != c.out || (err == nil) != (c.err == "") || !strings.Contains(text(err), c.err) {
			t.Errorf("%s: %q, %v", c.fact, out, err)
		}
	}
	noChildren(t)
}

func TestParseStat(t *testing.T) {
	const rest = "S 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 1000 10 18446744073709551615"
	for _, c := range []struct {
		fact, text string
		want       stat
		ok         bool
	}{
		{"a process", "43 (nginx) " + rest, stat{43, 1, 42, 42, "nginx", 'S', 12345}, true},
		{"a name with everything in it", "43 (a) R (b c) " + rest, stat{43, 1, 42, 42, "a) R (b c", 'S', 12345}, true},
		{"nothing", "", stat{}, false},
		{"no name", "43 nginx " + rest, stat{}, false},
		{"cut off", "43 (nginx) S 1 42 42 0", stat{}, false},
		{"no number", "x (nginx) " + rest, stat{}, false},
	} {
		if got, ok := parseStat(c.text); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %+v, %v", c.fact, got, ok)
		}
	}
}
