package rank_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pushbench/results/rank"
)

// withNegative returns 1 to n, of which some are negative whose ranks add up to sum.
func withNegative(n, sum int) []float64 {
	x := make([]float64, n)
	for r := n; r > 0; r-- {
		x[r-1] = float64(r)
		if r <= sum {
			x[r-1], sum = -x[r-1], sum-r
		}
	}
	return x
}

// The critical values of Wilcoxon's table, two-sided at 5 %: the largest sum of
// the ranks of one sign that is significant. There is none for five values.
func TestSignedHasTheCriticalValuesOfTheTable(t *testing.T) {
	for n, critical := range map[int]int{5: -1, 6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 11: 10, 12: 13, 13: 17, 14: 21, 15: 25, 16: 29, 17: 34, 18: 40, 19: 46, 20: 52} {
		if critical >= 0 {
			if p := rank.Signed(withNegative(n, critical)).P; p > 0.05 {
				t.Errorf("n=%d: a sum of %d has p = %v", n, critical, p)
			}
		}
		if p := rank.Signed(withNegative(n, critical+1)).P; p <= 0.05 {
			t.Errorf("n=%d: a sum of %d has p = %v", n, critical+1, p)
		}
	}
}

func TestSignedHasAtLeastTheProbabilityOfOneSignAlone(t *testing.T) {
	for n, want := range map[int]float64{1: 1, 5: 0.0625, 6: 0.03125, 8: 0.0078125, 10: 0.001953125, 12: 0.00048828125, 60: math.Ldexp(1, -59)} {
		if p := rank.Signed(withNegative(n, 0)).P; p != want {
			t.Errorf("n=%d: p = %v, want %v", n, p, want)
		}
	}
}

// All 2ⁿ signs of the magnitudes are as likely under the hypothesis. Ties and
// zeros are in some of the samples.
func TestSignedIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		x := make([]float64, 1+rng.IntN(12))
		for i := range x {
			x[i] = float64(rng.IntN(9) - 3)
		}
		statistic := func(signs int) (sum float64) {
			for i, v := range x {
				below, equal := 0, 0
				for _, o := range x {
					if math.Abs(o) < math.Abs(v) {
						below++
					} else if math.Abs(o) == math.Abs(v) {
						equal++
					}
				}
				if v != 0 && signs>>i&1 == 1 {
					sum += float64(below) + float64(equal+1)/2
				}
			}
			return sum
		}
		observed := 0
		for i, v := range x {
			if v > 0 {
				observed |= 1 << i
			}
		}
		at := statistic(observed)
		low, high, all := 0, 0, 1<<len(x)
		for signs := range all {
			s := statistic(signs)
			if s <= at {
				low++
			}
			if s >= at {
				high++
			}
		}
		want := min(1, 2*float64(min(low, high))/float64(all))
		if got := rank.Signed(x).P; math.Abs(got-want) > 1e-12 {
			t.Fatalf("%v: p = %v, all signs give %v", x, got, want)
		}
	}
}

func TestSignedInterval(t *testing.T) {
	for _, c := range []struct {
		about          string
		x              []float64
		center, lo, hi float64
	}{
		{"without values there is none", nil, math.NaN(), math.Inf(-1), math.Inf(1)},
		{"five values are too few", []float64{1, 2, 3, 4, 5}, 3, math.Inf(-1), math.Inf(1)},
		{"of six it is the least and the greatest", []float64{6, 2, 3, 4, 5, 1}, 3.5, 1, 6},
		{"six equal values leave no doubt", []float64{2, 2, 2, 2, 2, 2}, 2, 2, 2},
		{"one far out moves the center little", []float64{1, 2, 3, 4, 5, 6, 7, 1e6}, 4.5, 2, 500002.5},
		// Hollander and Wolfe, Nonparametric Statistical Methods, example 3.1: the
		// Hamilton depression scale of nine patients.
		{"of a textbook", []float64{0.952, -0.147, 1.022, 0.430, 0.620, 0.590, 0.490, -0.080, 0.010}, 0.46, 0.010, 0.786},
	} {
		e := rank.Signed(c.x)
		if e.N != len(c.x) || !alike(e.Center, c.center) || !alike(e.Lo, c.lo) || !alike(e.Hi, c.hi) {
			t.Errorf("%s: %+v, want %v from %v to %v", c.about, e, c.center, c.lo, c.hi)
		}
		if e.Bounded() != (len(c.x) >= 6) {
			t.Errorf("%s: bounded is %v", c.about, e.Bounded())
		}
	}
}

