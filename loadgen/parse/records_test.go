package parse

import (
	"encoding/binary"
	"testing"
)

// A stream stands between two records when it ends with one, however it is
// split.
func FuzzRecords(f *testing.F) {
	f.Add([]byte("\x17\x03\x03\x00\x02hi\x17\x03\x03\x00\x00"), 1)
	f.Add([]byte("\x16\x03\x01\xff\xff"), 3)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		want := true
		for rest := b; len(rest) > 0; {
			end := 5
			if len(rest) >= 5 {
				end += int(binary.BigEndian.Uint16(rest[3:]))
			}
			want = len(rest) >= end
			rest = rest[min(end, len(rest)):]
		}
		var r Records
		for rest := b; len(rest) > 0; {
			k := min(len(rest), max(1, n&15))
			r.Feed(rest[:k])
			rest = rest[k:]
		}
		if r.Between() != want {
			t.Errorf("%x in pieces of %d stands between two records: %v", b, max(1, n&15), r.Between())
		}
	})
}
