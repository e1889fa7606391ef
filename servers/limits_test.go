package servers

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

func TestRequestsThatAreRefused(t *testing.T) {
	ts := start(t, Options{Origins: []string{"friend.example"}})
	for _, row := range []struct {
		fact   string
		method string
		path   string
		body   string
		head   []string
		status int
		text   string
	}{
		{"an unknown route", "GET", "/nothing", "", nil, 404, `there is no route "/nothing"`},
		{"a wrong method", "POST", "/polling", "", nil, 405, "/polling is asked for with GET"},
		{"a body where none belongs", "GET", "/polling", "x", nil, 413, "/polling takes no body"},
		{"a parameter that is badly escaped", "GET", "/polling?topic=%zz", "", nil, 400, `parameter topic: invalid URL escape "%zz"`},
		{"a wait that is no duration", "GET", "/longpoll?wait=30", "", nil, 400, `wait "30" is not a duration such as 30s`},
		{"a wait that is too long", "GET", "/longpoll?wait=6m", "", nil, 400, "wait is between 0s and 5m, not 6m"},
		{"a batch that is no duration", "GET", "/longpoll?batch=x", "", nil, 400, `batch "x" is not a duration such as 30s`},
		{"a wait that is negative", "GET", "/longpoll?wait=-1s", "", nil, 400, "wait is between 0s and 5m, not -1s"},
		{"a header that is no cursor", "GET", "/sse", "", []string{wire.HeaderCursor, "x"}, 400, `cursor "x" is not the number of an event`},
		{"a plain request to a WebSocket", "GET", "/websocket", "", nil, 400, "websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header"},
		{"a page of another origin that publishes", "POST", "/publish", "1", []string{"Origin", "http://evil.example"}, 403, `pages of the origin "http://evil.example" are not allowed`},
		{"a page of another origin that reads", "GET", "/sse", "", []string{"Origin", "http://evil.example"}, 403, `pages of the origin "http://evil.example" are not allowed`},
		{"a page without an origin of its own", "GET", "/websocket", "", []string{"Origin", "null"}, 403, `pages of the origin "null" are not allowed`},
		{"an origin that only begins like an allowed one", "GET", "/polling", "", []string{"Origin", "http://friend.example.evil"}, 403, `pages of the origin "http://friend.example.evil" are not allowed`},
	} {
		status, head, body := ts.do(t, row.method, row.path, row.body, row.head...)
		var f failure
		if err := json.Unmarshal([]byte(body), &f); err != nil {
			t.Errorf("%s: %v: %s", row.fact, err, body)
		}
		if status != row.status || f.Error != row.text || head.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s, want %d %s", row.fact, status, f.Error, row.status, row.text)
		}
	}
}

func TestALargeHeadIsRefused(t *testing.T) {
	ts := start(t, Options{})
	status, _, _ := ts.do(t, "GET", "/polling", "", "X-Large", strings.Repeat("x", 64<<10))
	if status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", status)
	}
}

func TestALongHelloIsRefused(t *testing.T) {
	ts := start(t, Options{})
	c := dialTCP(t, ts, strings.Repeat("x", 500), "")
	defer c.close()
	expect(t, c, "refused: the line is longer than 127 bytes")
}

