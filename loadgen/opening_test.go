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
