//go:build linux

package process

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// outputKept is how much is kept of the end of what a process says, in bytes.
const outputKept = 4 << 10

// A child is a process of its own group, so that Ctrl-C in a terminal reaches this
// process alone, and killed by the kernel should this process die.
type child struct {
	cmd    *exec.Cmd
	output *tail         // what it said last
	exited chan struct{} // closed when the process is gone and waited for
	err    error         // of Wait; read after exited is closed
}

// launch starts cmd where in says; nil: here. The error is ErrNoServer.
func launch(cmd *exec.Cmd, output *tail, in func(start func() error) error) (*child, error) {
	if in == nil {
		in = func(start func() error) error { return start() }
	}
	c := &child{cmd: cmd, output: output, exited: make(chan struct{})}
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error, 1)
	go func() { // waited for by whoever stops it, or ended here when there is no process
		// The kernel sends Pdeathsig when the thread that forked ends, so
		// that thread stays with this goroutine until the process is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(c.exited)
		err := in(cmd.Start)
		if err != nil && cmd.Process != nil { // it runs, but in did not end well
			_ = cmd.Process.Kill() // fails when it has ended by itself
		}
		started <- err
		if cmd.Process != nil {
			c.err = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		<-c.exited
		return nil, fmt.Errorf("%w: %w", ErrNoServer, err)
	}
	return c, nil
}

// Exited is closed when the process has ended.
func (c *child) Exited() <-chan struct{} { return c.exited }

// Gone reports whether the process has ended.
func (c *child) Gone() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// Said is what the process said last, and a Tree's other processes, too; it may be empty.
func (c *child) Said() string { return c.output.String() }

// said is Said behind a colon, where it is not empty.
func (c *child) said() string {
	if s := c.Said(); s != "" {
		return ": " + s
	}
	return ""
}

// last says how the process ended and what it said last; called after exited.
func (c *child) last() string {
	status := "exit status 0"
	if c.err != nil {
		status = c.err.Error()
	}
	return status + c.said()
}

// signaled is the signal that ended the process whose end was err. A server that does
// not catch SIGTERM has ended as asked.
func signaled(err error) (signal syscall.Signal, ok bool) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 0, false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return status.Signal(), ok && status.Signaled()
}

// A tail keeps the end of what is written to it. Safe for concurrent use.
type tail struct {
	mu  sync.Mutex
	end []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, b...)
	if over := len(t.end) - outputKept; over > 0 {
		t.end = append(t.end[:0], t.end[over:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.end))
}
