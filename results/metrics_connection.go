package results

func connectionMetrics() []Metric {
	phase := func(unit, title, short, definition string, h func(*Connection) Histogram) Metric {
		return lower(unit, title, short, kindSec, definition, median(func(t *Trial) Histogram { return h(&t.Connection) }))
	}
	opened := func(f func(*Trial) float64) func(*Trial) (float64, bool) {
		return func(t *Trial) (float64, bool) { return per(f(t), float64(t.Connection.Opened)) }
	}
	faster := lower("conns/sec", "connections opened per second", "conns/s", kindCount,
		"Connections opened divided by the time from the first connect until one round trip was over on the last, with as many being opened at a time as the scenario says.",
		func(t *Trial) (float64, bool) {
			v, ok := per(float64(t.Connection.Opened), t.Connection.Seconds)
			return v, ok && t.Connection.Opened > 0
		})
	faster.Better = "higher"
	return []Metric{
		phase("connect-sec", "TCP connect", "connect", "From connect to connected, median over connections.",
			func(c *Connection) Histogram { return c.TCP }),
		phase("tls-sec", "TLS handshake", "TLS", "The TLS 1.3 handshake after the TCP connect, median over connections; absent without TLS.",
			func(c *Connection) Histogram { return c.TLS }),
		phase("http-sec", "first request", "HTTP", "From sending the request until its answer's head was read, WebSocket upgrade included, median over connections; on the tcp floor until its first frame.",
			func(c *Connection) Histogram { return c.HTTP }),
		phase("open-sec", "opening a connection", "open", "From connect until one round trip is over, all phases together, median over connections. A connection counts as open only then, on every transport.",
			func(c *Connection) Histogram { return c.Open }),
		phase("first-event-sec", "first event", "first event", "From connect until the client has read an event that the server held ready before, median over connections.",
			func(c *Connection) Histogram { return c.FirstEvent }),
		lower("handshake-B/conn", "bytes to open a connection", "handshake B", kindBytes,
			"All bytes in both directions, TCP/IP headers included, from connect until one round trip was over or, with retained events, the first of them was there, per connection.",
			opened(func(t *Trial) float64 { return float64(t.Handshake.Total()) })),
		lower("handshake-segments/conn", "segments to open a connection", "handshake segments", kindCount,
			"TCP segments in both directions from connect until one round trip was over, per connection.",
			opened(func(t *Trial) float64 { return float64(t.Handshake.SegmentsIn + t.Handshake.SegmentsOut) })),
		faster,
		lower("server-cpu-sec/conn", "server CPU to open a connection", "server CPU/conn", kindSec,
			"CPU time of the server process while all connections were opened, user and system, per connection.",
			func(t *Trial) (float64, bool) {
				v, ok := per(t.Connection.ServerCPU, float64(t.Connection.Opened))
				return v, ok && v > 0
			}),
		lower("loadgen-cpu-sec/conn", "load generator CPU to open a connection", "loadgen CPU/conn", kindSec,
			"CPU time of the load generator's process while all connections were opened, user and system, per connection.",
			func(t *Trial) (float64, bool) {
				v, ok := per(t.Connection.ClientCPU, float64(t.Connection.Opened))
				return v, ok && v > 0
			}),
	}
}

// heldMetrics are what an open and idle connection adds to the server.
func heldMetrics() []Metric {
	held := func(f func(*Held) int64) func(*Trial) (float64, bool) {
		return func(t *Trial) (float64, bool) {
			v, ok := per(float64(f(&t.Connection.Held)), float64(t.Connection.Opened))
			return v, ok && t.Connection.Held != Held{}
		}
	}
	const how = " While all connections are held open and idle, less what was there before, per connection."
	return []Metric{
		lower("server-mem-B/conn", "server memory per held connection", "memory/conn", kindBytes,
			"Stacks, heap, what else the Go runtime took, and the kernel's socket memory: the sum of the four parts."+how,
			held(func(h *Held) int64 { return h.Stacks + h.Heap + h.Runtime + h.Kernel })),
		lower("stacks-B/conn", "goroutine stacks per held connection", "stacks", kindBytes,
			"Memory of the server's goroutine stacks."+how, held(func(h *Held) int64 { return h.Stacks })),
		lower("heap-B/conn", "heap per held connection", "heap", kindBytes,
			"The server's live heap after a garbage collection."+how, held(func(h *Held) int64 { return h.Heap })),
		lower("runtime-B/conn", "runtime memory per held connection", "runtime", kindBytes,
			"What the server's Go runtime took from the system beyond stacks and live heap. Spans are taken in large pieces, so it is coarse and may be negative with few connections."+how,
			held(func(h *Held) int64 { return h.Runtime })),
		lower("kernel-B/conn", "kernel memory per held connection", "kernel", kindBytes,
			"Socket buffers and slab objects: half of what both ends of a connection took on the machine. The kernel counts whole pages, so it is coarse with few connections."+how,
			held(func(h *Held) int64 { return h.Kernel })),
		lower("resident-B/conn", "resident memory per held connection", "RSS/conn", kindBytes,
			"The server's resident set as the kernel counts it, from outside: the check on stacks, heap and runtime."+how,
			held(func(h *Held) int64 { return h.Resident })),
		lower("goroutines/conn", "goroutines per held connection", "goroutines", kindCount,
			"Goroutines of the server."+how, held(func(h *Held) int64 { return h.Goroutines })),
		lower("fds/conn", "file descriptors per held connection", "descriptors", kindCount,
			"Open file descriptors of the server."+how, held(func(h *Held) int64 { return h.Descriptors })),
		lower("loadgen-mem-B/conn", "load generator memory per held connection", "loadgen memory", kindBytes,
			"The load generator's own resident memory: what a simulated client costs, not a property of the transport's server."+how,
			held(func(h *Held) int64 { return h.Generator })),
	}
}
