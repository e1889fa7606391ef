package servers

import (
	"sync"
	"sync/atomic"

	"pushbench/servers/wire"
)

// A Topic numbers events from 1 and keeps the latest of them. Readers take a
// View and never wait, neither for each other nor for a publisher.
type Topic struct {
	count   int // most events kept
	bytes   int // most bytes of payload kept, beyond the newest event
	name    string
	hub     *Hub         // nil: its own bounds are the only ones
	holders atomic.Int64 // see Hub.hold
	pumps   pumps

	mu      sync.Mutex   // held by publishers
	held    int          // bytes of payload in the current view
	dropped int          // events before the view that its array still holds on to
	waste   int          // their bytes of payload
	size    atomic.Int64 // held and waste
	view    atomic.Pointer[View]
}

// A View is a topic's history at one moment. It never changes. Whoever keeps
// one keeps all of its events: let go of it before you wait for anything.
type View struct {
	oldest  uint64   // the number of events[0], or of the event to come
	events  []*Event // consecutive; later views share the array behind it
	changed chan struct{}
}

func newTopic(count, bytes int) *Topic {
	t := &Topic{count: count, bytes: bytes}
	t.view.Store(&View{oldest: 1, changed: make(chan struct{})})
	return t
}

// Publish gives payload the next number, keeps it and wakes everybody who
// waits. It takes ownership of payload.
func (t *Topic) Publish(payload []byte) *Event {
	if t.hub != nil && t.hub.pad != nil {
		payload = append(payload, t.hub.pad...)
	}
	e, grown := t.append(payload)
	if t.hub != nil {
		t.hub.grew(grown, t)
	}
	return e
}

func (t *Topic) append(payload []byte) (e *Event, grown int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.add(payload)
}

// add is append with the lock.
func (t *Topic) add(payload []byte) (e *Event, grown int) {
	before := t.held + t.waste
	old := t.view.Load()
	e = &Event{ID: old.Newest() + 1, Payload: payload}
	next := &View{oldest: old.oldest, changed: make(chan struct{})}
	next.events = t.trim(next, append(old.events, e))
	t.view.Store(next)
	close(old.changed)
	t.size.Store(int64(t.held + t.waste))
	return e, t.held + t.waste - before
}

// trim drops the oldest events beyond the bounds. The array behind events
// still refers to them, so it is left behind once it wastes a quarter of what
// the topic may hold: a copy of pointers, seldom enough to cost nothing.
func (t *Topic) trim(v *View, events []*Event) []*Event {
	t.held += len(events[len(events)-1].Payload)
	for len(events) > 1 && (len(events) > t.count || t.held > t.bytes) {
		events = t.drop(v, events)
	}
	if t.dropped > t.count/4 || t.waste > t.bytes/4 {
		events = t.compact(events)
	}
	return events
}

// drop leaves out the oldest event.
func (t *Topic) drop(v *View, events []*Event) []*Event {
	n := len(events[0].Payload)
	t.held -= n
	t.waste += n
	t.dropped++
	v.oldest++
	return events[1:]
}

// compact returns the events in an array that holds on to no others.
func (t *Topic) compact(events []*Event) []*Event {
	events = append(make([]*Event, 0, len(events)+t.dropped+1), events...)
	t.dropped, t.waste = 0, 0
	return events
}

// forget drops the oldest quarter of the topic's bytes, at least one event but
// not the newest unless it is the only one, and returns how many bytes that
// sets free. Nobody is woken: nothing new is there.
func (t *Topic) forget() (freed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.held + t.waste
	old := t.view.Load()
	next := &View{oldest: old.oldest, changed: old.changed}
	events := old.events
	if len(events) == 1 {
		events = t.drop(next, events)
	}
	for most := t.held - t.held/4; len(events) > 1 && (t.held > most || next.oldest == old.oldest); {
		events = t.drop(next, events)
	}
	next.events = t.compact(events)
	t.view.Store(next)
	t.size.Store(int64(t.held))
	return before - t.held
}

// View returns the history as it is now.
func (t *Topic) View() *View { return t.view.Load() }

// Newest returns the number of the newest event, 0 before the first.
func (v *View) Newest() uint64 { return v.oldest + uint64(len(v.events)) - 1 }

// Changed returns a channel that is closed when there is a newer view.
func (v *View) Changed() <-chan struct{} { return v.changed }

// After returns the events with numbers above cursor, oldest first. When some
// of them are no longer in the history it returns a gap and no events; likewise
// when the cursor is ahead of the newest event, because it then stems from
// another history. The events are shared: do not change the slice.
func (v *View) After(cursor uint64) ([]*Event, *wire.Gap) {
	if cursor == v.Newest() {
		return nil, nil
	}
	if cursor > v.Newest() || cursor+1 < v.oldest {
		return nil, &wire.Gap{After: cursor, Oldest: v.oldest}
	}
	return v.events[cursor+1-v.oldest:], nil
}
