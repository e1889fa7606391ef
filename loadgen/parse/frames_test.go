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
			messages = append(messages, f.Take())
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
