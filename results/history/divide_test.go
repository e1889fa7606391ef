package history

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// naive is the statistic by the definition: means over all pairs.
func naive(xs []float64, at int) float64 {
	mean := func(a, b []float64, within bool) float64 {
		sum, n := 0.0, 0
		for i := range a {
			for j := range b {
				if !within || i < j {
					sum += math.Abs(a[i] - b[j])
					n++
				}
			}
		}
		return sum / float64(n)
	}
	a, b := xs[:at], xs[at:]
	n, m := float64(len(a)), float64(len(b))
	return n * m / (n + m) * (2*mean(a, b, false) - mean(a, a, true) - mean(b, b, true))
}

func TestTheScanIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-1, 1), rapid.SampledFrom([]float64{0, 0.5, 7})), 2*leastSide, 30).Draw(t, "xs")
		s := newScan(xs)
		_, most := s.best()
		want := math.Inf(-1)
		for _, end := range s.ends {
			for i := leastSide; i <= end-leastSide; i++ {
				want = max(want, naive(xs[:end], i))
			}
		}
		if math.Abs(want-most) > 1e-9 {
			t.Fatalf("the scan says %g, the definition %g", most, want)
		}
	})
}

// noise draws n values that scatter by sd around what mean says.
func noise(seed uint64, n int, sd float64, mean func(i int) float64) []float64 {
	random := rand.New(rand.NewPCG(seed, 2))
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = mean(i) + sd*random.NormFloat64()
	}
	return xs
}

func flat(int) float64 { return 0 }

// Of series without a change as many are divided as the level says, and no more: 500 at
// 5 % give 25 ± 15, three standard deviations.
func TestSize(t *testing.T) {
	for _, n := range []int{8, 12, 30, 60} {
		divided := 0
		for seed := range uint64(500) {
			if divide(noise(seed, n, 0.02, flat), 0.05) != nil {
				divided++
			}
		}
		if divided > 40 || n > 12 && divided < 10 {
			t.Errorf("%d of 500 series of %d values without a change were divided at a level of 5 %%", divided, n)
		}
	}
}

// A heavy tail is no change either.
func TestSizeWithOutliers(t *testing.T) {
	divided := 0
	for seed := range uint64(500) {
		xs := noise(seed, 40, 0.02, flat)
		random := rand.New(rand.NewPCG(seed, 3))
		for range 3 {
			xs[random.IntN(len(xs))] += 0.5 * random.ExpFloat64()
		}
		if divide(xs, 0.05) != nil {
			divided++
		}
	}
	if divided > 40 {
		t.Errorf("%d of 500 series with outliers were divided at a level of 5 %%", divided)
	}
}

func places(ds []division) (at []int) {
	for _, d := range ds {
		at = append(at, d.at)
	}
	return at
}

func TestStepsAreFound(t *testing.T) {
	step := func(places ...int) func(int) float64 {
		return func(i int) (v float64) {
			for k, at := range places {
				if i >= at {
					v += 0.1 * float64(1-2*(k%2))
				}
			}
			return v
		}
	}
	for _, c := range []struct {
		fact string
		xs   []float64
		want []int
	}{
		{"one step of five standard deviations", noise(1, 40, 0.02, step(25)), []int{25}},
		{"the same in the last four values", noise(2, 60, 0.01, step(56)), []int{56}},
		{"up and down again", noise(3, 60, 0.01, step(20, 40)), []int{20, 40}},
		{"a step without any scatter", noise(4, 30, 0, step(15)), []int{15}},
		{"a change of one value in twenty", noise(5, 40, 0.01, func(i int) float64 {
			if i == 20 {
				return 3
			}
			return 0
		}), nil},
		{"an outlier at the end", noise(6, 40, 0.01, func(i int) float64 {
			if i == 39 {
				return 3
			}
			return 0
		}), nil},
		{"all values alike", make([]float64, 50), nil},
		{"too few values", []float64{0, 0, 0, 9, 9, 9, 9}, nil},
		{"no value", nil, nil},
	} {
		if got := places(divide(c.xs, 1e-4)); !slices.Equal(got, c.want) {
			t.Errorf("%s: found at %v, want %v", c.fact, got, c.want)
		}
	}
}

// Where a tenth of the values are outliers, twice the sum over n² prefers the
// shortest side, and the mean over pairs does so less.
func TestOutliersDrawTheMeanOverPairsLess(t *testing.T) {
	const n = 40
	var pairs, squares int
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 9))
		xs := make([]float64, n)
		for i := range xs {
			if xs[i] = random.NormFloat64(); random.IntN(10) == 0 {
				xs[i] += 8 * random.ExpFloat64()
			}
		}
		at, also, most, mostAlso := 0, 0, math.Inf(-1), math.Inf(-1)
		for i := leastSide; i <= n-leastSide; i++ {
			q := naive(xs, i)
			if q > most {
				at, most = i, q
			}
			a, b := float64(i), float64(n-i)
			q += (b*within(xs[:i]) + a*within(xs[i:])) / n // what n² adds
			if q > mostAlso {
				also, mostAlso = i, q
			}
		}
		pairs += shortest(at, n)
		squares += shortest(also, n)
	}
	if pairs != 56 || squares != 93 {
		t.Errorf("the shortest side was chosen %d times of 400, with n² %d times; the code says 56 and 93", pairs, squares)
	}
}

func shortest(at, n int) int {
	if at == leastSide || at == n-leastSide {
		return 1
	}
	return 0
}

// within is the mean distance of pairs.
func within(xs []float64) float64 {
	sum := 0.0
	for i := range xs {
		for j := range i {
			sum += math.Abs(xs[i] - xs[j])
		}
	}
	return sum / float64(len(xs)*(len(xs)-1)/2)
}

// Exchanging commit and anchor changes the sign of each value and no place; the
// unit changes none either.
func TestSymmetry(t *testing.T) {
	xs := noise(7, 50, 0.02, func(i int) float64 { return 0.08 * float64(i/25) })
	want := divide(xs, 1e-3)
	if !slices.Equal(places(want), []int{25}) {
		t.Fatalf("found %v", want)
	}
	for _, factor := range []float64{-1, 1000, 1e-9} {
		changed := slices.Clone(xs)
		for i := range changed {
			changed[i] *= factor
		}
		if got := divide(changed, 1e-3); !slices.Equal(got, want) {
			t.Errorf("times %g: found %v, want %v", factor, got, want)
		}
	}
	slices.Reverse(xs)
	if got := places(divide(xs, 1e-3)); !slices.Equal(got, []int{25}) {
		t.Errorf("backwards: found at %v", got)
	}
}

func TestTheSameHistoryGivesTheSamePoints(t *testing.T) {
	xs := noise(8, 60, 0.02, func(i int) float64 { return 0.03 * float64(i/30) })
	if a, b := divide(xs, 1e-2), divide(xs, 1e-2); !slices.Equal(a, b) {
		t.Errorf("first %v, then %v", a, b)
	}
}
