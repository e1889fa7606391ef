package parse

import (
	"testing"
)

// sizes are the heads of complete messages and the bytes of control frames in b,
// fed in pieces of n bytes.
func sizes(b []byte, n int) (messages []int, control int) {
	var f Frames
	for len(b) > 0 {
		k := min(n, len(b))
		control += f.Feed(b[:k])
		for b = b[k:]; len(f.complete) > 0; {
			messages = append(messages, f.Take().Heads)
		}
	}
	return messages, control
}

func TestFrames(t *testing.T) {
	data := func(n int) string { return string(make([]byte, n)) }
	for _, row := range []struct {
		fact, input string
		messages    []int
		control     int
	}{
		{"one frame", "\x81\x03abc", []int{2}, 0},
		{"an empty one", "\x81\x00\x81\x01a", []int{2, 2}, 0},
		{"16 bits of length", "\x82\x7e\x01\x00" + data(256), []int{4}, 0},
		{"64 bits of length", "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + data(1<<16), []int{10}, 0},
		{"a mask", "\x81\x83mask" + "abc", []int{6}, 0},
		{"fragments are one message", "\x01\x01a\x00\x01b\x80\x01c", []int{6}, 0},
		{"control frames between them are apart", "\x01\x01a\x89\x02hi\x8a\x00\x80\x01c\x88\x02\x03\xe8", []int{4}, 4 + 2 + 4},
		{"a message that is not complete is none", "\x81\x03ab", nil, 0},
	} {
		for _, n := range []int{1, 2, 3, 5, len(row.input)} {
			messages, control := sizes([]byte(row.input), n)
			if len(messages) != len(row.messages) || control != row.control {
				t.Errorf("%s in pieces of %d: %v and %d of control frames, want %v and %d", row.fact, n, messages, control, row.messages, row.control)
				continue
			}
			for i := range messages {
				if messages[i] != row.messages[i] {
					t.Errorf("%s in pieces of %d: %v, want %v", row.fact, n, messages, row.messages)
				}
			}
		}
	}
}

// However the stream is split, the same is counted, and never more than there
// is.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x01\x01a\x89\x02hi\x8a\x00\x80\x01c\x88\x02\x03\xe8"), 3)
	f.Add([]byte("\x82\x7f\x80\x00\x00\x00\x00\x01\x00\x00"), 1)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		atOnce, control := sizes(b, len(b))
		split, splitControl := sizes(b, max(1, n&15))
		sum := control
		for _, k := range atOnce {
			sum += k
		}
		if len(atOnce) != len(split) || control != splitControl || sum > len(b) {
			t.Errorf("%v and %d at once, %v and %d split, of %d bytes", atOnce, control, split, splitControl, len(b))
		}
	})
}

func TestWhole(t *testing.T) {
	data := func(n int) string { return string(make([]byte, n)) }
	const most = 1 << 16
	for _, row := range []struct {
		fact, input string
		kind, head  int
		size        int
		other       bool
	}{
		{"text", "\x81\x03abc", 1, 2, 3, false},
		{"bytes, and what follows", "\x82\x02ab\x81\x01c", 2, 2, 2, false},
		{"nothing in it", "\x81\x00", 1, 2, 0, false},
		{"16 bits of length", "\x82\x7e\x01\x00" + data(256), 2, 4, 256, false},
		{"64 bits of length", "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + data(1<<16), 2, 10, 1 << 16, false},
		{"nothing has come", "", 0, 0, 0, false},
		{"a byte has come", "\x81", 0, 0, 0, false},
		{"its length has not come", "\x81\x7e\x01", 0, 0, 0, false},
		{"its data have not come", "\x81\x03ab", 0, 0, 0, false},
		{"too long", "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x01", 0, 0, 0, true},
		{"a negative length", "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 0, 0, 0, true},
		{"a fragment", "\x01\x01a", 0, 0, 0, true},
		{"the last fragment", "\x80\x01a", 0, 0, 0, true},
		{"a ping", "\x89\x00", 0, 0, 0, true},
		{"compressed", "\xc1\x01a", 0, 0, 0, true},
		{"a mask", "\x81\x81maska", 0, 0, 0, true},
	} {
		kind, head, text, other := Whole([]byte(row.input), most)
		if kind != row.kind || head != row.head || len(text) != row.size || other != row.other {
			t.Errorf("%s: kind %d, head %d, %d bytes, %v", row.fact, kind, head, len(text), other)
		}
	}
}

// A message that is one frame has the size that following it byte by byte gives.
func FuzzWhole(f *testing.F) {
	f.Add([]byte("\x81\x03abc"))
	f.Add([]byte("\x82\x7e\x00\x02abc"))
	f.Add([]byte("\x82\x7f\x00\x00\x00\x00\x00\x00\x00\x01abc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, head, text, other := Whole(b, 1<<20)
		if head == 0 || other {
			return
		}
		var frames Frames
		n, control := frames.Next(b)
		if n != head+len(text) || control != 0 {
			t.Errorf("%d bytes and %d of control frames, not %d+%d", n, control, head, len(text))
		}
		if m := frames.Take(); m != (Message{Heads: head, Data: len(text)}) || !frames.Between() {
			t.Errorf("%+v, not %d+%d", m, head, len(text))
		}
	})
}
