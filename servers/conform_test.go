package servers

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/servers/wire"
)

func TestConformance(t *testing.T) { conform(t, Injections{}) }

// A server that is worse on purpose does everything that it did before: it
// answers later, and with white space that clients do not see.
func TestConformanceWithInjections(t *testing.T) {
	conform(t, Injections{Bytes: 3, Requests: 2, CPU: time.Microsecond, Latency: time.Microsecond, Memory: 10_000})
}

func conform(t *testing.T, by Injections) {
	for _, tr := range wire.Transports() {
		for _, row := range conformance {
			if slices.Contains(row.not, tr) {
				continue
			}
			t.Run(string(tr)+"/"+strings.ReplaceAll(row.fact, " ", "_"), func(t *testing.T) {
				t.Parallel()
				o := row.options
				o.Inject = by
				ts := start(t, o)
				row.check(t, ts, tr, func(topic, after string) client {
					c := dialers[tr](t, ts, topic, after)
					c.close = sync.OnceFunc(c.close)
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
