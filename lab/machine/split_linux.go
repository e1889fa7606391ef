package machine

import (
	"fmt"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// CPUs are some of the machine's.
type CPUs struct{ set unix.CPUSet }

// Split divides the CPUs that this process may run on between a load generator and
// servers that are compared with each other: the last half is the servers'. ok is false
// where there are fewer than two, or the kernel does not tell.
func Split() (generator, servers CPUs, ok bool) {
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil || all.Count() < 2 {
		return CPUs{}, CPUs{}, false
	}
	left := all.Count() - all.Count()/2
	for i := range 64 * len(all) {
		switch {
		case !all.IsSet(i):
		case left > 0:
			generator.set.Set(i)
			left--
		default:
			servers.set.Set(i)
		}
	}
	return generator, servers, true
}

// String lists them as [Affinity] does.
func (c CPUs) String() string { return list(c.set.IsSet, 64*len(c.set)) }

// Count is how many they are.
func (c CPUs) Count() int { return c.set.Count() }

// Do calls f on a thread that runs on these CPUs, and so do the processes that f
// starts. The calling goroutine must be locked to its thread.
func (c CPUs) Do(f func() error) error {
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("CPUs of a thread: %w", err)
	}
	if err := unix.SchedSetaffinity(0, &c.set); err != nil {
		return fmt.Errorf("moving a thread to CPUs %s: %w", c, err)
	}
	err := f()
	if back := unix.SchedSetaffinity(0, &before); err == nil && back != nil {
		err = fmt.Errorf("moving a thread back: %w", back)
	}
	return err
}

// Confine makes this process run on these CPUs alone until release is called. A thread
// that begins meanwhile inherits that. Threads that are bound elsewhere are not, so
// nothing else may be in [CPUs.Do].
func (c CPUs) Confine() (release func() error, err error) {
	var before unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return nil, fmt.Errorf("CPUs of this process: %w", err)
	}
	release = func() error {
		err := moveThreads(before)
		runtime.SetDefaultGOMAXPROCS()
		return err
	}
	if err := moveThreads(c.set); err != nil {
		return nil, fmt.Errorf("%w; %w", err, release())
	}
	runtime.GOMAXPROCS(c.Count())
	return release, nil
}

// moveThreads binds each thread of this process, and those that began meanwhile.
func moveThreads(to unix.CPUSet) error {
	moved := map[int]bool{}
	for found := true; found; {
		found = false
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		for _, task := range tasks {
			id, err := strconv.Atoi(task.Name())
			if err != nil || moved[id] {
				continue
			}
			if err := unix.SchedSetaffinity(id, &to); err != nil && err != unix.ESRCH {
				return fmt.Errorf("moving thread %d: %w", id, err)
			}
			moved[id], found = true, true
		}
	}
	return nil
}
