package loadgen

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"pushbench/servers/wire"
)

// header is a request header; the order counts, since it is what a browser
// would send.
type header struct{ name, value string }

// browserHeaders is what Chromium sends with a same-origin request by fetch,
// EventSource or WebSocket, with a session cookie as most sites have one, but for
// the encoding: it promises gzip, deflate, br and zstd, which this client would
// have to decode. Empty is identity.
func browserHeaders(t wire.Transport, secure bool, host, encoding string) []header {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	const (
		agent    = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
		brands   = `"Chromium";v="140", "Not=A?Brand";v="24"`
		language = "en-US,en;q=0.9"
		cookie   = "session=5f1c9a3e7b2d48609e1f4c7a2b8d6035; theme=dark; consent=1"
	)
	origin := scheme + "://" + host
	encoding = cmp.Or(encoding, "identity")
	if t == wire.WebSocket {
		return []header{
			{"Pragma", "no-cache"}, {"Cache-Control", "no-cache"}, {"User-Agent", agent}, {"Origin", origin},
			{"Accept-Encoding", encoding}, {"Accept-Language", language}, {"Cookie", cookie},
		}
	}
	accept := header{"Accept", "*/*"}
	hs := []header{{"Connection", "keep-alive"}}
	if t == wire.SSE {
		accept.value = "text/event-stream"
		hs = append(hs, header{"Cache-Control", "no-cache"})
	}
	return append(hs,
		header{"sec-ch-ua-platform", `"Linux"`}, header{"User-Agent", agent}, accept,
		header{"sec-ch-ua", brands}, header{"sec-ch-ua-mobile", "?0"},
		header{"Sec-Fetch-Site", "same-origin"}, header{"Sec-Fetch-Mode", "cors"}, header{"Sec-Fetch-Dest", "empty"},
		header{"Referer", origin + "/"}, header{"Accept-Encoding", encoding}, header{"Accept-Language", language},
		header{"Cookie", cookie},
	)
}

// requestHeaders is what the variant's client sends besides the request line
// and Host. Connection: keep-alive is of HTTP/1.1 alone here: over 1.0 it would keep
// a connection that is to be closed, and HTTP/2 has no such field (RFC 9113
// section 8.2.2).
func requestHeaders(v wire.Variant, host string) []header {
	encoding := acceptEncoding(v)
	if v.Word(wire.Headers) == "browser" {
		all := browserHeaders(v.Transport, v.On(wire.TLS), host, encoding)
		if v.Word(wire.HTTP) != "1.1" {
			all = slices.DeleteFunc(all, func(h header) bool { return h.name == "Connection" })
		}
		return all
	}
	var hs []header
	if v.Transport == wire.SSE {
		hs = append(hs, header{"Accept", "text/event-stream"})
	}
	if encoding != "" {
		hs = append(hs, header{"Accept-Encoding", encoding})
	}
	return hs
}

// target is the path of a client's requests and their parameters but the cursor.
func target(t wire.Transport, topic string) string {
	route := map[wire.Transport]string{
		wire.Polling: wire.RoutePolling, wire.LongPoll: wire.RouteLongPoll, wire.SSE: wire.RouteSSE, wire.WebSocket: wire.RouteWebSocket,
	}[t]
	return route + "?" + wire.ParamTopic + "=" + url.QueryEscape(topic)
}

// A requester writes a client's GET requests over HTTP/1.1 or 1.0, which differ in
// the cursor only.
type requester struct {
	before, after string // the request up to the cursor, and from there
}

func newRequester(v wire.Variant, host, topic, extra string) requester {
	line := "GET " + target(v.Transport, topic)
	rest := fmt.Sprintf("%s HTTP/%s\r\nHost: %s\r\n", codingOf(v).parameter()+extra, v.Word(wire.HTTP), host)
	for _, h := range requestHeaders(v, host) {
		rest += h.name + ": " + h.value + "\r\n"
	}
	if v.On(wire.ETag) {
		return requester{line + rest + "If-None-Match: \"", "\"\r\n\r\n"}
	}
	return requester{line + "&" + wire.ParamAfter + "=", rest + "\r\n"}
}

// appendTo appends the request for the events behind a cursor.
func (r requester) appendTo(b []byte, at cursor) []byte {
	return append(at.appendTo(append(b, r.before...)), r.after...)
}

// upgradeHeaders are the headers that gorilla's dialer sends on top of its
// own. An empty User-Agent keeps net/http from adding one.
func upgradeHeaders(v wire.Variant, host string) http.Header {
	h := http.Header{"User-Agent": {""}}
	for _, one := range requestHeaders(v, host) {
		h[one.name] = []string{one.value}
	}
	return h
}
