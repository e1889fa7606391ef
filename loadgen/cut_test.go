package loadgen

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// Bytes and deliveries of the window come from one cut, on every variant and
// for events large and small: its payload is that of its deliveries, exactly,
// and nothing is negative where an answer or an event crosses an edge.
func TestOneCut(t *testing.T) {
	for _, name := range []string{"polling/interval=100ms", "polling/interval=70ms/pace=delay", "longpoll", "longpoll/batch=20ms", "sse", "websocket", "websocket/http=2", "tcp", "sse/tls"} {
		for _, size := range []int{100, 300_000} {
			v := variant(t, name)
			o := Options{
				Target: serve(t, servers.Options{TLS: v.On(wire.TLS), Heartbeat: 30 * time.Millisecond}), Variant: v,
				Clients: 3, Rate: 60, Arrival: results.Poisson, Seed: 3, Payload: size,
				Warmup: 150 * time.Millisecond, Window: 400 * time.Millisecond,
			}
			got := trial(t, o)
			// A busy machine may let no large event through in a short window.
			for i := 0; got.Failed == "" && got.Deliveries.InWindow == 0 && i < 4; i++ {
				o.Target = serve(t, servers.Options{TLS: v.On(wire.TLS), Heartbeat: 30 * time.Millisecond})
				o.Window *= 2
				got = trial(t, o)
			}
			if got.Failed != "" {
				t.Errorf("%s with %d bytes: %s", name, size, got.Failed)
				continue
			}
			n, l := got.Deliveries.InWindow, got.Steady
			if n == 0 || l.In[results.Payload] != n*int64(size) {
				t.Errorf("%s: %d bytes of payload for %d deliveries of %d bytes", name, l.In[results.Payload], n, size)
			}
			for _, b := range []results.Bytes{l.In, l.Out} {
				if slices.Min(b[:]) < 0 {
					t.Errorf("%s with %d bytes: %+v", name, size, l)
				}
			}
			r := got.Requests
			if r.Sent != r.Full+r.Empty {
				t.Errorf("%s: %d requests, %d answers", name, r.Sent, r.Full+r.Empty)
			}
			if asks := v.Transport == wire.Polling || v.Transport == wire.LongPoll; asks != (r.Sent > 0) {
				t.Errorf("%s: %d requests", name, r.Sent)
			}
			if got.SteadyClientSec <= 0 || got.Deliveries.Events == 0 {
				t.Errorf("%s: %g client-seconds, %d events", name, got.SteadyClientSec, got.Deliveries.Events)
			}
		}
	}
}

// Every client polls as often as the window has intervals, whole exchanges all,
// and a client-second is a client-second.
func TestWholePolls(t *testing.T) {
	o := Options{
		Target: serve(t, servers.Options{}), Variant: variant(t, "polling/interval=100ms"),
		Clients: 20, Rate: 10, Payload: 128, Warmup: 130 * time.Millisecond, Window: 500 * time.Millisecond,
	}
	got := trial(t, o)
	if got.Failed != "" {
		t.Fatal(got.Failed)
	}
	if r := got.Requests; r.Sent != 20*5 || r.Full+r.Empty != 20*5 || got.SteadyClientSec != 20*0.5 {
		t.Errorf("%+v, %g client-seconds, want 100 polls in 10", r, got.SteadyClientSec)
	}
}

// A poll's head is counted with its poll: without events all requests and all
// answers have the size of one.
func TestHeadsOfPolls(t *testing.T) {
	o := Options{
		Target: serve(t, servers.Options{}), Variant: variant(t, "polling/interval=50ms"),
		Clients: 7, Retained: 1, Payload: 128, Window: 175 * time.Millisecond,
	}
	got := trial(t, o)
	if got.Failed != "" {
		t.Fatal(got.Failed)
	}
	r := got.Requests
	if r.Sent == 0 || r.Empty != r.Sent || r.Full != 0 || r.Heads.Answer != 0 {
		t.Fatalf("%+v", r)
	}
	request := fmt.Sprintf("GET %s?%s=t0&%s=1 HTTP/1.1\r\nHost: %s\r\n\r\n", wire.RoutePolling, wire.ParamTopic, wire.ParamAfter, o.Target.HTTP)
	if want := int64(len(request)); r.Heads.Request != float64(want) || got.Steady.Out[results.Head] != want*r.Sent {
		t.Errorf("requests of %g bytes, %d in all, want %d each of %d", r.Heads.Request, got.Steady.Out[results.Head], want, r.Sent)
	}
	if got.Steady.In[results.Head] != int64(r.Heads.Empty)*r.Sent {
		t.Errorf("%d bytes of heads for %d answers of %g", got.Steady.In[results.Head], r.Sent, r.Heads.Empty)
	}
}
