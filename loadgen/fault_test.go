package loadgen

import (
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var fourAndFloor = []string{"polling/interval=50ms", "longpoll", "sse", "websocket", "tcp"}

// A server that stands still shows in the latency, because it counts from the
// schedule: events that were due in the meantime waited for its end, and
// nobody waited with sending them (no coordinated omission).
func TestStalledServerShows(t *testing.T) {
	const stall = 300 * time.Millisecond
	for _, name := range fourAndFloor {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			target, server := startServer(t)
			var once sync.Once
			got := trial(t, Options{
				Target: target, Variant: variant(t, name), Clients: 5, Rate: 100, Payload: 100,
				Warmup: 100 * time.Millisecond, Window: 800 * time.Millisecond,
				Progress: func(f float64) {
					if f < 0.2 {
						return
					}
					once.Do(func() {
						if err := server.Signal(syscall.SIGSTOP); err != nil {
							t.Error(err)
						}
						time.AfterFunc(stall, func() {
							if err := server.Signal(syscall.SIGCONT); err != nil {
								t.Error(err)
							}
						})
					})
				},
			})
			if got.Failed != "" {
				t.Fatal(got.Failed)
			}
			if most, least := got.Latency.Max(), 0.9*stall.Seconds(); most < least {
				t.Errorf("no latency above %g s, though the server stood still for %s", most, stall)
			}
			if d := got.Deliveries; d.Delivered != d.Expected {
				t.Errorf("deliveries: %+v", d)
			}
		})
	}
}

// A server that is killed fails the trial at once, and what was measured is in
// it: every pair of event and client is either delivered or missed.
func TestKilledServer(t *testing.T) {
	for _, name := range fourAndFloor {
		target, server := startServer(t)
		got, err := Run(t.Context(), Options{
			Target: target, Variant: variant(t, name), Clients: 5, Rate: 100, Payload: 100, Window: time.Minute,
			Progress: func(float64) { _ = server.Kill() },
		})
		if err != nil || got.Failed == "" {
			t.Errorf("%s: %v, %+v", name, err, got)
			continue
		}
		if d := got.Deliveries; d.Expected != d.Delivered+d.Missed || d.Delivered == 0 || d.Missed == 0 || d.Duplicated+d.Reordered != 0 {
			t.Errorf("%s: %+v", name, d)
		}
	}
}
