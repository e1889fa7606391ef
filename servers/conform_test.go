package servers

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/servers/wire"
)

func TestConformance(t *testing.T) { conform(t, wire.Transports(), Injections{}, form{}, http1) }

// However clients have events carried, they get the same.
func TestConformanceOfForms(t *testing.T) {
	forms := map[string]form{"compress": {gzip: true}, "binary": {binary: true}, "compress,binary": {gzip: true, binary: true}}
	for name, f := range forms {
		t.Run(name, func(t *testing.T) { conform(t, overHTTP, Injections{}, f, http1) })
	}
}

// Over HTTP/2, by prior knowledge, net/http has other rules for deadlines, ends of
// streams and shutdowns. A WebSocket is a stream there, too (RFC 8441).
func TestConformanceOverHTTP2(t *testing.T) {
	conform(t, overHTTP, Injections{}, form{}, http2)
}

// A server that is worse on purpose does everything that it did before: it
// answers later, and with white space that clients do not see.
func TestConformanceWithInjections(t *testing.T) {
	by := Injections{Bytes: 3, Requests: 2, CPU: time.Microsecond, Latency: time.Microsecond, Memory: 10_000}
	conform(t, wire.Transports(), by, form{}, http1)
}

// overHTTP are the transports that have forms.
var overHTTP = []wire.Transport{wire.Polling, wire.LongPoll, wire.SSE, wire.WebSocket}

// http1 and http2 are the clients of a version of HTTP.
func http1() *http.Transport { return &http.Transport{} }

func http2() *http.Transport {
	only := &http.Transport{Protocols: new(http.Protocols)}
	only.Protocols.SetUnencryptedHTTP2(true)
	return only
}

func conform(t *testing.T, transports []wire.Transport, by Injections, f form, version func() *http.Transport) {
	conformAt(t, start, true, transports, by, f, version)
}

// conformAt is conform with servers that begin starts, and with or without the rows that are large.
func conformAt(t *testing.T, begin func(t testing.TB, o Options) *testServer, large bool, transports []wire.Transport, by Injections, f form, version func() *http.Transport) {
	for _, tr := range transports {
		for _, row := range conformance {
			if slices.Contains(row.not, tr) || row.large && !large || row.plain && f.gzip {
				continue
			}
			t.Run(string(tr)+"/"+strings.ReplaceAll(row.fact, " ", "_"), func(t *testing.T) {
				t.Parallel()
				o := row.options
				o.Inject = by
				ts := begin(t, o)
				ts.http.Transport = version()
				ts.asFor(f)
				row.check(t, ts, tr, func(topic, after string) client {
					c := dialers[tr](t, ts, topic, after)
					leave := c.close
					c.close = sync.OnceFunc(func() {
						leave()
						ts.http.CloseIdleConnections() // over HTTP/2 it outlives the request
					})
					t.Cleanup(c.close)
					return c
				})
			})
		}
	}
}

func expect(t *testing.T, c client, want ...string) {
	t.Helper()
	for _, w := range want {
		if got := c.next(); got != w {
			t.Fatalf("got %s, want %s", got, w)
		}
	}
}
