package view

import (
	"pushbench/results"
	"pushbench/results/example"
	"strings"
	"testing"
)

func TestVariantNames(t *testing.T) {
	for _, c := range []struct{ why, variant, want string }{
		{"an interval reads as words", "polling/interval=500ms", "polling every 500 ms"},
		{"seconds and minutes, too", "polling/interval=5m", "polling every 5 min"},
		{"TLS is said", "sse/tls", "SSE over TLS"},
		{"and that it resumed", "websocket/resume", "WebSocket over resumed TLS"},
		{"other settings follow", "polling/interval=1s/pace=delay/etag/headers=browser", "polling every 1 s, fixed delay, ETag, browser headers"},
		{"a default is not said", "longpoll/wait=30s", "long-polling"},
		{"what is no default is", "longpoll/batch=5ms", "long-polling, 5ms batch"},
		{"the floor is called that", "tcp", "floor (raw TCP)"},
	} {
		if got := plain(VariantName(example.Variant(c.variant))); got != c.want {
			t.Errorf("%s: %s is %q, want %q", c.why, c.variant, got, c.want)
		}
	}
	if got := plain(VariantName("carrier-pigeon", results.Settings{{Name: "altitude", Value: 1800.0}})); got != "carrier-pigeon, 30m altitude" {
		t.Errorf("what is not known keeps its name: %q", got)
	}
}

// Where the interval is swept it is no part of the name.
func TestCellNames(t *testing.T) {
	c := results.Cell{Sweep: "interval", Point: "2s"}
	c.Transport, c.Settings = example.Variant("polling/interval=2s/etag")
	if got := plain(CellName(c)); got != "polling, ETag" {
		t.Errorf("at a point: %q", got)
	}
	c.Point = ""
	if got := plain(CellName(c)); got != "polling every 2 s, ETag" {
		t.Errorf("without one: %q", got)
	}
}

func plain(name string) string { return strings.ReplaceAll(name, "\u00a0", " ") }
