package loadgen

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	xnet "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// A peer is the server's end of an HTTP/2 connection, whose frames the test writes.
type peer struct {
	*xnet.Framer
	t     *testing.T
	conn  net.Conn
	addr  string
	block bytes.Buffer
	enc   *hpack.Encoder
}

// peered connects clients of the variant to a peer, and gives it the connection's
// first frames.
func peered(t *testing.T, name string, clients int) (opener, []*client, chan *peer) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	o := &Options{Variant: variant(t, name), Clients: clients, Payload: 40}
	d, err := newDialer(clock.NewWall(), nil, l.Addr().String(), "", false, false)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{Options: o}
	for i := range clients {
		s.clients = append(s.clients, &client{Account: account.Account{Client: i}, rec: account.New(d.clock, clients, 1, 0, 4), cuts: &s.cuts})
	}
	t.Cleanup(func() {
		for _, c := range s.clients {
			if c.link != nil {
				c.link.hangUp()
			}
		}
	})
	came := make(chan *peer, 1)
	go func() {
		defer close(came)
		c, err := l.Accept()
		if err != nil {
			return
		}
		t.Cleanup(func() { c.Close() })
		preface := make([]byte, len(parse.Preface))
		if _, err := io.ReadFull(c, preface); err != nil || string(preface) != parse.Preface {
			t.Errorf("the connection begins with %q, %v", preface, err)
			return
		}
		p := &peer{Framer: xnet.NewFramer(c, c), t: t, conn: c, addr: l.Addr().String()}
		p.enc = hpack.NewEncoder(&p.block)
		p.ReadMetaHeaders = hpack.NewDecoder(tableSize, nil)
		came <- p
	}()
	return protocols[o.Variant.Transport].open(o, d), s.clients, came
}

// next reads a frame and says in short what it is.
func (p *peer) next() string {
	f, err := p.ReadFrame()
	if err != nil {
		return err.Error()
	}
	switch f := f.(type) {
	case *xnet.MetaHeadersFrame:
		var all []string
		for _, h := range f.Fields {
			all = append(all, h.Name+"="+h.Value)
		}
		return fmt.Sprintf("HEADERS %d ends=%v %s", f.StreamID, f.StreamEnded(), strings.Join(all, " "))
	case *xnet.SettingsFrame:
		if f.IsAck() {
			return "SETTINGS ACK"
		}
		var all []string
		for i := range f.NumSettings() {
			all = append(all, fmt.Sprint(f.Setting(i)))
		}
		return "SETTINGS " + strings.Join(all, " ")
	case *xnet.WindowUpdateFrame:
		return fmt.Sprintf("WINDOW_UPDATE %d by %d", f.StreamID, f.Increment)
	case *xnet.PingFrame:
		return fmt.Sprintf("PING %q ack=%v", f.Data[:], f.IsAck())
	}
	return fmt.Sprint(f)
}

func (p *peer) expect(want ...string) {
	p.t.Helper()
	for _, w := range want {
		if got := p.next(); got != w {
			p.t.Errorf("%s, want %s", got, w)
		}
	}
}

// head is a header block.
func (p *peer) head(fields ...string) []byte {
	p.block.Reset()
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		if err := p.enc.WriteField(hpack.HeaderField{Name: name, Value: value}); err != nil {
			p.t.Error(err)
		}
	}
	return slices.Clone(p.block.Bytes())
}

// must says that a frame was written.
func (p *peer) must(errs ...error) {
	p.t.Helper()
	for _, err := range errs {
		if err != nil {
			p.t.Error(err)
		}
	}
}

