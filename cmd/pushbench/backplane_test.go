package main

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"pushbench/servers/wire"
)

// Two nodes behind a NATS server: what is published at one can be read at the other.
func TestServeNodes(t *testing.T) {
	said := begun(t, "stops it.", "--nats", "--addr", "127.0.0.1:0")
	nats := regexp.MustCompile(`nats://[0-9.]+:[0-9]+`).FindString(said)
	if nats == "" {
		t.Fatalf("it says %q", said)
	}
	var nodes []wire.Ready
	for range 2 {
		var ready wire.Ready
		if line := begun(t, "\n", "--ready", "--backplane", nats); json.Unmarshal([]byte(line), &ready) != nil {
			t.Fatalf("ready line %q", line)
		}
		nodes = append(nodes, ready)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	published, err := client.Post("http://"+nodes[0].HTTP+wire.RoutePublish+"?topic=t", "application/x-ndjson", strings.NewReader("1\n2\n"))
	if err != nil {
		t.Fatal(err)
	}
	published.Body.Close()
	for cursor, text := "0", ""; text != "12"; {
		res, err := client.Get("http://" + nodes[1].HTTP + wire.RouteLongPoll + "?topic=t&after=" + cursor)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("status %d, %v: %s", res.StatusCode, err, b)
		}
		text += strings.NewReplacer("[", "", ",", "", "]", "").Replace(string(b))
		cursor = res.Header.Get(wire.HeaderCursor)
	}
}
