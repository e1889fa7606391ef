package loadgen

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"pushbench/servers"
)

// A server that accepts and says nothing does not hold up who interrupts the
// opening: the context's end ends it, on every transport.
func TestInterruptedOpening(t *testing.T) {
	eachTransport(t, func(t *testing.T, name string) {
		target := serve(t, servers.Options{})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 1024)) // the client waits for an answer now
			cancel()
			<-t.Context().Done()
			c.Close()
		})
		t.Cleanup(func() { l.Close(); work.Wait() })
		target.Clients, target.Publisher = &spoiler{listener: l}, direct
		_, err = Run(ctx, Options{Target: target, Variant: variant(t, name), Clients: 1, Rate: 10, Payload: 100, Window: time.Second})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

// The time of an opening is over by its deadline, whether its context is done already or not.
func TestOverdue(t *testing.T) {
	failed := errors.New("i/o timeout")
	for _, row := range []struct {
		fact   string
		within time.Duration
		err    error
		want   bool
	}{
		{"an error in time", time.Hour, failed, false},
		{"none in time", time.Hour, nil, false},
		{"an error behind the deadline", -time.Hour, failed, true},
		{"none, and the context is done", -time.Hour, nil, true},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), row.within)
		if got := overdue(ctx, row.err); got != row.want {
			t.Errorf("%s: %t", row.fact, got)
		}
		cancel()
	}
	ctx := &notDone{t.Context(), time.Now()}
	if !overdue(ctx, failed) || overdue(ctx, nil) {
		t.Error("the context is not done yet: an error is overdue, and success is not")
	}
}

// notDone is a context whose deadline has come and which nobody has told.
type notDone struct {
	context.Context
	deadline time.Time
}

func (n *notDone) Deadline() (time.Time, bool) { return n.deadline, true }
