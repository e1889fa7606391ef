package servers

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	xnet "golang.org/x/net/http2"

	"pushbench/servers/wire"
)

// A connect opens a WebSocket by an extended CONNECT and is the connection of it. Gorilla's
// client knows HTTP/1.1 alone: what it asks is asked over HTTP/2, and what it is answered is
// made of the answer.
type connect struct {
	net.Conn // below HTTP/2
	url      string
	asked    bytes.Buffer
	in       io.Reader // nil: not asked yet
	out      *io.PipeWriter
	answer   *http.Response
}

// byConnect dials as websocket.Dialer.NetDialContext.
func (ts *testServer) byConnect(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, address)
	return &connect{Conn: c, url: ts.url}, err
}

// dialer opens WebSockets by the version of HTTP that the clients of ts speak.
func (ts *testServer) dialer() websocket.Dialer {
	d := websocket.Dialer{EnableCompression: ts.form.gzip}
	if by := ts.http.Transport.(*http.Transport).Protocols; by != nil && by.UnencryptedHTTP2() {
		d.NetDialContext = ts.byConnect
	}
	return d
}

func (c *connect) Write(p []byte) (int, error) {
	if c.out == nil {
		return c.asked.Write(p)
	}
	return c.out.Write(p)
}

func (c *connect) Read(p []byte) (int, error) {
	if c.in == nil {
		if err := c.ask(); err != nil {
			return 0, err
		}
	}
	return c.in.Read(p)
}

func (c *connect) ask() error {
	asked, err := http.ReadRequest(bufio.NewReader(&c.asked))
	if err != nil {
		return err
	}
	key := asked.Header.Get("Sec-WebSocket-Key")
	body, out := io.Pipe()
	r, err := http.NewRequest(http.MethodConnect, c.url+asked.URL.RequestURI(), body)
	if err != nil {
		return err
	}
	r.Header = asked.Header
	for _, name := range []string{"Connection", "Upgrade", "Sec-WebSocket-Key"} {
		r.Header.Del(name)
	}
	r.Header[":protocol"] = []string{"websocket"}
	c.out = out
	if c.answer, err = askOver(c.Conn, r); err != nil {
		return err
	}
	var head bytes.Buffer
	if c.in = &head; c.answer.StatusCode != http.StatusOK {
		c.answer.ProtoMajor, c.answer.ProtoMinor = 1, 1
		return c.answer.Write(&head)
	}
	for _, name := range []string{"Connection", "Upgrade", "Sec-WebSocket-Accept"} {
		if value := c.answer.Header.Get(name); value != "" {
			return fmt.Errorf("an answer over HTTP/2 with %s: %s", name, value)
		}
	}
	accept := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	head.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(accept[:]) + "\r\n")
	if err := c.answer.Header.Write(&head); err != nil {
		return err
	}
	head.WriteString("\r\n")
	c.in = io.MultiReader(&head, c.answer.Body)
	return nil
}

// askOver sends a request over HTTP/2 on a connection of its own.
func askOver(c net.Conn, r *http.Request) (*http.Response, error) {
	dial := func(context.Context, string, string, *tls.Config) (net.Conn, error) { return c, nil }
	//lint:ignore SA1019 http.Transport refuses the field :protocol
	return (&xnet.Transport{AllowHTTP: true, DialTLSContext: dial}).RoundTrip(r)
}

func (c *connect) Close() error {
	if c.out != nil {
		c.out.Close()
	}
	if c.answer != nil {
		c.answer.Body.Close()
	}
	return c.Conn.Close()
}

func (c *connect) SetDeadline(time.Time) error      { return nil }
func (c *connect) SetReadDeadline(time.Time) error  { return nil }
func (c *connect) SetWriteDeadline(time.Time) error { return nil }

// What has no WebSocket, and what is no way to open one over HTTP/2, is refused.
func TestExtendedConnectRefused(t *testing.T) {
	ts := start(t, Options{TCPAddr: "off"})
	for _, row := range []struct {
		method, protocol, path string
		status                 int
		text                   string
	}{
		{"CONNECT", "websocket", "/sse?topic=t", http.StatusMethodNotAllowed, "/sse is asked for with GET"},
		{"CONNECT", "connect-udp", "/websocket?topic=t", http.StatusMethodNotAllowed, "/websocket is asked for with GET"},
		{"CONNECT", "websocket", "/nowhere", http.StatusNotFound, "there is no route"},
		{"CONNECT", "websocket", "/websocket?topic=a/b", http.StatusBadRequest, ErrTopicName.Error()},
		{"CONNECT", "websocket", "/websocket?topic=t", http.StatusBadRequest, "unsupported version"},
		{"GET", "", "/websocket?topic=t", http.StatusBadRequest, "not using the websocket protocol"},
	} {
		var body io.Reader
		if row.protocol != "" {
			reader, writer := io.Pipe()
			defer writer.Close()
			body = reader
		}
		r, err := http.NewRequest(row.method, ts.url+row.path, body)
		if err != nil {
			t.Fatal(err)
		}
		if row.protocol != "" {
			r.Header[":protocol"] = []string{row.protocol}
		}
		nc, err := net.Dial("tcp", ts.Ready().HTTP)
		if err != nil {
			t.Fatal(err)
		}
		res, err := askOver(nc, r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != row.status || !strings.Contains(string(text), row.text) {
			t.Errorf("%s %s: status %d: %s, %v", row.method, row.path, res.StatusCode, text, err)
		}
		res.Body.Close()
		nc.Close()
	}
}

// A WebSocket over HTTP/2 says and closes what one over HTTP/1.1 does, in frames that leave
// at once.
func TestEchoOverHTTP2(t *testing.T) {
	ts := start(t, Options{TCPAddr: "off"})
	dialer := websocket.Dialer{NetDialContext: ts.byConnect}
	ws, _, err := dialer.Dial("ws"+strings.TrimPrefix(ts.url, "http")+"/echo", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	for _, size := range []int{0, 1, 4095, 4096, 4097, 70_000} {
		sent := bytes.Repeat([]byte{'x'}, size)
		if err := ws.WriteMessage(websocket.TextMessage, sent); err != nil {
			t.Fatal(err)
		}
		kind, got, err := ws.ReadMessage()
		if err != nil || kind != websocket.TextMessage || !bytes.Equal(got, sent) {
			t.Fatalf("%d bytes come back as %d of kind %d, %v", size, len(got), kind, err)
		}
	}
	if err := ws.WriteMessage(websocket.TextMessage, []byte{0xff}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseInvalidFramePayloadData) {
		t.Errorf("text that is not UTF-8 ends with %v", err)
	}
	until(t, "no work", func() bool {
		ts.work.mu.Lock()
		defer ts.work.mu.Unlock()
		return ts.work.inside == 0
	})
}

// Who takes all that is sent and answers nothing is no subscriber for good.
func TestATunnelThatLeavesPingsUnansweredIsCountedAsSlow(t *testing.T) {
	ts := start(t, Options{TCPAddr: "off", Heartbeat: 5 * time.Millisecond, WriteTimeout: 50 * time.Millisecond})
	ts.http.Transport = http2()
	speak(t, ts, "?topic=t")
	until(t, "the client is counted as slow", func() bool { return ts.stats.slow.Load() == 1 })
	ts.subscribers(t, wire.WebSocket, 0)
}
