package servers

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"pushbench/servers/wire"
)

// serveFrames serves one client of the tcp floor, as package wire describes.
func (s *Server) serveFrames(c *conn) {
	c.whenLeaving(func() { c.SetReadDeadline(time.Now()) })
	if line, err := readHello(c); err == nil {
		s.subscribe(c, line)
	}
	c.drain()
}

// subscribe carries the events that the line asks for until either side ends.
func (s *Server) subscribe(c *conn, line string) {
	to := &frameSink{c, s}
	topic, after, err := parseHello(line)
	if err != nil {
		to.tell(wire.FrameError, []byte(err.Error()))
		return
	}
	p, err := s.locate(topic, after, s.hub.hold)
	if err != nil {
		to.tell(wire.FrameError, []byte(err.Error()))
		return
	}
	defer s.hub.release(p.topic)
	if err := to.write(nil, true); err != nil {
		to.farewell(err, nil)
		return
	}
	err, heard := c.stream(s.newStream(wire.TCP, p, to, gateOf(c.Conn)), c.ignore)
	s.vanished(err, heard, c.RemoteAddr().String(), "tcp")
	c.Close() // its end was shut
}

// readHello reads the client's line, without its end.
func readHello(c *conn) (string, error) {
	if err := c.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return "", err
	}
	select {
	case <-c.gone: // the deadline for that may have been set before
		return "", net.ErrClosed
	default:
	}
	line := make([]byte, 0, maxHello)
	for len(line) < maxHello {
		n, err := c.Read(line[len(line):maxHello])
		line = line[:len(line)+n]
		if text, _, ok := strings.Cut(string(line), "\n"); ok {
			return text, c.SetReadDeadline(time.Time{})
		}
		if err != nil {
			return "", err
		}
	}
	return string(line), c.SetReadDeadline(time.Time{}) // parseHello refuses it
}

// parseHello splits a line `topic after` or `topic`. It does not look into the
// words; "" stands for one that is absent.
func parseHello(line string) (topic, after string, err error) {
	if len(line) >= maxHello {
		return "", "", fmt.Errorf("the line is longer than %d bytes", maxHello-1)
	}
	topic, after, _ = strings.Cut(strings.TrimSuffix(line, "\r"), " ")
	return topic, after, nil
}

// A frameSink writes length-prefixed frames.
type frameSink struct {
	c *conn
	s *Server
}

// Ends of a tcp stream that the client was told of.
var (
	errMissed = errors.New("events were gone when the client came")
	errBehind = errors.New("events were gone before the client took them")
)

var emptyFrame [wire.FrameHead]byte

func (k *frameSink) write(events []*Event, live bool) error {
	switch {
	case len(events) == 0:
		_, err := k.c.Write(emptyFrame[:])
		return err
	case len(events) == 1 && live:
		_, err := k.c.Write(events[0].Frame())
		return err
	}
	b := newBatch(k.c)
	for _, e := range events {
		if live {
			b.add(e.Frame())
		} else {
			b.encode(func(to []byte) []byte { return wire.AppendFrame(to, e.Payload) })
		}
	}
	return b.end()
}

func (k *frameSink) gap(g *wire.Gap, late bool) error {
	doc, err := json.Marshal(g)
	if err != nil {
		return err
	}
	if err := k.tell(wire.FrameGap, doc); err != nil {
		return err
	}
	if late {
		return errBehind
	}
	return errMissed
}

func (k *frameSink) farewell(err, _ error) {
	switch {
	case errors.Is(err, errMissed):
	case errors.Is(err, errBehind):
		k.s.stats.slow.Add(1)
	case err != nil:
		k.s.lost(err, k.c.RemoteAddr().String(), "tcp")
		k.c.Close()
		return
	}
	k.c.shut()
}

// tell writes a head that is no length and text in the frame behind it.
func (k *frameSink) tell(head uint32, text []byte) error {
	_, err := k.c.Write(wire.AppendFrame(binary.BigEndian.AppendUint32(nil, head), text))
	return err
}
