package servers

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"pushbench/servers/wire"
)

// serveFrames serves one client of the tcp floor, as package wire describes.
func (s *Server) serveFrames(c *conn) {
	hello, done := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(done)
		defer c.leave()
		line, err := readHello(c)
		if err != nil {
			return
		}
		hello <- line
		// The client is not heard again, except that it leaves. io.Discard
		// would hold 8 KiB per connection for that.
		for ignored := make([]byte, 64); err == nil; {
			_, err = c.Read(ignored)
		}
		if errors.Is(err, syscall.ETIMEDOUT) { // the kernel gave up on it (see listen) while nothing was being written
			s.lost(err, c.RemoteAddr().String(), "tcp")
		}
	}()
	select {
	case <-c.gone:
	case line := <-hello:
		s.subscribe(c, line)
	}
	c.drain() // ends the reader, too
	<-done
}

// subscribe carries the events that the line asks for until either side ends.
func (s *Server) subscribe(c *conn, line string) {
	to := &frameSink{c}
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
	if err = to.write(nil, true); err == nil {
		err = s.stream(c.gone, s.stats.carriers[wire.TCP], &p, to)
	}
	switch {
	case errors.Is(err, errMissed):
	case errors.Is(err, errBehind):
		s.stats.slow.Add(1)
	case err != nil:
		s.lost(err, c.RemoteAddr().String(), "tcp")
		c.Close()
	}
}

// readHello reads the client's line, without its end.
func readHello(c *conn) (string, error) {
	if err := c.SetReadDeadline(time.Now().Add(helloTimeout)); err != nil {
		return "", err
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
type frameSink struct{ c *conn }

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

// tell writes a head that is no length and text in the frame behind it.
func (k *frameSink) tell(head uint32, text []byte) error {
	_, err := k.c.Write(wire.AppendFrame(binary.BigEndian.AppendUint32(nil, head), text))
	return err
}
