package loadgen

import (
	"context"
	"encoding/binary"
	"fmt"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// openTCP opens clients of the floor: one line there, frames back.
func openTCP(o *Options, d *dialer) opener {
	return func(ctx context.Context, c *client) error {
		if err := c.dial(ctx, d); err != nil {
			return err
		}
		t := &tcp{client: c, pipe: newPipe(c.conn, bufferFor(o.Payload))}
		if err := t.write(results.Head, fmt.Appendf(nil, "%s %d\n", topicName(c.Topic), c.after())); err != nil {
			return err
		}
		hello, err := t.need("frame's head", wire.FrameHead)
		c.opened = c.conn.last.Arrived
		if err != nil {
			return err
		}
		if n := binary.BigEndian.Uint32(hello); n != 0 {
			return t.refused(n)
		}
		t.r += wire.FrameHead
		t.received(results.Framing, wire.FrameHead)
		c.stream, c.atRest, c.ahead = t, t.between, t.pipe
		return nil
	}
}

// tcp reads one frame for each event.
type tcp struct {
	*client
	*pipe
}

func (t *tcp) receive() error {
	b, err := t.need("frame's head", wire.FrameHead)
	if err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint32(b))
	if n > wire.MaxPayload { // white space included
		return t.refused(uint32(n))
	}
	if b, err = t.need("frame", wire.FrameHead+n); err != nil {
		return err
	}
	t.r += len(b)
	t.received(results.Framing, wire.FrameHead)
	if n == 0 {
		return nil
	}
	more := !t.between()
	t.message(b[wire.FrameHead:], more)
	if more {
		t.takeBetween()
	}
	return nil
}

// between reports whether the stream stands between two frames.
func (t *tcp) between() bool { return t.r == t.w }

func (t *tcp) flush() { t.received(results.Framing, t.w-t.r) }

// refused explains a frame length that is none: the reason is in the frame
// after it.
func (t *tcp) refused(n uint32) error {
	switch n {
	case wire.FrameGap:
		return errForgotten
	case wire.FrameError:
		b, err := t.need("refusal", 2*wire.FrameHead)
		if err != nil {
			return err
		}
		reason, err := t.need("refusal", 2*wire.FrameHead+int(min(binary.BigEndian.Uint32(b[wire.FrameHead:]), 4096)))
		if err != nil {
			return err
		}
		return fmt.Errorf("the server refuses: %s", parse.Excerpt(reason[2*wire.FrameHead:]))
	}
	return fmt.Errorf("unexpected frame of %d bytes", n)
}
