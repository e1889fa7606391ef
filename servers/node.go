package servers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// A node is the server as its backplane sees it.
type node struct {
	s      *Server
	joined chan struct{} // closed when the node has what was there before it
	once   sync.Once     // closes joined

	// limit returns a context for one event to be published; it ends with the server.
	limit func() (context.Context, context.CancelFunc)
	end   context.CancelCauseFunc
}

func newNode(s *Server) *node {
	ctx, end := context.WithCancelCause(context.Background())
	return &node{s: s, joined: make(chan struct{}), end: end, limit: func() (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, s.o.WriteTimeout)
	}}
}

// join receives from the backplane until ctx is done. It returns when the node has what was
// published before, when ctx is done, or when receiving has failed, which is sent to failed.
func (n *node) join(ctx context.Context, group *sync.WaitGroup, failed chan<- error) {
	over := make(chan struct{})
	group.Go(func() {
		defer close(over)
		if err := n.s.o.Backplane.Receive(ctx, n); err != nil {
			failed <- fmt.Errorf("backplane: %w", err)
		}
	})
	select {
	case <-n.joined:
	case <-over:
	}
}

// Place keeps an event of a topic and wakes who waits for it.
func (n *node) Place(topic string, number uint64, payload []byte) {
	n.at(topic, func(t *Topic) {
		if !t.place(number, payload) {
			n.s.o.Log.Error("the backplane has given a number twice", "topic", topic, "number", number)
		}
	})
}

// Lose forgets what a topic has up to a number that does not come any more.
func (n *node) Lose(topic string, number uint64) {
	n.at(topic, func(t *Topic) { t.lose(number) })
}

// Joined lets the server accept clients.
func (n *node) Joined() { n.once.Do(func() { close(n.joined) }) }

// at calls do with a topic. One for which there is no room loses its events: who subscribes
// to it later is told of a gap.
func (n *node) at(topic string, do func(*Topic)) {
	t, err := n.s.hub.hold(topic)
	if err != nil {
		n.s.o.Log.Warn("events of other nodes are dropped", "topic", topic, "err", err)
		return
	}
	defer n.s.hub.release(t)
	do(t)
}

// send publishes payload to a topic that the caller holds, takes ownership of it and returns
// the event's number. When it returns the event is visible here; with an error that may come.
func (s *Server) send(t *Topic, payload []byte) (uint64, error) {
	if s.node == nil {
		s.stats.published.Add(1)
		return t.Publish(payload).ID, nil
	}
	return s.node.send(t, payload)
}

func (n *node) send(t *Topic, payload []byte) (uint64, error) {
	ctx, done := n.limit()
	defer done()
	number, err := n.s.o.Backplane.Publish(ctx, t.name, append(payload, n.s.hub.pad...))
	if err == nil {
		n.s.stats.published.Add(1)
		err = t.await(ctx, number)
	}
	switch {
	case err == nil:
		return number, nil
	case errors.Is(context.Cause(ctx), errEnding):
		return 0, errEnding
	case ctx.Err() != nil, isTimeout(err): // a connection may notice it before the context
		err = fmt.Errorf("no answer within %s", n.s.o.WriteTimeout)
	}
	return 0, &refusal{http.StatusServiceUnavailable, fmt.Sprintf("the backplane did not take an event: %v", err)}
}

// behind is how long a client is made to wait whose cursor is ahead of what this node has, when
// it may be that of an earlier epoch.
const behind = 300 * time.Millisecond

// reach waits until this node has come as far as the cursor of a place, which may be from
// another one. When it does not in time there is a gap. A nil node waits for nothing.
func (n *node) reach(name string, p *place) {
	if n == nil || p.cursor <= p.topic.View().Newest() || p.epoch != "" && p.epoch != p.ours {
		return
	}
	t, err := n.s.hub.hold(name) // who only looks has a topic of his own
	if err != nil {
		return
	}
	defer n.s.hub.release(t)
	ctx, done := n.limit()
	defer done()
	if p.epoch == "" {
		ctx, done = context.WithTimeout(ctx, behind)
		defer done()
	}
	if t.await(ctx, p.cursor) == nil {
		p.topic = t
	}
}

// await waits until the topic has the event with that number, or has lost it.
func (t *Topic) await(ctx context.Context, number uint64) error {
	for view := t.View(); view.Newest() < number; view = t.View() {
		select {
		case <-view.Changed():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// place keeps an event that a backplane has numbered. When events before it are missing, all of
// the history is dropped, so that whoever has not read it is told of a gap. It returns
// false, and keeps nothing, when the topic has come as far.
func (t *Topic) place(number uint64, payload []byte) bool {
	t.mu.Lock()
	newest, freed := t.View().Newest(), 0
	if number <= newest {
		t.mu.Unlock()
		return false
	}
	if number > newest+1 {
		freed = t.skip(number - 1)
	}
	_, grown := t.add(payload)
	t.mu.Unlock()
	t.hub.grew(grown-freed, t)
	return true
}

// lose drops the history when it does not reach up to a number, and goes on behind that.
func (t *Topic) lose(number uint64) {
	t.mu.Lock()
	freed := 0
	if number > t.View().Newest() {
		freed = t.skip(number)
	}
	t.mu.Unlock()
	t.hub.grew(-freed, t)
}

// skip drops all events, has the next one follow a number and wakes everybody who waits: they
// have lost events. It returns how many bytes that sets free. The caller has the lock.
func (t *Topic) skip(number uint64) (freed int) {
	freed = t.held + t.waste
	old := t.View()
	t.held, t.waste, t.dropped = 0, 0, 0
	t.size.Store(0)
	t.view.Store(&View{oldest: number + 1, changed: make(chan struct{})})
	close(old.changed)
	return freed
}
