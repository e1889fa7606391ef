//go:build linux

package browser

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A board settles when there is enough, or when nothing has changed for the quiet time.
func TestBoardSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, from := newBoard(), time.Now()
		go func() {
			for range 3 {
				time.Sleep(800 * time.Millisecond)
				defer b.opened("/a", "127.0.0.1:1")()
			}
		}()
		never := func(tally) bool { return false }
		got, err := b.settle(t.Context(), "/a", time.Second, never)
		if took := time.Since(from); err != nil || got.asked != 3 || got.held != 0 || took != 3400*time.Millisecond {
			t.Errorf("after %s there are %+v, %v", took, got, err)
		}
		got, err = b.settle(t.Context(), "/a", time.Second, func(now tally) bool { return now.asked == 3 })
		if took := time.Since(from); err != nil || got.asked != 3 || took != 3400*time.Millisecond {
			t.Errorf("after %s there are %+v, %v", took, got, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.settle(ctx, "/a", time.Second, never); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// An origin counts what is open: connections, and requests by their route.
func TestOriginCounts(t *testing.T) {
	server, err := newOrigin(false, holds)
	if err != nil {
		t.Fatal(err)
	}
	defer server.close()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, route := range []string{"/hold-sse", "/hold-sse", "/"} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.url("127.0.0.1")+route, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if _, err := io.ReadFull(answer.Body, make([]byte, 4)); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := server.counts.look("/hold-sse"); got.asked != 2 || got.held != 2 || got.accepted != 3 || got.connections != 3 || got.carrying != 2 || got.latest.IsZero() {
		t.Errorf("two streams and a page are %+v", got)
	}
	cancel()
	gone := func(t tally) bool { return t.held == 0 && t.carrying == 0 && t.connections == 0 }
	if got, err := server.counts.settle(t.Context(), "/hold-sse", time.Minute, gone); err != nil || !gone(got) || got.accepted != 3 {
		t.Errorf("when the client is gone: %+v, %v", got, err)
	}
}
