package results

func byteMetrics() []Metric {
	perEvent := func(f func(*Trial) int64) func(*Trial) (float64, bool) {
		return func(t *Trial) (float64, bool) { return per(float64(f(t)), float64(t.Deliveries.InWindow)) }
	}
	// What is compressed together with the payload cannot be told from it on the wire.
	apart := func(m Metric) Metric {
		known := m.Value
		m.Value = func(t *Trial) (float64, bool) {
			v, ok := known(t)
			return v, ok && t.Steady.Decoded.Around() == 0
		}
		m.Why = func(t *Trial) string {
			if t.Steady.Decoded.Around() == 0 {
				return ""
			}
			return "framing is compressed together with the payload, and cannot be told from it on the wire"
		}
		return m
	}
	asking := []string{"polling", "longpoll"}
	return []Metric{
		late(lower("wire-B/event", "bytes on the wire per delivered event", "wire B/event", kindBytes,
			"All bytes of the window in both directions, TCP/IP headers included, divided by the deliveries of the window.",
			perEvent(func(t *Trial) int64 { return t.Steady.Total() }))),
		late(lower("overhead-B/event", "overhead per delivered event", "overhead B/event", kindBytes,
			"The bytes on the wire per delivered event less the payload's, which counts as it was published. With compression it is below 0 where an event costs less than its payload has.",
			perEvent(func(t *Trial) int64 { return t.Steady.Total() - t.Steady.Payload() }))),
		late(apart(lower("protocol-B/event", "protocol bytes per delivered event", "protocol B/event", kindBytes,
			"What the transport itself adds, in both directions, per delivered event: HTTP heads, event framing, chunking, WebSocket and HTTP/2 frames. Payload, TLS and TCP/IP headers are not in it. Where framing is compressed together with the payload there is no such number.",
			perEvent(func(t *Trial) int64 {
				in, out := t.Steady.In, t.Steady.Out
				return in.Around() + in[Head] + in[HPACK] + out.Around() + out[Head] + out[HPACK]
			})))),
		late(apart(lower("framing-B/event", "framing per delivered event", "framing B/event", kindBytes,
			"The event framing, chunk size lines and the frame heads of WebSocket and HTTP/2 that the server sent in the window, divided by the deliveries of the window. Heartbeats are in it; HTTP heads are not. Where framing is compressed together with the payload there is no such number.",
			perEvent(func(t *Trial) int64 { return t.Steady.In.Around() })))),
		{Unit: "compression-ratio", Title: "compression ratio", Short: "compression", Better: "higher", Assume: "nothing", Kind: kindCount,
			Definition: "What the compressed content of the window is when it is decompressed, payload with its event fields or JSON arrays, divided by its bytes on the wire. Only variants that compress have it. It depends on the filler of the payloads, which the load says.",
			Value: func(t *Trial) (float64, bool) {
				return per(float64(t.Steady.Decoded.Total()), float64(t.Steady.Compressed()))
			}},
		lower("wire-B/client-min", "bytes on the wire per client and minute", "wire B/client-min", kindBytes,
			"All bytes of the window in both directions, TCP/IP headers included, per client and minute, whether or not there were events.",
			func(t *Trial) (float64, bool) {
				return per(float64(t.Steady.Total())*60, t.ClientSec())
			}),
		late(lower("segments/event", "TCP segments per delivered event", "segments/event", kindCount,
			"TCP segments of the window in both directions, acknowledgments included, divided by the deliveries of the window. The path's segment size decides: loopback carries 64 kB in one.",
			perEvent(func(t *Trial) int64 { return t.Steady.SegmentsIn + t.Steady.SegmentsOut }))),
		lower("retransmitted-B", "retransmitted bytes", "retransmitted", kindBytes,
			"Bytes that TCP sent again during the window, by the clients and, where the scenario has a path, by the server. They are in no other number.",
			func(t *Trial) (float64, bool) {
				return float64(t.Steady.Retransmitted + t.Steady.RetransmittedIn), t.Steady.Total() > 0
			}),
		{Unit: "requests/client-sec", Title: "requests per client and second", Short: "requests/client-s", Assume: "nothing", Kind: kindCount, Transports: asking,
			Definition: "HTTP requests of the window per client and second, for transports that ask.",
			Value: func(t *Trial) (float64, bool) {
				v, ok := per(float64(t.Requests.Sent), t.ClientSec())
				return v, ok && t.Requests.Sent > 0
			}},
		onlyOf(asking, lower("requests/event", "requests per delivered event", "requests/event", kindCount,
			"HTTP requests of the window divided by its deliveries, for transports that ask.",
			func(t *Trial) (float64, bool) {
				v, ok := per(float64(t.Requests.Sent), float64(t.Deliveries.InWindow))
				return v, ok && t.Requests.Sent > 0
			})),
		onlyOf(asking, lower("empty-requests-share", "requests answered with nothing new", "empty requests", kindShare,
			"The share of the window's HTTP requests that brought no event.",
			func(t *Trial) (float64, bool) { return per(float64(t.Requests.Empty), float64(t.Requests.Sent)) })),
	}
}

// ClientSec is the time over which the bytes and requests of the window were
// counted, all clients together. A record of before there were cuts has that of
// the window, within which they lay.
func (t *Trial) ClientSec() float64 {
	if t.SteadyClientSec > 0 {
		return t.SteadyClientSec
	}
	return float64(t.Load.Clients) * t.Load.Window
}

// Answers is how many answers of the window brought events. A record of layout 1
// does not count them: each request that was not in vain had one.
func (h HTTPCount) Answers() int64 {
	if h.Full > 0 || h.Reopened > 0 {
		return h.Full
	}
	return h.Sent - h.Empty
}
