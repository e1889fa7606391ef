package scenarios

import (
	"pushbench/results"
	"pushbench/servers/wire"
)

// checkNodes sees to it that a server of several nodes has a backplane, and that nothing is asked
// of it that one process alone can do.
func (r *reader) checkNodes(s Scenario) {
	switch {
	case s.Nodes == 0 && s.Backplane == "":
		return
	case s.Backplane == "":
		r.Wrong(r.Node("nodes"), "nodes", "nothing carries events between the nodes", "backplane: redis, or backplane: nats")
	case s.Nodes == 0:
		r.Wrong(r.Node("backplane"), "backplane", "there are no nodes", "nodes: 4, for example")
	}
	for _, other := range []struct {
		key, problem, hint string
		asked              bool
	}{
		{"path", "nodes run on loopback", "leave out path:", s.Path != nil},
		{"proxy", "the clients connect to the nodes, and a proxy would be in front of one", "leave out proxy:", s.Proxy != nil},
		{"stall", "one process is paused, and there are several", "leave out stall:", s.Stall.For > 0},
		{"send", "clients that publish take turns, which nodes do not know", "leave out send:", s.Send.Rate > 0},
		{"slow", "what one slow client does to the others is asked of one server", "leave out slow:", s.Slow.Clients > 0},
		{"fault", "one process is started again, and there are several", "fault: {cut: 1s}", s.Fault.Kind == results.FaultRestart},
	} {
		if other.asked {
			r.Wrong(r.Node(other.key, "nodes"), other.key, other.problem, other.hint)
		}
	}
	for _, v := range s.Variants {
		if v.On(wire.Resume) {
			r.Wrong(r.Node("variants."+v.String(), "nodes"), "variants", "a TLS session is resumed at the node that it is of alone", "variants without resume")
		}
	}
}
