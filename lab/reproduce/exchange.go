//go:build linux

package reproduce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/ledger"
)

// Options say what is repeated. All are required.
type Options struct {
	Request, Answer []byte
	Clients         int           // each with a connection of its own
	Interval        time.Duration // from one request of a client to the next; their phases are spread over it
	Rounds          int           // requests of each client
}

// An Outcome is what the clients' sockets say (TCP_INFO), all together.
type Outcome struct {
	Clients, Exchanges      int64
	Seconds                 float64 // from the first request to the last answer, and the client's share of an interval that goes with it
	Out, In                 int64   // bytes of data
	SegmentsOut, SegmentsIn int64   // with handshakes and pure acknowledgments
}

// Run repeats the exchange over loopback, between goroutines of this process,
// and blocks until all rounds are over and every connection is closed.
func Run(ctx context.Context, o Options) (out Outcome, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return out, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var work sync.WaitGroup
	defer work.Wait()
	defer listener.Close()
	work.Go(func() {
		if err := serve(ctx, listener, o); err != nil {
			cancel(err)
		}
	})

	conns := make([]*net.TCPConn, o.Clients)
	for i := range conns {
		c, err := (&net.Dialer{KeepAlive: -1}).DialContext(ctx, "tcp4", listener.Addr().String())
		if err != nil {
			return out, fmt.Errorf("client %d: %w", i, err)
		}
		defer c.Close()
		conns[i] = c.(*net.TCPConn)
	}
	began := time.Now()
	var clients sync.WaitGroup
	var done atomic.Int64
	for i, c := range conns {
		clients.Go(func() {
			stop := context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })
			defer stop()
			n, err := ask(ctx, c, o, began.Add(o.Interval*time.Duration(i)/time.Duration(o.Clients)))
			done.Add(int64(n))
			if err != nil {
				cancel(fmt.Errorf("client %d: %w", i, err))
			}
		})
	}
	clients.Wait()
	if err := context.Cause(ctx); err != nil {
		return out, err
	}
	out = Outcome{Clients: int64(o.Clients), Exchanges: done.Load(), Seconds: (time.Since(began) + o.Interval/time.Duration(o.Clients)).Seconds()}
	for _, c := range conns {
		info, err := ledger.ReadSocket(c)
		if err != nil {
			return out, err
		}
		out.Out += info.Out
		out.In += info.In
		out.SegmentsOut += info.SegmentsOut
		out.SegmentsIn += info.SegmentsIn
	}
	return out, nil
}

// ask makes a client's requests, the first at the given time, and returns how
// many were answered.
func ask(ctx context.Context, c net.Conn, o Options, first time.Time) (n int, err error) {
	answer := make([]byte, len(o.Answer))
	timer := time.NewTimer(time.Until(first))
	defer timer.Stop()
	for ; n < o.Rounds; n++ {
		timer.Reset(time.Until(first.Add(time.Duration(n) * o.Interval)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return n, ctx.Err()
		}
		if err := c.SetDeadline(time.Now().Add(timeout)); err != nil {
			return n, err
		}
		if ctx.Err() != nil { // it may have set the deadline before
			return n, ctx.Err()
		}
		if _, err := c.Write(o.Request); err != nil {
			return n, err
		}
		if _, err := io.ReadFull(c, answer); err != nil {
			return n, err
		}
	}
	return n, nil
}

// timeout bounds an exchange.
const timeout = 10 * time.Second

// serve answers on every connection until the listener and the connections
// are closed.
func serve(ctx context.Context, listener net.Listener, o Options) error {
	var work sync.WaitGroup
	defer work.Wait()
	for {
		c, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		work.Go(func() {
			defer c.Close()
			defer context.AfterFunc(ctx, func() { c.SetDeadline(time.Unix(1, 0)) })()
			request := make([]byte, len(o.Request))
			for {
				if _, err := io.ReadFull(c, request); err != nil {
					return // the client has gone
				}
				if _, err := c.Write(o.Answer); err != nil {
					return
				}
			}
		})
	}
}
