package servers

import (
	"errors"
	"fmt"
	"sync"
)

// A Hub holds the topics of one server. Its methods may be called concurrently.
type Hub struct {
	count int
	bytes int

	mu     sync.RWMutex
	topics map[string]*Topic
}

// Errors of Hub.Topic.
var (
	ErrTopicName = errors.New("a topic is named by 1 to 64 letters, digits, dots, dashes or underscores")
	ErrTopics    = fmt.Errorf("the server has %d topics, which is its limit", maxTopics)
)

// NewHub returns a Hub whose topics keep at most count events and at most
// bytes of payload each, but always the newest event.
func NewHub(count, bytes int) *Hub {
	return &Hub{count: count, bytes: bytes, topics: make(map[string]*Topic)}
}

// Topic returns the topic of that name and makes it when there is none. The
// error is ErrTopicName or ErrTopics.
func (h *Hub) Topic(name string) (*Topic, error) {
	h.mu.RLock()
	t := h.topics[name]
	h.mu.RUnlock()
	if t != nil {
		return t, nil
	}
	if !validTopic(name) {
		return nil, ErrTopicName
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if t = h.topics[name]; t != nil {
		return t, nil
	}
	if len(h.topics) >= maxTopics {
		return nil, ErrTopics
	}
	t = newTopic(h.count, h.bytes)
	h.topics[name] = t
	return t, nil
}

// Peek returns the topic of that name or, when there is none, an empty one
// that the hub does not keep: who only looks makes no topic.
func (h *Hub) Peek(name string) (*Topic, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if t := h.topics[name]; t != nil {
		return t, nil
	}
	if !validTopic(name) {
		return nil, ErrTopicName
	}
	return newTopic(h.count, h.bytes), nil
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
