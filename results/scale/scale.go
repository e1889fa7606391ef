// Package scale tells what very many clients need, from what one of them took in a record.
package scale

import (
	"math"
	"slices"

	"pushbench/results"
)

// A Client is what one connected and idle client takes, by what was measured of one
// transport without settings. Memory is in bytes, and on the server's side but for Generator
// and Peer.
type Client struct {
	Transport string
	Held      int // clients at a time in the trials that it was measured in

	Stacks, Heap, Runtime float64 // of the server's process
	Kernel                float64 // of the socket at the server's end
	Generator             float64 // of the load generator's process; 0: less than could be told
	Opening               float64 // CPU seconds of both processes to open a connection; 0: not known
}

// Peer is the kernel's memory at the clients' end: sockets at both ends are alike.
func (c Client) Peer() float64 { return c.Kernel }

// Server is the memory of one client on the server's side.
func (c Client) Server() float64 { return c.Stacks + c.Heap + c.Runtime + c.Kernel }

// Both is the memory of one client on both sides, where they share a machine.
func (c Client) Both() float64 { return c.Server() + c.Generator + c.Peer() }

// Of returns the clients of our own server in a record or, without that, of its first target:
// of each transport by the cell that held most clients.
// What was not measured of at least results.FewConnections clients is not among them, nor is
// the tcp floor. The record is valid.
func Of(r *results.Record) (all []Client) {
	best := map[string]results.Cell{}
	var order []string
	target := ""
	for _, c := range r.Cells() {
		switch {
		case len(c.Trials) == 0 || c.Transport == "tcp" || plain(c) != "":
			continue
		case target == "" || c.Target == results.Builtin && target != results.Builtin:
			target, best, order = c.Target, map[string]results.Cell{}, nil
		case c.Target != target:
			continue
		}
		if _, ok := number(c, "heap-B/conn"); !ok {
			continue
		}
		before, known := best[c.Transport]
		if !known {
			order = append(order, c.Transport)
		}
		if !known || held(c) > held(before) {
			best[c.Transport] = c
		}
	}
	for _, transport := range order {
		c := best[transport]
		one := Client{Transport: transport, Held: held(c)}
		for unit, to := range map[string]*float64{
			"stacks-B/conn": &one.Stacks, "heap-B/conn": &one.Heap, "runtime-B/conn": &one.Runtime,
			"kernel-B/conn": &one.Kernel, "loadgen-mem-B/conn": &one.Generator,
		} {
			*to, _ = number(c, unit)
		}
		server, ok := number(c, "server-cpu-sec/conn")
		generator, both := number(c, "loadgen-cpu-sec/conn")
		if ok && both {
			one.Opening = server + generator
		}
		all = append(all, one)
	}
	return all
}

// plain says why a cell's clients are not those of a transport alone, or nothing.
func plain(c results.Cell) string {
	t := c.Trials[0]
	switch {
	case slices.ContainsFunc(c.Settings.Named(), func(s results.Setting) bool { return s.Name != "interval" }):
		return "its variant has settings"
	case t.Proxy != nil || t.Load.Send > 0 || t.Disturbed():
		return "its clients have more than one connection"
	case t.Load.Retained > 0:
		return "its clients are sent events at once"
	}
	return ""
}

func held(c results.Cell) int { return int(c.Trials[0].Connection.Opened) }

// number is the median of a metric over the trials of a cell.
func number(c results.Cell, unit string) (float64, bool) {
	m, _ := results.MetricByUnit(unit)
	s, ok := c.Summarize(m)
	return s.Center, ok
}

// A Need is what so many clients of one transport take, in bytes.
type Need struct {
	Stacks, Heap, Runtime, Kernel float64 // at the server
	Generator, Peer               float64 // at the clients
}

// Server is the sum at the server.
func (n Need) Server() float64 { return n.Stacks + n.Heap + n.Runtime + n.Kernel }

// Clients is the sum at the clients.
func (n Need) Clients() float64 { return n.Generator + n.Peer }

// For is what so many clients take: as much as so many times one.
func (c Client) For(clients int) Need {
	n := float64(clients)
	return Need{n * c.Stacks, n * c.Heap, n * c.Runtime, n * c.Kernel, n * c.Generator, n * c.Peer()}
}

// Fit is how many clients fit into so much memory, with both sides in it.
func (c Client) Fit(bytes float64) int {
	if c.Both() <= 0 {
		return 0
	}
	return int(min(bytes/c.Both(), math.MaxInt32))
}

// Parts is into how many parts n must be cut when a part has most at the most; 0: no part can
// have any.
func Parts(n, most int) int {
	if most < 1 {
		return 0
	}
	return (n + most - 1) / most
}