func alike(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-9
}

// The values of no ties that the test accepts as the center are those inside of
// the interval.
func TestSignedIntervalInvertsTheTest(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		x := normal(rng, 6+rng.IntN(15), 0, 1)
		e := rank.Signed(x)
		for _, c := range []struct {
			center float64
			inside bool
		}{{e.Lo - 1e-9, false}, {e.Lo + 1e-9, true}, {e.Hi - 1e-9, true}, {e.Hi + 1e-9, false}} {
			if p := rank.Signed(plus(x, -c.center)).P; p > 0.05 != c.inside {
				t.Fatalf("%v: p at %v is %v; interval %v to %v", x, c.center, p, e.Lo, e.Hi)
			}
		}
	}
}

func TestSignedIntervalCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{6, 8, 12, 20} {
		const runs = 4000
		covered, significant := 0, 0
		for range runs {
			x := normal(rng, n, 0.7, 1)
			if e := rank.Signed(x); e.Lo <= 0.7 && 0.7 <= e.Hi {
				covered++
			}
			if rank.Signed(plus(x, -0.7)).P <= 0.05 {
				significant++
			}
		}
		if covered < 0.94*runs || significant > 0.06*runs {
			t.Errorf("n=%d: %d of %d intervals cover the center, %d reject it", n, covered, runs, significant)
		}
	}
}

func TestSignedIsSymmetricAndMovesWithItsValues(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		x := normal(rng, 1+rng.IntN(20), 0.3, 1)
		e := rank.Signed(x)
		if o := rank.Signed(times(x, -1)); !alike(o.Center, -e.Center) || !alike(o.Lo, -e.Hi) || !alike(o.Hi, -e.Lo) || o.P != e.P {
			t.Fatalf("%v: %+v, and of the opposite %+v", x, e, o)
		}
		if o := rank.Signed(times(x, 8)); !alike(o.Center, 8*e.Center) || !alike(o.Lo, 8*e.Lo) || o.P != e.P {
			t.Fatalf("%v: %+v, and of eight times that %+v", x, e, o)
		}
		if o := rank.Signed(plus(x, 2)); !alike(o.Center, e.Center+2) || !alike(o.Hi, e.Hi+2) {
			t.Fatalf("%v: %+v, and two more %+v", x, e, o)
		}
		slices.Sort(x)
		if o := rank.Signed(x); o != e && e.Bounded() {
			t.Fatalf("%v: %+v, sorted %+v", x, e, o)
		}
	}
}

func normal(rng *rand.Rand, n int, center, deviation float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = center + deviation*rng.NormFloat64()
	}
	return x
}

func plus(x []float64, v float64) []float64 {
	y := slices.Clone(x)
	for i := range y {
		y[i] += v
	}
	return y
}

func times(x []float64, v float64) []float64 {
	y := slices.Clone(x)
	for i := range y {
		y[i] *= v
	}
	return y
}

// Whatever the finite values are, what comes out is in order and a probability.
func FuzzRanks(f *testing.F) {
	f.Add([]byte{1, 2, 3, 250, 0, 0, 7}, uint8(3))
	f.Add([]byte{}, uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, cut uint8) {
		data = data[:min(len(data), 40)]
		x := make([]float64, len(data))
		for i, b := range data {
			x[i] = math.Ldexp(float64(int8(b)), int(b)%3*400)
		}
		k := min(int(cut), len(x))
		for _, e := range []rank.Estimate{rank.Signed(x), rank.Shift(x[:k], x[k:])} {
			if !(e.P > 0 && e.P <= 1) || e.Lo > e.Center || e.Center > e.Hi {
				t.Errorf("%v: %+v", x, e)
			}
		}
	})
}