func TestWebSocketMessagesAreIgnoredUpToALimit(t *testing.T) {
	ts := start(t, Options{})
	ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(ts.url, "http")+"/websocket?topic=t", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	ws.SetReadDeadline(time.Now().Add(20 * time.Second))
	for _, size := range []int{0, 100, maxMessage, maxMessage + 1} {
		if err := ws.WriteMessage(websocket.BinaryMessage, make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	var closed *websocket.CloseError
	if _, _, err := ws.ReadMessage(); !errors.As(err, &closed) || closed.Code != websocket.CloseMessageTooBig {
		t.Errorf("%v instead of close code 1009", err)
	}
}

func TestAWebSocketThatLeavesPingsUnansweredIsCountedAsSlow(t *testing.T) {
	ts := start(t, Options{Heartbeat: 5 * time.Millisecond, WriteTimeout: 50 * time.Millisecond})
	ts.publish(t, "t", 1)
	defer dialRaw(t, ts, wire.WebSocket, 1).Close()
	until(t, "the client is counted as slow", func() bool { return ts.stats.slow.Load() == 1 })
	ts.subscribers(t, wire.WebSocket, 0)
}

func TestEcho(t *testing.T) {
	ts := start(t, Options{})
	url := "ws" + strings.TrimPrefix(ts.url, "http") + "/echo"
	ws, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	ws.SetReadDeadline(time.Now().Add(20 * time.Second))
	pong := ""
	ws.SetPongHandler(func(s string) error { pong = s; return nil })
	for _, row := range []struct {
		fact    string
		kind    int
		message []byte
	}{
		{"empty text", websocket.TextMessage, nil},
		{"text", websocket.TextMessage, []byte("κόσμε")},
		{"binary that is not UTF-8", websocket.BinaryMessage, []byte{0xff, 0, 0xfe}},
		{"more than 16 bits of length", websocket.BinaryMessage, bytes.Repeat([]byte("x"), 70_000)},
		{"the largest", websocket.BinaryMessage, make([]byte, maxEcho)},
	} {
		if err := ws.WriteControl(websocket.PingMessage, []byte(row.fact), time.Now().Add(20*time.Second)); err != nil {
			t.Fatal(err)
		}
		w, err := ws.NextWriter(row.kind)
		if err != nil {
			t.Fatal(err)
		}
		for part := range 3 { // in fragments, where it is longer than a buffer
			n := len(row.message)
			if _, err := w.Write(row.message[part*n/3 : (part+1)*n/3]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		kind, message, err := ws.ReadMessage()
		if err != nil || kind != row.kind || !bytes.Equal(message, row.message) || pong != row.fact {
			t.Errorf("%s: kind %d, %d bytes, pong %q, %v", row.fact, kind, len(message), pong, err)
		}
	}
	if err := ws.WriteMessage(websocket.TextMessage, []byte{0xff}); err != nil {
		t.Fatal(err)
	}
	var closed *websocket.CloseError
	if _, _, err := ws.ReadMessage(); !errors.As(err, &closed) || closed.Code != websocket.CloseInvalidFramePayloadData {
		t.Errorf("text that is not UTF-8: %v instead of close code 1007", err)
	}
}

func TestTLS(t *testing.T) {
	ts := start(t, Options{TLS: true})
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(ts.Ready().Cert)) {
		t.Fatal("no certificate")
	}
	config := &tls.Config{RootCAs: roots}
	ts.http.Transport = &http.Transport{TLSClientConfig: config}
	resp, err := ts.http.Get("https://" + ts.Ready().HTTP + "/polling?topic=t")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent || resp.TLS.Version != tls.VersionTLS13 || resp.ProtoMajor != 1 {
		t.Errorf("status %d, TLS %x, %s", resp.StatusCode, resp.TLS.Version, resp.Proto)
	}
	d := websocket.Dialer{TLSClientConfig: config}
	ws, _, err := d.Dial("wss://"+ts.Ready().HTTP+"/websocket?topic=t", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	ts.publish(t, "t", 1)
	if _, message, err := ws.ReadMessage(); err != nil || string(message) != `{"n":1}` {
		t.Errorf("%q, %v", message, err)
	}
}

func TestListenNamesWhatIsWrong(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	addr := taken.Addr().String()
	for want, o := range map[string]Options{
		"listening for HTTP: listen tcp " + addr + ": ":      {Addr: addr},
		"listening for tcp: listen tcp " + addr + ": ":       {TCPAddr: addr},
		"listening for HTTP: address nonsense: missing":      {Addr: "nonsense"},
		"history, heartbeat, retry and write timeout must":   {Heartbeat: -1},
		"topics, memory and answer must not be negative: -1": {Topics: -1},
		`origin "a b" has no host`:                           {Origins: []string{"a b"}},
	} {
		if _, err := Listen(o); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s…", err, want)
		}
	}
}

func TestAnAddressWithoutAHostIsLoopback(t *testing.T) {
	ts := start(t, Options{Addr: ":0", TCPAddr: "off"})
	if host, _, _ := net.SplitHostPort(ts.Ready().HTTP); host != "127.0.0.1" || ts.Ready().TCP != "" {
		t.Errorf("ready: %+v", ts.Ready())
	}
}

// With Expose it is every interface, of which each is in the certificate.
func TestAnExposedAddressWithoutAHostIsEveryInterface(t *testing.T) {
	ts := start(t, Options{Addr: ":0", TCPAddr: ":0", Expose: true, TLS: true})
	for _, addr := range []string{ts.Ready().HTTP, ts.Ready().TCP} {
		if host, _, _ := net.SplitHostPort(addr); !net.ParseIP(host).IsUnspecified() {
			t.Errorf("it listens on %s", addr)
		}
	}
	block, _ := pem.Decode([]byte(ts.Ready().Cert))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if ip := a.(*net.IPNet).IP; ip.IsGlobalUnicast() || ip.IsLoopback() {
			if err := cert.VerifyHostname(ip.String()); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestStats(t *testing.T) {
	ts := start(t, Options{})
	ts.publish(t, "t", 2)
	ts.do(t, "POST", "/publish?topic=t", "3")
	ts.do(t, "GET", "/polling?topic=t&after=1", "")
	ts.do(t, "GET", "/polling?topic=t&after=3", "")
	c := dialers[wire.TCP](t, ts, "t", "0")
	defer c.close()
	ts.subscribers(t, wire.TCP, 1)
	expect(t, c, event(1, `{"n":1}`), event(2, `{"n":2}`), event(3, "3"))
	_, _, body := ts.do(t, "GET", "/stats?gc=1", "")
	var got wire.Stats
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if got.Published != 1 || got.Topics["t"] != 3 || got.Delivered[wire.Polling] != 2 || got.Empty[wire.Polling] != 1 ||
		got.Subscribers[wire.TCP] != 1 || got.Connections != 2 || len(got.Subscribers) != len(wire.Transports()) {
		t.Errorf("stats: %s", body)
	}
	if got.Goroutines == 0 || got.HeapAlloc == 0 || got.StackInuse == 0 || got.RuntimeSys == 0 || got.GCCycles == 0 || got.CPUSeconds == 0 || got.Descriptors < 4 {
		t.Errorf("figures of the process: %s", body)
	}
}

func FuzzHello(f *testing.F) {
	for _, seed := range []string{"", "t", "t 1", "t 1\r", " 1", "t  1", "t 1 2", "\x00 \xff", strings.Repeat("x", 200)} {
		f.Add(seed)
	}
	s := &Server{hub: NewHub(Bounds{100, 1, 1, 1})}
	f.Fuzz(func(t *testing.T, line string) {
		topic, after, err := parseHello(line)
		if err != nil {
			return
		}
		if joined := strings.TrimSuffix(line, "\r"); joined != topic && joined != topic+" "+after {
			t.Fatalf("%q is %q and %q", line, topic, after)
		}
		p, err := s.locate(topic, after, s.hub.hold)
		if err != nil {
			return
		}
		if events, gap := p.next(p.topic.View()); len(events) > 0 || gap == nil && p.cursor != 0 {
			t.Fatalf("%q has cursor %d, events %v and gap %v", line, p.cursor, events, gap)
		}
		if s.hub.release(p.topic); len(s.hub.Newest()) > 0 {
			t.Fatalf("%q leaves a topic", line)
		}
	})
}
