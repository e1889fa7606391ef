package lab

import (
	"pushbench/lab/machine"
	"pushbench/results"
)

// parts are the CPUs of servers that run side by side, and of the load generator. The
// zero value is that all processes share all CPUs.
//
// The order in which the kernel moves threads between cores is the largest difference
// between identical servers: with cores of their own, server CPU and time to open
// connections differ by 2 to 3 % in a block, and by 8 to 12 % without (two cores, a
// hundred clients, 113 events a second).
type parts struct {
	divided            bool
	generator, servers machine.CPUs
	free               func() error
}

// divide gives a group of n trials and this process their CPUs until release is called.
// A trial that runs alone shares all of them, and so do all where there is one.
func (r *Runner) divide(n int) (p parts, err error) {
	if !r.Together || n < 2 {
		return p, nil
	}
	if p.generator, p.servers, p.divided = machine.Split(); !p.divided {
		return p, nil
	}
	if r.Duel != nil {
		r.Duel.Servers, r.Duel.Clients = p.servers.String(), p.generator.String()
	}
	p.free, err = p.generator.Confine()
	return p, err
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
// busier of both parts.
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
		if t.Failed == "" {
			t.Trust.Busy = max(t.Trust.Busy, servers/float64(p.servers.Count()), generator/float64(p.generator.Count()))
		}
	}
}
