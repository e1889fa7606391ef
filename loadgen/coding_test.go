package loadgen

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// With compression no payload is on the wire as it is; before it was compressed,
// it is that of all deliveries. Framing that is compressed with it is apart, too.
func TestCompressedContentIsApart(t *testing.T) {
	names := []string{
		"polling/interval=50ms/compress", "longpoll/compress", "longpoll/compress/binary", "sse/compress",
		"sse/tls/compress", "sse/compress/binary", "websocket/compress", "websocket/compress/binary",
	}
	each(t, itself, names, func(t *testing.T, name string) {
		for _, filler := range []wire.Filler{wire.Pangram, wire.Random} {
			v := variant(t, name)
			const size = 600
			o := Options{
				Target: serve(t, servers.Options{TLS: v.On(wire.TLS), Heartbeat: 20 * time.Millisecond}), Variant: v,
				Clients: 3, Rate: 40, Payload: size, Filler: filler, Retained: 2, Window: 300 * time.Millisecond,
			}
			s, all := wholeTrial(t, o)
			d, in, decoded := s.trial.Deliveries, all.In, all.Decoded
			if in[results.Payload] != 0 || in[results.Compressed] == 0 || decoded[results.Payload] != d.Delivered*size {
				t.Errorf("%s: %v on the wire and %v decompressed, for %d deliveries", name, in, decoded, d.Delivered)
			}
			if decoded[results.Framing] == 0 != (v.Transport == wire.WebSocket) || in[results.Framing] != 0 {
				t.Errorf("%s: framing of %d bytes, and %d decompressed", name, in[results.Framing], decoded[results.Framing])
			}
			ratio := float64(decoded.Total()) / float64(in[results.Compressed])
			if filler == wire.Pangram && ratio < 2 || filler == wire.Random && (ratio < 1 || ratio > 2) {
				t.Errorf("%s, %s: compressed %.2f times", name, filler, ratio)
			}
			if s.trial.Load.Filler != map[wire.Filler]string{wire.Random: "random"}[filler] {
				t.Errorf("the record's filler is %q", s.trial.Load.Filler)
			}
		}
	})
}

// Byte-exact: base64 carries three bytes in four, and what it adds is framing.
func TestBase64Bytes(t *testing.T) {
	each(t, strconv.Itoa, []int{32, 33, 34, 125, 1000, 65536}, func(t *testing.T, size int) {
		for _, name := range []string{"longpoll/binary", "sse/binary", "websocket/binary"} {
			o := Options{Target: serve(t, servers.Options{Heartbeat: 1000 * time.Hour}), Variant: variant(t, name), Clients: 1, Rate: 10, Payload: size, Window: 400 * time.Millisecond}
			s, all := wholeTrial(t, o)
			n := s.trial.Deliveries.Delivered
			have := all.In
			var want results.Bytes
			want[results.Payload] = n * int64(size)
			more := n * int64(base64.StdEncoding.EncodedLen(size)-size)
			switch s.Variant.Transport {
			case wire.LongPoll: // elements have quotation marks and commas between them
				want[results.Framing] = more + 2*n + n + all.Requests.Full
			case wire.SSE:
				want[results.Framing] = more + int64(len("retry: 2000\nid: 0\n\n"))
				for id := range n {
					want[results.Framing] += int64(len(fmt.Sprintf("id: %d\ndata: \n\n", id+1)))
				}
			case wire.WebSocket:
				want[results.WebSocket] = n * int64(wire.WebSocketHead(size, false))
			}
			for _, k := range []results.Kind{results.TCPIP, results.Head, results.Chunking} {
				have[k] = 0
			}
			if n == 0 || have != want || all.Decoded != (results.Bytes{}) {
				t.Errorf("%s with %d bytes: %+v, want %+v", name, size, have, want)
			}
		}
	})
}

// A server that does not do what the variant's name says is not measured under
// that name.
func TestServersThatDoNotCode(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case wire.RoutePolling, wire.RouteLongPoll:
			w.Header().Set(wire.HeaderCursor, "0")
			fmt.Fprint(w, "[]")
		case wire.RouteSSE:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, ":\n\n")
		case wire.RoutePublish:
			io.Copy(io.Discard, r.Body)
		case wire.RouteStats:
			fmt.Fprint(w, "{}")
		}
	}))
	defer plain.Close()
	address := strings.TrimPrefix(plain.URL, "http://")
	for name, want := range map[string]string{
		"polling/compress":  `Content-Encoding is "", and the client asked for gzip`,
		"longpoll/compress": `Content-Encoding is "", and the client asked for gzip`,
		"sse/compress":      `Content-Encoding is "", and the client asked for gzip`,
	} {
		got, err := Run(t.Context(), Options{Target: Target{HTTP: address}, Variant: variant(t, name), Clients: 1, Payload: 100, Window: time.Second})
		if err == nil {
			err = errors.New(got.Failed)
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (coding{compress: true}).extended(""); err == nil || !strings.Contains(err.Error(), "the client asked for permessage-deflate") {
		t.Error(err)
	}
}

// What is not base64 breaks the trial.
func TestNotBase64(t *testing.T) {
	for _, text := range []string{`{"seq":0}`, `"eyJzZXEiOjB9`, "eyJz\n"} {
		c := &client{coding: codingOf(variant(t, "sse/binary")), rec: account.New(clock.NewWall(), 1, 1, 0, 1), conn: &conn{}}
		c.message([]byte(text), false)
		select {
		case err := <-c.rec.Broken:
			if !strings.Contains(err.Error(), "not base64") && !strings.Contains(err.Error(), "never published") {
				t.Errorf("%q: %v", text, err)
			}
		default:
			t.Errorf("%q is taken", text)
		}
		if c.conn.in.Total() != int64(len(text)) {
			t.Errorf("%q: %v is booked", text, c.conn.in)
		}
	}
}
