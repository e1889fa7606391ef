//go:build linux

package capture

import (
	"bytes"
	"time"

	"pushbench/servers/wire"
)

// A Sighting is an event that passed.
type Sighting struct {
	Seq   uint64
	Began time.Time // when its first byte had passed, and all before it
	At    time.Time // when its last byte had, too
}

// Events finds the events in one direction, in the order of the stream: every
// payload, size bytes as the filler makes them, whatever is around it.
// At is the time stamp of the packet that made the stream complete up to the
// payload's end: behind a hole that is the retransmission which fills it.
//
// A payload must lie in the stream as it is and in one piece. What TLS,
// compression, base64, the mask of a WebSocket client (RFC 6455 section 5.3) or a frame
// or chunk boundary in its middle has changed is not found, nor is what
// follows a packet that the capture dropped. size is one that
// wire.AppendPayload takes.
func (f *Flow) Events(in bool, size int, filler wire.Filler) []Sighting {
	s := reassemble(f.way(in))
	var sightings []Sighting
	var want []byte
	for at := 0; ; {
		i := bytes.Index(s.bytes[at:], []byte(head))
		if i < 0 || at+i+size > len(s.bytes) {
			return sightings
		}
		at += i
		payload := s.bytes[at : at+size]
		seq, ok := wire.PayloadSeq(payload)
		if ok {
			want = filler.AppendPayload(want[:0], seq, size)
		}
		if !ok || !bytes.Equal(payload, want) {
			at += len(head)
			continue
		}
		at += size
		sightings = append(sightings, Sighting{seq, s.complete(at - size + 1), s.complete(at)})
	}
}

// head is how a payload begins, see wire.PayloadSeq.
const head = `{"seq":`
