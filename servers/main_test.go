package servers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A testServer serves until its test ends.
type testServer struct {
	*Server
	url    string
	http   *http.Client
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
		http: &http.Client{Transport: &http.Transport{}},
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

// publish puts n events into a topic: {"n":1}, {"n":2}, … by their numbers.
func (ts *testServer) publish(t testing.TB, topic string, n int) {
	t.Helper()
	to := ts.topic(t, topic)
	for range n {
		to.Publish(fmt.Appendf(nil, `{"n":%d}`, to.View().Newest()+1))
	}
}

func (ts *testServer) topic(t testing.TB, name string) *Topic {
	t.Helper()
	to, err := ts.Hub().Topic(name)
	if err != nil {
		t.Fatal(err)
	}
	return to
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

func jsonOf(n int) []byte { return append(append([]byte(`"`), bytes.Repeat([]byte("x"), n-2)...), '"') }
