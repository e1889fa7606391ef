//go:build linux

package capture

import "testing"

// The options of segments as Linux sends them, and what does not end well.
func TestSack(t *testing.T) {
	stamps := []byte{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2}
	one := []byte{1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2}
	with := func(parts ...[]byte) (all []byte) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for _, c := range []struct {
		fact    string
		options []byte
		want    int
	}{
		{"none", nil, 0},
		{"time stamps alone", stamps, 0},
		{"one block beside them is twelve bytes", with(stamps, one), 12},
		{"two blocks are eight more", with(stamps, []byte{1, 1, 5, 18}, make([]byte, 16)), 20},
		{"of a SYN it is only permitted, which is another option", []byte{2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7}, 0},
		{"nothing counts behind the end", with([]byte{0}, one), 0},
		{"a length beyond the header", []byte{1, 1, 5, 10, 0}, 0},
		{"a length that is none", []byte{5, 1, 5, 10}, 0},
	} {
		if got := sack(c.options); got != c.want {
			t.Errorf("%s: %d", c.fact, got)
		}
	}
}
