package loadgen

import (
	"fmt"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
)

// A talk is what is said over a WebSocket besides events: what subscribes, and the
// answers to pings that are messages. One goroutine at a time hears; any may speak.
type talk struct {
	ws     *websocket.Conn
	spec   *dialect.WebSocket
	values dialect.Values
	spoke  func(n int) // told of each message of n bytes by which the talk answers; may be nil

	next      int  // of the steps of spec.Open
	confirmed bool // the message that confirms has come
	answer    []byte

	mu sync.Mutex // of writing
}

// begin takes the steps that need not wait for a message.
func (t *talk) begin() error {
	for t.next < len(t.spec.Open) && t.spec.Open[t.next].After == "" {
		t.next++
		if err := t.speak(t.spec.Open[t.next-1].Send); err != nil {
			return err
		}
	}
	return nil
}

// waits reports whether a message is still to come that the subscription needs.
func (t *talk) waits() bool {
	return t.next < len(t.spec.Open) || t.spec.Confirm != "" && !t.confirmed
}

// hear takes a message, and says what it is to be answered. It reports whether the
// message was foreseen.
func (t *talk) hear(message []byte) (foreseen bool, err error) {
	if t.spec.Refuse.Matches(message) {
		return true, fmt.Errorf("the server refuses the subscription: %s", parse.Excerpt(message))
	}
	if t.spec.Confirm.Matches(message) {
		foreseen, t.confirmed = true, true
	}
	if t.next < len(t.spec.Open) && t.spec.Open[t.next].After.Matches(message) {
		foreseen = true
		t.next++
		if err := t.speak(t.spec.Open[t.next-1].Send); err != nil {
			return true, err
		}
		if err := t.begin(); err != nil {
			return true, err
		}
	}
	for i := range t.spec.Replies {
		if r := &t.spec.Replies[i]; r.To.Matches(message) {
			foreseen = true
			if err := t.speak(r.Send); err != nil {
				return true, err
			}
		}
	}
	return foreseen, nil
}

// speak says something that is no event.
func (t *talk) speak(text dialect.Template) error {
	t.answer = text.Append(t.answer[:0], &t.values)
	if err := t.write(t.answer, goodbye); err != nil {
		return err
	}
	if t.spoke != nil {
		t.spoke(len(t.answer))
	}
	return nil
}

// write sends a message, for which the server has to make room within limit.
func (t *talk) write(message []byte, limit time.Duration) error {
	kind := websocket.TextMessage
	if t.spec.Binary {
		kind = websocket.BinaryMessage
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.ws.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	return t.ws.WriteMessage(kind, message)
}
