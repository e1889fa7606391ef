package servers

import (
	"sync"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

// An Event is one payload with its number in its topic. It is immutable and
// safe for concurrent use; it is encoded once per transport, when a client of
// that transport that keeps up is first served, and shared by all of them from
// then on.
type Event struct {
	ID      uint64 // from 1
	Payload []byte // one JSON value on one line of valid UTF-8

	sse     once[[]byte]
	frame   once[[]byte]
	message once[*websocket.PreparedMessage]
}

// SSE returns the event as a block of a text/event-stream: an id line, a data
// line and the blank line that dispatches it (WHATWG HTML, section 9.2.6).
func (e *Event) SSE() []byte {
	return e.sse.get(func() []byte {
		return e.appendSSE(make([]byte, 0, len("id: \ndata: \n\n")+20+len(e.Payload)), "")
	})
}

// appendSSE appends what SSE returns, with an epoch in the id unless it is "".
func (e *Event) appendSSE(b []byte, epoch string) []byte {
	b = append(b, "id: "...)
	b = appendCursor(b, epoch, e.ID)
	b = append(b, "\ndata: "...)
	b = append(b, e.Payload...)
	return append(b, "\n\n"...)
}

// Frame returns the event as a frame of the tcp floor.
func (e *Event) Frame() []byte {
	return e.frame.get(func() []byte {
		return wire.AppendFrame(make([]byte, 0, wire.FrameHead+len(e.Payload)), e.Payload)
	})
}

// Message returns the event as one WebSocket text message.
func (e *Event) Message() *websocket.PreparedMessage {
	return e.message.get(func() *websocket.PreparedMessage {
		m, err := websocket.NewPreparedMessage(websocket.TextMessage, e.Payload)
		if err != nil {
			panic(err) // it writes to memory, as a known type of message
		}
		return m
	})
}

// once is a value that is made by its first user.
type once[T any] struct {
	once  sync.Once
	value T
}

func (o *once[T]) get(fill func() T) T {
	o.once.Do(func() { o.value = fill() })
	return o.value
}
