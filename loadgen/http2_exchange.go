package loadgen

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/http2/hpack"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// An http2Exchange is a client's exchange over HTTP/2, on a new stream for each
// request. Of the fields, those from head on belong to who reads the connection
// while the request is with the server.
type http2Exchange struct {
	link    *http2
	client  *client
	own     end
	fields  []hpack.HeaderField // of requests, but for the cursor
	path    string              // up to the cursor
	first   string              // parameters of the first request
	later   string              // of all others
	endless bool                // the answer has no end: it is not waited for
	queue   *outgoing           // the request goes on: it opens a tunnel; nil: it ends with its head
	stream  uint32

	head   parse.Response
	headed bool // head is complete
	text   []byte
	taken  bool // text has been, and whoever did books it
	piece  func(piece []byte, behind bool) error
	used   int   // bytes of the stream's window
	ended  bool  // the answer is complete, or will not be
	err    error // why it will not be

	ready chan struct{} // the answer has ended, when another client read it
}

// connectHTTP2 connects clients over HTTP/2: over cleartext by prior knowledge (RFC
// 9113 section 3.3), over TLS by ALPN. So many of them as the variant says share a
// connection, which the first of them opens.
func connectHTTP2(o *Options, d *dialer) func(ctx context.Context, c *client, first, later string) (*http2Exchange, error) {
	share := o.Variant.Number(wire.Streams)
	links := make([]*http2, (o.Clients+share-1)/share)
	if d.config != nil {
		d.config.NextProtos = []string{"h2"}
	}
	fields := http2Fields(o.Variant, d.address)
	return func(ctx context.Context, c *client, first, later string) (*http2Exchange, error) {
		i := c.Client / share
		if links[i] == nil {
			sharing := min(share, o.Clients-i*share)
			l, err := dialHTTP2(ctx, c, d, sharing, bufferFor(o.Payload*sharing))
			if err != nil {
				return nil, err
			}
			links[i] = l
		} else {
			now := clock.Now()
			c.phases = phases{began: now, tcp: now, tls: now, joined: true}
			links[i].unwatch = links[i].watch(ctx)
		}
		x := &http2Exchange{
			link: links[i], client: c, fields: fields, path: target(o.Variant.Transport, topicName(c.Topic)) + c.parameter(),
			first: first, later: later,
			endless: o.Variant.Transport == wire.SSE || o.Variant.Tunnels(), ready: make(chan struct{}, 1),
		}
		if !o.Variant.On(wire.ETag) {
			x.path += "&" + wire.ParamAfter + "="
		}
		x.join()
		return x, nil
	}
}

// dialHTTP2 opens the connection of c and of those that come later.
func dialHTTP2(ctx context.Context, c *client, d *dialer, sharing, size int) (*http2, error) {
	conn, phases, err := d.dialNode(ctx, c.node(c.losses))
	if err != nil {
		return nil, err
	}
	c.phases = phases
	if over, secure := conn.stream.(*tls.Conn); secure && over.ConnectionState().NegotiatedProtocol != "h2" {
		conn.unwatch()
		conn.stream.Close()
		return nil, errors.New("the server does not offer HTTP/2 by ALPN")
	}
	return newHTTP2(conn, sharing, size), nil
}

// join makes the connection that of the client.
func (x *http2Exchange) join() {
	l, c := x.link, x.client
	c.mu.Lock()
	defer c.mu.Unlock()
	l.exchange = append(l.exchange, x)
	c.conn, c.link, c.own, c.sharing = l.conn, l, &x.own, l.sharing
}

// http2Fields are the fields of a request but for its path, pseudo-headers first,
// in lower case (RFC 9113 section 8.2).
func http2Fields(v wire.Variant, host string) []hpack.HeaderField {
	scheme := "http"
	if v.On(wire.TLS) {
		scheme = "https"
	}
	all, last := []hpack.HeaderField{{Name: ":method", Value: "GET"}}, []hpack.HeaderField(nil)
	if v.Tunnels() {
		all, last = tunnelFields(v)
	}
	all = append(all, hpack.HeaderField{Name: ":scheme", Value: scheme}, hpack.HeaderField{Name: ":authority", Value: host}, hpack.HeaderField{Name: ":path"})
	for _, h := range requestHeaders(v, host) {
		all = append(all, hpack.HeaderField{Name: strings.ToLower(h.name), Value: h.value})
	}
	if v.On(wire.ETag) {
		all = append(all, hpack.HeaderField{Name: "if-none-match"})
	}
	return append(all, last...)
}

// field is the i-th field of the request for the events behind a cursor.
func (x *http2Exchange) field(i int, after cursor) hpack.HeaderField {
	f := x.fields[i]
	switch f.Name {
	case ":path":
		f.Value = x.path + x.first
		if strings.HasSuffix(x.path, "=") {
			f.Value = x.path + after.String() + x.first
		}
	case "if-none-match":
		f.Value = `"` + after.String() + `"`
	}
	return f
}

// send writes a HEADERS frame. What the connection begins with goes out with its
// first request: so HTTP/2 costs no round trip. Who reads is told when an edge is
// wanted: with this request the connection may be at rest.
func (x *http2Exchange) send(_ context.Context, after cursor) error {
	if err := x.write(after); err != nil {
		return err
	}
	if l := x.link; l.edges() > l.taken.Load() {
		l.interrupt()
	}
	return nil
}

func (x *http2Exchange) write(after cursor) error {
	l := x.link
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.err != nil:
		return l.err
	case uint32(len(l.open)) >= l.most:
		return fmt.Errorf("the server allows %d streams on a connection at a time", l.most)
	case l.next >= 1<<31:
		return errors.New("the connection has no stream left")
	}
	x.reset()
	l.encoded.Reset()
	for i := range x.fields {
		if err := l.fieldsTo.WriteField(x.field(i, after)); err != nil {
			return err
		}
	}
	x.first = x.later
	x.stream, l.next = l.next, l.next+2
	block := l.encoded.Bytes()
	head := parse.HTTP2Frame{Type: parse.HeadersFrame, Flags: parse.EndHeaders | parse.EndStream, Stream: x.stream}
	if x.queue != nil {
		head.Flags &^= parse.EndStream
		x.queue.room = l.streamRoom
	}
	l.scratch = parse.AppendHTTP2Frame(append(l.scratch[:0], l.greeting...), head, block...)
	n, err := l.put(l.scratch)
	if err != nil {
		l.sent(results.HTTP2Frames, n) // as much of them as was written
		return err
	}
	l.began()
	x.own.sent(results.HTTP2Frames, parse.FrameHead)
	x.own.sent(results.HPACK, len(block))
	x.client.requests.Sent++
	x.client.requests.SentBytes += int64(parse.FrameHead + len(block))
	l.open[x.stream] = x
	return nil
}

// reset makes x ready for another answer.
func (x *http2Exchange) reset() {
	select {
	case <-x.ready: // of an answer that its own client read
	default:
	}
	x.head, x.headed, x.text, x.taken, x.used, x.ended, x.err = parse.Response{}, false, x.text[:0], false, 0, false, nil
}
