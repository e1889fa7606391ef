//go:build linux

package experiment

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"pushbench/lab/browser"
	"pushbench/loadgen"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// A page's clients get what the generator publishes, and when that was due is known for each
// event but those of the warm-up.
func TestCrowd(t *testing.T) {
	s, err := servers.Listen(servers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	c := crowd{clients: 3, rate: 50, warmup: 100 * time.Millisecond, window: 200 * time.Millisecond}
	began := time.Now()
	due, median, err := c.load(t.Context(), loadgen.Target{HTTP: s.Ready().HTTP, PID: os.Getpid()}, wire.SSE)
	if err != nil || median <= 0 || len(due) != 15 {
		t.Fatalf("%d events, %v s, %v", len(due), median, err)
	}
	counted := 0
	for i, at := range due {
		if at.IsZero() {
			continue
		}
		if counted++; at.Before(began) || i > 0 && !due[i-1].IsZero() && at.Sub(due[i-1]).Round(time.Millisecond) != 20*time.Millisecond {
			t.Errorf("event %d is due at %s", i, at)
		}
	}
	if counted != 10 || !due[0].IsZero() {
		t.Errorf("%d events are counted", counted)
	}
}

// What cannot be measured says why.
func TestBesideWithoutBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	seen := map[string]bool{}
	for _, o := range Beside(t.Context(), []string{"/nonexistent"}) {
		if o.Reason == "" || len(o.Values) != 0 || seen[o.Name] || o.Kind != "sec" || !strings.HasSuffix(o.About, ".") {
			t.Errorf("%+v", o)
		}
		seen[o.Name] = true
	}
	if len(seen) != len(browser.Kinds())*(2*len(besideTransports)+1) {
		t.Errorf("%d numbers", len(seen))
	}
}
