//go:build linux

package process

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Worker is a process that does a part of this one's work. It is in a group of its own, and
// killed by the kernel should this process die. Its methods may be called concurrently.
type Worker struct{ *child }

// StartWorker starts a worker with so much environment, NAME=value, besides this process's
// own. The caller ends it with Kill. The error says that the command cannot be executed.
func StartWorker(command, environment []string) (*Worker, error) {
	cmd, output := exec.Command(command[0], command[1:]...), &tail{}
	named(cmd)
	cmd.Stdout, cmd.Stderr = output, output
	cmd.Env = append(os.Environ(), environment...)
	c, err := launch(cmd, output, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", command[0], err)
	}
	return &Worker{c}, nil
}

// PID is the number of the process.
func (w *Worker) PID() int { return w.cmd.Process.Pid }

// Signal sends a signal to the process, if it is still there.
func (w *Worker) Signal(s syscall.Signal) error { return w.cmd.Process.Signal(s) }

// Kill kills the process and what it has started, and waits for it.
func (w *Worker) Kill() {
	if !w.Gone() {
		_ = unix.Kill(-w.PID(), unix.SIGKILL) // fails when it has ended just now, which exited tells
	}
	<-w.exited
}

// End says how the process ended and what it said last. It has ended.
func (w *Worker) End() string { return w.last() }
