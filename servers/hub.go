package servers

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// Bounds say what a Hub keeps at most. Each is above zero.
type Bounds struct {
	Topics int // topics
	Events int // events of each topic
	Bytes  int // bytes of payload of each topic, beyond its newest event
	Memory int // bytes of payload of all topics together
}

// A Hub holds the topics of one server. Its methods may be called concurrently.
type Hub struct {
	bounds Bounds
	epoch  string
	held   atomic.Int64 // bytes of payload in all topics
	pad    []byte       // behind each payload; nil: see Injections.Bytes

	shrinking sync.Mutex
	mu        sync.RWMutex
	topics    map[string]*Topic
}

// Errors of Hub.Topic.
var (
	ErrTopicName = errors.New("a topic's name is 1 to 64 letters, digits, dots, dashes or underscores")
	ErrTopics    = errors.New("which is its limit")
)

// NewHub returns a Hub without topics and with an epoch of its own.
func NewHub(b Bounds) *Hub {
	return &Hub{bounds: b, epoch: fmt.Sprintf("%08x", rand.Uint32()), topics: make(map[string]*Topic)}
}

// Epoch returns what tells the numbers of this Hub's events from those of
// another, such as the one before a restart: 8 hexadecimal digits.
func (h *Hub) Epoch() string { return h.epoch }

// Topic returns the topic of that name and makes it when there is none. It is
// kept for good. The error is ErrTopicName or one that wraps ErrTopics.
func (h *Hub) Topic(name string) (*Topic, error) { return h.hold(name) }

// hold returns the topic of that name and makes it when there is none. The
// caller gives it back to release when it is done with it.
func (h *Hub) hold(name string) (*Topic, error) {
	h.mu.RLock()
	t := h.topics[name]
	if t != nil {
		t.holders.Add(1) // under the lock, or release could remove it
	}
	h.mu.RUnlock()
	if t != nil {
		return t, nil
	}
	if !validTopic(name) {
		return nil, ErrTopicName
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if t = h.topics[name]; t == nil {
		if len(h.topics) >= h.bounds.Topics {
			return nil, fmt.Errorf("the server has %d topics, %w", len(h.topics), ErrTopics)
		}
		t = newTopic(h.bounds.Events, h.bounds.Bytes)
		t.name, t.hub = name, h
		h.topics[name] = t
	}
	t.holders.Add(1)
	return t, nil
}

// release gives back a topic from hold. One that never had an event goes with
// the last who held it: to wait for events takes no room for longer than that.
func (h *Hub) release(t *Topic) (removed bool) {
	if t.holders.Add(-1) > 0 || t.View().Newest() > 0 {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	// Somebody may have come, published and gone in between.
	if h.topics[t.name] == t && t.holders.Load() == 0 && t.View().Newest() == 0 {
		delete(h.topics, t.name)
		return true
	}
	return false
}

// Peek returns the topic of that name or, when there is none, an empty one
// that the hub does not keep: looking makes no topic.
func (h *Hub) Peek(name string) (*Topic, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if t := h.topics[name]; t != nil {
		return t, nil
	}
	if !validTopic(name) {
		return nil, ErrTopicName
	}
	return newTopic(h.bounds.Events, h.bounds.Bytes), nil
}

// grew books n bytes more, which may be fewer, and has topics forget when all
// together hold too much. The caller has just published to t.
func (h *Hub) grew(n int, t *Topic) {
	if h.held.Add(int64(n)) <= int64(h.bounds.Memory) {
		return
	}
	h.shrinking.Lock()
	defer h.shrinking.Unlock()
	for h.held.Load() > int64(h.bounds.Memory) {
		largest := h.largest(t)
		if largest == nil {
			return
		}
		h.held.Add(-int64(largest.forget()))
	}
}

// largest returns the topic that holds the most bytes, other than t when that
// has one event only: what was just published is not what is forgotten. A topic
// of one event may lose it to another's publisher, and its subscribers are told.
func (h *Hub) largest(t *Topic) (largest *Topic) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	most := int64(0)
	for _, c := range h.topics {
		if size := c.size.Load(); size > most && (c != t || len(c.View().events) > 1) {
			largest, most = c, size
		}
	}
	return largest
}

// Newest returns the number of each topic's newest event.
func (h *Hub) Newest() map[string]uint64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	newest := make(map[string]uint64, len(h.topics))
	for name, t := range h.topics {
		newest[name] = t.View().Newest()
	}
	return newest
}

func validTopic(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return 0 < len(name) && len(name) <= maxTopicName
}
