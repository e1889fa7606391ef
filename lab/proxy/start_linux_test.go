package proxy

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"

	"pushbench/lab/process"
	"pushbench/scenarios/front"
)

// hello is a server that answers each request with the same text, and its address.
func hello(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hello")
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// Every program forwards requests in each of its configurations, with TLS, over HTTP/2 without
// TLS, and leaves nothing behind.
func TestStart(t *testing.T) {
	server := hello(t)
	for _, program := range front.Programs() {
		all := map[string]Setup{}
		for _, c := range program.Configs {
			one := front.Proxy{Program: program.Name, Config: c.Name}
			all[one.String()] = Setup{Proxy: one}
		}
		plain := front.Proxy{Program: program.Name, Config: front.Default}
		all[plain.String()+" over HTTP/2"] = Setup{Proxy: plain, HTTP2: true}
		if program.TLS {
			all[plain.String()+" with TLS"] = Setup{Proxy: plain, TLS: true}
		}
		for name, s := range all {
			t.Run(name, func(t *testing.T) { forwards(t, Options{Setup: s, Host: "127.0.0.1", Server: server}) })
		}
	}
}

func forwards(t *testing.T, o Options) {
	need(t, o.Setup.Proxy)
	p, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	text, failed := get(t.Context(), p)
	pids, listed := p.Processes()
	if text != "hello" || failed != nil || len(pids) == 0 || listed != nil {
		t.Errorf("%q, %v; processes %v, %v", text, failed, pids, listed)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := get(t.Context(), p); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("it still answers: %v", err)
	}
	if _, err := os.Stat(p.at.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", p.at.Dir, err)
	}
	noChildren(t)
}

func get(ctx context.Context, p *Proxy) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.at.base()+"/any", nil)
	if err != nil {
		return "", err
	}
	res, err := asking(nil, p.Cert, p.at.HTTP2).Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return string(text), err
}

// A proxy that dies is noticed, also when it is to reload its configuration.
func TestEndsByItself(t *testing.T) {
	one := front.Proxy{Program: "nginx", Config: front.Default}
	need(t, one)
	p, err := Start(t.Context(), Options{Setup: Setup{Proxy: one}, Host: "127.0.0.1", Server: hello(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.tree.Signal(syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	<-p.tree.Exited()
	if err := p.Reload(t.Context()); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("it reloads: %v", err)
	}
	if err := p.Stop(); !errors.Is(err, process.ErrByItself) {
		t.Error(err)
	}
	if _, err := os.Stat(p.at.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", p.at.Dir, err)
	}
	noChildren(t)
}

func TestStartFails(t *testing.T) {
	one := front.Proxy{Program: "nginx", Config: front.Default}
	need(t, one)
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Options{Setup: Setup{Proxy: one}, Host: "127.0.0.1", Server: hello(t)}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	const nobody = "192.0.2.1" // RFC 5737
	_, err := Start(t.Context(), Options{Setup: Setup{Proxy: one}, Host: nobody, Server: hello(t)})
	if err == nil {
		t.Error("it listens at an address that this machine does not have")
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	noChildren(t)
}
