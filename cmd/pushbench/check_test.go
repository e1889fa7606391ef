package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
)

func TestWriteCheck(t *testing.T) {
	table := &results.Check{Target: "mine", Quick: true, Seconds: 12.34, Facts: []results.Fact{
		{Name: "sse/order", State: results.Pass, Text: "10 events came in order, each once.", Basis: true},
		{Name: "sse/resume", State: results.Fail, Text: "A client that comes back with Last-Event-ID is not brought up to date: of 7 events, 5 did not come (the first 5 were sent while it was away).",
			Known: "it keeps no history"},
		{Name: "sse/compression", State: results.NotOffered, Text: "An answer with so little is not compressed, though the client accepts gzip."},
		{Name: "websocket/order", State: results.Fail, Text: "The answer has status 404: \"\x1b[31mno\". No other fact about WebSocket was checked.", Basis: true},
		{Name: "websocket/slow", State: results.NotTold, Text: "Its memory is not known."},
	}}
	var got bytes.Buffer
	if err := writeCheck(&got, checked{table, "127.0.0.1:9000"}); err != nil {
		t.Fatal(err)
	}
	const want = `mine at 127.0.0.1:9000, in 12.3s

pass         sse/order        10 events came in order, each once.
fail         sse/resume       A client that comes back with Last-Event-ID is not brought up to date:
                              of 7 events, 5 did not come (the first 5 were sent while it was away).
                              known: it keeps no history
not offered  sse/compression  An answer with so little is not compressed, though the client accepts
                              gzip.
fail         websocket/order  The answer has status 404: "\x1b[31mno". No other fact about WebSocket
                              was checked.
not told     websocket/slow   Its memory is not known.

5 facts: 1 pass, 2 fail, 1 not offered, 1 not told.
Without --quick there are more facts: silence, end, complete, idle, slow, streams, stop.
No measurement of websocket would be valid: websocket/order fails.
`
	if d := cmp.Diff(want, got.String()); d != "" {
		t.Error(d)
	}
	text, err := json.Marshal(table.Facts[1])
	const wantJSON = `{"fact":"sse/resume","state":"fail","text":"A client that comes back with Last-Event-ID is not brought up to date: ` +
		`of 7 events, 5 did not come (the first 5 were sent while it was away).","known":"it keeps no history"}`
	if err != nil || string(text) != wantJSON {
		t.Errorf("%s, %v", text, err)
	}
}
