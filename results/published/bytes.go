package published

import (
	"fmt"

	"pushbench/results"
)

// updates is what five updates cost a browser. Theirs are requests, which have
// no body, and whole answers, head and body; of a WebSocket it is the heads of
// the opening handshake. So are ours.
func (b *book) updates() {
	b.open(2, "Five updates of 39 bytes, one a second, to a browser over HTTP/1.1",
		"A. Abril (2017), aquil.io/articles/a-comparison-between-websockets-server-sent-events-and-polling; sizes as HAR files have them")
	const why = "The headers are a later browser's with a cookie, and this server's routes; order and kind of cost are the same."
	both := map[string]float64{} // to and from the server, of an exchange or of all
	for _, row := range []struct {
		variant, name string
		out, in       float64 // theirs, of one exchange or of all
	}{
		{"polling/interval=250ms/headers=browser", "short poll, one request and an answer with an update", 430, 158},
		{"longpoll/headers=browser", "long poll, one request and its answer", 428, 158},
		{"sse/headers=browser", "SSE, the request and all that is answered", 450, 452},
		{"websocket/headers=browser", "WebSocket, the opening handshake", 594, 129},
	} {
		c, ok := b.cell("five-updates", "", row.variant)
		if !ok {
			continue
		}
		t := c.Trials[0]
		out, in, ok := exchanged(t)
		if !ok {
			continue
		}
		both[t.Transport] = out + in
		b.add(entry{quantity: row.name + ": to the server", kind: "bytes", theirs: row.out, ours: out, tolerance: 0.05, differs: 2, how: ofCell(c), why: why})
		b.add(entry{quantity: row.name + ": from the server", kind: "bytes", theirs: row.in, ours: in, tolerance: 0.05, differs: 2, how: ofCell(c), why: answerWhy(row.variant)})
	}
	ws := both["websocket"]
	for _, row := range []struct {
		transport, name string
		times           float64 // exchanges in theirs
		theirs          float64 // of one
	}{
		{"polling", "15 short polls", 15, 430 + 158},
		{"longpoll", "5 long polls", 5, 428 + 158},
		{"sse", "SSE with its five updates", 1, 450 + 452},
	} {
		if both[row.transport] == 0 || ws == 0 {
			continue
		}
		b.add(entry{quantity: row.name + ", as a multiple of WebSocket's handshake", kind: "×", derived: true, theirs: row.times * row.theirs / (594 + 129), ours: row.times * both[row.transport] / ws,
			tolerance: 0.25, differs: 2, how: "computed: from the measured exchanges, as many as theirs, requests and whole answers on both sides",
			why: "What the transports cost beside each other outlasts browsers and servers; a quarter is allowed for those."})
	}
}

// exchanged is a request and the answer, head and body, that brought an update
// on transports that ask; what opens a stream and the window's five updates,
// without the chunks that a HAR file does not have; and the heads that open a
// WebSocket.
func exchanged(t *results.Trial) (out, in float64, ok bool) {
	whole := func(b results.Bytes) float64 {
		return float64(b[results.Head] + b[results.Framing] + b[results.Payload])
	}
	switch t.Transport {
	case "websocket":
		return float64(t.Handshake.Out[results.Head]), float64(t.Handshake.In[results.Head]), true
	case "sse":
		return whole(t.Handshake.Out) + whole(t.Steady.Out), whole(t.Handshake.In) + whole(t.Steady.In), true
	}
	full := float64(t.Requests.Answers())
	if full <= 0 {
		return 0, 0, false
	}
	bodies := float64(t.Steady.In[results.Payload]+t.Steady.In[results.Framing]) / full
	return t.Requests.Heads.Request, t.Requests.Heads.Answer + bodies, true
}

func answerWhy(variant string) string {
	switch variant {
	case "sse/headers=browser":
		return "This server's fields, a retry and an id line for each event."
	case "websocket/headers=browser":
		return "101 with the fields that RFC 6455 section 4.2.2 asks for, and this server's cursor."
	}
	return "Head and body: this server's fields (cursor, type, caching, date), and the update in a JSON array."
}

// framing is what stands around an event.
func (b *book) framing(frames []Frame) {
	b.open(3, "What stands around an event", "RFC 6455 section 5.2; WHATWG HTML section 9.2 (event stream); RFC 9112 section 7.1 (chunks)")
	for _, f := range frames {
		kernel := "measured: an echo on one connection, counted by the kernel (TCP_INFO)"
		head := 2.0
		if f.Payload > 65535 {
			head = 10
		} else if f.Payload > 125 {
			head = 4
		}
		b.add(entry{quantity: fmt.Sprintf("WebSocket frame of %d bytes from the server", f.Payload), kind: "bytes", theirs: head, ours: float64(f.ToClient), how: kernel,
			why: "Two bytes, and two or eight of length beyond 125 and 65,535."})
		b.add(entry{quantity: fmt.Sprintf("WebSocket frame of %d bytes towards the server", f.Payload), kind: "bytes", theirs: head + 4, ours: float64(f.ToServer), how: kernel,
			why: "The same and a mask of four bytes (section 5.3)."})
	}
	for _, size := range []string{"125", "126", "65535", "65536"} {
		if c, ok := b.cell("boundaries", size, "websocket"); ok {
			got, _ := metric(c, "framing-B/event")
			want := map[string]float64{"125": 2, "126": 4, "65535": 4, "65536": 10}[size]
			b.add(entry{quantity: "WebSocket event of " + size + " bytes", kind: "bytes", theirs: want, ours: got, how: ofCell(c), why: "The same by the ledger."})
		}
		if c, ok := b.cell("boundaries", size, "sse"); ok {
			t := c.Trials[0]
			n := float64(max(1, t.Deliveries.InWindow))
			ids := idLines(t)
			b.add(entry{quantity: "SSE event of " + size + " bytes, without its id line and chunk", kind: "bytes", theirs: 8, ours: (float64(t.Steady.In[results.Framing]) - ids) / n, how: ofCell(c),
				why: "`data: ` and two line feeds. Without the space, which the parser drops, it is 7."})
		}
	}
}

// idLines is the size of `id: N` and its line feed over all deliveries of the
// window. One topic, one event after the other.
func idLines(t *results.Trial) float64 {
	l := t.Load
	first := int(l.Rate*l.Warmup) + l.Retained + 1
	n := int(l.Rate * l.Window)
	var sum int
	for i := range n {
		sum += l.Clients * len(fmt.Sprintf("id: %d\n", first+i))
	}
	return float64(sum)
}
