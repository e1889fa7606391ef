package proxy

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"pushbench/scenarios/front"
)

// Every program reloads its configuration while an answer is under way, which goes on, and
// takes new requests afterwards.
func TestReload(t *testing.T) {
	for _, program := range front.Programs() {
		t.Run(program.Name, func(t *testing.T) {
			goesOn(t, front.Proxy{Program: program.Name, Config: front.Tuned})
		})
	}
}

func goesOn(t *testing.T, one front.Proxy) {
	need(t, one)
	ends := make(chan struct{})
	end := sync.OnceFunc(func() { close(ends) })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "before, ")
		if r.URL.Path == "/stream" {
			_ = http.NewResponseController(w).Flush()
			<-ends
		}
		_, _ = io.WriteString(w, "after")
	}))
	defer s.Close()
	defer end()
	p, err := Start(t.Context(), Options{Setup: Setup{Proxy: one, Reloads: true}, Host: "127.0.0.1", Server: s.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
		noChildren(t)
	}()
	stream, err := asking(nil, "", false).Get(p.at.base() + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	begin := make([]byte, len("before, "))
	if _, err := io.ReadFull(stream.Body, begin); err != nil {
		t.Fatal(err)
	}
	if err := p.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text, err := get(t.Context(), p); text != "before, after" || err != nil {
		t.Errorf("a new request gets %q, %v", text, err)
	}
	end()
	if rest, err := io.ReadAll(stream.Body); string(rest) != "after" || err != nil {
		t.Errorf("the stream goes on with %q, %v", rest, err)
	}
}
