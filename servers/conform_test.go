package servers

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"pushbench/servers/wire"
)

func TestConformance(t *testing.T) {
	for _, tr := range wire.Transports() {
		for _, row := range conformance {
			if slices.Contains(row.not, tr) {
				continue
			}
			t.Run(string(tr)+"/"+strings.ReplaceAll(row.fact, " ", "_"), func(t *testing.T) {
				t.Parallel()
				ts := start(t, row.options)
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
