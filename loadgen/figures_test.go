package loadgen

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"pushbench/servers/wire"
)

// The figures of a server may come from another address than its events.
func TestFiguresFromAnotherAddress(t *testing.T) {
	var asked atomic.Int64
	beside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if r.URL.Path != wire.RouteStats {
			t.Errorf("asked for %s", r.URL)
		}
		_ = json.NewEncoder(w).Encode(wire.Stats{Goroutines: int(1000 * n), Mallocs: uint64(n)})
	}))
	defer beside.Close()
	target := foreign(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == wire.RouteStats {
				t.Error("the server was asked for its figures")
			}
			h.ServeHTTP(w, r)
		})
	})
	target.Figures = beside.Listener.Addr().String()
	got := shortTrial(t, target, "sse")
	if n := asked.Load(); n != 3 || got.Failed != "" || got.Server.Goroutines != 3000 || got.Connection.Held.Goroutines != 1000 || got.Server.Allocations != 1 {
		t.Errorf("%q: asked %d times, %+v, %+v", got.Failed, n, got.Server, got.Connection.Held)
	}
}
