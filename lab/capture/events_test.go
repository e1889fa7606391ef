//go:build linux

package capture

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/servers/wire"
)

func TestEvents(t *testing.T) {
	const size = 40
	event := func(seq uint64) string { return string(wire.AppendPayload(nil, seq, size)) }
	one, two, three := event(1), event(2), event(30)
	garbage := `{"seq":1,"pad":"and then`
	for _, c := range []struct {
		about   string
		packets []Packet
		want    []Sighting
	}{
		{about: "nothing"},
		{"one event in one packet", []Packet{received(1, 10, ACK, one)}, []Sighting{{1, second(1), second(1)}}},
		{"two in one packet pass together", []Packet{received(1, 10, ACK, "["+one+","+two+"]")}, []Sighting{{1, second(1), second(1)}, {2, second(1), second(1)}}},
		{"one over three packets passes with the last", []Packet{received(1, 10, ACK, one[:1]), received(2, 11, ACK, one[1:39]), received(3, 49, ACK, one[39:]+"\n")}, []Sighting{{1, second(1), second(3)}}},
		{"the SYN has a sequence number", []Packet{received(1, 9, SYN|ACK, ""), received(2, 10, ACK, one)}, []Sighting{{1, second(2), second(2)}}},
		{"what surrounds it does not matter", []Packet{received(1, 10, ACK, "id: 1\ndata: "+one+"\n\n")}, []Sighting{{1, second(1), second(1)}}},
		{"a retransmission is not a second copy", []Packet{received(1, 10, ACK, one), received(2, 10, ACK, one), received(3, 50, ACK, two)}, []Sighting{{1, second(1), second(1)}, {2, second(3), second(3)}}},
		{"a second copy is", []Packet{received(1, 10, ACK, one), received(2, 50, ACK, one)}, []Sighting{{1, second(1), second(1)}, {1, second(2), second(2)}}},
		{"behind a hole nothing passes until it is filled",
			[]Packet{received(1, 9, SYN|ACK, ""), received(2, 50, ACK, two), received(3, 90, ACK, three), received(4, 10, ACK, one)},
			[]Sighting{{1, second(4), second(4)}, {2, second(4), second(4)}, {30, second(4), second(4)}}},
		{"a hole filled in part", []Packet{received(1, 9, SYN|ACK, ""), received(2, 50, ACK, two), received(3, 10, ACK, one[:20]), received(4, 20, ACK, one[10:])},
			[]Sighting{{1, second(3), second(4)}, {2, second(4), second(4)}}},
		{"a hole filled by more than was missing", []Packet{received(1, 10, ACK, one[:20]), received(2, 45, ACK, one[35:]+two), received(3, 20, ACK, one[10:]+two[:30])},
			[]Sighting{{1, second(1), second(3)}, {2, second(3), second(3)}}},
		{"a hole that stays open", []Packet{received(1, 10, ACK, one), received(2, 90, ACK, three)}, []Sighting{{1, second(1), second(1)}}},
		{"without a SYN the lowest number is the first", []Packet{received(1, 50, ACK, two), received(2, 10, ACK, one)}, []Sighting{{1, second(2), second(2)}, {2, second(2), second(2)}}},
		{"sequence numbers wrap around", []Packet{received(1, math.MaxUint32-9, ACK, one), received(2, 30, ACK, two[:9]), received(3, 39, ACK, two[9:])}, []Sighting{{1, second(1), second(1)}, {2, second(2), second(3)}}},
		{"an event of another size", []Packet{received(1, 10, ACK, string(wire.AppendPayload(nil, 1, size+1))+two)}, []Sighting{{2, second(1), second(1)}}},
		{"an event cut off", []Packet{received(1, 10, ACK, one+two[:39])}, []Sighting{{1, second(1), second(1)}}},
		{"garbage that begins like an event, and has one in it", []Packet{received(1, 10, ACK, garbage+one+garbage+two)}, []Sighting{{1, second(1), second(1)}, {2, second(1), second(1)}}},
		{"no number, too large a number, a zero before it", []Packet{received(1, 10, ACK, strings.Replace(one, "1", "x", 1)+strings.Replace(one, "1", "9999999999999999", 1)+strings.Replace(one, "1", "01", 1)+two)},
			[]Sighting{{2, second(1), second(1)}}},
		{"a payload with a chunk boundary in it is not one piece", []Packet{received(1, 10, ACK, one[:20]+"\r\n5\r\n"+one[20:])}, nil},
	} {
		if diff := cmp.Diff(c.want, (&Flow{In: c.packets}).Events(true, size, wire.Pangram)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.about, diff)
		}
	}
}

// However a stream is cut, repeated and put out of order: once all of it has
// passed, its events are those of the stream itself, in order, each once.
func FuzzEvents(f *testing.F) {
	const size = wire.MinPayload
	var whole []byte
	for seq := range uint64(4) {
		whole = append(wire.AppendPayload(append(whole, "data: "...), seq, size), '\n')
	}
	f.Add(whole, []byte{0, 10, 1, 30, 40, 90, 130, 20, 0}, uint32(100))
	f.Add(append([]byte(`{"seq":7,"pad":"`), whole...), []byte{3, 200, 255, 60, 0, 255}, uint32(math.MaxUint32-50))
	f.Fuzz(func(t *testing.T, data, cuts []byte, first uint32) {
		f := Flow{In: []Packet{received(0, first-1, SYN|ACK, "")}}
		add := func(from, to int) {
			from, to = min(from, len(data)), min(to, len(data))
			f.In = append(f.In, received(len(f.In), first+uint32(from), ACK, string(data[from:to])))
		}
		for ; len(cuts) >= 2; cuts = cuts[2:] {
			add(int(cuts[0]), int(cuts[0])+int(cuts[1]))
		}
		some := f.Events(true, size, wire.Pangram)
		add(0, len(data))
		all := f.Events(true, size, wire.Pangram)
		if !slices.IsSortedFunc(all, func(a, b Sighting) int { return a.At.Compare(b.At) }) {
			t.Errorf("not in the order of time: %v", all)
		}
		if len(some) > len(all) || !slices.Equal(some, all[:len(some)]) {
			t.Errorf("%v before the whole stream had passed, and then %v", some, all)
		}
		var got, want []uint64
		for _, s := range all {
			got = append(got, s.Seq)
		}
		for at := 0; at+size <= len(data); at++ {
			seq, ok := wire.PayloadSeq(data[at : at+size])
			if ok && string(wire.AppendPayload(nil, seq, size)) == string(data[at:at+size]) {
				want = append(want, seq)
				at += size - 1
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
}
