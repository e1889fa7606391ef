package servers

import (
	"fmt"
	"log/slog"
	"testing"
)

// What a topic of a node has after what came from the backplane.
func TestPlace(t *testing.T) {
	place := func(number uint64) func(*Topic) { return func(to *Topic) { to.place(number, []byte("1234")) } }
	lose := func(number uint64) func(*Topic) { return func(to *Topic) { to.lose(number) } }
	for _, row := range []struct {
		fact           string
		came           []func(*Topic)
		oldest, newest uint64
		held           int64
	}{
		{"nothing", nil, 1, 0, 0},
		{"events in order", []func(*Topic){place(1), place(2)}, 1, 2, 8},
		{"an event twice", []func(*Topic){place(1), place(2), place(1), place(2)}, 1, 2, 8},
		{"an event behind some that are missing", []func(*Topic){place(1), place(2), place(9)}, 9, 9, 4},
		{"the first event is not number 1", []func(*Topic){place(7), place(8)}, 7, 8, 8},
		{"what is lost before the first event", []func(*Topic){lose(7)}, 8, 7, 0},
		{"events behind what is lost", []func(*Topic){place(1), lose(3), place(4), place(5)}, 4, 5, 8},
		{"what is lost has come before", []func(*Topic){place(1), place(2), lose(2), lose(1)}, 1, 2, 8},
		{"more than is kept", []func(*Topic){place(1), place(2), place(3), place(4), place(5), place(6)}, 3, 6, 16},
		{"what is lost after more than is kept", []func(*Topic){place(1), place(2), place(3), place(4), place(5), lose(9)}, 10, 9, 0},
	} {
		h := NewHub(Bounds{Topics: 1, Events: 4, Bytes: 1000, Memory: 1000})
		to, err := h.Topic("t")
		if err != nil {
			t.Fatal(err)
		}
		for _, come := range row.came {
			before := to.View()
			come(to)
			select {
			case <-before.Changed():
				if before == to.View() {
					t.Errorf("%s: a view that holds has changed", row.fact)
				}
			default:
				if before != to.View() {
					t.Errorf("%s: nobody is woken", row.fact)
				}
			}
		}
		view := to.View()
		if view.oldest != row.oldest || view.Newest() != row.newest {
			t.Errorf("%s: events %d to %d, want %d to %d", row.fact, view.oldest, view.Newest(), row.oldest, row.newest)
		}
		if held := h.held.Load() - int64(to.waste); held != row.held || h.held.Load() != to.size.Load() {
			t.Errorf("%s: %d bytes are held and %d counted, want %d", row.fact, held, to.size.Load(), row.held)
		}
		for i, e := range view.events {
			if e.ID != row.oldest+uint64(i) {
				t.Errorf("%s: event %d has number %d", row.fact, row.oldest+uint64(i), e.ID)
			}
		}
	}
}

// A node drops the events of topics for which it has no room, and says so to who comes later.
func TestANodeWithoutRoom(t *testing.T) {
	s := &Server{hub: NewHub(Bounds{Topics: 1, Events: 4, Bytes: 1000, Memory: 1000}), o: Options{Log: slog.New(slog.DiscardHandler)}}
	n := newNode(s)
	n.Place("t", 1, []byte("1"))
	n.Place("u", 1, []byte("1"))
	n.Lose("v", 3)
	if got := fmt.Sprint(s.hub.Newest()); got != "map[t:1]" {
		t.Errorf("topics %s", got)
	}
}
