//go:build linux

package experiment

import (
	"strings"
	"testing"

	"pushbench/servers/wire"
)

// Without a proxy a server knows of every client that it has left, though nothing is sent.
func TestDepartures(t *testing.T) {
	address := serve(t)
	for _, transport := range held {
		d := &departure{server: address, via: address}
		took, err := d.observe(t.Context(), transport)
		if err != nil || took <= 0 {
			t.Errorf("%s: after %s, %v", transport, took, err)
		}
		d.client.CloseIdleConnections()
	}
}

// What cannot be measured says why, and has a row all the same.
func TestDeparturesWithoutAServer(t *testing.T) {
	all := Departures(t.Context(), []string{"/nonexistent"})
	names := map[string]bool{}
	for _, o := range all {
		if o.Reason == "" || len(o.Values) != 0 || names[o.Name] || !strings.HasSuffix(o.About, ".") {
			t.Errorf("%+v", o)
		}
		names[o.Name] = true
	}
	if !names["direct-sse-departed"] || !names["nginx-websocket-departed"] || !names["varnish-longpoll-departed"] {
		t.Errorf("%v", names)
	}
}

// Nobody is there whose clients could leave.
func TestDeparturesOfNobody(t *testing.T) {
	d := &departure{server: "127.0.0.1:1", via: "127.0.0.1:1"}
	if _, err := d.observe(t.Context(), wire.SSE); err == nil {
		t.Error("clients connect to no server")
	}
}
