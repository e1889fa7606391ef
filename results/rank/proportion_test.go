package rank_test

import (
	"math"
	"testing"

	"pushbench/results/rank"
)

func TestClopperPearson(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{
		{0, 0, 0, 1},
		{0, 30, 0, 1 - math.Pow(0.025, 1.0/30)},
		{0, 300, 0, 1 - math.Pow(0.025, 1.0/300)},
		{30, 30, math.Pow(0.025, 1.0/30), 1},
		{1, 10, 0.0025285785, 0.4450161170},
		{5, 10, 0.1870860284, 0.8129139716},
		{95, 100, 0.8871650888, 0.9835682208},
	} {
		if lo, hi := rank.ClopperPearson(c.k, c.n); math.Abs(lo-c.lo) > 1e-7 || math.Abs(hi-c.hi) > 1e-7 {
			t.Errorf("%d of %d: %.10f to %.10f, want %v to %v", c.k, c.n, lo, hi, c.lo, c.hi)
		}
	}
}

// The bounds are the proportions at which as many, or as few, have a probability
// of 2.5 %.
func TestClopperPearsonInvertsTheBinomial(t *testing.T) {
	atLeast := func(k, n int, p float64) (sum float64) {
		choose := 1.0
		for i := range n + 1 {
			if i >= k {
				sum += choose * math.Pow(p, float64(i)) * math.Pow(1-p, float64(n-i))
			}
			choose *= float64(n-i) / float64(i+1)
		}
		return sum
	}
	for n := 1; n <= 40; n += 3 {
		for k := range n + 1 {
			lo, hi := rank.ClopperPearson(k, n)
			if k > 0 && math.Abs(atLeast(k, n, lo)-0.025) > 1e-9 {
				t.Errorf("%d of %d: at least as many have %v at %v", k, n, atLeast(k, n, lo), lo)
			}
			if k < n && math.Abs(1-atLeast(k+1, n, hi)-0.025) > 1e-9 {
				t.Errorf("%d of %d: at most as many have %v at %v", k, n, 1-atLeast(k+1, n, hi), hi)
			}
		}
	}
}

func TestHolm(t *testing.T) {
	for _, c := range []struct {
		about   string
		p, want []float64
	}{
		{"of none", nil, []float64{}},
		{"of one", []float64{0.03}, []float64{0.03}},
		{"the least times four, the next times three, never below the one before", []float64{0.04, 0.01, 0.03, 0.005}, []float64{0.06, 0.03, 0.06, 0.02}},
		{"never above one", []float64{0.9, 0.8}, []float64{1, 1}},
		{"equal ones stay equal", []float64{0.01, 0.01}, []float64{0.02, 0.02}},
	} {
		got := rank.Holm(c.p)
		for i := range c.want {
			if math.Abs(got[i]-c.want[i]) > 1e-12 {
				t.Errorf("%s: %v, want %v", c.about, got, c.want)
				break
			}
		}
	}
}

func TestQuantileOfMagnitude(t *testing.T) {
	var x []float64
	for i := range 100 {
		x = append(x, math.Pow(-1, float64(i))*float64(i+1))
	}
	for q, want := range map[float64]float64{0: 1, 0.5: 50, 0.99: 99, 1: 100} {
		if got := rank.QuantileOfMagnitude(x, q); got != want {
			t.Errorf("%v: %v, want %v", q, got, want)
		}
	}
	if got := rank.QuantileOfMagnitude(nil, 0.5); !math.IsNaN(got) {
		t.Errorf("without values: %v", got)
	}
}

func TestFewer(t *testing.T) {
	for _, c := range []struct {
		k, n, marked, all int
		want              float64
	}{
		{0, 6, 6, 12, 1.0 / 924},
		{0, 5, 10, 15, 1.0 / 3003},
		{0, 4, 8, 12, 1.0 / 495},
		{1, 2, 2, 4, 5.0 / 6}, // all but both
		{2, 2, 2, 4, 1},
		{0, 5, 4, 3, 1}, // there cannot be
		{0, 4, 12, 14, 0},
	} {
		if got := rank.Fewer(c.k, c.n, c.marked, c.all); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("at most %d of %d when %d of %d are marked: %v, want %v", c.k, c.n, c.marked, c.all, got, c.want)
		}
	}
}
