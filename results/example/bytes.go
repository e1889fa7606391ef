package example

import (
	"fmt"
	"math"
	"strconv"

	"pushbench/results"
)

// openings are the bytes of the round trip that opens a connection of the
// servers and clients of this project: the request, the answer's head, what is
// around it, and the head of an answer with an event of 128 bytes.
var openings = map[string]struct{ out, in, around, full int64 }{
	"polling":   {65, 107, 0, 152},
	"longpoll":  {74, 107, 0, 152},
	"sse":       {88, 183, 19 + 4, 183}, // of the last chunk's end is not read until the next one begins
	"websocket": {180, 147, 0, 147},
	"tcp":       {5, 0, 4, 0},
}

// opening is the size of the request that opens a connection. The address in it
// is one byte shorter between network namespaces: 10.0.0.1.
func (t trial) opening() int64 {
	n := openings[t.Transport].out
	if t.Path.Kind != "loopback" && t.Transport != "tcp" {
		n--
	}
	return n
}

// exchange fills the ledgers and the requests of the window.
func (t trial) exchange() {
	l, n := t.Load, t.Deliveries.InWindow
	clients := int64(l.Clients)
	in, out := &t.Steady.In, &t.Steady.Out
	in[results.Payload] = n * int64(l.Payload)
	switch t.Transport {
	case "polling", "longpoll":
		t.asked()
	default:
		for i := range n / clients {
			*in = in.Plus(t.event(int(l.Rate*l.Warmup) + int(i)).Times(clients))
		}
	}
	t.Steady.SegmentsIn, t.Steady.SegmentsOut = n, n
	switch t.Transport {
	case "polling":
		t.Steady.SegmentsIn, t.Steady.SegmentsOut = t.Requests.Sent, 2*t.Requests.Sent
	case "longpoll":
		t.Steady.SegmentsIn = 2 * n
	}
	in[results.TCPIP], out[results.TCPIP] = 52*t.Steady.SegmentsIn, 52*t.Steady.SegmentsOut

	o := openings[t.Transport]
	o.out = t.opening()
	first := results.Bytes{results.Head: o.in, results.Framing: o.around, results.TCPIP: 164}
	if l.Retained > 0 {
		first[results.Head] = o.full
		first = first.Plus(t.event(0))
		first[results.Payload] = int64(l.Payload)
	}
	t.Handshake = results.Ledger{In: first.Times(clients), Out: results.Bytes{results.Head: o.out, results.TCPIP: 216}.Times(clients), SegmentsIn: clients * 3, SegmentsOut: clients * 4}
	if t.secure() {
		t.Handshake.In[results.TLS], t.Handshake.Out[results.TLS] = clients*1180, clients*620
	}
	t.Balance = results.Balance{Connections: clients, LedgerIn: t.Handshake.In.Data() + t.Steady.In.Data(), LedgerOut: t.Handshake.Out.Data() + t.Steady.Out.Data()}
	t.Balance.SocketIn, t.Balance.SocketOut = t.Balance.LedgerIn, t.Balance.LedgerOut
}

// event is what stands around the event of one topic with so many before it.
func (t trial) event(before int) (b results.Bytes) {
	size := t.Load.Payload
	switch t.Transport {
	case "polling", "longpoll":
		b[results.Framing] = 2
	case "sse":
		b[results.Framing] = int64(len(fmt.Sprintf("id: %d\ndata: \n\n", before+1)))
		b[results.Chunking] = int64(len(strconv.FormatInt(b[results.Framing]+int64(size), 16)) + len("\r\n\r\n"))
	case "websocket":
		switch { // RFC 6455 section 5.2
		case size > 65535:
			b[results.WebSocket] = 10
		case size > 125:
			b[results.WebSocket] = 4
		default:
			b[results.WebSocket] = 2
		}
	case "tcp":
		b[results.Framing] = 4
	}
	return b
}

// asked fills the requests and their answers, heads written out: of polls in
// the middle of each client's slot of the interval, and of one long-poll for
// each event.
func (t trial) asked() {
	l, n := t.Load, t.Deliveries.InWindow
	r, in, out := &t.Requests, &t.Steady.In, &t.Steady.Out
	digits := func(n int64) int64 { return int64(len(strconv.FormatInt(n, 10))) }
	var fullHeads, emptyHeads int64
	ask := func(cursor int64) {
		r.Sent++
		out[results.Head] += t.opening() - 1 + digits(cursor)
	}
	answer := func(last, events int64) {
		if events == 0 {
			r.Empty++
			emptyHeads += 106 + digits(last)
			return
		}
		r.Full++
		fullHeads += 148 + digits(last) + digits(1+events*int64(l.Payload+1))
	}
	due := func(at float64) int64 { // events until then, from the beginning of the window
		gap := 1 / l.Rate
		return max(0, int64(math.Floor((at+l.Warmup-math.Mod(l.Warmup+gap/2, gap))/gap+1e-9))+1)
	}
	for i := range l.Clients {
		if t.Transport == "longpoll" {
			for k := range n / int64(l.Clients) {
				number := due(0) + 1 + k
				answer(number, 1)
				ask(number)
				out[results.Head] += int64(len("30s") - len("0s"))
			}
			continue
		}
		phase := (float64(i) + 0.5) / float64(l.Clients) * l.Interval
		cursor := due(phase - l.Interval)
		for at := phase; at < l.Window-1e-9; at += l.Interval {
			next := due(at)
			ask(cursor)
			answer(next, next-cursor)
			cursor = next
		}
	}
	in[results.Head] = fullHeads + emptyHeads
	in[results.Framing] = n + r.Full
	mean := func(bytes, n int64) float64 {
		if n == 0 {
			return 0
		}
		return float64(bytes) / float64(n)
	}
	r.Heads = results.Heads{Request: mean(out[results.Head], r.Sent), Answer: mean(fullHeads, r.Full), Empty: mean(emptyHeads, r.Empty)}
}
