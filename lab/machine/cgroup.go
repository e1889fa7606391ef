package machine

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Group is the CPU controller of the control group that this process is in,
// with those above it that can be seen from here (cgroups(7)). The zero value
// is none.
type Group struct {
	dirs []string // from its own to the topmost
}

// OwnGroup finds the control group of this process.
func OwnGroup() Group { return groupBelow("/") }

// groupBelow finds it in a tree of files as proc(5) and sysfs(5) have it.
func groupBelow(root string) Group {
	own := ownPaths(text(filepath.Join(root, "proc/self/cgroup")))
	for line := range strings.Lines(text(filepath.Join(root, "proc/self/mountinfo"))) {
		top, at, kind, ok := mounted(line)
		path, in := own[kind]
		if !ok || !in {
			continue
		}
		// A container may see its own group as the topmost, and its path from
		// there or from the machine's.
		if below, inside := strings.CutPrefix(path, top); inside && top != "/" {
			path = below
		}
		g := Group{}
		for dir := filepath.Join(at, path); ; dir = filepath.Dir(dir) {
			g.dirs = append(g.dirs, filepath.Join(root, dir))
			if dir == at || len(dir) <= len(at) {
				break
			}
		}
		if g.known() {
			return g
		}
	}
	return Group{}
}

// Names of the two hierarchies that can have a CPU controller.
const (
	unified = "unified" // version 2
	cpu     = "cpu"     // version 1
)

// ownPaths reads /proc/self/cgroup: lines of ID:controllers:path.
func ownPaths(cgroup string) map[string]string {
	own := map[string]string{}
	for line := range strings.Lines(cgroup) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		switch {
		case len(f) < 3:
		case f[1] == "":
			own[unified] = f[2]
		case slices.Contains(strings.Split(f[1], ","), cpu):
			own[cpu] = f[2]
		}
	}
	return own
}

// mounted reads a line of /proc/self/mountinfo: the group that is the mount's
// root, where it is mounted, and which hierarchy it is.
func mounted(line string) (top, at, kind string, ok bool) {
	left, right, found := strings.Cut(line, " - ")
	l, r := strings.Fields(left), strings.Fields(right)
	if !found || len(l) < 5 || len(r) < 3 {
		return "", "", "", false
	}
	switch {
	case r[0] == "cgroup2":
		kind = unified
	case r[0] == "cgroup" && slices.Contains(strings.Split(r[2], ","), cpu):
		kind = cpu
	}
	return l[3], l[4], kind, kind != ""
}

// known reports whether a CPU controller can be read in any of the groups.
func (g Group) known() bool {
	return slices.ContainsFunc(g.dirs, func(dir string) bool {
		return text(filepath.Join(dir, "cpu.max")) != "" || text(filepath.Join(dir, "cpu.cfs_quota_us")) != ""
	})
}

// Quota is how many cores' worth of CPU time the tightest of the groups grants
// to all of its processes together; 0: no limit.
func (g Group) Quota() (cores float64) {
	for _, dir := range g.dirs {
		f := strings.Fields(text(filepath.Join(dir, "cpu.max"))) // $MAX $PERIOD
		if len(f) == 0 {
			f = []string{text(filepath.Join(dir, "cpu.cfs_quota_us")), text(filepath.Join(dir, "cpu.cfs_period_us"))}
		}
		if len(f) != 2 {
			continue
		}
		quota, err := strconv.ParseFloat(f[0], 64) // max, or -1, is none
		period, errPeriod := strconv.ParseFloat(f[1], 64)
		if err != nil || errPeriod != nil || quota <= 0 || period <= 0 {
			continue
		}
		if q := quota / period; cores == 0 || q < cores {
			cores = q
		}
	}
	return cores
}

// A Throttle is how often and for how long processes of the groups had to stand
// still because a quota was used up.
type Throttle struct {
	Times int64
	For   time.Duration // over all CPUs
}

// Sub returns what happened between two readings.
func (t Throttle) Sub(before Throttle) Throttle {
	return Throttle{t.Times - before.Times, t.For - before.For}
}

// Throttled returns the counts so far.
func (g Group) Throttled() (t Throttle) {
	for _, dir := range g.dirs {
		for line := range strings.Lines(text(filepath.Join(dir, "cpu.stat"))) {
			f := strings.Fields(line)
			if len(f) != 2 {
				continue
			}
			n, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				continue
			}
			switch f[0] {
			case "nr_throttled":
				t.Times += n
			case "throttled_usec": // version 2
				t.For += time.Duration(n) * time.Microsecond
			case "throttled_time": // version 1
				t.For += time.Duration(n)
			}
		}
	}
	return t
}

// text returns the text of a small file of the kernel; empty when it cannot be
// read.
func text(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
