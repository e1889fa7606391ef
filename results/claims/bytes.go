package claims

import (
	"fmt"

	"pushbench/results"
)

// updates is what five updates cost a browser.
func (b *book) updates() {
	b.open(2, "Five updates of 39 bytes, one a second, to a browser over HTTP/1.1",
		"A. Abril (2017), aquil.io/articles/a-comparison-between-websockets-server-sent-events-and-polling; sizes as HAR files have them")
	const why = "The headers are a later browser's with a cookie, and this server's routes; order and kind of cost are the same."
	both := map[string]float64{} // to and from the server, of an exchange or of all
	for _, row := range []struct {
		variant, name string
		out, in       float64 // theirs, of one exchange or of all
		each          bool
	}{
		{"polling/interval=250ms/headers=browser", "short poll, one request and answer", 430, 158, true},
		{"longpoll/headers=browser", "long poll, one request and answer", 428, 158, true},
		{"sse/headers=browser", "SSE, the request and all that is answered", 450, 452, false},
		{"websocket/headers=browser", "WebSocket, the opening handshake", 594, 129, false},
	} {
		c, ok := b.cell("five-updates", "", row.variant)
		if !ok {
			continue
		}
		t := c.Trials[0]
		ours := exchanged(t, row.each)
		both[t.Transport] = ours[0] + ours[1]
		b.add(entry{quantity: row.name + ": to the server", kind: "bytes", theirs: row.out, ours: ours[0], tolerance: 0.05, differs: 2, how: ofCell(c), why: why})
		b.add(entry{quantity: row.name + ": from the server", kind: "bytes", theirs: row.in, ours: ours[1], tolerance: 0.05, differs: 2, how: ofCell(c), why: answerWhy(row.variant)})
	}
	b.add(entry{quantity: "WebSocket, the request of theirs as it was sent", kind: "bytes", theirs: 594, ours: 594 - 25, corrected: 569, derived: true,
		how: "computed: less the 25 bytes by which their account of it is too long",
		why: "A browser's own account has the absolute URL in the request line, the wire has the path (RFC 9112 section 3.2.1). That Chromium still says so, and by how much, is a test of this project."})
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
			tolerance: 0.25, differs: 2, how: "computed: from the measured exchanges, as many as theirs", why: "What the transports cost beside each other outlasts browsers and servers; a quarter is allowed for those."})
	}
}

// exchanged is the mean of one exchange of the window, or what a stream's
// connection carried in all: bytes to the server and from it, without TCP/IP.
func exchanged(t *results.Trial, each bool) [2]float64 {
	if each {
		n := float64(max(1, t.Requests.Sent))
		return [2]float64{t.Requests.Heads.Request, float64(t.Steady.In.Head) / n}
	}
	if t.Transport == "websocket" {
		return [2]float64{float64(t.Handshake.Out.Head), float64(t.Handshake.In.Head)}
	}
	return [2]float64{float64(plain(t.Whole.Out)), float64(plain(t.Whole.In))}
}

func answerWhy(variant string) string {
	switch variant {
	case "sse/headers=browser":
		return "A HAR file has the content without its chunks; on the wire each write is a chunk with 6 bytes more (RFC 9112 section 7.1), so that one number hides how the server writes."
	case "websocket/headers=browser":
		return "101 with the fields that RFC 6455 section 4.2.2 asks for, and this server's cursor."
	}
	return "This server's fields: cursor, type, caching, date."
}

func plain(b results.Bytes) int64 { return b.Total() - b.TCPIP }

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
			b.add(entry{quantity: "SSE event of " + size + " bytes, without its id line and chunk", kind: "bytes", theirs: 8, ours: float64(t.Steady.In.Framing)/n - ids, tolerance: 0.001, how: ofCell(c),
				why: "`data: ` and two line feeds. Without the space, which the parser drops, it is 7."})
		}
	}
}

// idLines is the mean size of `id: N` and its line feed over the window's
// events. One topic, one event after the other.
func idLines(t *results.Trial) float64 {
	l := t.Load
	first := int(l.Rate*l.Warmup) + l.Retained + 1
	n := int(l.Rate * l.Window)
	var sum int
	for i := range n {
		sum += len(fmt.Sprintf("id: %d\n", first+i))
	}
	return float64(sum) / float64(max(1, n))
}
