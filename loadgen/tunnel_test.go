package loadgen

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	xnet "golang.org/x/net/http2"

	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// begin answers a client until its tunnel is open. The windows of streams have room for so
// many bytes.
func (p *peer) begin(room uint32) {
	p.expect("SETTINGS [ENABLE_PUSH = 0] [INITIAL_WINDOW_SIZE = 4194304]", "WINDOW_UPDATE 0 by 16711681")
	p.must(p.WriteSettings(xnet.Setting{ID: xnet.SettingEnableConnectProtocol, Val: 1}, xnet.Setting{ID: xnet.SettingInitialWindowSize, Val: room}))
	p.expect("SETTINGS ACK")
	p.must(p.WriteSettingsAck())
	p.expect("HEADERS 1 ends=false :method=CONNECT :protocol=websocket :scheme=http :authority=" + p.addr +
		" :path=/websocket?topic=t0&after=0 sec-websocket-version=13")
	p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: p.head(":status=200", "last-event-id=0"), EndHeaders: true}))
}

// read is the next frame, which is one of data.
func (p *peer) read() []byte {
	f, err := p.ReadFrame()
	data, is := f.(*xnet.DataFrame)
	if !is {
		p.t.Errorf("%v, %v instead of data", f, err)
		return nil
	}
	return bytes.Clone(data.Data())
}

// unmasked is the data of a frame of a client (RFC 6455 section 5.3), whose head has 2 bytes.
func unmasked(frame []byte) string {
	if len(frame) < 6 {
		return ""
	}
	for i := range frame[6:] {
		frame[6+i] ^= frame[2+i%4]
	}
	return string(frame[6:])
}

// Byte for byte: what is said and heard where a WebSocket is opened over HTTP/2, where events
// and pings come, and where there is no room for what answers them; and how each byte is
// booked.
func TestTunnel(t *testing.T) {
	open, clients, came := peered(t, "websocket/http=2", 1)
	c := clients[0]
	var heard results.Bytes // what the server says
	said := make(chan struct{})
	go func() {
		defer close(said)
		p := <-came
		if p == nil {
			return
		}
		p.begin(20)
		heard[results.HTTP2Settings] += 9 + 2*6 + 9
		heard[results.HTTP2Frames] += 9
		heard[results.HPACK] += int64(p.block.Len())
		first := "\x81\x28" + string(event(0))
		p.must(p.WriteData(1, false, []byte(first[:1])), p.WriteData(1, false, []byte(first[1:])), p.WriteData(1, false, []byte("\x89\x02hi")))
		heard[results.HTTP2Frames] += 3 * 9
		if pong := p.read(); len(pong) != 8 || string(pong[:2]) != "\x8a\x82" || unmasked(pong) != "hi" {
			t.Errorf("a ping is answered by %q", pong)
		}
		p.must(p.WriteData(1, false, []byte("\x89\x0a0123456789")))
		heard[results.HTTP2Frames] += 9
		pong := p.read()
		if len(pong) != 12 {
			t.Errorf("%d bytes of a pong of 16 in a window of 12", len(pong))
		}
		p.must(p.WriteWindowUpdate(1, 1), p.WriteWindowUpdate(1, 100))
		heard[results.HTTP2Window] += 2 * (9 + 4)
		for range 2 {
			pong = append(pong, p.read()...)
		}
		if len(pong) != 16 || string(pong[:2]) != "\x8a\x8a" || unmasked(pong) != "0123456789" {
			t.Errorf("a ping is answered by %q", pong)
		}
		p.must(p.WriteData(1, false, []byte("\x81\x28"+string(event(1)))))
		heard[results.HTTP2Frames] += 9
		heard[results.WebSocket] += 2 + 4 + 12 + 2
		heard[results.Payload] += 2 * 40
	}()
	err := open(t.Context(), c)
	for err == nil && c.Delivered < 2 {
		err = c.stream.receive()
	}
	<-said
	if err != nil {
		t.Fatal(err)
	}
	defer c.release()
	below, err := c.link.counters()
	if err != nil {
		t.Fatal(err)
	}
	var all ledger.Totals
	c.addTo(&all, below)
	heard[results.TCPIP] = all.In[results.TCPIP]
	if all.In != heard {
		t.Errorf("the ledger has %v, and the server said %v", all.In, heard)
	}
	if text := all.Unbalanced(0, 40); text != "" {
		t.Error(text)
	}
	out := results.Bytes{
		results.HTTP2Settings: 24 + 9 + 12 + 9, results.HTTP2Window: 13, results.HTTP2Frames: 9 + 4*9, results.WebSocket: 8 + 16,
		results.HPACK: all.Out[results.HPACK], results.TCPIP: all.Out[results.TCPIP],
	}
	if all.Out != out {
		t.Errorf("the client said %v, want %v", all.Out, out)
	}
}

