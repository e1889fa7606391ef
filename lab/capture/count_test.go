//go:build linux

package capture

import (
	"math"
	"testing"
	"time"
)

func TestCount(t *testing.T) {
	const wrap = math.MaxUint32 - 2 // three bytes before sequence number 0
	for _, c := range []struct {
		about   string
		packets []Packet
		want    Count
	}{
		{about: "nothing"},
		{"a handshake has no data", []Packet{sent(1, 100, SYN, ""), sent(2, 101, ACK, "")},
			Count{Segments: 2, Bytes: 80, Headers: 80, Syn: 1}},
		{"data", []Packet{sent(1, 100, SYN, ""), sent(2, 101, ACK, "abc"), sent(3, 104, ACK, "de")},
			Count{Segments: 3, Bytes: 125, Headers: 120, Data: 5, Syn: 1}},
		{"acknowledgements and keepalives alone are no retransmissions", []Packet{sent(1, 101, ACK, "abc"), sent(2, 104, ACK, ""), sent(3, 104, ACK, ""), sent(4, 103, ACK, "")},
			Count{Segments: 4, Bytes: 163, Headers: 160, Data: 3}},
		{"the same data twice", []Packet{sent(1, 101, ACK, "abc"), sent(2, 101, ACK, "abc")},
			Count{Segments: 2, Bytes: 86, Headers: 80, Data: 3, Repeated: 3, RetransmittedSegments: 1, RetransmittedBytes: 43}},
		{"two segments again as one", []Packet{sent(1, 101, ACK, "abc"), sent(2, 104, ACK, "de"), sent(3, 101, ACK, "abcde")},
			Count{Segments: 3, Bytes: 130, Headers: 120, Data: 5, Repeated: 5, RetransmittedSegments: 1, RetransmittedBytes: 45}},
		{"an old part and a new one: not a retransmission", []Packet{sent(1, 101, ACK, "abc"), sent(2, 103, ACK, "cde")},
			Count{Segments: 2, Bytes: 86, Headers: 80, Data: 5, Repeated: 1}},
		{"a hole filled by more than was missing", []Packet{sent(1, 101, ACK, "abc"), sent(2, 106, ACK, "fg"), sent(3, 103, ACK, "cdefg")},
			Count{Segments: 3, Bytes: 130, Headers: 120, Data: 7, Repeated: 3}},
		{"out of order is not again", []Packet{sent(1, 104, ACK, "de"), sent(2, 101, ACK, "abc"), sent(3, 106, ACK, "f")},
			Count{Segments: 3, Bytes: 126, Headers: 120, Data: 6}},
		{"SYN and FIN again", []Packet{sent(1, 100, SYN, ""), sent(2, 100, SYN, ""), sent(3, 101, FIN|ACK, "ab"), sent(4, 103, FIN|ACK, ""), sent(5, 104, ACK, "")},
			Count{Segments: 5, Bytes: 202, Headers: 200, Data: 2, Syn: 2, Fin: 2, RetransmittedSegments: 2, RetransmittedBytes: 80}},
		{"old data with the first FIN is not a retransmission", []Packet{sent(1, 101, ACK, "ab"), sent(2, 101, FIN|ACK, "ab")},
			Count{Segments: 2, Bytes: 84, Headers: 80, Data: 2, Repeated: 2, Fin: 1}},
		{"a reset", []Packet{sent(1, 100, SYN, ""), sent(2, 101, RST, "")},
			Count{Segments: 2, Bytes: 80, Headers: 80, Syn: 1, Rst: 1}},
		{"sequence numbers wrap around", []Packet{sent(1, wrap-1, SYN, ""), sent(2, wrap, ACK, "abc"), sent(3, 0, ACK, "def"), sent(4, wrap+1, ACK, "bcde"), sent(5, 3, FIN|ACK, "")},
			Count{Segments: 5, Bytes: 210, Headers: 200, Data: 6, Repeated: 4, RetransmittedSegments: 1, RetransmittedBytes: 44, Syn: 1, Fin: 1}},
		{"and within a segment, retransmitted", []Packet{sent(1, wrap, ACK, "abcdef"), sent(2, wrap, ACK, "abcdef")},
			Count{Segments: 2, Bytes: 92, Headers: 80, Data: 6, Repeated: 6, RetransmittedSegments: 1, RetransmittedBytes: 46}},
	} {
		f := Flow{Out: c.packets}
		got := f.Count(false, time.Time{})
		if got != c.want {
			t.Errorf("%s:\n%+v, want\n%+v", c.about, got, c.want)
		}
		if got.Bytes != got.Headers+got.Data+got.Repeated {
			t.Errorf("%s: the bytes do not add up: %+v", c.about, got)
		}
		for cut := range len(c.packets) + 1 {
			sum := f.Count(false, second(cut))
			sum.Add(f.Between(false, second(cut), time.Time{}))
			if sum != got {
				t.Errorf("%s: before and after second %d there are %+v together, want %+v", c.about, cut, sum, got)
			}
		}
		if in := f.Count(true, time.Time{}); in != (Count{}) {
			t.Errorf("%s: and in the other direction %+v", c.about, in)
		}
	}
}

func TestCountOfAnInterval(t *testing.T) {
	f := Flow{In: []Packet{received(1, 1, ACK, "a"), received(2, 2, ACK, "bc"), received(3, 1, ACK, "a"), received(4, 4, ACK, "d")}}
	one := Count{Segments: 1, Bytes: 41, Headers: 40, Data: 1}
	for _, c := range []struct {
		about    string
		from, to time.Time
		want     Count
	}{
		{"the instant until is counted", time.Time{}, second(1), one},
		{"what follows it is not", time.Time{}, second(2).Add(-1), one},
		{"the instant from is not counted", second(1), second(2), Count{Segments: 1, Bytes: 42, Headers: 40, Data: 2}},
		{"what was seen before it is known", second(2), second(3), Count{Segments: 1, Bytes: 41, Headers: 40, Repeated: 1, RetransmittedSegments: 1, RetransmittedBytes: 41}},
		{"to the end", second(3), time.Time{}, one},
		{"nothing after the end", second(4), time.Time{}, Count{}},
	} {
		if got := f.Between(true, c.from, c.to); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.about, got, c.want)
		}
	}
}

// A stream of 5 GiB has more bytes than there are sequence numbers.
func TestCountBeyondTheSequenceNumbers(t *testing.T) {
	const size, segments = 1 << 20, 5 << 10
	data := make([]byte, size)
	var f Flow
	for i := range segments {
		f.In = append(f.In, Packet{At: second(i + 1), Seq: uint32(i * size), Flags: ACK, Length: 40 + size, Header: 40, Payload: data})
	}
	want := Count{Segments: segments, Bytes: segments * (40 + size), Headers: segments * 40, Data: segments * size}
	if got := f.Count(true, time.Time{}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
