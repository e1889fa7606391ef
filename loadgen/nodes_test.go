package loadgen

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/servers/wire"
)

// Clients are at the nodes in turn, and go on to the next one with each connection that they lose.
func TestNodesInTurn(t *testing.T) {
	n := &Nodes{HTTP: []string{"a", "b", "c"}, TCP: []string{"d", "e", "f"}}
	clients, publisher := &dialer{address: "a"}, &dialer{address: "a"}
	n.spread(wire.SSE, clients, publisher)
	var at []string
	for i := range 4 {
		c := &client{}
		c.Client = i
		at = append(at, clients.at(c.node(0)), clients.at(c.node(1)), publisher.at(i))
	}
	if d := cmp.Diff([]string{"a", "b", "a", "b", "c", "b", "c", "a", "c", "a", "b", "a"}, at); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	n.spread(wire.TCP, clients, publisher)
	if got := clients.at(1) + publisher.at(1); got != "eb" {
		t.Errorf("on the floor, a client and a topic are at %q", got)
	}
	alone := &dialer{address: "a"}
	(*Nodes)(nil).spread(wire.SSE, alone, alone)
	if got := alone.at(5); got != "a" {
		t.Errorf("a server of one process is at %q", got)
	}
}

// The figures of nodes are added up.
func TestAddStats(t *testing.T) {
	all := wire.Stats{Goroutines: 1, HeapAlloc: 2, Subscribers: map[wire.Transport]int64{wire.SSE: 3}}
	add(&all, wire.Stats{
		Goroutines: 1, HeapAlloc: 1, HeapInuse: 2, StackInuse: 3, RuntimeSys: 4, Mallocs: 5, Gaps: 6, Slow: 7,
		Subscribers: map[wire.Transport]int64{wire.SSE: 1, wire.LongPoll: 2},
	})
	want := wire.Stats{
		Goroutines: 2, HeapAlloc: 3, HeapInuse: 2, StackInuse: 3, RuntimeSys: 4, Mallocs: 5, Gaps: 6, Slow: 7,
		Subscribers: map[wire.Transport]int64{wire.SSE: 4, wire.LongPoll: 2},
	}
	if d := cmp.Diff(want, all); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