// A server that has no WebSocket over HTTP/2, or ends one, is quoted in one sentence.
func TestTunnelRefused(t *testing.T) {
	offers := xnet.Setting{ID: xnet.SettingEnableConnectProtocol, Val: 1}
	answer := func(p *peer, ends bool, fields ...string) {
		p.must(p.WriteSettings(offers))
		p.expect("SETTINGS ACK")
		p.next()
		p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: p.head(fields...), EndHeaders: true, EndStream: ends}))
	}
	for _, row := range []struct {
		fact, name string
		say        func(p *peer)
		want       string
	}{
		{"no setting", "websocket/http=2", func(p *peer) { p.must(p.WriteSettings()) }, "the server does not offer WebSocket over HTTP/2: its settings do not have ENABLE_CONNECT_PROTOCOL"},
		{"the setting is 0", "websocket/http=2", func(p *peer) { p.must(p.WriteSettings(xnet.Setting{ID: xnet.SettingEnableConnectProtocol})) }, "does not offer WebSocket over HTTP/2"},
		{"a refusal", "websocket/http=2", func(p *peer) {
			answer(p, false, ":status=403")
			p.must(p.WriteData(1, true, []byte("not you")))
		}, `status 403: "not you"`},
		{"another success", "websocket/http=2", func(p *peer) { answer(p, true, ":status=204") }, "status 204"},
		{"an end at once", "websocket/http=2", func(p *peer) { answer(p, true, ":status=200") }, "the server ended the stream"},
		{"no compression", "websocket/http=2/compress", func(p *peer) { answer(p, false, ":status=200") }, "the client asked for permessage-deflate"},
		{"a reset", "websocket/http=2", func(p *peer) {
			answer(p, false, ":status=200")
			p.must(p.WriteRSTStream(1, xnet.ErrCodeCancel))
		}, "the server reset the stream: CANCEL"},
		{"a goodbye", "websocket/http=2", func(p *peer) {
			answer(p, false, ":status=200")
			p.must(p.WriteData(1, true, []byte("\x88\x02\x03\xe9")))
		}, "close 1001 (going away)"},
		{"a frame that is none", "websocket/http=2", func(p *peer) {
			answer(p, false, ":status=200")
			p.must(p.WriteData(1, false, []byte("\xf1\x00")))
		}, "websocket: "},
	} {
		open, clients, came := peered(t, row.name, 1)
		c := clients[0]
		c.coding = codingOf(variant(t, row.name))
		said := make(chan struct{})
		go func() {
			defer close(said)
			if p := <-came; p != nil {
				p.next()
				p.next()
				row.say(p)
			}
		}()
		err := open(t.Context(), c)
		for err == nil {
			err = c.stream.receive()
		}
		<-said
		if !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.fact, err, row.want)
		}
		if c.release != nil {
			c.release()
		}
	}
}

// A client that publishes waits until the server has made room, or it is told to end.
func TestTunnelWaitsForRoom(t *testing.T) {
	open, clients, came := peered(t, "websocket/http=2", 1)
	c := clients[0]
	text := event(7)
	said := make(chan struct{})
	go func() {
		defer close(said)
		p := <-came
		if p == nil {
			return
		}
		p.begin(10)
		frame := p.read()
		p.must(p.WriteSettings(xnet.Setting{ID: xnet.SettingInitialWindowSize, Val: 30}))
		frame = append(frame, p.read()...)
		p.expect("SETTINGS ACK")
		p.must(p.WriteWindowUpdate(1, 16))
		frame = append(frame, p.read()...)
		if len(frame) != 46 || string(frame[:2]) != "\x81\xa8" || unmasked(frame) != string(text) {
			t.Errorf("an event is published as %q", frame)
		}
	}()
	if err := open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	defer c.release()
	read := make(chan error)
	go func() {
		for {
			if err := c.stream.receive(); err != nil {
				read <- err
				return
			}
		}
	}()
	up := c.stream.(speaker).speech()
	if err := up.publish(text); err != nil {
		t.Fatal(err)
	}
	<-said
	ended := make(chan error)
	go func() { ended <- up.publish(text) }()
	up.interrupt()
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a halted client says %v", err)
	}
	c.link.hangUp()
	if err := <-read; err == nil {
		t.Error("no end")
	}
	if out := c.own.out; out[results.Payload] != 40 || out[results.WebSocket] != 6 || out[results.HTTP2Frames] != 9+3*9 {
		t.Errorf("sent %v", out)
	}
}

// Byte-exact: what one event costs over HTTP/2: the head of its frame (RFC 6455 section 5.2)
// and that of each frame that carries a part of it.
func TestTunnelEventBytes(t *testing.T) {
	const clients = 3
	for _, size := range []int{32, 1<<14 - 4, 1<<14 - 3, 65_536} {
		for _, name := range []string{"websocket/http=2", "websocket/http=2/streams=3"} {
			s, all := wholeTrial(t, Options{
				Target: serve(t, servers.Options{Heartbeat: 1000 * time.Hour}), Variant: variant(t, name),
				Clients: clients, Rate: 10, Payload: size, Window: 300 * time.Millisecond,
			})
			d := s.trial.Deliveries
			if d.Delivered == 0 || d.Delivered != d.Expected {
				t.Fatalf("%s: deliveries %+v", name, d)
			}
			head := wire.WebSocketHead(size, false)
			frames := int64((head + size + parse.MaxFrame - 1) / parse.MaxFrame)
			links := int64(s.links())
			want := results.Bytes{
				results.Payload: d.Delivered * int64(size), results.WebSocket: d.Delivered * int64(head),
				results.HTTP2Frames: 9 * (clients + d.Delivered*frames), results.HTTP2Window: links * 13,
				results.HTTP2Settings: all.In[results.HTTP2Settings], results.HPACK: all.In[results.HPACK], results.TCPIP: all.In[results.TCPIP],
			}
			if all.In != want {
				t.Errorf("%s with %d bytes: %v, want %v", name, size, all.In, want)
			}
			if out := all.Out; out[results.HTTP2Settings] != links*(24+9+12+9) || out[results.HTTP2Frames] != 9*clients || out[results.WebSocket] != 0 {
				t.Errorf("%s with %d bytes: sent %v", name, size, out)
			}
		}
	}
}