// Byte for byte: what a client says and hears on an HTTP/2 connection, and how each
// byte is booked.
func TestHTTP2Exchange(t *testing.T) {
	open, clients, came := peered(t, "longpoll/http=2", 1)
	c := clients[0]
	var heard results.Bytes // what the server says
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		p := <-came
		if p == nil {
			return
		}
		p.expect("SETTINGS [ENABLE_PUSH = 0] [INITIAL_WINDOW_SIZE = 4194304]", "WINDOW_UPDATE 0 by 16711681",
			"HEADERS 1 ends=true :method=GET :scheme=http :authority="+p.addr+" :path=/longpoll?topic=t0&after=0&wait=0s")
		p.must(p.WriteSettings(xnet.Setting{ID: xnet.SettingMaxConcurrentStreams, Val: 100}))
		heard[results.HTTP2Settings] += 9 + 6
		p.must(p.WritePing(false, [8]byte([]byte("12345678"))))
		heard[results.HTTP2Control] += 9 + 8
		p.expect("SETTINGS ACK", `PING "12345678" ack=true`)
		p.must(p.WriteSettingsAck(), p.WriteWindowUpdate(0, 1000))
		heard[results.HTTP2Settings] += 9
		heard[results.HTTP2Window] += 9 + 4
		block := p.head(":status=103", "link=</a>")
		p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: block, EndHeaders: true}))
		heard[results.HTTP2Frames] += 9
		heard[results.HPACK] += int64(len(block))
		block = p.head(":status=200", "content-type=application/json", "last-event-id=2", "content-length=85")
		p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: block[:3], PadLength: 7}),
			p.WriteContinuation(1, false, block[3:4]), p.WriteContinuation(1, true, block[4:]))
		heard[results.HTTP2Frames] += 9 + 1 + 7 + 9 + 9
		heard[results.HPACK] += int64(len(block))
		text := "[" + string(event(0)) + ", " + string(event(1)) + " ]"
		p.must(p.WriteData(1, false, []byte(text[:50])), p.WriteDataPadded(1, false, []byte(text[50:60]), make([]byte, 5)),
			p.WriteData(1, true, []byte(text[60:])))
		heard[results.HTTP2Frames] += 9 + 9 + 1 + 5 + 9
		heard[results.Payload] += 80
		heard[results.Framing] += 5
	}()
	err := open(t.Context(), c)
	<-answered
	if err != nil {
		t.Fatal(err)
	}
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
	if text := all.Unbalanced(0, 40); text != "" || c.Delivered != 2 {
		t.Errorf("%s; %d events", text, c.Delivered)
	}
	out := results.Bytes{
		results.HTTP2Settings: 24 + 9 + 12 + 9, results.HTTP2Window: 13, results.HTTP2Control: 17, results.HTTP2Frames: 9,
		results.HPACK: all.Out[results.HPACK], results.TCPIP: all.Out[results.TCPIP],
	}
	if all.Out != out {
		t.Errorf("the client said %v, want %v", all.Out, out)
	}
}

// What a server must not do, and what it may but a client cannot go on after, is
// said in plain words.
func TestHTTP2Refuses(t *testing.T) {
	const ends = true
	for _, row := range []struct {
		fact string
		say  func(p *peer) error
		want string
	}{
		{"a reset", func(p *peer) error { return p.WriteRSTStream(1, xnet.ErrCodeRefusedStream) }, "the server reset the stream: REFUSED_STREAM"},
		{"GOAWAY", func(p *peer) error { return p.WriteGoAway(1, xnet.ErrCodeEnhanceYourCalm, []byte("slow")) },
			`the server ends the HTTP/2 connection: ENHANCE_YOUR_CALM: "slow"`},
		{"too large a frame", func(p *peer) error { return p.WriteRawFrame(xnet.FrameData, 0, 1, make([]byte, 1<<14+1)) },
			"a frame of 16385 bytes, and 16384 are allowed"},
		{"a push", func(p *peer) error {
			return p.WritePushPromise(xnet.PushPromiseParam{StreamID: 1, PromiseID: 2, BlockFragment: p.head(":status=200"), EndHeaders: true})
		}, "the server pushes"},
		{"a continuation of nothing", func(p *peer) error { return p.WriteContinuation(1, true, p.head(":status=200")) }, "continues nothing"},
		{"a frame in a header block", func(p *peer) error {
			p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: p.head(":status=200")}))
			return p.WritePing(false, [8]byte{})
		}, "another frame in the middle of a header block"},
		{"a header block that is none", func(p *peer) error {
			return p.WriteRawFrame(xnet.FrameHeaders, xnet.FlagHeadersEndHeaders, 1, []byte{0xff, 0xff, 0xff, 0xff, 0xff})
		}, "header block: "},
		{"a head without a status", func(p *peer) error {
			return p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: p.head("a=b"), EndHeaders: true})
		}, "no :status"},
		{"too short a body", func(p *peer) error {
			p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: p.head(":status=200", "content-length=5"), EndHeaders: true}))
			return p.WriteData(1, ends, []byte("[1]"))
		}, "body of 3 bytes instead of 5"},
		{"no answer", func(p *peer) error { return p.WriteData(1, ends, nil) }, "the server ended the stream before there was an answer"},
		{"a refusal", func(p *peer) error {
			p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: p.head(":status=404"), EndHeaders: true}))
			return p.WriteData(1, ends, []byte("no such route"))
		}, `status 404: "no such route"`},
		{"the connection's end in a frame", func(p *peer) error {
			_, err := p.conn.Write([]byte("\x00\x00\x05"))
			return cmp.Or(err, p.conn.Close())
		}, "head of a frame cut off after 3 of 9 bytes"},
	} {
		open, clients, came := peered(t, "longpoll/http=2", 1)
		said := make(chan struct{})
		go func() {
			defer close(said)
			if p := <-came; p != nil {
				for range 3 { // until the request is there
					p.next()
				}
				p.must(p.WriteSettings(), row.say(p))
			}
		}()
		err := open(t.Context(), clients[0])
		<-said
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.fact, err, row.want)
		}
	}
}

