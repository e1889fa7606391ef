package wire

import "slices"

// A Transport is a way to carry events from a server to a client.
type Transport string

// The transports, in the order in which they are listed, drawn and explained.
// TCP is the floor: length-prefixed frames on a raw socket, the least that the
// machine can do. It is shown as a line and never ranked as a contender.
const (
	Polling   Transport = "polling"
	LongPoll  Transport = "longpoll"
	SSE       Transport = "sse"
	WebSocket Transport = "websocket"
	TCP       Transport = "tcp"
)

// Transports returns every transport, the floor last.
func Transports() []Transport {
	return []Transport{Polling, LongPoll, SSE, WebSocket, TCP}
}

// Known reports whether t is one of Transports.
func (t Transport) Known() bool { return slices.Contains(Transports(), t) }

// Label is what t is called in a sentence.
func (t Transport) Label() string {
	switch t {
	case LongPoll:
		return "long-polling"
	case SSE:
		return "SSE"
	case WebSocket:
		return "WebSocket"
	}
	return string(t)
}

// Floor reports whether t is the physical limit and no contender.
func (t Transport) Floor() bool { return t == TCP }
