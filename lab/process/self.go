// Package process runs a server in a process of its own, on Linux.
package process

import (
	"os"
	"os/exec"
)

// Self, as the first word of a command, is the image that this process runs
// (proc_pid_exe(5)), also when the file that it was started from has been
// replaced or removed meanwhile: all processes of a run are of one build. The
// new process has the name of this one.
const Self = "/proc/self/exe"

// named gives a process of Self the name of this one.
func named(cmd *exec.Cmd) {
	if cmd.Path == Self {
		cmd.Args[0] = os.Args[0]
	}
}
