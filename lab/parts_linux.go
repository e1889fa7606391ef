package lab

import (
	"pushbench/lab/machine"
	"pushbench/results"
)

// parts are the CPUs of servers that run side by side, and of the load generator. The
// zero value is that all processes share all CPUs.
//
// How the kernel moves threads between cores is the largest difference between identical
// servers when connections are opened: the time for it differed by 2 to 4 % in a block of
// servers with cores of their own, and by 6 to 13 % without; their CPU time for it by 2 to
// 3 % and by 5 to 10 % (two cores, a hundred clients, 113 events a second).
type parts struct {
	divided            bool
	generator, servers machine.CPUs
	free               func() error
}

// divide gives a group of n trials and this process their CPUs until release is called.
// A trial that runs alone shares all of them. So do all where there is one CPU, or the
// machine forbids to choose; the record then names none.
func (r *Runner) divide(n int) parts {
	if !r.Together || n < 2 {
		return parts{}
	}
	generator, servers, ok := machine.Split()
	if !ok {
		return parts{}
	}
	free, err := generator.Confine()
	if err != nil {
		return parts{}
	}
	if r.Duel != nil {
		r.Duel.ServerCPUs, r.Duel.GeneratorCPUs = servers.String(), generator.String()
	}
	return parts{divided: true, generator: generator, servers: servers, free: free}
}

func (p parts) release() error {
	if p.free == nil {
		return nil
	}
	return p.free()
}

// in makes a server start where in says, and on the CPUs of servers.
func (p parts) in(in func(start func() error) error) func(start func() error) error {
	if !p.divided {
		return in
	}
	return func(start func() error) error {
		on := func() error { return p.servers.Do(start) }
		if in != nil {
			return in(on)
		}
		return on()
	}
}

// busy corrects how busy the machine was in the trials of a group: it is as busy as the
// busier of both parts. A trial that is not warned of it yet is then.
func (p parts) busy(group []*results.Trial) {
	if !p.divided {
		return
	}
	servers, generator := 0.0, 0.0
	for _, t := range group {
		servers += t.Server.Share
		generator = max(generator, t.Generator.Share)
	}
	for _, t := range group {
		if t.Failed != "" {
			continue
		}
		_, warned := t.TooBusy()
		t.Trust.Busy = max(t.Trust.Busy, servers/float64(p.servers.Count()), generator/float64(p.generator.Count()))
		if w, busy := t.TooBusy(); busy && !warned {
			t.Warnings = append(t.Warnings, w)
		}
	}
}
