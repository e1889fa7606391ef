package loadgen

import (
	"context"
	"fmt"

	"pushbench/results"
	"pushbench/servers/wire"
)

// Nodes are the processes that are the server together. Client i is at node i modulo their number,
// and comes back to the next one when it has lost its connection. Topic i is published at node i
// modulo their number. Every client sends the first one's address as Host, so that all send the same
// bytes.
type Nodes struct {
	HTTP []string // host:port of each, in the order of their numbers; that of Target is the first
	TCP  []string // of the tcp floor, likewise

	// Backplane returns the numbers of the processes that carry events between the nodes.
	Backplane func() ([]int, error)
}

// at is the address of the node with a number, where numbers go on from the last node to the
// first. A server of one process has one address.
func (d *dialer) at(number int) string {
	if len(d.nodes) == 0 {
		return d.address
	}
	return d.nodes[number%len(d.nodes)]
}

// dialNode is dial to the node with a number.
func (d *dialer) dialNode(ctx context.Context, number int) (*conn, phases, error) {
	return d.dialTo(ctx, d.at(number))
}

// node is the number of the node that c belongs to, after so many lost connections.
func (c *client) node(losses uint64) int { return c.Client + int(losses) }

// spread has clients and publisher know the nodes.
func (n *Nodes) spread(on wire.Transport, clients, publisher *dialer) {
	if n == nil {
		return
	}
	clients.nodes, publisher.nodes = n.HTTP, n.HTTP
	if on == wire.TCP {
		clients.nodes = n.TCP
	}
}

// newCarrier is what the backplane's processes use; nil: there is none.
func newCarrier(n *Nodes) (*group, error) {
	if n == nil {
		return nil, nil
	}
	g, err := newGroup(&Target{Processes: n.Backplane})
	if err != nil {
		return nil, errBackplane(err)
	}
	return g, nil
}

func errBackplane(err error) error { return fmt.Errorf("backplane processes: %w", err) }

// carried is the CPU time of the backplane's processes so far, in nanoseconds.
func carried(g *group) (int64, error) {
	if g == nil {
		return 0, nil
	}
	if err := g.refresh(); err != nil {
		return 0, errBackplane(err)
	}
	n, err := g.cpu()
	if err != nil {
		return 0, errBackplane(err)
	}
	return n, nil
}

// record is what the trial says of the backplane before anything is measured.
func (n *Nodes) record() *results.Backplane {
	if n == nil {
		return nil
	}
	return &results.Backplane{Nodes: len(n.HTTP)}
}

// add adds the figures of another node.
func add(to *wire.Stats, s wire.Stats) {
	to.Goroutines += s.Goroutines
	to.HeapAlloc += s.HeapAlloc
	to.HeapInuse += s.HeapInuse
	to.StackInuse += s.StackInuse
	to.RuntimeSys += s.RuntimeSys
	to.Mallocs += s.Mallocs
	to.Gaps += s.Gaps
	to.Slow += s.Slow
	if to.Subscribers == nil {
		to.Subscribers = map[wire.Transport]int64{}
	}
	for on, n := range s.Subscribers {
		to.Subscribers[on] += n
	}
}
