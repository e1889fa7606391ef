//go:build linux

package reproduce

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/servers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRun(t *testing.T) {
	o := Options{Request: make([]byte, 716), Answer: make([]byte, 214), Clients: 20, Interval: 20 * time.Millisecond, Rounds: 3}
	got, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if got.Exchanges != 60 || got.Out != 60*716 || got.In != 60*214 || got.SegmentsOut < 60 || got.SegmentsIn < 60 || got.Seconds < 0.059 {
		t.Errorf("%+v", got)
	}
}

func TestRunIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, errors.New("enough"))
	defer cancel()
	_, err := Run(ctx, Options{Request: []byte("?"), Answer: []byte("!"), Clients: 2, Interval: time.Hour, Rounds: 2})
	if err == nil || err.Error() != "enough" && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// RFC 6455 section 5.2, both ways.
func TestFrames(t *testing.T) {
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
	got, err := Frames(t.Context(), s.Ready().HTTP, []int{0, 125, 126, 65535, 65536})
	if err != nil {
		t.Fatal(err)
	}
	want := []Frame{{0, 6, 2}, {125, 6, 2}, {126, 8, 4}, {65535, 8, 4}, {65536, 14, 10}}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}
