package servers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pushbench/lab/broker"
	"pushbench/servers/wire"

	"go.uber.org/goleak"
)

// TestMain has the tests run in a process in which net/http takes WebSockets over HTTP/2: it
// looks at its environment once, before anything here could change that.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" { // a NATS server that nodes share: see broker.Start
		os.Exit(serveNATS(os.Args[len(os.Args)-1]))
	}
	const name = "GODEBUG"
	if given := os.Getenv(name); wire.Tunneling(given) != given {
		self, err := os.Executable()
		if err == nil {
			err = os.Setenv(name, wire.Tunneling(given))
		}
		if err == nil {
			err = syscall.Exec(self, os.Args, os.Environ())
		}
		println(err.Error())
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

func serveNATS(addr string) int {
	n, err := broker.ListenNATS(addr)
	if err != nil {
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if json.NewEncoder(os.Stdout).Encode(wire.Ready{HTTP: n.Addr(), PID: os.Getpid()}) != nil || n.Serve(ctx) != nil {
		return 1
	}
	return 0
}

// A testServer serves until its test ends.
type testServer struct {
	*Server
	url    string
	http   *http.Client
	form   form        // which its clients ask for
	from   *testServer // the node where its events are published; nil: itself, without a backplane
	cancel context.CancelFunc
	served chan error // what Serve returned
}

func start(t testing.TB, o Options) *testServer {
	t.Helper()
	s, err := Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ts := &testServer{
		Server: s, url: "http://" + s.Ready().HTTP, cancel: cancel, served: make(chan error, 1),
		http: &http.Client{Transport: &http.Transport{DisableCompression: true}},
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ts.served <- s.Serve(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		ts.http.CloseIdleConnections()
		<-ended
	})
	return ts
}

// asFor has the clients of ts ask for a form.
func (ts *testServer) asFor(f form) {
	ts.form = f
	ts.http.Transport.(*http.Transport).DisableCompression = !f.gzip // else it asks for gzip and decodes it
}

// publish puts n events into a topic: {"n":1}, {"n":2}, … by their numbers.
func (ts *testServer) publish(t testing.TB, topic string, n int) {
	t.Helper()
	to := ts.topic(t, topic)
	for range n {
		to.Publish(fmt.Appendf(nil, `{"n":%d}`, to.View().Newest()+1))
	}
}

// A testTopic is one to which a test publishes.
type testTopic struct {
	*Topic
	t    testing.TB
	from *testServer // nil: the topic's server has no other nodes
}

func (ts *testServer) topic(t testing.TB, name string) testTopic {
	t.Helper()
	to, err := ts.Hub().Topic(name)
	if err != nil {
		t.Fatal(err)
	}
	return testTopic{to, t, ts.from}
}

// Publish returns when the event is in the topic.
func (to testTopic) Publish(payload []byte) {
	if to.from == nil {
		to.Topic.Publish(payload)
		return
	}
	there, err := to.from.Hub().Topic(to.name)
	if err != nil {
		to.t.Error(err)
		return
	}
	number, err := to.from.send(there, payload)
	if err == nil {
		err = to.await(to.t.Context(), number)
	}
	if err != nil {
		to.t.Error(err)
	}
}

// do sends a request and returns the status, the head and the whole body.
func (ts *testServer) do(t testing.TB, method, path, body string, head ...string) (int, http.Header, string) {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, ts.url+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	resp, err := ts.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

// until waits for something that the server does in its own time.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("never came to pass: %s", what)
		case <-tick.C:
		}
	}
}

// subscribers waits until a transport has n of them.
func (ts *testServer) subscribers(t testing.TB, tr wire.Transport, n int64) {
	t.Helper()
	until(t, fmt.Sprintf("%d subscribers on %s", n, tr), func() bool {
		return ts.stats.carriers[tr].subscribers.Load() == n
	})
}

// ended waits for Serve to return.
func (ts *testServer) ended(t testing.TB) {
	t.Helper()
	select {
	case err := <-ts.served:
		if err != nil {
			t.Errorf("Serve returned %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Serve did not return")
	}
}

// jsonOf is a JSON string of n bytes, which compression hardly shortens.
func jsonOf(n int) []byte { return append(append([]byte(`"`), noise()[:n-2]...), '"') }

var noise = sync.OnceValue(func() []byte {
	text := wire.Random.AppendPayload(nil, 1, wire.MaxPayload)
	return append(bytes.Trim(text, `{":,seqpad1}`), text[100:200]...)
})
