package machine

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// CPUs are some of the machine's.
type CPUs struct{ set unix.CPUSet }

// Split divides the CPUs that this process may run on between a load generator and
// servers that are compared with each other: the last half of the cores is the servers'.
// The threads of a core stay together, unless there is one core only. ok is false where
// there are fewer than two CPUs, or the kernel does not tell.
func Split() (generator, servers CPUs, ok bool) {
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return CPUs{}, CPUs{}, false
	}
	var cpus []int
	for i := range 64 * len(all) {
		if all.IsSet(i) {
			cpus = append(cpus, i)
		}
	}
	first, second := halves(cpus, core)
	for _, i := range first {
		generator.set.Set(i)
	}
	for _, i := range second {
		servers.set.Set(i)
	}
	return generator, servers, len(second) > 0
}

// core names the core of a CPU by its threads; a CPU of which the kernel does not tell
// is a core of its own.
func core(cpu int) string {
	text, err := os.ReadFile(fmt.Sprintf("/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu))
	if err != nil {
		return strconv.Itoa(cpu)
	}
	return string(text)
}

// halves divides CPUs by cores, and the threads of a single core. The second half is the
// smaller one, and empty where there is one CPU.
func halves(cpus []int, core func(int) string) (first, second []int) {
	var cores [][]int
	at := map[string]int{}
	for _, cpu := range cpus {
		name := core(cpu)
		i, ok := at[name]
		if !ok {
			i, at[name] = len(cores), len(cores)
			cores = append(cores, nil)
		}
		cores[i] = append(cores[i], cpu)
	}
	if len(cores) == 1 {
		cores = cores[:0]
		for _, cpu := range cpus {
			cores = append(cores, []int{cpu})
		}
	}
	n := len(cores) - len(cores)/2
	return slices.Concat(cores[:n]...), slices.Concat(cores[n:]...)
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
	procs := runtime.GOMAXPROCS(0)
	release = func() error {
		runtime.GOMAXPROCS(procs)
		return moveThreads(before)
	}
	if err := moveThreads(c.set); err != nil {
		return nil, fmt.Errorf("%w; %w", err, release())
	}
	runtime.GOMAXPROCS(min(procs, c.Count()))
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
