package servers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestTopicNames(t *testing.T) {
	for name, valid := range map[string]bool{
		"a": true, "A-z_0.9": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "a b": false, "a/b": false, "ä": false, "a\n": false, "@": false, "[": false, "`": false, "{": false,
	} {
		_, err := NewHub(Bounds{3, 1, 1, 1}).Topic(name)
		if valid != (err == nil) || err != nil && !errors.Is(err, ErrTopicName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A topic behaves as the plain list of all events ever published, of which
// the first ones are out of sight, whatever its bounds.
func TestTopicIsABoundedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count, bytes := rapid.IntRange(1, 20).Draw(t, "count"), rapid.IntRange(1, 300).Draw(t, "bytes")
		topic := newTopic(count, bytes)
		var all []string
		for i, size := range rapid.SliceOfN(rapid.IntRange(1, 120), 0, 80).Draw(t, "sizes") {
			before := topic.View()
			payload := strings.Repeat("x", size)
			if e := topic.Publish([]byte(payload)); e.ID != uint64(i+1) {
				t.Fatalf("event %d has number %d", i+1, e.ID)
			}
			all = append(all, payload)
			select {
			case <-before.Changed():
			default:
				t.Fatal("nobody was woken")
			}
			if got := before.Newest(); got != uint64(i) {
				t.Fatalf("a view changed: newest %d after %d events", got, i)
			}
		}
		v := topic.View()
		if v.Newest() != uint64(len(all)) {
			t.Fatalf("newest %d of %d events", v.Newest(), len(all))
		}
		oldest := len(all) + 1
		for held := 0; oldest > 1 && len(all)-oldest+1 < count; oldest-- {
			if held += len(all[oldest-2]); held > bytes && oldest <= len(all) {
				break
			}
		}
		for cursor := range len(all) + 3 {
			events, gap := v.After(uint64(cursor))
			if cursor > len(all) || cursor+1 < oldest {
				if gap == nil || gap.After != uint64(cursor) || gap.Oldest != uint64(oldest) || events != nil {
					t.Fatalf("after %d with oldest %d: %d events, gap %v", cursor, oldest, len(events), gap)
				}
				continue
			}
			if gap != nil || len(events) != max(0, len(all)-cursor) {
				t.Fatalf("after %d of %d, oldest %d: %d events, gap %v", cursor, len(all), oldest, len(events), gap)
			}
			for i, e := range events {
				if e.ID != uint64(cursor+1+i) || string(e.Payload) != all[cursor+i] {
					t.Fatalf("after %d: event %d is %d", cursor, i, e.ID)
				}
			}
		}
	})
}

// The events behind the bounds are let go of, so that they can be collected.
func TestTopicLetsGo(t *testing.T) {
	topic := newTopic(100, 1<<20)
	for range 1000 {
		topic.Publish([]byte("x"))
	}
	if topic.dropped > 100/4+1 || cap(topic.View().events) > 4*100 {
		t.Errorf("holds on to %d dropped events in an array of %d", topic.dropped, cap(topic.View().events))
	}
}

func TestEncodingsAreMadeOnce(t *testing.T) {
	e := newTopic(1, 1).Publish([]byte(`{"n":1}`))
	var group sync.WaitGroup
	made := make([][2]*byte, 8)
	for i := range made {
		group.Go(func() { made[i] = [2]*byte{&e.SSE()[0], &e.Frame()[0]} })
	}
	group.Wait()
	if len(slices.Compact(made)) != 1 {
		t.Error("made more than once")
	}
	if first, again := (form{}).frames(e, true), (form{}).frames(e, true); &first[0] != &again[0] {
		t.Error("the message was made twice")
	}
}

func TestHubBounds(t *testing.T) {
	h := NewHub(Bounds{3, 1, 1, 1})
	for i := range 3 {
		if _, err := h.Topic(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Topic("more"); !errors.Is(err, ErrTopics) {
		t.Errorf("one more: %v", err)
	}
	if _, err := h.Topic("2"); err != nil {
		t.Errorf("a known topic: %v", err)
	}
}

// All topics together keep within the bound, whoever publishes; what was just
// published is there, and who lost something is told of it.
func TestMemoryIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		memory := rapid.IntRange(200, 400).Draw(t, "memory")
		h := NewHub(Bounds{Topics: 8, Events: 20, Bytes: 150, Memory: memory})
		for range rapid.IntRange(1, 120).Draw(t, "events") {
			topic, err := h.Topic(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "topic"))
			if err != nil {
				t.Fatal(err)
			}
			newest := topic.View().Newest()
			e := topic.Publish(make([]byte, rapid.IntRange(1, 100).Draw(t, "size")))
			if e.ID != newest+1 || topic.View().Newest() != e.ID {
				t.Fatalf("event %d after %d", e.ID, newest)
			}
			if events, gap := topic.View().After(e.ID - 1); gap != nil || len(events) != 1 || events[0] != e {
				t.Fatalf("what was just published is gone: %v", gap)
			}
			sum := 0
			for _, topic := range h.topics {
				v := topic.View()
				for _, e := range v.events {
					sum += len(e.Payload)
				}
				if events, gap := v.After(v.oldest - 1); gap != nil || len(events) != len(v.events) {
					t.Fatalf("from the oldest on: %d events, %v", len(events), gap)
				}
				if v.oldest > 1 && v.oldest <= v.Newest() {
					if _, gap := v.After(v.oldest - 2); gap == nil || gap.Oldest != v.oldest {
						t.Fatalf("a gap that is not told: %v", gap)
					}
				}
			}
			if int64(sum) > h.held.Load() || h.held.Load() > int64(memory) {
				t.Fatalf("%d bytes are kept, %d are counted, %d may be", sum, h.held.Load(), memory)
			}
		}
	})
}

// A reader who waits while a topic forgets is woken by the next event.
func TestForgettingWakesNobody(t *testing.T) {
	h := NewHub(Bounds{Topics: 2, Events: 10, Bytes: 100, Memory: 100})
	a, _ := h.Topic("a")
	b, _ := h.Topic("b")
	a.Publish(make([]byte, 80))
	waits := a.View().Changed()
	b.Publish(make([]byte, 60))
	if v := a.View(); v.Newest() != 1 || v.oldest != 2 {
		t.Errorf("the oldest of %d is %d", v.Newest(), v.oldest)
	}
	select {
	case <-waits:
		t.Error("woken though nothing is new")
	default:
	}
	a.Publish([]byte("x"))
	<-waits
}

// Whoever comes while a topic goes gets one that is kept, and no event is lost
// in one that is not.
func TestTopicsComeAndGo(t *testing.T) {
	h := NewHub(Bounds{Topics: 1, Events: 10, Bytes: 100, Memory: 1000})
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for j := range 2000 {
				topic, err := h.hold("t")
				if err != nil {
					t.Error(err)
					return
				}
				if i == 0 && j == 1000 {
					topic.Publish([]byte("x"))
				}
				h.release(topic)
			}
		})
	}
	group.Wait()
	if n := h.Newest()["t"]; n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	empty := NewHub(Bounds{Topics: 1, Events: 1, Bytes: 1, Memory: 1})
	first, _ := empty.hold("t")
	second, _ := empty.hold("t")
	empty.release(first)
	if len(empty.Newest()) != 1 || first != second {
		t.Error("gone before its last holder")
	}
	empty.release(second)
	if len(empty.Newest()) != 0 {
		t.Error("an empty topic stays")
	}
}
