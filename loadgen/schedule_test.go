package loadgen

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSchedule(t *testing.T) {
	ms := func(xs ...int) (d []time.Duration) {
		for _, x := range xs {
			d = append(d, time.Duration(x)*time.Millisecond)
		}
		return d
	}
	for _, c := range []struct {
		fact    string
		rate    float64
		arrival string
		burst   int
		spacing time.Duration
		warmup  time.Duration
		window  time.Duration
		want    []time.Duration
	}{
		{"no rate, no events", 0, Constant, 1, 0, 0, time.Second, nil},
		{"constant events start at half a gap", 10, Constant, 1, 0, 0, 300 * time.Millisecond, ms(50, 150, 250)},
		{"an empty arrival is constant", 10, "", 1, 0, 0, 200 * time.Millisecond, ms(50, 150)},
		{"a burst is due at one instant and the rate stays the mean", 20, Bursts, 4, 0, 0, 400 * time.Millisecond, ms(100, 100, 100, 100, 300, 300, 300, 300)},
		{"nothing is due at or after the end", 1, Constant, 1, 0, 0, 500 * time.Millisecond, nil},
		{"half a gap from the window's begin, whatever the warm-up", 10, Constant, 1, 0, 50 * time.Millisecond, 200 * time.Millisecond, ms(0, 100, 200)},
		{"bursts keep off the window's edge, too", 10, Bursts, 2, 0, 130 * time.Millisecond, 200 * time.Millisecond, ms(30, 30, 230, 230)},
		{"the events of a burst may follow each other, none beyond the end", 20, Bursts, 4, 40 * time.Millisecond, 0, 400 * time.Millisecond, ms(100, 140, 180, 220, 300, 340, 380)},
	} {
		got, err := Schedule(c.rate, c.arrival, c.burst, c.spacing, c.warmup, c.window, 1)
		if err != nil {
			t.Errorf("%s: %v", c.fact, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.fact, d)
		}
	}
}

func TestScheduleRefuses(t *testing.T) {
	for _, c := range []struct {
		fact    string
		rate    float64
		arrival string
		burst   int
		spacing time.Duration
	}{
		{"a negative rate", -1, Constant, 1, 0},
		{"an arrival that is none", 1, "gaussian", 1, 0},
		{"a burst of nothing", 1, Bursts, 0, 0},
		{"a burst that is longer than the time to the next", 10, Bursts, 2, 101 * time.Millisecond},
		{"a burst that runs backwards", 10, Bursts, 2, -time.Millisecond},
	} {
		if _, err := Schedule(c.rate, c.arrival, c.burst, c.spacing, 0, time.Second, 1); err == nil {
			t.Errorf("%s is accepted", c.fact)
		}
	}
}

// Poisson arrivals: the count's mean and variance are rate × length, and the
// same seed gives the same schedule. 200 schedules of 100 expected events put
// the mean within 5 of its standard errors.
func TestSchedulePoisson(t *testing.T) {
	var sum, squares float64
	const runs, want = 200, 100.0
	for seed := range uint64(runs) {
		due, err := Schedule(50, Poisson, 1, 0, time.Second, time.Second, seed)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSorted(due) {
			t.Fatal("offsets do not ascend")
		}
		second, _ := Schedule(50, Poisson, 1, 0, time.Second, time.Second, seed)
		if !slices.Equal(due, second) {
			t.Fatal("the same seed gives another schedule")
		}
		n := float64(len(due))
		sum, squares = sum+n, squares+n*n
	}
	mean := sum / runs
	if math.Abs(mean-want) > 5*math.Sqrt(want/runs) {
		t.Errorf("mean of %g events, want about %g", mean, want)
	}
	if variance := squares/runs - mean*mean; variance < want/2 || variance > want*2 {
		t.Errorf("variance of %g, want about %g", variance, want)
	}
}
