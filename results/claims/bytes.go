package claims

import (
	"fmt"

	"pushbench/results"
)

// updates is what five updates cost a browser.
func (b *book) updates() {
	b.open(2, "Five updates of 39 bytes, one a second, to a browser over HTTP/1.1", "A. Abril: A comparison between WebSockets, server-sent events, and polling, aquil.io (September 2017); sizes as a HAR file has them")
	const why = "The headers are a later browser's with a cookie, and this server's; order and kind of cost are the same."
	type sides struct{ out, in float64 }
	totals := map[string]float64{}
	for _, row := range []struct {
		variant, name string
		theirs        sides // of one exchange, or of all
		each          bool
		times         float64 // theirs, how often
	}{
		{"polling/interval=250ms/headers=browser", "short poll, one request and answer", sides{430, 158}, true, 15},
		{"longpoll/headers=browser", "long poll, one request and answer", sides{428, 158}, true, 5},
		{"sse/headers=browser", "SSE, the request and all that is answered", sides{450, 452}, false, 1},
		{"websocket/headers=browser", "WebSocket, the opening handshake", sides{594, 129}, false, 1},
	} {
		c, ok := b.cell("five-updates", "", row.variant)
		if !ok {
			continue
		}
		t := c.Trials[0]
		ours := exchanged(t, row.each)
		b.add(entry{row.name + ": to the server", "bytes", row.theirs.out, ours[0], 0.05, Differs, ofCell(c), why})
		b.add(entry{row.name + ": from the server", "bytes", row.theirs.in, ours[1], 0.05, Differs, ofCell(c), answerWhy(row.variant)})
		totals[t.Transport] = float64(plain(t.Whole.Out) + plain(t.Whole.In))
		if t.Transport == "websocket" {
			b.add(entry{"WebSocket, the request of theirs as it was sent", "bytes", 594, 594 - 25, 0, Corrected, "computed: less the 25 bytes of their ws://host:port",
				"A HAR file has the absolute URL in the request line, the wire has the path (RFC 9112 section 3.2.1). Chromium 156 still says so of what it sends; a test compares the two."})
			b.ratios(totals)
		}
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

// ratios compares the transports with each other, which outlasts browsers.
func (b *book) ratios(ours map[string]float64) {
	const handshake = 594 + 129
	ws := ours["websocket"]
	theirs := map[string]float64{"polling": 15 * (430 + 158), "longpoll": 5 * (428 + 158), "sse": 450 + 452}
	for _, name := range []string{"polling", "longpoll", "sse"} {
		if ours[name] == 0 || ws == 0 {
			continue
		}
		b.add(entry{fmt.Sprintf("all bytes of %s, as a multiple of WebSocket's", name), "×", theirs[name] / handshake, ours[name] / ws, 0.35, Differs,
			"measured: five-updates, ledger of the whole trial without TCP/IP",
			"Theirs counts 15 polls, here four a second ask for all of the five seconds; the ratio is the claim, within a third."})
	}
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
		b.add(entry{fmt.Sprintf("WebSocket frame of %d bytes from the server", f.Payload), "bytes", head, float64(f.ToClient), 0, NotReproduced, kernel, "Two bytes, and two or eight of length beyond 125 and 65,535."})
		b.add(entry{fmt.Sprintf("WebSocket frame of %d bytes towards the server", f.Payload), "bytes", head + 4, float64(f.ToServer), 0, NotReproduced, kernel, "The same and a mask of four bytes (section 5.3)."})
	}
	for _, size := range []string{"125", "126", "65535", "65536"} {
		if c, ok := b.cell("boundaries", size, "websocket"); ok {
			got, _ := metric(c, "framing-B/event")
			want := map[string]float64{"125": 2, "126": 4, "65535": 4, "65536": 10}[size]
			b.add(entry{"WebSocket event of " + size + " bytes", "bytes", want, got, 0, NotReproduced, ofCell(c), "The same by the ledger."})
		}
		if c, ok := b.cell("boundaries", size, "sse"); ok {
			t := c.Trials[0]
			n := float64(max(1, t.Deliveries.InWindow))
			ids := idLines(t)
			b.add(entry{"SSE event of " + size + " bytes, without its id line and chunk", "bytes", 8, float64(t.Steady.In.Framing)/n - ids, 0.001, NotReproduced, ofCell(c),
				"`data: ` and two line feeds. Without the space, which the parser drops, it is 7."})
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
