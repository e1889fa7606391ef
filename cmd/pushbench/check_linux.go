package main

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/procfs"

	"pushbench/lab/check"
	"pushbench/lab/target"
	"pushbench/servers"
	"pushbench/targets"
)

// openCheck starts what is to be checked, or finds it running. The caller calls end.
func openCheck(ctx context.Context, o checkOptions) (s check.Server, end func() error, err error) {
	t, err := checked(o)
	if err != nil {
		return s, nil, err
	}
	server, err := t.Open(ctx, target.Conditions{
		Host: "127.0.0.1", Heartbeat: 15 * time.Second, History: 8192, Topics: servers.DefaultTopics, Memory: servers.DefaultMemory >> 20,
	}, nil)
	if err != nil {
		return s, nil, unopened(err)
	}
	end = sync.OnceValue(server.Stop)
	s = check.Server{Name: t.Name, Address: server.HTTP, Cert: server.Cert, Dialect: server.Dialect, Known: map[string]string{}}
	processes := server.Processes
	if s.Dialect == nil {
		s.Dialect = check.Builtin()
		processes = func() ([]int, error) { return []int{server.PID}, nil }
	}
	if t.File != nil {
		for _, k := range t.File.Known {
			s.Known[k.Fact] = k.Why
		}
	}
	if processes != nil {
		s.Memory = func() (int64, error) { return resident(processes) }
	}
	if t.Started() {
		s.Stop = end
	}
	return s, end, nil
}

// checked is the target that --target and --publish name.
func checked(o checkOptions) (target.Target, error) {
	if targets.IsURL(o.target) {
		f, err := targets.Quick(o.target, o.publish)
		if err != nil {
			return target.Target{}, usage(targetHint, "--target: %w", err)
		}
		return target.Described(f)
	}
	if o.publish != "" {
		return target.Target{}, usage("a target's file says how its events are published", "--publish goes with an address, and --target %s is none", o.target)
	}
	all, err := parseTargets([]string{o.target})
	switch {
	case err != nil:
		return target.Target{}, err
	case len(all) != 1:
		return target.Target{}, usage("pushbench check --target "+all[0].Name, "check looks at one target at a time, and --target names %d", len(all))
	}
	return all[0], nil
}

// resident is the memory in bytes of all processes together.
func resident(processes func() ([]int, error)) (total int64, err error) {
	pids, err := processes()
	if err != nil {
		return 0, err
	}
	for _, pid := range pids {
		p, err := procfs.NewProc(pid)
		if err != nil {
			return 0, err
		}
		stat, err := p.Stat()
		if err != nil {
			return 0, err
		}
		total += int64(stat.ResidentMemory())
	}
	return total, nil
}
