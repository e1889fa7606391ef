//go:build linux

package loadgen

import (
	"context"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// fronted serves in this process, behind a proxy that is in it, too.
func fronted(t *testing.T, v wire.Variant) Target {
	t.Helper()
	target, _ := behind(t, v)
	return target
}

// A frontServer is a proxy of a test.
type frontServer struct {
	*httptest.Server
	sick atomic.Int32 // so many requests more end without an answer

	mu    sync.Mutex
	taken []net.Conn // of clients
}

// A frontListener is a proxy's, which knows the connections that it has taken.
type frontListener struct {
	net.Listener
	of *frontServer
}

func (l frontListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		l.of.mu.Lock()
		defer l.of.mu.Unlock()
		l.of.taken = append(l.of.taken, c)
	}
	return c, err
}

// cut ends the connections of all clients: those of answers as net/http does, and then of those
// that it has let go of.
func (f *frontServer) cut() {
	f.CloseClientConnections()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.taken {
		c.Close()
	}
	f.taken = nil
}

// behind is fronted with its proxy.
func behind(t *testing.T, v wire.Variant) (Target, *frontServer) {
	t.Helper()
	target := serve(t, servers.Options{Heartbeat: time.Minute})
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: target.HTTP})
	proxy.FlushInterval, proxy.ErrorLog = -1, log.New(io.Discard, "", 0) // clients leave at the end
	front := &frontServer{}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if front.sick.Add(-1) >= 0 {
			panic(http.ErrAbortHandler)
		}
		// Else net/http closes the request's body as soon as the answer begins. The proxy's
		// transport, which may have sent the whole body and be about to look for its end,
		// then takes the request for failed and cuts the answer off.
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			panic(err)
		}
		proxy.ServeHTTP(w, r)
	})
	front.Server = httptest.NewUnstartedServer(handler)
	front.Listener = frontListener{front.Listener, front}
	if v.On(wire.TLS) {
		front.StartTLS()
	} else {
		front.Start()
	}
	t.Cleanup(front.Close)
	own := func() ([]int, error) { return []int{os.Getpid()}, nil }
	target.Front = &Front{Address: front.Listener.Addr().String(), Processes: own}
	if c := front.Certificate(); c != nil {
		target.Front.Cert = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return target, front
}

// Clients connect to the proxy in front, where TLS ends, and the publisher to the server.
func TestFront(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "longpoll", "sse", "sse/tls", "websocket", "websocket/resume"} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			v := variant(t, name)
			target := fronted(t, v)
			got := trial(t, Options{
				Target: target, Variant: v, Clients: 3, Rate: 50, Payload: 100,
				Warmup: 50 * time.Millisecond, Window: 200 * time.Millisecond,
			})
			if got.Failed != "" {
				t.Error(got.Failed)
			}
			if got.Proxy == nil || got.Proxy.CPU <= 0 {
				t.Errorf("the proxy has used %+v", got.Proxy)
			}
		})
	}
}

// Clients whose connections to the proxy are cut come back through it.
func TestFrontCut(t *testing.T) {
	cutting(t)
	for _, name := range []string{"polling/interval=50ms", "longpoll", "sse", "sse/tls", "websocket"} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			v := variant(t, name)
			o := cutTrial(fronted(t, v), v)
			got := trial(t, o)
			if got.Failed != "" || got.Recovery.Recover.Count() != int64(o.Clients) {
				t.Errorf("failed with %q, %+v", got.Failed, got.Recovery)
			}
		})
	}
}

// What a proxy does with its connections when it reloads its configuration is its business: a
// client that keeps its connection has not lost it, and one that has lost it comes back.
func TestReload(t *testing.T) {
	for _, row := range []struct {
		fact, variant string
		cuts          bool
		sick          int32 // requests that it does not answer then
	}{
		{"it keeps them", "websocket", false, 0}, {"it cuts them", "sse", true, 0}, {"it ends TLS", "sse/tls", true, 0},
		{"it cuts messages", "websocket", true, 0}, {"and answers nobody at first", "websocket", true, 3},
		{"nor over TLS", "websocket/tls", true, 3},
	} {
		t.Run(row.fact, func(t *testing.T) {
			v := variant(t, row.variant)
			target, front := behind(t, v)
			o := cutTrial(target, v)
			o.Fault = Fault{Kind: results.FaultReload, After: 100 * time.Millisecond, Do: func(context.Context) error {
				if row.cuts {
					front.sick.Store(row.sick)
					front.cut()
				}
				return nil
			}}
			got := trial(t, o)
			lost := int64(0)
			if row.cuts {
				lost = int64(o.Clients)
			}
			if got.Failed != "" || got.Fault.Kind != results.FaultReload || got.Deliveries.Missed != 0 {
				t.Errorf("failed with %q, %+v, %+v", got.Failed, got.Fault, got.Deliveries)
			}
			if r := got.Recovery; r.Lost != lost || r.Clients != lost || r.Recover.Count() != lost {
				t.Errorf("%d connections of %d clients are lost, and %d are up to date again", r.Lost, r.Clients, r.Recover.Count())
			} else if r.Refused != int64(row.sick) {
				t.Errorf("%d attempts failed", r.Refused)
			}
		})
	}
}

// Clients publish through a proxy.
func TestFrontPublish(t *testing.T) {
	for _, name := range []string{"longpoll", "sse/tls", "websocket"} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			v := variant(t, name)
			got := trial(t, Options{
				Target: fronted(t, v), Variant: v, Clients: 4, Send: 10, Payload: 100,
				Warmup: 100 * time.Millisecond, Window: 300 * time.Millisecond,
			})
			if got.Failed != "" || got.Deliveries.Delivered != 4*got.Deliveries.Offered {
				t.Errorf("failed with %q, %+v", got.Failed, got.Deliveries)
			}
		})
	}
}
