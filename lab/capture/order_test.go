//go:build linux

package capture

import "testing"

// Spans count what a set of single positions counts.
func FuzzSpans(f *testing.F) {
	f.Add([]byte{0, 3, 5, 2, 2, 5, 1, 1, 9, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var s spans
		set := make(map[int64]bool)
		for ; len(b) >= 2; b = b[2:] {
			from := int64(int8(b[0]))
			to := from + int64(b[1]%32)
			want := int64(0)
			for at := from; at < to; at++ {
				if !set[at] {
					set[at] = true
					want++
				}
			}
			if fresh := s.add(from, to); fresh != want {
				t.Errorf("%d to %d: %d new, want %d", from, to, fresh, want)
			}
			for i, x := range s {
				if x.from >= x.to || i > 0 && s[i-1].to >= x.from {
					t.Errorf("%d to %d: not in order: %v", from, to, s)
				}
			}
		}
	})
}
