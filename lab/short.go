package lab

import (
	"fmt"

	"pushbench/lab/machine"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// What processes have open besides the clients' and the publisher's
// connections: standard streams, listeners, /stats, /proc, the other nodes.
const (
	spareFiles = 128
	sparePorts = 8
)

// impossible says why c cannot be run here, or nothing.
func (r *Runner) impossible(c scenarios.Cell, l machine.Limits) string {
	if v := c.Variant; r.Audit && (v.Number(wire.Streams) > 1 || v.Word(wire.HTTP) == "1.0" && v.Transport != wire.SSE) {
		return fmt.Sprintf("a capture is compared client by client, and with %s not each client has one connection", v)
	}
	_, reason := r.short(c, l)
	return reason
}

// short says of what this machine has too little for c, and why; or nothing.
func (r *Runner) short(c scenarios.Cell, l machine.Limits) (resource, reason string) {
	if reason := r.fewFiles(c, l.Files); reason != "" {
		return results.Descriptors, reason
	}
	if _, over := r.link(c); over {
		l.Ports = machine.NewNamespacePorts
	} else if c.Scenario.Proxy == nil {
		return "", "" // a server on loopback is connected to by as many addresses as there are clients for
	}
	reason = oneAddress(c, l.Ports)
	if reason != "" {
		resource = results.Ports
	}
	return resource, reason
}

// fewFiles says why a process of c would have more descriptors open than the limit, or
// nothing. The agents share the clients out, and so do the nodes.
func (r *Runner) fewFiles(c scenarios.Cell, limit uint64) string {
	agents, nodes := 1, max(1, c.Scenario.Nodes)
	if r.Load != nil {
		agents = max(1, r.Load.Size())
	}
	for _, side := range []struct {
		processes int
		one, many string
	}{{agents, "one load generator", "agents"}, {nodes, "one server process", "server processes"}} {
		need := uint64((connections(c)+side.processes-1)/side.processes) + spareFiles
		if need <= limit {
			continue
		}
		where := "each process"
		switch {
		case side.processes > 1:
			where = fmt.Sprintf("each of %d %s", side.processes, side.many)
		case agents > 1 || nodes > 1:
			where = side.one
		}
		return fmt.Sprintf("%s need %d file descriptors in %s and the limit is %d (ulimit -n)", connecting(c), need, where, limit)
	}
	return ""
}

// connections is how many of them both sides have in a trial of c.
func connections(c scenarios.Cell) int {
	s := c.Scenario
	n := s.Clients + s.Slow.Clients + s.Topics
	if s.Send.Rate > 0 && c.Variant.Transport != wire.WebSocket {
		n += s.Clients // to publish
	}
	return n
}

// connecting says who has these connections.
func connecting(c scenarios.Cell) string {
	who := fmt.Sprintf("%d clients", c.Scenario.Clients)
	if c.Scenario.Topics > 1 {
		who += fmt.Sprintf(" and the publisher's %d topics", c.Scenario.Topics)
	}
	return who
}

// oneAddress says why the connections of c cannot all come from one address with so many
// ports, or nothing; 0 ports: nobody knows how many there are.
func oneAddress(c scenarios.Cell, ports int) string {
	if need := connections(c) + sparePorts; ports > 0 && need > ports {
		return fmt.Sprintf("%s need %d ports of one address and there are %d (net.ipv4.ip_local_port_range)",
			connecting(c), need, ports)
	}
	return ""
}
