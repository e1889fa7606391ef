package main

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/procfs"

	"pushbench/lab/check"
	"pushbench/lab/target"
	"pushbench/servers"
)

// openCheck starts what is to be checked, or finds it running. The caller calls end. The
// error is a target.Unready where that is why.
func openCheck(ctx context.Context, t target.Target) (s check.Server, end func() error, err error) {
	server, err := t.Open(ctx, target.Conditions{
		Host: "127.0.0.1", Heartbeat: 15 * time.Second, History: 1024, Topics: servers.DefaultTopics, Memory: servers.DefaultMemory >> 20,
	}, nil)
	if err != nil {
		return s, nil, err
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

// resident is the memory in bytes of all processes together.
func resident(processes func() ([]int, error)) (total int64, err error) {
	pids, err := processes()
	if err != nil {
		return 0, err
	}
	for _, pid := range pids {
		p, err := procfs.NewProc(pid)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) { // it has ended since
				continue
			}
			return 0, err
		}
		stat, err := p.Stat()
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue
		}
		if err != nil {
			return 0, err
		}
		total += int64(stat.ResidentMemory())
	}
	return total, nil
}
