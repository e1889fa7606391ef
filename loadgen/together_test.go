package loadgen

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pushbench/results"
	"pushbench/servers"
)

// Connections are opened in turn, one each; then all begin at one instant, and a
// trial that is over keeps nobody waiting.
func TestTogether(t *testing.T) {
	for _, c := range []struct {
		fact    string
		opens   [3]int // connections that each slot opens until it has all
		fails   []int  // slots that fail after these
		never   []int  // slots whose trial never begins
		opened  string // slots, in order
		started []int
	}{
		{"three trials", [3]int{2, 2, 2}, nil, nil, "012012", []int{0, 1, 2}},
		{"one has more to open", [3]int{1, 3, 1}, nil, nil, "01211", []int{0, 1, 2}},
		{"the first fails", [3]int{1, 2, 2}, []int{0}, nil, "01212", []int{1, 2}},
		{"the last fails at once", [3]int{2, 2, 0}, []int{2}, nil, "0101", []int{0, 1}},
		{"the second has no server", [3]int{2, 0, 2}, nil, []int{1}, "0202", []int{0, 2}},
		{"the first has no server", [3]int{0, 2, 2}, nil, []int{0}, "1212", []int{1, 2}},
		{"one is left", [3]int{2, 1, 0}, []int{1}, []int{2}, "010", []int{0}},
		{"none is left", [3]int{1, 1, 1}, []int{0, 1, 2}, nil, "012", nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			company := NewTogether(3)
			var mu sync.Mutex
			opened := ""
			var started []int
			instants := map[int64]bool{}
			var all sync.WaitGroup
			for slot := range 3 {
				if slices.Contains(c.never, slot) {
					company.Leave(slot)
				}
			}
			for slot := range 3 {
				if slices.Contains(c.never, slot) {
					continue
				}
				all.Go(func() {
					defer company.Leave(slot)
					// The last comes first: the order is what is tested, in the bubble's time.
					time.Sleep(time.Duration(3-slot) * time.Second)
					for range c.opens[slot] {
						if err := company.take(t.Context(), slot); err != nil {
							t.Error(err)
						}
						mu.Lock()
						opened += fmt.Sprint(slot)
						mu.Unlock()
						company.pass()
					}
					if slices.Contains(c.fails, slot) {
						return
					}
					company.allOpen(slot)
					at, err := company.meet(t.Context())
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					started, instants[at] = append(started, slot), true
					mu.Unlock()
					if _, err := company.meet(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			slices.Sort(started)
			if opened != c.opened || !slices.Equal(started, c.started) || len(instants) > 1 {
				t.Errorf("%s: opened %s, started %v at %d instants; want %s, %v", c.fact, opened, started, len(instants), c.opened, c.started)
			}
		})
	}
}

// Who waits for others goes on when its context is done.
func TestTogetherEnds(t *testing.T) {
	company := NewTogether(2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := company.meet(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("meet: %v", err)
	}
	if err := company.take(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("take: %v", err)
	}
}

// Each trial's schedule is shifted by its share of the gap; a trial alone, or
// without events, is not.
func TestTogetherShift(t *testing.T) {
	for _, c := range []struct {
		company *Together
		slot    int
		rate    float64
		want    time.Duration
	}{
		{nil, 0, 50, 0}, {NewTogether(4), 0, 50, 0}, {NewTogether(4), 1, 50, 5 * time.Millisecond},
		{NewTogether(4), 3, 50, 15 * time.Millisecond}, {NewTogether(4), 3, 0, 0},
	} {
		if got := c.company.shift(c.slot, c.rate); got != c.want {
			t.Errorf("slot %d at %g/s: %s, want %s", c.slot, c.rate, got, c.want)
		}
	}
}

// Trials side by side are whole trials: everything arrives, every ledger
// balances, and the bytes are those of a trial alone.
func TestRunTogether(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "longpoll", "sse", "websocket", "tcp"} {
		o := Options{Variant: variant(t, name), Clients: 5, Rate: 20, Payload: 128, Warmup: 200 * time.Millisecond, Window: 500 * time.Millisecond, Opening: 1 + len(name)%2}
		o.Target = serve(t, servers.Options{Heartbeat: time.Hour})
		alone, err := Run(t.Context(), o)
		if err != nil || alone.Failed != "" || alone.Beside != 0 {
			t.Fatalf("%s alone: %v, %s", name, err, alone.Failed)
		}
		company := NewTogether(3)
		trials := make([]*results.Trial, 3)
		errs := make([]error, 3)
		var all sync.WaitGroup
		for i := range trials {
			o := o
			o.Target = serve(t, servers.Options{Heartbeat: time.Hour})
			o.Together, o.Slot = company, i
			all.Go(func() { trials[i], errs[i] = Run(t.Context(), o) })
		}
		all.Wait()
		for i, got := range trials {
			if errs[i] != nil || got.Failed != "" {
				t.Fatalf("%s, slot %d: %v, %s", name, i, errs[i], got.Failed)
			}
			if got.Beside != 2 || got.Slot != i || got.Deliveries.Delivered != alone.Deliveries.Delivered {
				t.Errorf("%s, slot %d: beside %d, slot %d, %d deliveries of %d", name, i, got.Beside, got.Slot, got.Deliveries.Delivered, alone.Deliveries.Delivered)
			}
			if name == "polling/interval=50ms" || name == "longpoll" && got.Whole.Out[results.Head] != alone.Whole.Out[results.Head] {
				continue // which events share an answer, and so how many requests there are, depends on the moment
			}
			if data(got.Whole) != data(alone.Whole) || data(got.Handshake) != data(alone.Handshake) {
				t.Errorf("%s, slot %d: bytes %v, alone %v", name, i, got.Whole, alone.Whole)
			}
		}
	}
}

// data is what TCP carried, both ways, by kind: how TCP cut it into segments, and which
// events share a chunk, depends on the moment.
func data(l results.Ledger) results.Bytes {
	all := l.In.Plus(l.Out)
	all[results.TCPIP], all[results.Chunking] = 0, 0
	return all
}
