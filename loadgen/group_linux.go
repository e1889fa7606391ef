package loadgen

import (
	"fmt"
	"slices"
	"time"
)

// A group is the processes that together are the server. What one of them used that has
// ended is in the figures of the parent that waited for it.
type group struct {
	list  func() ([]int, error) // nil: there is one, and no other comes
	all   []*meter
	ended int // processes that were known and are gone

	used usage // sums so far: where nobody waits for a process, what it used is lost, and the sum stays
	made calls
}

// newGroup returns the group of t's server; nil: it is not known.
func newGroup(t *Target) (*group, error) {
	switch {
	case t.Processes != nil:
		g := &group{list: t.Processes}
		return g, g.refresh()
	case t.PID == 0:
		return nil, nil
	}
	m, err := newMeter(t.PID)
	return &group{all: []*meter{m}}, err
}

// refresh finds out which processes there are.
func (g *group) refresh() error {
	if g.list == nil {
		return nil
	}
	pids, err := g.list()
	if err != nil {
		return err
	}
	var all []*meter
	for _, pid := range pids {
		if i := slices.IndexFunc(g.all, func(m *meter) bool { return m.pid == pid }); i >= 0 {
			all = append(all, g.all[i])
			continue
		}
		if m, err := newMeter(pid); err == nil { // else it has ended meanwhile
			all = append(all, m)
		}
	}
	for _, m := range g.all {
		if !slices.Contains(all, m) {
			g.ended++
		}
	}
	g.all = all
	return nil
}

// cpu is the CPU time of the processes that were there at the last refresh, in nanoseconds.
func (g *group) cpu() (int64, error) {
	sum := int64(0)
	for _, m := range g.all {
		n, err := m.cpu()
		if err == nil && g.list != nil {
			n += m.children()
		}
		if err != nil && !g.gone(m) {
			return 0, m.explain(err)
		}
		sum += n
	}
	g.used.cpu = max(g.used.cpu, sum)
	return g.used.cpu, nil
}

// calls are the system calls of the same processes.
func (g *group) calls() calls {
	var sum calls
	for _, m := range g.all {
		c := m.calls()
		sum.reads += c.reads
		sum.writes += c.writes
	}
	g.made.reads, g.made.writes = max(g.made.reads, sum.reads), max(g.made.writes, sum.writes)
	return g.made
}

// read finds out which processes there are, and reads them.
func (g *group) read() (usage, error) {
	if err := g.refresh(); err != nil {
		return usage{}, err
	}
	var sum usage
	for _, m := range g.all {
		u, err := m.read()
		if err != nil {
			if g.gone(m) {
				continue
			}
			return usage{}, m.explain(err)
		}
		sum.resident += u.resident
		sum.descriptors += u.descriptors
		sum.voluntary += u.voluntary
		sum.involuntary += u.involuntary
	}
	g.used.resident, g.used.descriptors = sum.resident, sum.descriptors
	g.used.voluntary, g.used.involuntary = max(g.used.voluntary, sum.voluntary), max(g.used.involuntary, sum.involuntary)
	_, err := g.cpu()
	return g.used, err
}

// gone reports whether a process of several has ended.
func (g *group) gone(m *meter) bool { return g.list != nil && m.ended() }

// ended reports whether the process has ended.
func (m *meter) ended() bool {
	s, err := m.proc.Stat()
	return err != nil || s.State == "Z" || s.State == "X"
}

// explain says what it means that the process could not be read.
func (m *meter) explain(err error) error {
	if m.ended() {
		return errEnded
	}
	return fmt.Errorf("process %d cannot be read: %w", m.pid, err)
}

// children is the CPU time of the processes that m's has started and waited for, in
// nanoseconds, as /proc/PID/stat has it: in ticks of 10 ms.
func (m *meter) children() int64 {
	s, err := m.proc.Stat()
	if err != nil {
		return 0
	}
	return int64(s.CUTime+s.CSTime) * int64(10*time.Millisecond)
}

// proportional is the memory of the processes in bytes, where a page that several processes
// have counts for each of them by its share (Pss of /proc/PID/smaps_rollup, proc(5)).
func (g *group) proportional() (sum int64, err error) {
	if err := g.refresh(); err != nil {
		return 0, err
	}
	for _, m := range g.all {
		maps, err := m.proc.ProcSMapsRollup()
		if err != nil && !g.gone(m) {
			return 0, m.explain(err)
		}
		sum += int64(maps.Pss)
	}
	return sum, nil
}
