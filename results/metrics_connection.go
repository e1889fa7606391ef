package results

import "fmt"

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
	// opening is a metric of opening alone. The first poll to a server that has served others
	// also brings what it has kept of them.
	opening := func(m Metric) Metric {
		return without(func(t *Trial) string {
			if why := t.Lacks(Resident); why != "" && t.Transport == "polling" {
				return "the first answer brings events of before: " + why
			}
			return t.Lacks(Opening)
		}, m)
	}
	return []Metric{
		phase("connect-sec", "TCP connect", "connect", "From connect to connected, median over connections.",
			func(c *Connection) Histogram { return c.TCP }),
		phase("tls-sec", "TLS handshake", "TLS", "The TLS 1.3 handshake after the TCP connect, median over connections; absent without TLS.",
			func(c *Connection) Histogram { return c.TLS }),
		opening(phase("http-sec", "first request", "HTTP", "From sending the request until its answer's head was read, WebSocket upgrade included, median over connections; on the tcp floor until its first frame.",
			func(c *Connection) Histogram { return c.HTTP })),
		opening(phase("open-sec", "opening a connection", "open", "From connect until one round trip is over, all phases together, median over connections. A connection counts as open only then, on every transport.",
			func(c *Connection) Histogram { return c.Open })),
		phase("first-event-sec", "first event", "first event", "From connect until an event that the server held ready before has reached the clients' machine, median over connections.",
			func(c *Connection) Histogram { return c.FirstEvent }),
		opening(lower("handshake-B/conn", "bytes to open a connection", "handshake B", kindBytes,
			"All bytes in both directions, TCP/IP headers included, from connect until one round trip was over or, with retained events, the first of them was there, per connection.",
			opened(func(t *Trial) float64 { return float64(t.Handshake.Total()) }))),
		opening(lower("handshake-segments/conn", "segments to open a connection", "handshake segments", kindCount,
			"TCP segments in both directions from connect until one round trip was over, per connection.",
			opened(func(t *Trial) float64 { return float64(t.Handshake.SegmentsIn + t.Handshake.SegmentsOut) }))),
		opening(alone(faster)),
		opening(seen(lower("server-cpu-sec/conn", "server CPU to open a connection", "server CPU/conn", kindSec,
			"CPU time of the server process while all connections were opened, user and system, per connection.",
			func(t *Trial) (float64, bool) {
				v, ok := per(t.Connection.ServerCPU, float64(t.Connection.Opened))
				return v, ok && v > 0
			}))),
		opening(alone(lower("loadgen-cpu-sec/conn", "load generator CPU to open a connection", "loadgen CPU/conn", kindSec,
			"CPU time of the load generator's process while all connections were opened, user and system, per connection.",
			func(t *Trial) (float64, bool) {
				v, ok := per(t.Connection.ClientCPU, float64(t.Connection.Opened))
				return v, ok && v > 0
			}))),
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
	// outside is a metric that is read from outside of the target, which the target's
	// own figures say when to read on a transport whose requests are held.
	outside := func(m Metric) Metric {
		why := m.Why
		m.Why = func(t *Trial) string {
			if reason := t.Lacks(Figures); reason != "" && t.Transport == "longpoll" {
				return "the server does not tell whether it holds the requests: " + reason
			}
			if why == nil {
				return ""
			}
			return why(t)
		}
		return m
	}
	memory := func(unit, title, short, definition string, f func(*Held) int64) Metric {
		return without((*Trial).heldNone, told(lower(unit, title, short, kindBytes, definition, held(f))))
	}
	const how = " While all connections are held open and idle, less what was there before, per connection. Of fewer than 100 connections, or below zero, it is less than can be told."
	inside := func(m Metric) Metric { return untold(Figures, m) } // only the target itself can tell it
	return []Metric{
		alone(inside(memory("server-mem-B/conn", "server memory per held connection", "memory/conn",
			"Stacks, heap, what else the Go runtime took, and the kernel's socket memory: the sum of the four parts."+how,
			func(h *Held) int64 { return h.Stacks + h.Heap + h.Runtime + h.Kernel }))),
		inside(memory("stacks-B/conn", "goroutine stacks per held connection", "stacks",
			"Memory of the server's goroutine stacks."+how, func(h *Held) int64 { return h.Stacks })),
		inside(memory("heap-B/conn", "heap per held connection", "heap",
			"The server's live heap after a garbage collection."+how, func(h *Held) int64 { return h.Heap })),
		inside(memory("runtime-B/conn", "runtime memory per held connection", "runtime",
			"What the server's Go runtime took from the system beyond stacks and live heap. Spans are taken in large pieces, so it is coarse."+how,
			func(h *Held) int64 { return h.Runtime })),
		alone(seen(outside(memory("kernel-B/conn", "kernel memory per held connection", "kernel",
			"Socket buffers and slab objects: half of what both ends of a connection took on the machine. The kernel counts whole pages, so it is coarse."+how,
			func(h *Held) int64 { return h.Kernel })))),
		alone(used(seen(outside(memory("outside-B/conn", "server memory per held connection, from outside", "memory from outside",
			"The resident set of all processes of the server and the kernel's socket memory, as the kernel counts them: what can be told of any server, whatever it is made of. What a server took beforehand and had to spare is not in it."+how,
			func(h *Held) int64 { return h.Resident + h.Kernel }))))),
		used(seen(outside(memory("resident-B/conn", "resident memory per held connection", "RSS/conn",
			"The server's resident set as the kernel counts it, from outside: the check on stacks, heap and runtime."+how,
			func(h *Held) int64 { return h.Resident })))),
		inside(lower("goroutines/conn", "goroutines per held connection", "goroutines", kindCount,
			"Goroutines of the server."+how, held(func(h *Held) int64 { return h.Goroutines }))),
		seen(outside(lower("fds/conn", "file descriptors per held connection", "descriptors", kindCount,
			"Open file descriptors of the server."+how, held(func(h *Held) int64 { return h.Descriptors })))),
		alone(outside(memory("loadgen-mem-B/conn", "load generator memory per held connection", "loadgen memory",
			"The load generator's own resident memory: what a simulated client costs, not a property of the transport's server."+how,
			func(h *Held) int64 { return h.Generator }))),
	}
}

