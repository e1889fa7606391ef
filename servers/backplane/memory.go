package backplane

import (
	"context"
	"sync"
)

// Memory is the backplane of nodes in one process. All of them have the same one, and no two
// nodes are equal. Make it with NewMemory.
type Memory struct {
	epoch string

	mu      sync.Mutex // held while nodes are called, so that all have the same order
	numbers map[string]uint64
	nodes   map[Node]struct{}
}

// NewMemory returns a backplane without events.
func NewMemory() *Memory {
	return &Memory{epoch: NewEpoch(), numbers: map[string]uint64{}, nodes: map[Node]struct{}{}}
}

// Epoch is the same for all nodes.
func (m *Memory) Epoch() string { return m.epoch }

// Publish gives each node a copy of payload before it returns.
func (m *Memory) Publish(ctx context.Context, topic string, payload []byte) (number uint64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.numbers[topic]++
	for node := range m.nodes {
		node.Place(topic, m.numbers[topic], append([]byte(nil), payload...))
	}
	return m.numbers[topic], nil
}

// Receive gives the node what is published while it runs. What was published before is lost.
func (m *Memory) Receive(ctx context.Context, to Node) error {
	m.join(to)
	<-ctx.Done()
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.nodes, to)
	return nil
}

func (m *Memory) join(node Node) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for topic, number := range m.numbers {
		node.Lose(topic, number)
	}
	m.nodes[node] = struct{}{}
	node.Joined()
}
