//go:build linux

package null

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"pushbench/servers/wire"
)

// answer serves an HTTP connection until it ends.
func (s *Server) answer(c *client) error {
	for {
		head, err := c.until("\r\n\r\n")
		if err != nil {
			return err
		}
		if string(head) == prefaceHead {
			return s.answerHTTP2(c)
		}
		r, err := parseRequest(head)
		if err != nil {
			return c.refuse(badRequest, err)
		}
		switch string(r.path) {
		case wire.RoutePolling, wire.RouteLongPoll:
			if err := s.poll(c, r); err != nil || r.once {
				return err
			}
		case wire.RouteSSE:
			if r.once {
				return s.stream(c, r, bareStream, c.streamHead(r))
			}
			return s.stream(c, r, eventStream, c.streamHead(r))
		case wire.RouteWebSocket:
			return s.stream(c, r, message, c.upgradeHead(r))
		default:
			return c.refuse(notFound, fmt.Errorf("the null server has no route %.64q", r.path))
		}
	}
}

// poll answers with one event or, when the client has had all that it may get,
// with none.
func (s *Server) poll(c *client, r request) error {
	if r.once {
		c.had = r.had()
	}
	event := c.had < s.credit.limit()
	b := append(c.out[:0], r.version()...)
	switch {
	case event:
		c.had++
		b = append(b, "200 OK"...)
	case r.noneMatch() != nil:
		b = append(b, "304 Not Modified"...)
	default:
		b = append(b, "204 No Content"...)
	}
	if r.etag {
		b = append(b, "\r\nCache-Control: no-cache"...)
	} else {
		b = append(b, "\r\nCache-Control: no-store"...)
	}
	if event {
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(s.payload+len("[]")), 10)
		b = append(b, "\r\nContent-Type: application/json"...)
	}
	if r.etag {
		b = append(b, "\r\nETag: \""...)
		b = append(strconv.AppendUint(b, c.had, 10), '"')
	}
	b = append(b, "\r\n"+wire.HeaderCursor+": "...)
	b = strconv.AppendUint(b, c.had, 10)
	b = append(c.appendDate(b), "\r\n\r\n"...)
	if event {
		b = wire.AppendPayload(append(b, '['), c.had-1, s.payload)
		b = append(b, ']')
		s.credit.sent()
	}
	c.out = b
	_, err := c.Write(b)
	return err
}

// streamBegin is what the text of a stream begins with.
const streamBegin = "retry: 2000\nid: 0\n\n"

// streamHead is the head of an event stream and the beginning of its text, in a chunk unless the
// connection ends with it.
func (c *client) streamHead(r request) []byte {
	b := []byte(r.version() + "200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\n" + wire.HeaderCursor + ": 0\r\nX-Accel-Buffering: no")
	b = c.appendDate(b)
	if r.once {
		return append(b, "\r\n\r\n"+streamBegin...)
	}
	return fmt.Appendf(b, "\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(streamBegin), streamBegin)
}

// upgradeHead accepts a WebSocket (RFC 6455 section 4.2.2).
func (c *client) upgradeHead(r request) []byte {
	const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	sum := sha1.Sum(append(bytes.Clone(r.header("Sec-WebSocket-Key")), guid...))
	return []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\n" + wire.HeaderCursor + ": 0\r\n\r\n")
}

// stream writes head and has events pushed until the client leaves.
func (s *Server) stream(c *client, r request, f form, head []byte) error {
	n, err := s.mayStream(r.topic)
	if err != nil {
		return c.refuse(badRequest, err)
	}
	return s.subscribe(c, n, f, head)
}

// frames serves a client of the tcp floor, as package wire describes.
func (s *Server) frames(c *client) error {
	line, err := c.until("\n")
	if err != nil {
		return err
	}
	topic, _, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(" "))
	n, err := s.mayStream(topic)
	if err != nil {
		_, werr := c.Write(wire.AppendFrame(binary.BigEndian.AppendUint32(nil, wire.FrameError), []byte(err.Error())))
		return errors.Join(err, werr)
	}
	return s.subscribe(c, n, frame, make([]byte, wire.FrameHead))
}

// mayStream tells which client subscribes to the topic, or why none can.
func (s *Server) mayStream(topic []byte) (int, error) {
	if s.credit == nil {
		return 0, errors.New("the null server was started without credit, which streams need")
	}
	n, err := clientOf(topic)
	if err == nil && n >= s.credit.clients() {
		err = fmt.Errorf("the credit has no room for client %d, only for %d clients", n, s.credit.clients())
	}
	return n, err
}

// subscribe writes head, has events pushed and reads, without looking at what
// it is, until the client leaves.
func (s *Server) subscribe(c *client, n int, f form, head []byte) error {
	if _, err := c.Write(head); err != nil {
		return err
	}
	sub := &subscriber{Conn: c.Conn, client: n, form: f}
	s.join(sub)
	defer s.leave(sub)
	_, err := io.Copy(io.Discard, struct{ io.Reader }{c.Conn})
	return err
}
