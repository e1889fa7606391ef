package check

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
)

// A socket is a client of a WebSocket (RFC 6455).
type socket struct {
	ear
	spec      *dialect.WebSocket
	values    dialect.Values
	step      int    // of spec.Open
	confirmed bool   // the message that confirms has come
	message   []byte // of which frames have come
	begun     bool   // a frame of it has come, and its last has not
}

// A closing is how a server closes a WebSocket: by a close frame.
type closing struct {
	code   int // 1005: it says none
	reason string
}

func (c *closing) Error() string {
	text := fmt.Sprintf("the server closed the WebSocket with code %d", c.code)
	if c.reason != "" {
		text += ": " + parse.Excerpt([]byte(c.reason))
	}
	return text
}

// Opcodes of frames, and the bit of a message's last one (section 5.2).
const (
	opText   = 1
	opBinary = 2
	opClose  = 8
	opPing   = 9
	opPong   = 10
	final    = 0x80
	masked   = 0x80
)

func openSocket(ctx context.Context, e ear, spec *dialect.WebSocket, m manner) (*socket, error) {
	s := &socket{ear: e, spec: spec, values: e.p.values()}
	var err error
	if s.line, err = e.p.dial(ctx); err != nil {
		return nil, err
	}
	if err = s.upgrade(m.headers); err == nil {
		err = s.say()
	}
	if err != nil {
		s.line.close()
		return nil, err
	}
	return s, nil
}

func (s *socket) upgrade(headers []header) error {
	key := base64.StdEncoding.EncodeToString([]byte(rand.Text()[:16]))
	with := append([]header{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Key", key}, {"Sec-WebSocket-Version", "13"}}, headers...)
	if len(s.spec.Protocols) > 0 {
		with = append(with, header{"Sec-WebSocket-Protocol", strings.Join(s.spec.Protocols, ", ")})
	}
	r := s.spec.Request
	r.Method, r.Body = http.MethodGet, dialect.Template{}
	if err := s.line.write(s.p.request(&r, &s.values, with), s.p.soon()); err != nil {
		return err
	}
	a, err := s.line.head(s.p.soon())
	if err != nil {
		return s.p.unanswered(err)
	}
	s.answer = a
	if a.status != http.StatusSwitchingProtocols {
		text := s.line.beginning(a)
		if err := a.page(text); err != nil {
			return err
		}
		return a.refusal(text)
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if want := base64.StdEncoding.EncodeToString(sum[:]); a.Get("Sec-Websocket-Accept") != want {
		return errors.New("the answer has status 101, and its Sec-WebSocket-Accept is not that of the request")
	}
	if x := a.Get("Sec-Websocket-Extensions"); x != "" && !hasHeader(headers, "Sec-WebSocket-Extensions") {
		return fmt.Errorf("the server agrees to the extension %s, which was not offered", parse.Excerpt([]byte(x)))
	}
	return nil
}

// say says what need not wait for a message.
func (s *socket) say() error {
	for s.step < len(s.spec.Open) && s.spec.Open[s.step].After == "" {
		s.step++
		if err := s.speak(s.spec.Open[s.step-1].Send); err != nil {
			return err
		}
	}
	return nil
}

func (s *socket) speak(t dialect.Template) error {
	op := byte(opText)
	if s.spec.Binary {
		op = opBinary
	}
	return s.send(op, t.Append(nil, &s.values))
}

// send sends a frame, masked as a client's are.
func (s *socket) send(op byte, text []byte) error {
	b := []byte{final | op}
	switch n := len(text); {
	case n < 126:
		b = append(b, masked|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, masked|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, masked|127), uint64(n))
	}
	var mask [4]byte
	_, _ = rand.Read(mask[:]) // never fails
	b = append(b, mask[:]...)
	for i, c := range text {
		b = append(b, c^mask[i%4])
	}
	return s.line.write(b, s.p.soon())
}

func (s *socket) hear(_ context.Context, limit time.Time) ([]uint64, error) {
	for {
		err := s.one(limit)
		if news := s.news(); len(news) > 0 {
			return news, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// one takes the next frame.
func (s *socket) one(limit time.Time) error {
	op, text, last, err := s.frame(limit)
	if err != nil {
		return err
	}
	return s.took(op, text, last)
}

// frame reads one frame. What has come of it by the limit is read again by the next call.
func (s *socket) frame(limit time.Time) (op byte, text []byte, last bool, err error) {
	need := func(n int) bool {
		for err == nil && len(s.line.rest()) < n {
			err = s.line.fill(limit)
		}
		return err == nil
	}
	if !need(2) {
		return 0, nil, false, err
	}
	head, size := 2, uint64(s.line.rest()[1]&^masked)
	switch size {
	case 126:
		if head = 4; need(head) {
			size = uint64(binary.BigEndian.Uint16(s.line.rest()[2:]))
		}
	case 127:
		if head = 10; need(head) {
			size = binary.BigEndian.Uint64(s.line.rest()[2:])
		}
	}
	if err != nil {
		return 0, nil, false, err
	}
	first, second := s.line.rest()[0], s.line.rest()[1]
	switch {
	case second&masked != 0:
		return 0, nil, false, errors.New("the server masks its frames, which only a client does")
	case first&0x70 != 0:
		return 0, nil, false, errors.New("the server sends a frame of an extension that was not agreed on")
	case size > mostKept:
		return 0, nil, false, errTooMuch
	}
	if !need(head + int(size)) {
		return 0, nil, false, err
	}
	text = s.line.rest()[head : head+int(size)]
	if op = first & 0x0f; op < opClose {
		s.pieces = append(s.pieces, s.line.taken)
	}
	s.line.taken += head + int(size)
	return op, text, first&final != 0, nil
}

// took takes a frame.
func (s *socket) took(op byte, text []byte, last bool) error {
	switch op {
	case opPing:
		s.beat("a ping")
		return s.send(opPong, text)
	case opPong:
		return nil
	case opClose:
		c := &closing{code: 1005}
		if len(text) >= 2 {
			c.code, c.reason = int(binary.BigEndian.Uint16(text)), string(text[2:])
		}
		_ = s.send(opClose, text[:min(len(text), 2)]) // it may have closed the connection, too
		return c
	}
	if !s.begun {
		s.message = s.message[:0]
	}
	s.message = append(s.message, text...)
	s.begun = !last
	if !last {
		return nil
	}
	return s.heardMessage(s.message)
}

// heardMessage takes a message: an event, or one that has to be answered.
func (s *socket) heardMessage(text []byte) error {
	foreseen := s.spec.Confirm.Matches(text)
	s.confirmed = s.confirmed || foreseen
	if s.spec.Refuse.Matches(text) {
		return fmt.Errorf("the server refuses the subscription: %s", parse.Excerpt(text))
	}
	if s.step < len(s.spec.Open) && s.spec.Open[s.step].After.Matches(text) {
		foreseen = true
		s.step++
		if err := s.speak(s.spec.Open[s.step-1].Send); err != nil {
			return err
		}
		if err := s.say(); err != nil {
			return err
		}
	}
	for _, r := range s.spec.Replies {
		if r.To.Matches(text) {
			foreseen = true
			s.beat("a message that is a ping")
			if err := s.speak(r.Send); err != nil {
				return err
			}
		}
	}
	if !foreseen && !s.take(text) {
		s.beat("a message of its own")
	}
	return nil
}

func (s *socket) close() {
	_ = s.send(opClose, binary.BigEndian.AppendUint16(nil, 1000)) // it may be closed already
	s.line.close()
}
