//go:build linux

package process

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A process whose parent has ended is left to the nearest subreaper (prctl(2)), and
// otherwise to process 1, which in a container may never take note of its end. This
// process is one as soon as it starts a program: so it finds the servers that have gone
// into the background, ends them, and takes note.
var becomeSubreaper = sync.OnceValue(func() error {
	return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
})

// ownSession is the session of this process. A process that it starts is in it; one that
// has gone into the background is not.
var ownSession = sync.OnceValue(func() int {
	session, err := unix.Getsid(0)
	if err != nil {
		panic(fmt.Sprintf("process: %v", err)) // the call cannot fail for the caller itself
	}
	return session
})

// markName is a variable in the environment of all processes of a tree. Its value is that
// of the tree.
const markName = "PUSHBENCH_TREE"

var (
	marked  atomic.Int64 // trees that have been started
	running atomic.Int64 // trees that have not been stopped
)

func newMark() string {
	return fmt.Sprintf("%s=%d.%d.", markName, os.Getpid(), marked.Add(1))
}

// adopted reports whether a child of this process is one that a parent in the tree has
// left. The environment tells, unless the process has cleared it or has written its title
// over it (as nginx does): then it is of this tree when there is no other. One that has
// ended has no environment any more, and any tree may take note of it.
func (t *Tree) adopted(s stat) bool {
	if s.dead() {
		return s.session != ownSession()
	}
	environ, err := os.ReadFile("/proc/" + strconv.Itoa(s.pid) + "/environ")
	if err == nil && bytes.Contains(environ, []byte(markName+"=")) {
		return bytes.Contains(environ, []byte(t.mark))
	}
	return s.session != ownSession() && s.began >= t.began && running.Load() == 1
}

// ticks is the time since the machine was started, in the ticks of /proc/PID/stat.
func ticks() uint64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		return 0 // does not happen: the clock is as old as Linux 2.6.39
	}
	const perSecond = 100 // USER_HZ, which is the same on all machines that Go runs on
	return uint64(now.Nano()) / (1e9 / perSecond)
}

// awaited reports whether s has ended and this process, or another one of the tree, is to
// take note of it. What others do not take note of is not waited for.
func awaited(s stat, tree []stat) bool {
	return s.parent == os.Getpid() || slices.ContainsFunc(tree, func(p stat) bool { return p.pid == s.parent })
}

// reap takes note of the end of a child that nobody else waits for.
func reap(pid int) { _, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil) }
