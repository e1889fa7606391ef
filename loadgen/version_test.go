package loadgen

import (
	"fmt"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/servers"
)

// Byte-exact: what an event stream costs by the version of HTTP. Over HTTP/2 each
// write of the server is a frame, of which one has 16 KiB at most; over HTTP/1.0
// there is nothing around it.
func TestEventBytesByVersion(t *testing.T) {
	const opening = "retry: 2000\nid: 0\n\n"
	for _, size := range []int{32, 1000, 4096, 20_000, 65_536} {
		for _, name := range []string{"sse/http=1.0", "sse/http=2", "sse/http=2/streams=3"} {
			const clients = 3
			s, all := wholeTrial(t, Options{
				Target: serve(t, servers.Options{Heartbeat: 1000 * time.Hour}), Variant: variant(t, name),
				Clients: clients, Rate: 10, Payload: size, Window: 400 * time.Millisecond,
			})
			d := s.trial.Deliveries
			if d.Delivered == 0 || d.Delivered != d.Expected {
				t.Fatalf("%s: deliveries %+v", name, d)
			}
			want := results.Bytes{results.Payload: d.Delivered * int64(size), results.Framing: int64(clients * len(opening)), results.TCPIP: all.In[results.TCPIP]}
			frames := int64(2 * clients) // the heads, and the openings
			for id := range d.Delivered / clients {
				fields := len(fmt.Sprintf("id: %d\ndata: \n\n", id+1))
				want[results.Framing] += int64(clients * fields)
				frames += int64(clients * ((fields + size + 1<<14 - 1) >> 14))
			}
			links := int64(s.links())
			if name == "sse/http=1.0" {
				want[results.Head] = all.In[results.Head]
			} else {
				want[results.HTTP2Frames] = 9 * frames
				want[results.HPACK] = all.In[results.HPACK]
				want[results.HTTP2Settings] = all.In[results.HTTP2Settings]
				want[results.HTTP2Window] = links * 13
			}
			if all.In != want {
				t.Errorf("%s with %d bytes: %v, want %v", name, size, all.In, want)
			}
			if all.In[results.HTTP2Settings] > 0 && all.Out[results.HTTP2Settings] != links*(24+9+12+9) {
				t.Errorf("%s: settings %d and %d", name, all.In[results.HTTP2Settings], all.Out[results.HTTP2Settings])
			}
		}
	}
}

// Over HTTP/1.0 each request has a connection of its own, which the client counts
// to its end and leaves to the server to close first.
func TestConnectionForEachRequest(t *testing.T) {
	for _, name := range []string{"polling/interval=40ms/http=1.0", "polling/interval=40ms/http=1.0/tls", "longpoll/http=1.0"} {
		v := variant(t, name)
		s, all := wholeTrial(t, Options{
			Target: serve(t, servers.Options{TLS: v.String() == "polling/interval=40ms/http=1.0/tls"}), Variant: v,
			Clients: 3, Rate: 20, Payload: 100, Window: 400 * time.Millisecond,
		})
		r := all.Requests
		if r.Sent < 10 || r.Reopened != r.Sent-3 {
			t.Errorf("%s: %d requests, %d connections after the first of each client", name, r.Sent, r.Reopened)
		}
		// SYN, ACK, request, FIN and what acknowledges; SYN-ACK, answer, FIN and the last ACK.
		if perOut, perIn := float64(all.Socket.SegmentsOut)/float64(r.Sent), float64(all.Socket.SegmentsIn)/float64(r.Sent); perOut < 4 || perIn < 3.5 {
			t.Errorf("%s: %.2f segments from and %.2f to the client for a request", name, perOut, perIn)
		}
		if n := len(s.clients[0].series.closing); n > 2 {
			t.Errorf("%s: %d connections are still closing", name, n)
		}
	}
}
