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

// members returns the processes of the tree that have not ended.
func (t *Tree) members() ([]stat, error) {
	all, err := t.all()
	return slices.DeleteFunc(all, stat.dead), err
}

// all returns the processes of the tree, also those that have ended and whose parent has
// not been told: those of its group, those that were in the tree before, those that were
// left to this process, and the children of all of them. One that has left the group is
// found as long as it has a parent in the tree, and from then on.
func (t *Tree) all() (tree []stat, err error) {
	every, err := scan()
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	in := map[int]bool{}
	for _, s := range every {
		in[s.pid] = t.first(s)
	}
	for grown := true; grown; {
		grown = false
		for _, s := range every {
			if !in[s.pid] && in[s.parent] {
				in[s.pid], grown = true, true
			}
		}
	}
	for _, s := range every {
		if in[s.pid] {
			tree = append(tree, s)
			t.seen[s.pid] = s.began
		}
	}
	return tree, nil
}

// first reports whether s is in the tree, whoever its parent is. Called with mu locked.
func (t *Tree) first(s stat) bool {
	began, known := t.seen[s.pid]
	switch {
	case s.group == t.cmd.Process.Pid && s.session == ownSession(): // another group may get the number later
		return true
	case known && began == s.began:
		return true
	}
	return s.parent == os.Getpid() && t.adopted(s)
}

// A stat is a part of /proc/PID/stat (proc_pid_stat(5)).
type stat struct {
	pid, parent, group, session int
	name                        string
	state                       byte
	began                       uint64 // in ticks since the machine was started
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
	const state, parent, group, session, began = 0, 1, 2, 3, 19 // behind the name
	fields := strings.Fields(rest[end+2:])
	if len(fields) <= began || len(fields[state]) != 1 {
		return s, false
	}
	s.name, s.state = rest[:end], fields[state][0]
	var errs [5]error
	s.pid, errs[0] = strconv.Atoi(number)
	s.parent, errs[1] = strconv.Atoi(fields[parent])
	s.group, errs[2] = strconv.Atoi(fields[group])
	s.session, errs[3] = strconv.Atoi(fields[session])
	s.began, errs[4] = strconv.ParseUint(fields[began], 10, 64)
	return s, errs == [5]error{}
}
