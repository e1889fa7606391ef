package view

import "testing"

func TestInBrackets(t *testing.T) {
	for _, c := range []struct{ fact, name, want string }{
		{"a transport alone stays", "SSE", "SSE"},
		{"TLS is no setting", "SSE over TLS", "SSE over TLS"},
		{"settings stand in brackets", "polling every 1 s, fixed delay, ETag", "polling every 1 s (fixed delay, ETag)"},
		{"and a target beside them", "SSE, browser headers (old)", "SSE (browser headers, old)"},
		{"or alone", "SSE (old)", "SSE (old)"},
	} {
		if got := inBrackets(c.name); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

func TestInside(t *testing.T) {
	for name, want := range map[string]string{"SSE": "SSE", "SSE (old)": "SSE, old", "SSE (old) · 10 clients": "SSE, old · 10 clients"} {
		if got := Inside(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
