package scenarios

import (
	"testing"

	"pushbench/scenarios/front"
	"pushbench/scenarios/link"
)

func TestProfile(t *testing.T) {
	s := parse(t, "path: satellite\nvariants: [sse]\n")
	want, _ := link.Find("satellite")
	if s.Profile != "satellite" || s.Path == nil || *s.Path != want.Link {
		t.Errorf("%q, %+v", s.Profile, s.Path)
	}
	if s := parse(t, "path: {delay: 279ms}\nvariants: [sse]\n"); s.Profile != "" {
		t.Errorf("values have the name %q", s.Profile)
	}
}

func TestProxy(t *testing.T) {
	for text, want := range map[string]front.Proxy{
		"proxy: haproxy\n":          {Program: "haproxy", Config: front.Default},
		"proxy: {apache: tuned}\n":  {Program: "apache", Config: front.Tuned},
		"proxy:\n  nginx: http11\n": {Program: "nginx", Config: "http11"},
	} {
		if s := parse(t, text+"variants: [sse]\n"); s.Proxy == nil || *s.Proxy != want {
			t.Errorf("%q is %v", text, s.Proxy)
		}
	}
	if s := parse(t, "variants: [sse]\n"); s.Proxy != nil || s.Path != nil {
		t.Errorf("%v and %v without any", s.Proxy, s.Path)
	}
}
