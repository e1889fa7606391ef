//go:build linux

package process

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// A guard is a shell that kills a group of processes when this process has ended and has
// not done so: it was killed, or Ctrl-C came twice. The kernel kills the first process of
// the group alone.
type guard struct {
	cmd  *exec.Cmd
	held io.Closer // the end of a pipe that the kernel closes with this process
}

func newGuard(group int) (*guard, error) {
	waits, held, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", `read -r _; kill -KILL "-$1"`, "sh", strconv.Itoa(group))
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
