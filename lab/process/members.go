//go:build linux

package process

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Processes returns the numbers of the tree's processes that have one of the names; nil:
// of all. See Named.
func (t *Tree) Processes(names []string) ([]int, error) {
	all, err := t.members()
	return numbers(all, names), err
}

// Named returns the numbers of all processes of this machine that have one of the names:
// the name that the process has, of which the kernel keeps 15 bytes, or that of its
// executable file.
func Named(names []string) ([]int, error) {
	all, err := scan()
	return numbers(slices.DeleteFunc(all, stat.dead), names), err
}

func numbers(all []stat, names []string) (pids []int) {
	for _, s := range all {
		if names == nil || slices.ContainsFunc(names, s.has) {
			pids = append(pids, s.pid)
		}
	}
	return pids
}

// members returns the processes of the tree that have not ended: those of its group, those
// that were in the tree before, and the children of both. One that has left the group is
// found as long as it has a parent in the tree, and from then on.
func (t *Tree) members() (alive []stat, err error) {
	all, err := scan()
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	in := map[int]bool{}
	for grown := true; grown; {
		grown = false
		for _, s := range all {
			began, known := t.seen[s.pid]
			if !in[s.pid] && (s.group == t.cmd.Process.Pid || known && began == s.began || in[s.parent]) {
				in[s.pid], grown = true, true
			}
		}
	}
	for _, s := range all {
		if in[s.pid] && !s.dead() {
			alive = append(alive, s)
			t.seen[s.pid] = s.began
		}
	}
	return alive, nil
}

// A stat is a part of /proc/PID/stat (proc_pid_stat(5)).
type stat struct {
	pid, parent, group int
	name               string
	state              byte
	began              uint64 // in ticks since the machine was started
}

// dead reports whether the process has ended, and its parent has not been told.
func (s stat) dead() bool { return s.state == 'Z' || s.state == 'X' }

// nameKept is how much of a process's name the kernel keeps (proc_pid_comm(5)).
const nameKept = 15

func (s stat) has(name string) bool {
	if s.name == name[:min(nameKept, len(name))] {
		return true
	}
	file, err := os.Readlink("/proc/" + strconv.Itoa(s.pid) + "/exe")
	return err == nil && filepath.Base(file) == name
}

// scan reads all processes of this machine; one that ends meanwhile is left out.
func scan() (all []stat, err error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name[0] < '0' || name[0] > '9' {
			continue
		}
		text, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue
		}
		if s, ok := parseStat(string(text)); ok {
			all = append(all, s)
		}
	}
	return all, nil
}

// parseStat reads the text of the file. The name may have spaces and parentheses in it.
func parseStat(text string) (s stat, ok bool) {
	number, rest, ok := strings.Cut(text, " (")
	end := strings.LastIndex(rest, ") ")
	if !ok || end < 0 {
		return s, false
	}
	const state, parent, group, began = 0, 1, 2, 19 // behind the name
	fields := strings.Fields(rest[end+2:])
	if len(fields) <= began || len(fields[state]) != 1 {
		return s, false
	}
	s.name, s.state = rest[:end], fields[state][0]
	var errs [4]error
	s.pid, errs[0] = strconv.Atoi(number)
	s.parent, errs[1] = strconv.Atoi(fields[parent])
	s.group, errs[2] = strconv.Atoi(fields[group])
	s.began, errs[3] = strconv.ParseUint(fields[began], 10, 64)
	return s, errs == [4]error{}
}
