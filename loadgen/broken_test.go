package loadgen

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A client that comes back tries again where the server had no time for it, and not where it is
// told that it asks for something else than there is.
func TestOverloaded(t *testing.T) {
	for _, row := range []struct {
		err  error
		want bool
	}{
		{noAnswer(time.Second), true},
		{fmt.Errorf("connecting: %w", noAnswer(time.Second)), true},
		{refused(400, []byte("400 Bad Request")), true},
		{refused(408, nil), true},
		{refused(429, nil), true},
		{fmt.Errorf("the handshake: %w", refused(503, nil)), true},
		{refused(404, nil), false},
		{refused(500, nil), false},
		{errors.New("something else"), false},
	} {
		s := &session{Options: &Options{Variant: variant(t, "sse")}}
		if got := s.overloaded(row.err); got != row.want {
			t.Errorf("%v: %t, want %t", row.err, got, row.want)
		}
		if s.Variant = variant(t, "websocket"); s.overloaded(row.err) {
			t.Errorf("%v: another attempt of a WebSocket", row.err)
		}
	}
}

// Clients that are turned away when they come back try again. What was said to them is in their
// books, and nothing is missed.
func TestCutAndTurnedAway(t *testing.T) {
	cutting(t)
	for _, name := range []string{"sse", "sse/compress"} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) { turnAway(t, name) })
	}
}

func turnAway(t *testing.T, name string) {
	var asked atomic.Int64
	o := cutTrial(Target{}, variant(t, name))
	clients := int64(o.Clients)
	o.Target = foreign(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if subscribing(r) {
				if n := asked.Add(1); n > clients && n <= 2*clients {
					w.Header().Set("Connection", "close")
					http.Error(w, "come back later", http.StatusServiceUnavailable)
					return
				}
			}
			h.ServeHTTP(w, r)
		})
	})
	got := trial(t, o)
	if got.Failed != "" {
		t.Fatal(got.Failed)
	}
	if r := got.Recovery; r.Refused != clients || r.Opened != clients || got.Deliveries.Missed != 0 {
		t.Errorf("%d refused, %d opened, %d missed", r.Refused, r.Opened, got.Deliveries.Missed)
	}
}

// The opening of many clients is a part of a trial's progress, and one that goes by its time.
func TestProgressOfOpening(t *testing.T) {
	var told []float64
	s := &session{Options: &Options{
		Clients: 20_000, Warmup: time.Second, Window: 3 * time.Second,
		Progress: func(over float64) { told = append(told, over) },
	}} // six seconds for the clients, and four
	s.progress(0.5, 0)
	s.progress(1, 0)
	s.progress(1, 2*time.Second)
	s.progress(1, 5*time.Second)
	for i, want := range []float64{0.3, 0.6, 0.8, 1} {
		if got := told[i]; got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%d: %v, want %v", i, got, want)
		}
	}
}
