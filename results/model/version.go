package model

import (
	"strconv"

	"pushbench/results"
)

// overHTTP is the version of HTTP by which a trial's requests and answers
// travelled. A record of before there were several has 1.1.
func overHTTP(t *results.Trial) string {
	if v := t.Settings.Word("http"); v != "" {
		return v
	}
	return "1.1"
}

// asks reports whether the clients ask for events.
func asks(t *results.Trial) bool { return t.Transport == "polling" || t.Transport == "longpoll" }

// reconnects reports whether each request opens a connection.
func reconnects(t *results.Trial) bool { return overHTTP(t) == "1.0" && asks(t) }

// shared reports whether clients have connections in common.
func shared(t *results.Trial) bool { return t.Settings.Seconds("streams") > 1 }

// trip is a quantile of what a request takes to be answered, on a connection that
// it may have to open.
func trip(t *results.Trial, q float64) float64 {
	if reconnects(t) {
		return t.Connection.Open.Quantile(q)
	}
	return t.Connection.HTTP.Quantile(q)
}

// frameHead and mostFrame are the head of an HTTP/2 frame and the most that is
// behind it (RFC 9113 sections 4.1 and 4.2).
const (
	frameHead = 9
	mostFrame = 1 << 14
)

// carrier is what stands around size bytes of an event stream that leave at once:
// nothing over HTTP/1.0, heads of frames over HTTP/2, else a chunk's size and its
// two line ends.
func carrier(http string, size int) int {
	switch http {
	case "1.0":
		return 0
	case "2":
		return frameHead * ((size + mostFrame - 1) / mostFrame)
	}
	return len(strconv.FormatInt(int64(size), 16)) + chunkEnds
}

// tunneled is what HTTP/2 puts around size bytes of a WebSocket that leave at once (RFC 8441);
// over HTTP/1.1 the connection is the WebSocket's own.
func tunneled(t *results.Trial, size int) int {
	if overHTTP(t) != "2" {
		return 0
	}
	return carrier("2", size)
}

// carriers name what carrier stands for, and where it is defined.
var carriers = map[string]struct{ name, one, source string }{
	"1.0": {"nothing around it", "", "RFC 9112 section 6.3 (a body that ends with the connection)"},
	"1.1": {"its chunk", "chunk", "RFC 9112 section 7.1 (chunk)"},
	"2":   {"heads of frames", "frame", "RFC 9113 section 4.1 (frame)"},
}

// slowToAsk reports whether opening a connection for each request takes so long
// that it shifts when the server is asked: over a path, and with TLS.
func slowToAsk(t *results.Trial) bool { return reconnects(t) && (t.Path.Delay > 0 || secure(t)) }

// oneByOne reports whether a connection carries the exchanges of one client, one
// after the other, and nothing else.
func oneByOne(t *results.Trial) bool {
	return !reconnects(t) && !shared(t) && t.Steady.Out[results.HTTP2Window] == 0
}
