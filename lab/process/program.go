//go:build linux

package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Program is a server that is not ours: it says nothing when it is ready, and may
// start more processes. Command is required.
type Program struct {
	Command     []string
	Directory   string         // where it is started; empty: that of this process
	Environment []string       // NAME=value, besides that of this process
	Signal      syscall.Signal // by which it is asked to end; 0: SIGTERM
	Grace       time.Duration  // until it is killed

	// In, when set, calls start while the calling goroutine's thread is where
	// the program is to run, such as on CPUs of its own.
	In func(start func() error) error
}

// A Tree is a program that was started and all processes that it has started, directly or
// not, also those that have gone into the background. They are in a group of their own, so
// that Ctrl-C in a terminal reaches this process alone, and they do not outlive this
// process, however it ends. Its methods may be called concurrently, but Stop once.
type Tree struct {
	*child
	how    Program
	mark   string // NAME=value in the environment of all its processes
	began  uint64 // in ticks since the machine was started
	guard  *guard
	pipe   io.Closer     // of what they say
	copied chan struct{} // closed when nobody can say more

	mu   sync.Mutex
	seen map[int]uint64 // when each process of the tree began, by its number
}

// goneWithin is how soon a process is gone after SIGKILL.
const goneWithin = 5 * time.Second

// Start starts the program. The caller ends it with Stop. The error is ErrNoServer.
func (p Program) Start() (*Tree, error) {
	if len(p.Command) == 0 {
		return nil, fmt.Errorf("%w: no command given", ErrNoServer)
	}
	if p.Signal == 0 {
		p.Signal = syscall.SIGTERM
	}
	if p.Directory != "" { // else its absence would be told as that of the program
		if _, err := os.Stat(p.Directory); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoServer, err)
		}
	}
	if err := becomeSubreaper(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoServer, err)
	}
	said, says, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoServer, err)
	}
	cmd, output := exec.Command(p.Command[0], p.Command[1:]...), &tail{}
	named(cmd)
	mark := newMark()
	cmd.Dir, cmd.Env = p.Directory, append(append(os.Environ(), p.Environment...), mark)
	cmd.Stdout, cmd.Stderr = says, says
	began := ticks()
	c, err := launch(cmd, output, p.In)
	_ = says.Close() // the processes have it
	if err != nil {
		_ = said.Close()
		return nil, err
	}
	running.Add(1)
	t := &Tree{child: c, how: p, mark: mark, began: began, pipe: said, copied: make(chan struct{}), seen: map[int]uint64{}}
	go func() { // waited for by Stop
		defer close(t.copied)
		_, _ = io.Copy(output, said) // until the last process has ended, or Stop closes the pipe
	}()
	if t.guard, err = newGuard(cmd.Process.Pid, mark); err != nil {
		_ = t.Stop() // how it ended does not matter
		return nil, fmt.Errorf("%w: the process that ends it should this one be killed: %w", ErrNoServer, err)
	}
	return t, nil
}

// Signal sends a signal to all processes of the tree, also to those that have left the
// group. The error is os.ErrProcessDone when the program has ended: another group may have
// its number.
func (t *Tree) Signal(s syscall.Signal) error {
	if t.Gone() {
		return os.ErrProcessDone
	}
	group := t.cmd.Process.Pid
	err := unix.Kill(-group, s)
	members, unread := t.members()
	for _, m := range members {
		if m.group != group {
			_ = unix.Kill(m.pid, s) // it may have ended by now
		}
	}
	return errors.Join(err, unread)
}

// SignalFirst sends a signal to the first process of the program alone. The error is
// os.ErrProcessDone when that has ended.
func (t *Tree) SignalFirst(s syscall.Signal) error {
	if t.Gone() {
		return os.ErrProcessDone
	}
	return t.cmd.Process.Signal(s)
}

// Stop asks the program to end, kills it when it has not within its grace, kills what is
// left of the tree, and waits until all are gone. The error says how the program ended
// when that was not as asked: it is ErrByItself when it had ended before.
func (t *Tree) Stop() error {
	early := t.Gone()
	late := !early && !t.end()
	left := t.killRest()
	t.hearOut()
	t.guard.release()
	switch signal, ok := signaled(t.err); {
	case left != nil:
		return left
	case early:
		return fmt.Errorf("%w: %s", ErrByItself, t.last())
	case late:
		return fmt.Errorf("the server did not end within %s of %s and was killed%s", t.how.Grace, unix.SignalName(t.how.Signal), t.said())
	case t.err == nil, ok && signal == t.how.Signal, t.cmd.ProcessState.ExitCode() == 128+int(t.how.Signal):
		return nil // a shell and others tell the signal by their status
	case ok: // nobody here sent it
		return fmt.Errorf("%w: %s", ErrByItself, t.last())
	}
	return fmt.Errorf("the server ended with an error: %s", t.last())
}

// end asks the program to end, and reports whether it has within its grace. Only its first
// process is asked: to end the others is its own business.
func (t *Tree) end() bool {
	_, _ = t.members() // what has left the group is found while its parents are there
	pid := t.cmd.Process.Pid
	_ = unix.Kill(pid, t.how.Signal) // fails when it has ended just now, which exited tells
	_ = t.Signal(unix.SIGCONT)       // a stopped one would not notice
	grace := time.NewTimer(t.how.Grace)
	defer grace.Stop()
	select {
	case <-t.exited:
		return true
	case <-grace.C:
	}
	_ = t.Signal(unix.SIGKILL)
	<-t.exited
	return t.how.Signal == unix.SIGKILL
}

// killRest kills what is left of the tree and waits until it is gone.
func (t *Tree) killRest() error {
	defer running.Add(-1)
	for limit := time.Now().Add(goneWithin); ; time.Sleep(2 * time.Millisecond) {
		all, err := t.all()
		left := slices.DeleteFunc(slices.Clone(all), func(s stat) bool { return s.dead() && !awaited(s, all) })
		switch {
		case err != nil:
			return fmt.Errorf("processes that the server has left behind: %w", err)
		case len(left) == 0:
			return nil
		case time.Now().After(limit):
			return fmt.Errorf("%d processes of the server are still there %s after SIGKILL", len(left), goneWithin)
		}
		for _, s := range left {
			_ = unix.Kill(s.pid, unix.SIGKILL) // fails when it has ended just now
			if s.parent == os.Getpid() {
				reap(s.pid)
			}
		}
	}
}

// hearOut waits for the last words of processes that are gone.
func (t *Tree) hearOut() {
	limit := time.NewTimer(time.Second)
	defer limit.Stop()
	select {
	case <-t.copied:
	case <-limit.C: // somebody outside of the tree has the pipe
	}
	_ = t.pipe.Close()
	<-t.copied
}

// Last says how the program ended and what the processes said last. It is for after Stop.
func (t *Tree) Last() string { return t.last() }

// Output runs a command in a directory until it ends, and returns what it writes to
// standard output, also with an error. It is killed when ctx is done; nothing of its group
// is left.
func Output(ctx context.Context, directory string, command []string) (string, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	named(cmd)
	cmd.Dir = directory
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if cmd.Process != nil {
		_ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL) // usually there is no such group any more
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.As(err, &exit) && len(exit.Stderr) > 0:
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return string(out), err
}
