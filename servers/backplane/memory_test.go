package backplane

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
)

// A listener writes down what a node is told.
type listener struct {
	mu     sync.Mutex
	told   []string
	joined chan struct{} // closed by the first Joined
}

func newListener() *listener { return &listener{joined: make(chan struct{})} }

func (l *listener) Place(topic string, number uint64, payload []byte) {
	l.tell("%s %d %s", topic, number, payload)
}
func (l *listener) Lose(topic string, number uint64) { l.tell("%s lost %d", topic, number) }
func (l *listener) Joined()                          { close(l.joined) }

func (l *listener) tell(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, fmt.Sprintf(format, args...))
}

// A node gets what is published while it is there, and is told what it has missed.
func TestMemory(t *testing.T) {
	m := NewMemory()
	var group sync.WaitGroup
	join := func() (*listener, context.CancelFunc) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		group.Go(func() {
			if err := m.Receive(ctx, l); err != nil {
				t.Error(err)
			}
		})
		<-l.joined
		return l, cancel
	}
	publish := func(topic string, want uint64) {
		t.Helper()
		if n, err := m.Publish(t.Context(), topic, []byte("x")); n != want || err != nil {
			t.Errorf("an event of %s is number %d, %v; want %d", topic, n, err, want)
		}
	}
	a, leave := join()
	publish("t", 1)
	publish("u", 1)
	publish("t", 2)
	b, leaveB := join()
	publish("t", 3)
	leave()
	leaveB()
	group.Wait()
	publish("t", 4)
	if want := []string{"t 1 x", "u 1 x", "t 2 x", "t 3 x"}; !slices.Equal(a.told, want) {
		t.Errorf("the first node was told %q, want %q", a.told, want)
	}
	slices.Sort(b.told[:2])
	if want := []string{"t lost 2", "u lost 1", "t 3 x"}; !slices.Equal(b.told, want) {
		t.Errorf("the second node was told %q, want %q", b.told, want)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Publish(ended, "t", []byte("x")); err == nil {
		t.Error("an event is published for a context that is done")
	}
}
