//go:build linux

package audit

import (
	"time"

	"pushbench/lab/capture"
	"pushbench/results"
)

// synExtra is what a SYN or SYN-ACK has in TCP options beyond other segments. The
// ledger has it once: a socket does not tell how often its SYN was sent.
const synExtra = 8

// side adds one direction of a connection to s.
//
// The counters were read at an instant between c.from and c.to. Packets of
// that time may have been counted or not, in the order in which they passed:
// it is put where the two agree, if they do at all.
func side(s *results.Side, f *capture.Flow, in bool, c connection) {
	l, segments, packets := c.ledger.Out, c.ledger.SegmentsOut, f.Out
	if in {
		l, segments, packets = c.ledger.In, c.ledger.SegmentsIn, f.In
	}
	until := c.from
	got := f.Count(in, until)
	for _, p := range packets {
		if got.Segments >= segments {
			break
		}
		if p.At.After(until) && !p.At.After(c.to) {
			until = p.At
			got = f.Count(in, until)
		}
	}
	after := f.Between(in, until, time.Time{})
	data := l.Data()
	var usual int64 // header bytes of a segment
	if segments > 0 {
		usual = (l[results.TCPIP] - synExtra) / segments
	}
	headers := usual*got.Segments + synExtra*got.Syn + got.Sack
	s.Captured += got.Bytes
	s.Segments += got.Segments
	s.Ledger += l.Total()
	s.Retransmitted += got.Repeated
	s.Options += got.Sack + synExtra*max(0, got.Syn-1)
	s.Unexplained += abs(got.Data-data) + abs(usual*(got.Segments-segments)) + abs(got.Headers-headers)
	s.Ending += after.Bytes
	s.Endings += after.Segments
}

func abs(n int64) int64 { return max(n, -n) }