// Clients that share a connection get what is for them, in the order in which it
// came; frames that are for none are the connection's. The clients take an edge
// together.
func TestHTTP2StreamsShare(t *testing.T) {
	open, clients, came := peered(t, "sse/http=2/streams=2", 2)
	said := make(chan struct{})
	more := make(chan struct{})
	go func() {
		defer close(said)
		p := <-came
		if p == nil {
			return
		}
		fields := []string{":status=200", "content-type=text/event-stream", "last-event-id=0"}
		p.next()
		p.next()
		p.expect("HEADERS 1 ends=true :method=GET :scheme=http :authority=" + p.addr + " :path=/sse?topic=t0&after=0 accept=text/event-stream")
		p.must(p.WriteSettings(), p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 1, BlockFragment: p.head(fields...), EndHeaders: true}))
		p.expect("SETTINGS ACK", "HEADERS 3 ends=true :method=GET :scheme=http :authority="+p.addr+" :path=/sse?topic=t0&after=0 accept=text/event-stream")
		p.must(p.WriteHeaders(xnet.HeadersFrameParam{StreamID: 3, BlockFragment: p.head(fields...), EndHeaders: true}))
		<-more
		first, second := "data: "+string(event(0))+"\n\n", "data: "+string(event(1))+"\n\n"
		p.must(p.WriteData(3, false, []byte(first)), p.WriteData(1, false, []byte(first+second[:10])),
			p.WriteData(1, false, []byte(second[10:])), p.WriteData(5, false, []byte("nobody's")), p.WriteData(3, false, []byte(second)))
	}()
	for _, c := range clients {
		if err := open(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		c.conn.unwatch()
		c.conn.unwatch = nil
	}
	clients[0].cuts.wanted.Store(1)
	close(more)
	for clients[0].Delivered+clients[1].Delivered < 4 {
		if err := clients[0].stream.receive(); err != nil {
			t.Fatal(err)
		}
	}
	<-said
	edge := clients[0].cuts.edge[0]
	if clients[0].cut != 1 || clients[1].cut != 1 || edge.taken != 2 {
		t.Errorf("edges %d and %d, taken by %d", clients[0].cut, clients[1].cut, edge.taken)
	}
	for i, frames := range []int64{2, 2} {
		in := clients[i].own.in
		if clients[i].Delivered != 2 || in[results.Payload] != 80 || in[results.Framing] != 16 || in[results.HTTP2Frames] != 9*(1+frames) {
			t.Errorf("client %d: %d events, %v", i, clients[i].Delivered, in)
		}
	}
	below, err := clients[0].link.counters()
	if err != nil {
		t.Fatal(err)
	}
	if own := below.OwnIn; own[results.HTTP2Control] != 8 || own[results.HTTP2Frames] != 9 || own[results.HTTP2Settings] != 9 {
		t.Errorf("the connection has %v", own)
	}
	var all ledger.Totals
	if all.Add(clients[0].books(), clients[0].link, 2, below) || !all.Add(clients[1].books(), clients[1].link, 2, below) {
		t.Error("the connection is not booked with the last client")
	}
	if text := all.Unbalanced(0, 40); text != "" {
		t.Error(text)
	}
}
