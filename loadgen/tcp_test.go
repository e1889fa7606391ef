package loadgen

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers/wire"
)

// frames reads input as the floor's client does and returns the payload bytes
// and the error that ends it.
func frames(input []byte, split func(io.Reader) io.Reader) (events int, booked int64, err error) {
	p := scriptedPipe(split(bytes.NewReader(input)))
	c := &client{rec: account.New(clock.NewWall(), 1, 1, 0, 4), conn: p.conn}
	t := &tcp{client: c, pipe: p}
	for err == nil {
		err = t.receive()
	}
	for k := range results.Kinds() {
		booked += p.in[k]
	}
	return int(c.Delivered), booked, err
}

func TestFrames(t *testing.T) {
	two := wire.AppendFrame(wire.AppendFrame(nil, event(0)), event(1))
	for _, c := range []struct {
		fact   string
		input  []byte
		events int
		err    string
	}{
		{"events come one for each frame", two, 2, io.ErrUnexpectedEOF.Error()},
		{"an empty frame is a heartbeat", append([]byte{0, 0, 0, 0}, two...), 2, io.ErrUnexpectedEOF.Error()},
		{"a frame that is cut off is no event", two[:len(two)-1], 1, io.ErrUnexpectedEOF.Error()},
		{"a gap ends it", append([]byte("\xff\xff\xff\xff"), two...), 0, "history no longer has"},
		{"a refusal comes with its reason", append([]byte("\xff\xff\xff\xfe"), wire.AppendFrame(nil, []byte("no such topic"))...), 0, "no such topic"},
		{"a size beyond any payload is none", []byte("HTTP/1.1 400"), 0, "unexpected frame"},
	} {
		for _, split := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
			events, _, err := frames(c.input, split)
			if events != c.events || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %d events, %v", c.fact, events, err)
			}
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(wire.AppendFrame(nil, event(0)))
	f.Add([]byte("\xff\xff\xff\xfe\x00\x00\x00\x01x"))
	f.Fuzz(func(t *testing.T, input []byte) {
		atOnce, booked, err := frames(input, func(r io.Reader) io.Reader { return r })
		if err == nil || booked > int64(len(input)) {
			t.Errorf("booked %d of %d bytes, %v", booked, len(input), err)
		}
		split, _, splitErr := frames(input, iotest.OneByteReader)
		if atOnce != split || err.Error() != splitErr.Error() && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d events and %v at once, %d and %v split", atOnce, err, split, splitErr)
		}
	})
}
