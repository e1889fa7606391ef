package rank_test

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"pushbench/results/rank"
)

// samples of m and n values without ties, in which u pairs have the value of y
// below that of x.
func samples(m, n, u int) (x, y []float64) {
	for i := range m {
		x = append(x, float64(i+1)*1000)
	}
	for j := range n {
		below := min(u, m) // so many of x lie above this one
		u -= below
		y = append(y, float64(m-below)*1000+500+float64(j))
	}
	return x, y
}

// The critical values of the table of Mann and Whitney, two-sided at 5 %.
func TestShiftHasTheCriticalValuesOfTheTable(t *testing.T) {
	for _, c := range []struct{ m, n, critical int }{
		{3, 3, -1}, {3, 4, -1}, {3, 5, 0}, {4, 4, 0}, {4, 5, 1}, {5, 5, 2}, {5, 8, 6}, {6, 6, 5}, {8, 8, 13}, {10, 10, 23}, {12, 12, 37}, {15, 15, 64}, {20, 20, 127},
	} {
		if c.critical >= 0 {
			if p := rank.Shift(samples(c.m, c.n, c.critical)).P; p > 0.05 {
				t.Errorf("%d and %d: U = %d has p = %v", c.m, c.n, c.critical, p)
			}
		}
		if p := rank.Shift(samples(c.m, c.n, c.critical+1)).P; p <= 0.05 {
			t.Errorf("%d and %d: U = %d has p = %v", c.m, c.n, c.critical+1, p)
		}
	}
}

// Each choice of the values that are y's is as likely under the hypothesis.
func TestShiftIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		m, n := 1+rng.IntN(6), 1+rng.IntN(6)
		all := make([]float64, m+n)
		for i := range all {
			all[i] = float64(rng.IntN(8))
		}
		statistic := func(ofY uint) (u float64) {
			for i, v := range all {
				for j, w := range all {
					if ofY>>i&1 == 1 && ofY>>j&1 == 0 {
						if v > w {
							u++
						} else if v == w {
							u += 0.5
						}
					}
				}
			}
			return u
		}
		at := statistic((1<<n - 1) << m) // the last n
		low, high, choices := 0, 0, 0
		for ofY := range uint(1) << (m + n) {
			if bits.OnesCount(ofY) != n {
				continue
			}
			choices++
			s := statistic(ofY)
			if s <= at {
				low++
			}
			if s >= at {
				high++
			}
		}
		want := min(1, 2*float64(min(low, high))/float64(choices))
		if got := rank.Shift(all[:m], all[m:]).P; math.Abs(got-want) > 1e-12 {
			t.Fatalf("%v and %v: p = %v, all choices give %v", all[:m], all[m:], got, want)
		}
	}
}

func TestShiftIntervalInvertsTheTestAndCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const runs = 2000
	covered := 0
	for i := range runs {
		x, y := normal(rng, 4+rng.IntN(8), 0, 1), normal(rng, 4+rng.IntN(8), 0.5, 1)
		e := rank.Shift(x, y)
		if !e.Bounded() {
			t.Fatalf("%d and %d values: %+v", len(x), len(y), e)
		}
		if e.Lo <= 0.5 && 0.5 <= e.Hi {
			covered++
		}
		if i >= 100 {
			continue
		}
		for _, c := range []struct {
			shift  float64
			inside bool
		}{{e.Lo - 1e-9, false}, {e.Lo + 1e-9, true}, {e.Hi - 1e-9, true}, {e.Hi + 1e-9, false}} {
			if p := rank.Shift(x, plus(y, -c.shift)).P; p > 0.05 != c.inside {
				t.Fatalf("%v and %v: p at %v is %v; interval %v to %v", x, y, c.shift, p, e.Lo, e.Hi)
			}
		}
	}
	if covered < 0.94*runs {
		t.Errorf("%d of %d intervals cover the shift", covered, runs)
	}
}

func TestShiftIsSymmetric(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		x, y := normal(rng, 1+rng.IntN(10), 0, 1), normal(rng, 1+rng.IntN(10), 1, 2)
		e, o := rank.Shift(x, y), rank.Shift(y, x)
		if !alike(o.Center, -e.Center) || !alike(o.Lo, -e.Hi) || !alike(o.Hi, -e.Lo) || !alike(o.P, e.P) || o.N != e.N {
			t.Fatalf("%v and %v: %+v, exchanged %+v", x, y, e, o)
		}
		if o := rank.Shift(times(plus(x, 3), 4), times(plus(y, 3), 4)); !alike(o.Center, 4*e.Center) || !alike(o.P, e.P) {
			t.Fatalf("%v and %v: %+v, moved and scaled %+v", x, y, e, o)
		}
	}
}

func TestTooManyAndImpossibleValuesPanic(t *testing.T) {
	for about, f := range map[string]func(){
		"more than Most":       func() { rank.Signed(make([]float64, rank.Most+1)) },
		"no number":            func() { rank.Signed([]float64{math.NaN()}) },
		"an infinite number":   func() { rank.Shift([]float64{1}, []float64{math.Inf(1)}) },
		"more than MostOfTwo":  func() { rank.Shift(nil, make([]float64, rank.MostOfTwo+1)) },
		"more than there were": func() { rank.ClopperPearson(3, 2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", about)
				}
			}()
			f()
		}()
	}
}
