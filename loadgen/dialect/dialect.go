package dialect

import "time"

// A Dialect says how one server speaks. A transport that is nil is not offered.
// It is not changed once it has been prepared, and may then be used concurrently.
type Dialect struct {
	TLS      bool   // https and wss
	Insecure bool   // with TLS: any certificate will do
	Host     string // the Host header and the name in the certificate; empty: the address that is dialed
	Origin   string // what {origin} stands for, such as http://127.0.0.1:8080
	Prefix   string // what all paths begin with; empty after Prepare

	Publish   Publish
	SSE       *SSE
	WebSocket *WebSocket
	LongPoll  *Ask
	Polling   *Ask
}

// A Request is an HTTP request whose parts are templates. The Path is the whole
// request target, with the query; its values are percent-encoded unless it says
// otherwise. Method is GET where it is empty, and POST to publish.
type Request struct {
	Method  string
	Path    Template
	Headers []Header // besides Host, Content-Length, Connection and the headers of an upgrade
	Body    Template
}

// A Header is one header of a request. It is left out where its value is empty: a
// cursor has no value before the first answer.
type Header struct {
	Name  string
	Value Template
}

// Publish is how an event gets to the server. One of three is set: the Request's
// path, the Message, or By is ByServer.
type Publish struct {
	By Means // empty: ByRequest, or ByWebSocket where there is a Message

	Request       // one for each event, over a connection that is kept; Body is {event} where it is empty
	Accept  []int // statuses by which the server says that it has the event; none: any from 200 to 299

	Message   Template   // sent over a WebSocket for each event; nobody answers
	WebSocket *WebSocket // the publisher's connection; nil: one like that of a subscriber

	Every time.Duration // ByServer: from one event to the next, as the server is set up; 0: not known

	// Parallel allows requests of several topics to be under way at once. Otherwise the
	// next is sent when the last one has been answered.
	Parallel bool
}

// Means is who publishes, and over what.
type Means string

// The ways to publish. With ByServer nobody does: the server has events of its own,
// without a marker. Then each SSE event with a wanted name is an event, and each
// WebSocket message that is no ping and confirms nothing.
const (
	ByRequest   Means = "request"
	ByWebSocket Means = "websocket"
	ByServer    Means = "server"
)

// SSE is how a client gets an event stream. Ids are not needed.
type SSE struct {
	Request
	Events []string // names of the SSE events that carry something; none: any name
	Opened Opened   // empty: AtHead

	// Completes is the path of a stream that the server completes after a few events, and Ends
	// that of one that it completes, too, and whose client it then tells not to come back.
	// Empty: it is not known how to ask for one. They are for a check of the server.
	Completes, Ends Template

	Terms
}

// WebSocket is how a client subscribes over a WebSocket.
type WebSocket struct {
	Request            // its Method and Body are not used
	Protocols []string // Sec-WebSocket-Protocol, in the order of preference
	Open      []Step   // what the client says before events come, in order
	Replies   []Reply  // how it answers pings that are messages
	Confirm   Match    // the message that says that the subscription is made; empty: none does
	Refuse    Match    // the message that says that it is not; empty: none does
	Opened    Opened   // empty: AtConfirm where there is a Confirm, else AtHead
	Binary    bool     // the client's messages are binary, not text
	Terms
}

// A Step is one message to send. It waits for a message that matches After; one
// without After is sent at once when the step before it has been.
type Step struct {
	After Match
	Send  Template
}

// A Reply is the answer to each message that matches To, such as an application's ping.
type Reply struct {
	To   Match
	Send Template
}

// An Ask is how a client asks for events, with polling or long-polling.
type Ask struct {
	Request
	Cursors []Cursor

	// Nothing are the statuses that say that there is nothing new; none: 204 and 304. A
	// body that is empty, or has an empty list where events would be, says so, too.
	Nothing []int

	// Latest says that an answer has a state, not all events: a client that is slow
	// misses some by design. Events that it has skipped are not lost.
	Latest bool

	// Wait is the longest time that the server lets a long-poll wait; 0: it has no
	// limit. A client waits longer than that. Polling does not use it.
	Wait   time.Duration
	Opened Opened // empty: AtHead, of the first answer
	Terms
}

// A Cursor is a value by which a server knows what a client has. It comes from the
// header or by the pointer, one of which is set, and keeps its value while an answer
// does not have it.
type Cursor struct {
	Name    string // as in {cursor.NAME}
	First   string // its value in the first request
	Header  string
	Pointer Pointer
}

// Terms are what is known of a transport beforehand.
type Terms struct {
	Most  int           // clients that the server can hold at a time; 0: no limit is known
	Pause time.Duration // from the opening of one client to that of the next
	Fails string        // why this transport is expected to fail; empty: it should work
}

// Opened says what a client waits for until its connection counts as open. In every
// case a subscription counts as made only when an event has come through.
type Opened string

// What a client waits for. A server that sends its head with the first event never
// gets to AtHead by itself.
const (
	AtHead    Opened = "head"    // the head of the answer
	AtByte    Opened = "byte"    // the first byte behind the head
	AtEvent   Opened = "event"   // the first event
	AtConfirm Opened = "confirm" // the message that confirms
)
