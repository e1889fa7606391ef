package view

import (
	"strings"
	"testing"
)

func TestVariantNames(t *testing.T) {
	for _, c := range []struct {
		why, variant string
		bare         bool
		interval     float64
		want         string
	}{
		{"an interval reads as words", "polling/interval=500ms", false, 0, "polling every 500 ms"},
		{"seconds and minutes, too", "polling/interval=5m", false, 0, "polling every 5 min"},
		{"an interval that is not named comes from the load", "polling", false, 2, "polling every 2 s"},
		{"where it is swept it is no part of the name", "polling/interval=2s", true, 2, "polling"},
		{"TLS is said", "sse/tls", false, 0, "SSE over TLS"},
		{"and that it resumed", "websocket/resume", false, 0, "WebSocket over resumed TLS"},
		{"other settings follow", "polling/interval=1s/pace=delay/etag/headers=browser", false, 0, "polling every 1 s, fixed delay, ETag, browser headers"},
		{"the floor is called that", "tcp", false, 0, "floor (raw TCP)"},
		{"what is not known keeps its name", "carrier-pigeon/altitude=30m", false, 0, "carrier-pigeon, 30m altitude"},
	} {
		if got := strings.ReplaceAll(VariantName(c.variant, c.bare, c.interval), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %s is %q, want %q", c.why, c.variant, got, c.want)
		}
	}
}