// heldNone says why what the server grew by is not that of connections, or nothing: it has
// closed those of clients that poll.
func (t *Trial) heldNone() string {
	c := &t.Connection
	if t.Transport != "polling" || t.Lacks(Outside) != "" || c.Opened < FewConnections || c.Held == (Held{}) || 2*c.Held.Descriptors >= c.Opened {
		return ""
	}
	return "the server holds no connection between two polls"
}

// seen is m, which is read from outside of the server.
func seen(m Metric) Metric { return untold(Outside, m) }

// used is m, which only a server can tell that nobody was connected with before.
func used(m Metric) Metric { return untold(Resident, m) }

// FewConnections is how many connections a figure of memory needs. Pages, spans
// and the caches of the allocators vary by some hundred kilobytes. That has to be
// small compared with what the connections hold.
const FewConnections = 100

// told leaves the memory out that is below what can be told: that of few
// connections, and a difference that is not above zero.
func told(m Metric) Metric {
	value := m.Value
	m.raw = func(t *Trial) (float64, bool) {
		v, ok := value(t)
		return v, ok && t.Connection.Opened >= FewConnections
	}
	m.Value = func(t *Trial) (float64, bool) {
		v, ok := m.raw(t)
		return v, ok && v > 0
	}
	m.Why = func(t *Trial) string {
		switch v, ok := value(t); {
		case !ok:
		case t.Connection.Opened < FewConnections:
			return fmt.Sprintf("below what can be told: fewer than %d connections were held", FewConnections)
		case v <= 0:
			return "below what can be told: the difference is not above zero"
		}
		return ""
	}
	return m
}
