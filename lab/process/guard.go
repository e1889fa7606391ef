//go:build linux

package process

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// A guard is a shell that kills a group of processes, and those that have left it with a
// mark in their environment, when this process has ended and has not done so: it was
// killed, or Ctrl-C came twice. The kernel kills the first process of the group alone.
type guard struct {
	cmd  *exec.Cmd
	held io.Closer // the end of a pipe that the kernel closes with this process
}

const guarding = `read -r _
kill -KILL "-$1"
for at in $(grep -Fls "$2" /proc/[0-9]*/environ); do
	at=${at#/proc/}
	kill -KILL "${at%/environ}"
done`

func newGuard(group int, mark string) (*guard, error) {
	waits, held, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", guarding, "sh", strconv.Itoa(group), mark)
	cmd.Stdin = waits
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Start()
	_ = waits.Close() // the guard has it
	if err != nil {
		_ = held.Close()
		return nil, err
	}
	return &guard{cmd, held}, nil
}

// release ends the guard: the group is gone. A nil guard is none.
func (g *guard) release() {
	if g == nil {
		return
	}
	_ = g.cmd.Process.Kill() // it does nothing but wait
	_ = g.cmd.Wait()         // says that it was killed
	_ = g.held.Close()
}
