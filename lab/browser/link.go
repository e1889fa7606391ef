//go:build linux

package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/gorilla/websocket"
)

// errUnwritten says that a browser has not yet written the whole of a file.
var errUnwritten = errors.New("the file is not complete")

// A link carries the commands of the devtools protocol or of WebDriver BiDi, and their
// answers, over a WebSocket. Both are JSON texts in which an answer has the number of its
// command. Its methods may be called concurrently, but close once.
type link struct {
	conn   *websocket.Conn
	reader sync.WaitGroup

	mu      sync.Mutex
	last    uint64 // number of a command
	waiting map[uint64]chan<- message
	err     error // why there are no more answers
}

// dial opens a link. The caller closes it.
func dial(ctx context.Context, address string) (*link, error) {
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	l := &link{conn: conn, waiting: map[uint64]chan<- message{}}
	l.reader.Go(l.read)
	return l, nil
}

func (l *link) close() {
	_ = l.conn.Close()
	l.reader.Wait()
}

// read gives each answer to who waits for it. Events are not asked for, and dropped.
func (l *link) read() {
	for {
		_, text, err := l.conn.ReadMessage()
		var m message
		if err == nil {
			m, err = parse(text)
		}
		l.mu.Lock()
		if err != nil {
			l.err = err
			for _, to := range l.waiting {
				close(to)
			}
			clear(l.waiting)
			l.mu.Unlock()
			_ = l.conn.Close()
			return
		}
		if to := l.waiting[m.id]; to != nil { // nil: an event, or nobody waits any more
			to <- m
			delete(l.waiting, m.id)
		}
		l.mu.Unlock()
	}
}

// A command is what a browser is told.
type command struct {
	ID      uint64 `json:"id"`
	Session string `json:"sessionId,omitempty"` // devtools: of the page
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// call sends a command and waits for its answer, which goes into result, unless that is nil.
// The error is a *refusal when the browser refuses the command.
func (l *link) call(ctx context.Context, session, method string, params, result any) error {
	answer := make(chan message, 1)
	l.mu.Lock()
	err := l.err
	if err == nil {
		l.last++
		err = l.conn.WriteJSON(command{l.last, session, method, params})
	}
	id := l.last
	if err == nil {
		l.waiting[id] = answer
	}
	l.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m, ok := <-answer:
		switch {
		case !ok:
			l.mu.Lock()
			defer l.mu.Unlock()
			return fmt.Errorf("%s is not answered: %w", method, l.err)
		case m.refused != nil:
			return fmt.Errorf("%s: %w", method, m.refused)
		case result == nil:
			return nil
		}
		if err := json.Unmarshal(m.result, result); err != nil {
			return fmt.Errorf("the answer to %s: %w", method, err)
		}
		return nil
	case <-ctx.Done():
		l.mu.Lock()
		delete(l.waiting, id)
		l.mu.Unlock()
		return fmt.Errorf("%s is not answered: %w", method, context.Cause(ctx))
	}
}

// A message is what a browser says: an answer, or an event, which has the number 0.
type message struct {
	id      uint64
	result  json.RawMessage
	refused *refusal
}

// A refusal is a browser's answer to a command that it does not carry out.
type refusal struct{ what, text string }

func (r *refusal) Error() string { return r.what + ": " + r.text }

// parse reads a message of either protocol. An answer of the devtools protocol has an id, and
// a result or an error, which is an object. WebDriver BiDi has a type as well, and an error is
// a word with a message beside it (WebDriver BiDi, section 3.2).
func parse(text []byte) (message, error) {
	var raw struct {
		Type    string
		ID      *uint64
		Method  string
		Result  json.RawMessage
		Error   json.RawMessage
		Message string
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return message{}, fmt.Errorf("a message that is not of the protocol: %w", err)
	}
	m := message{result: raw.Result}
	if raw.Error != nil && string(raw.Error) != "null" {
		m.refused = readRefusal(raw.Error, raw.Message)
	}
	switch {
	case raw.ID != nil && *raw.ID > 0 && (m.refused != nil) != (raw.Result != nil):
		m.id = *raw.ID
		return m, nil
	case m.refused != nil:
		return message{}, fmt.Errorf("a command that the browser cannot read: %w", m.refused)
	case raw.ID == nil && raw.Method != "" && (raw.Type == "" || raw.Type == "event"):
		return message{}, nil
	}
	return message{}, fmt.Errorf("a message that is not of the protocol: %.200q", text)
}

func readRefusal(raw json.RawMessage, text string) *refusal {
	var word string
	if json.Unmarshal(raw, &word) == nil {
		return &refusal{word, text}
	}
	var object struct {
		Code    int
		Message string
	}
	if json.Unmarshal(raw, &object) == nil {
		return &refusal{fmt.Sprintf("error %d", object.Code), object.Message}
	}
	return &refusal{"an error of an unknown form", fmt.Sprintf("%.200s", raw)}
}
