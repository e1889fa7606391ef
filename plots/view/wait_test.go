package view

import (
	"testing"
)

func TestPercentileSupport(t *testing.T) {
	for _, c := range []struct {
		why  string
		n    int64
		q    float64
		want bool
	}{
		{"ten of a thousand lie beyond the 99th percentile", 1000, 0.99, true},
		{"fewer than ten of 999 do", 999, 0.99, false},
		{"a thousandth needs ten thousand", 10_000, 0.999, true},
		{"the least value needs no others", 1, 0, true},
		{"nineteen values have no median to speak of", 19, 0.5, false},
	} {
		if got := Supported(c.n, c.q); got != c.want {
			t.Errorf("%s: supported(%d, %g) = %v", c.why, c.n, c.q, got)
		}
	}
}
