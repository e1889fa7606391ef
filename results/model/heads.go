package model

import (
	"strconv"

	"pushbench/results"
)

// The texts that the servers and the clients of this project exchange, but for
// what varies: the cursor and the length of an answer, by which their heads grow.
// They are what the exact predictions of bytes stand on; a server that adds a
// field to an answer makes those predictions findings.
const (
	date       = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" // the same size at any time (RFC 9110 section 5.6.7)
	noStore    = "Cache-Control: no-store\r\n"
	endOfHead  = "\r\n"
	answerText = "HTTP/1.1 200 OK\r\n" + noStore + "Content-Length: \r\nContent-Type: application/json\r\n" + date + "Last-Event-Id: \r\n" + endOfHead
	emptyText  = "HTTP/1.1 204 No Content\r\n" + noStore + date + "Last-Event-Id: \r\n" + endOfHead
	sameText   = "HTTP/1.1 304 Not Modified\r\n" + noStore + date + "Last-Event-Id: \r\n" + endOfHead
	tagText    = "ETag: \"\"\r\n" // with the cursor a second time
	streamText = "HTTP/1.1 200 OK\r\n" + noStore + "Content-Type: text/event-stream\r\n" + date + "Last-Event-Id: 0\r\nTransfer-Encoding: chunked\r\nX-Accel-Buffering: no\r\n" + endOfHead
	streamOpen = "retry: 2000\nid: 0\n\n" // the first chunk
	upgraded   = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: 0123456789012345678901234567\r\nLast-Event-Id: 0\r\n" + endOfHead
	upgrading  = "Connection: Upgrade\r\nSec-WebSocket-Key: 012345678901234567890123\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n"
)

// Heads are the sizes of an asking client's heads without the digits in them.
type Heads struct {
	Request float64 `json:"request"` // one cursor
	Answer  float64 `json:"answer"`  // Tags cursors and a length
	Empty   float64 `json:"empty"`   // Tags cursors
	Tags    float64 `json:"tags"`    // how often the cursor is in an answer
}

// HeadsOf returns the sizes of a trial's heads; ok is false where no
// connection tells them. The request is the one that
// opened the connections, cursor 0, which has the address and all that a browser
// sends; a held one asks for another wait.
func HeadsOf(t *results.Trial) (h Heads, ok bool) {
	opened := float64(t.Connection.Opened)
	if opened <= 0 || t.Handshake.Out[results.Head] <= 0 || t.Lacks(results.Opening) != "" {
		return h, false
	}
	h = Heads{float64(t.Handshake.Out[results.Head])/opened - 1, float64(len(answerText)), float64(len(emptyText)), 1}
	if t.Settings.On("etag") {
		h.Answer += float64(len(tagText))
		h.Empty = float64(len(sameText) + len(tagText))
		h.Tags = 2
	}
	if t.Transport == "longpoll" {
		h.Request += float64(len(t.Settings.Text("wait")) - len("0s"))
		if t.Settings.Seconds("batch") > 0 {
			h.Request += float64(len("&batch=" + t.Settings.Text("batch")))
		}
	}
	return h, true
}

// width is how many decimal digits n has.
func width(n float64) float64 { return float64(len(strconv.FormatInt(int64(max(0, n)), 10))) }
