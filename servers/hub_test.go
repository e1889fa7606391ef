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
	if first, again := e.Message(), e.Message(); first != again {
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
