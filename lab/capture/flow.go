//go:build linux

package capture

import "net/netip"

// A Flow is one TCP connection.
type Flow struct {
	Client, Server netip.AddrPort
	In, Out        []Packet // to the client and from it, in the order in which they passed
}

// Flows groups the packets by connection, in the order of the connections'
// first packets: their SYN, unless the capture began later. server tells the
// ends apart: a connection one of whose ends is one of these is a flow, the
// other end is its client, and packets of others are left out. An address that
// is zero or unspecified stands for all addresses, a port 0 for all ports. Of
// a connection both of whose ends are among them, the end that the first packet
// goes to is the server.
//
// A SYN with another sequence number between the same ends begins another flow:
// the client's port is in use again. The payloads are the trace's, not copies.
func (t *Trace) Flows(server ...netip.AddrPort) []*Flow {
	type ends struct{ client, server netip.AddrPort }
	var flows []*Flow
	current := make(map[ends]*Flow)
	for _, p := range t.Packets {
		out, in := ends{p.Source, p.Dest}, ends{p.Dest, p.Source}
		if f := current[in]; f != nil {
			f.In = append(f.In, p)
			continue
		}
		f := current[out]
		switch {
		case f != nil && !f.reopened(p):
			f.Out = append(f.Out, p)
		case f != nil || among(server, p.Dest):
			f = &Flow{Client: p.Source, Server: p.Dest, Out: []Packet{p}}
			flows, current[out] = append(flows, f), f
		case among(server, p.Source):
			f = &Flow{Client: p.Dest, Server: p.Source, In: []Packet{p}}
			flows, current[in] = append(flows, f), f
		}
	}
	return flows
}

// reopened says that p from the client begins a new connection.
func (f *Flow) reopened(p Packet) bool {
	if p.Flags&(SYN|ACK) != SYN {
		return false
	}
	return len(f.Out) == 0 || f.Out[0].Flags&SYN == 0 || f.Out[0].Seq != p.Seq
}

func among(server []netip.AddrPort, end netip.AddrPort) bool {
	for _, s := range server {
		a := s.Addr().Unmap()
		if (s.Port() == 0 || s.Port() == end.Port()) && (!a.IsValid() || a.IsUnspecified() || a == end.Addr()) {
			return true
		}
	}
	return false
}

// way is one direction of the flow.
func (f *Flow) way(in bool) []Packet {
	if in {
		return f.In
	}
	return f.Out
}
