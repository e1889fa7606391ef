package servers

import (
	"sync"
	"sync/atomic"

	"pushbench/servers/wire"
)

// An Event is one payload with its number in its topic. It is immutable and
// safe for concurrent use; it is encoded once per transport, when a client of
// that transport that keeps up is first served, and shared by all of them from
// then on.
type Event struct {
	ID      uint64 // from 1
	Payload []byte // one JSON value on one line of valid UTF-8

	sse     once[block]
	frame   once[[]byte]
	message once[[]byte]
	others  atomic.Pointer[otherForms] // nil: nobody wanted them
}

// otherForms are the encodings of an event that is compressed, or whose payload is carried as bytes.
type otherForms struct {
	bytesSSE     once[block]
	bytesMessage once[[]byte]
	deflated     [2]once[[]byte] // messages of text, and of bytes
}

// SSE returns the event as a block of a text/event-stream: an id line, a data
// line and the blank line that dispatches it (WHATWG HTML, section 9.2.6).
func (e *Event) SSE() []byte { return form{}.block(e).text() }

// Frame returns the event as a frame of the tcp floor.
func (e *Event) Frame() []byte {
	return e.frame.get(func() []byte {
		return wire.AppendFrame(make([]byte, 0, wire.FrameHead+len(e.Payload)), e.Payload)
	})
}

func (e *Event) inOtherForms() *otherForms {
	if o := e.others.Load(); o != nil {
		return o
	}
	e.others.CompareAndSwap(nil, new(otherForms))
	return e.others.Load()
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
