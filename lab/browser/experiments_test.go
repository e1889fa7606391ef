//go:build linux

package browser

import (
	"context"
	"net/http"
	"testing"

	"pushbench/servers"
)

// Over HTTP/1.1 a page has six EventSources to a host, and then not even a request more.
// WebSockets are not counted among them, and over HTTP/2 there is no such limit.
func TestLimits(t *testing.T) {
	takesLong(t)
	each(t, func(t *testing.T, k Kind) {
		n := float64(quick.Ask)
		got := values(t, k, limits(t.Context(), k, quick, []limit{
			{"sse", false, 2}, {"sse", true, 1}, {"websocket", false, 1},
		}))
		check(t, got, map[string]float64{
			"sse-http1-two-hosts-open": 12, "sse-http1-two-hosts-waiting": n - 12, "sse-http1-two-hosts-failed": 0,
			"sse-http1-two-hosts-next-blocked": 1, "sse-http1-two-hosts-connections": 12,
			"sse-http2-open": n, "sse-http2-waiting": 0, "sse-http2-next-blocked": 0, "sse-http2-connections": 1,
			"websocket-http1-open": n, "websocket-http1-waiting": 0, "websocket-http1-next-blocked": 0,
		})
	})
}

func TestReconnection(t *testing.T) {
	takesLong(t)
	each(t, func(t *testing.T, k Kind) {
		var of []ending
		for _, e := range endings {
			if e.retry > 0 && e.then != http.StatusServiceUnavailable {
				of = append(of, e)
			}
		}
		got := values(t, k, reconnection(t.Context(), k, quick, of))
		check(t, got, map[string]float64{
			"sse-complete-retry-requests": 2, "sse-complete-retry-closed": 0, "sse-complete-retry-id-sent": 1,
			"sse-complete-retry-missed": 0, "sse-complete-retry-doubled": 0,
			"sse-cut-retry-closed": 0, "sse-cut-retry-missed": 0, "sse-cut-retry-doubled": 0,
			"sse-reset-retry-missed": 0, "sse-reset-retry-doubled": 0,
			"sse-204-requests": 2, "sse-204-closed": 1, "sse-500-requests": 2, "sse-500-closed": 1,
			"websocket-complete-requests": 1, "websocket-complete-code": 1001,
			"websocket-cut-requests": 1, "websocket-cut-code": 1006,
			"websocket-reset-requests": 1, "websocket-reset-code": 1006,
		})
		if got["sse-complete-retry-reconnect"] <= 0 {
			t.Error("it reconnects before the stream has ended")
		}
	})
}

func TestPush(t *testing.T) {
	takesLong(t)
	each(t, func(t *testing.T, k Kind) {
		check(t, values(t, k, Push(t.Context(), k, quick)), map[string]float64{
			"push-allowed": 0, "push-refused": 1, "push-names": 0,
			"api-eventsource": 1, "api-websocket": 1, "api-fetch": 1,
		})
	})
}

func TestExtended(t *testing.T) {
	takesLong(t)
	each(t, func(t *testing.T, k Kind) {
		check(t, values(t, k, Extended(t.Context(), k, quick)), map[string]float64{"websocket-over-http2-open": socketsAsked})
	})
}

func TestLatency(t *testing.T) {
	takesLong(t)
	s, err := servers.Listen(servers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background()) // t.Context ends too early
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	each(t, func(t *testing.T, k Kind) {
		o := quick
		o.Server = s.Ready().HTTP
		got := values(t, k, Latency(t.Context(), k, o))
		wrong := got["latency-error"]
		if wrong <= 0 {
			t.Fatal("there is no error")
		}
		for _, name := range []string{"latency-sse", "latency-websocket", "latency-longpoll"} {
			if got[name] < -wrong {
				t.Errorf("%s is %v s, which is before the event was due, and the error is %v s", name, got[name], wrong)
			}
		}
	})
}

func TestMemory(t *testing.T) {
	takesLong(t)
	each(t, func(t *testing.T, k Kind) {
		of := []limit{{way: "sse", http2: true, names: 1}}
		if got := values(t, k, memory(t.Context(), k, quick, of)); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}
