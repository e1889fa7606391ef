package wire

// Routes of every server. All are GET except RoutePublish, which is POST.
const (
	RoutePolling   = "/polling"   // ?topic=T&after=N: JSON array of the events after N; 204 when there are none
	RouteLongPoll  = "/longpoll"  // ?topic=T&after=N&wait=30s: the same, held until an event or the end of the wait
	RouteSSE       = "/sse"       // ?topic=T[&after=N]: text/event-stream, an id line on each event
	RouteWebSocket = "/websocket" // ?topic=T&after=N: one text message per event
	RoutePublish   = "/publish"   // ?topic=T: newline-delimited JSON events, any number in one streaming request
	RouteEcho      = "/echo"      // WebSocket echo of text and binary messages
	RouteStats     = "/stats"     // the server's own figures, a Stats document; ?gc=1 collects garbage first
)

// Query parameters.
const (
	ParamTopic    = "topic"    // the topic; "default" when absent
	ParamAfter    = "after"    // the number of the last event that the client has; absent: only new events
	ParamWait     = "wait"     // how long /longpoll may hold a request, a Go duration
	ParamBatch    = "batch"    // how long /longpoll waits for more events once it has one, a Go duration
	ParamETag     = "etag"     // /polling answers with an entity tag; any value
	ParamEpoch    = "epoch"    // the response's cursors bear the server's epoch, E-N instead of N; any value
	ParamPublish  = "publish"  // /websocket: the client's text messages are events for its topic; any value
	ParamBinary   = "binary"   // payloads are carried as bytes: in binary messages over WebSocket, else as base64 (RFC 4648 section 4), which in an array is a string; any value
	ParamCompress = "compress" // a client that accepts gzip is answered with it, and one that offers permessage-deflate gets that; any value
	ParamGC       = "gc"       // /stats collects garbage before it reads the heap
)

// HeaderCursor is the one header of this module. In a response it is the
// number to pass back as the cursor: that of the newest event that the
// response carries or, when it carries none, the cursor that holds now. In a
// request it is the same as the after parameter, which is why it bears the
// name that EventSource already sends.
//
// A cursor is a number, or an epoch, a dash and a number. The epoch tells the
// numbers of one server process from those of another. Responses have it when
// the request has it, in its cursor or by ParamEpoch; else a cursor of an
// earlier process is known by being ahead of the newest event only.
const HeaderCursor = "Last-Event-ID"

// CloseGap is the WebSocket close code (private use, RFC 6455 section 7.4.2)
// by which a server says that events after the cursor are no longer in its
// history. The close reason is a Gap document. CloseSlow says that the client
// fell behind the history while connected. Polling and long-polling say the
// same by status 410 with a Gap document as the body, SSE by an event of type
// EventGap whose data is a Gap document.
const (
	CloseGap  = 4410
	CloseSlow = 4408
	EventGap  = "gap"
)

// A Gap tells a client which events are lost to it: those after After up to,
// but not including, Oldest. When Oldest is not above After, or when the epoch
// is another, the server was restarted and its numbers began again: what
// was lost cannot be told, and all events from Oldest on are new.
type Gap struct {
	After  uint64 `json:"after"`           // the client's cursor
	Oldest uint64 `json:"oldest"`          // the oldest event that the server still has; Oldest-1 is the cursor to go on from
	Epoch  string `json:"epoch,omitempty"` // of Oldest, when the client's cursors bear one
}
