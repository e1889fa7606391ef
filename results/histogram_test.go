package results

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// A histogram gives the value of rank ⌈q·n⌉ to its three digits and the mean to
// the nanosecond, while it is recorded, at rest and read back.
func TestHistogramAgreesWithItsValues(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, test := range []struct {
		name string
		next func() time.Duration
	}{
		{"below two milliseconds, where every microsecond has its own bin", func() time.Duration { return time.Duration(rng.Int64N(2_048_000)) }},
		{"milliseconds", func() time.Duration { return time.Duration(300_000 * (1 + rng.ExpFloat64())) }},
		{"half a second, uniform", func() time.Duration { return time.Duration(rng.Int64N(500_000_000)) }},
		{"the whole range", func() time.Duration { return time.Duration(rng.Int64N(600_000_000_000)) }},
		{"one value only", func() time.Duration { return 123_456_789 }},
		{"nothing but zero", func() time.Duration { return 0 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			bins := hdr.New(lowest, highest, digits)
			var got Histogram
			var values []time.Duration
			add := func(v time.Duration) {
				values = append(values, v)
				if err := got.Record(v); err != nil {
					t.Fatal(err)
				}
			}
			check := func(form string) {
				t.Helper()
				slices.Sort(values)
				n := len(values)
				bin := func(v time.Duration) (least, most float64) {
					bins.Reset()
					if err := bins.RecordValue(v.Microseconds()); err != nil {
						t.Fatal(err)
					}
					return float64(bins.Min()) / 1e6, float64(bins.Max()) / 1e6
				}
				for _, q := range []int{1, 10, 100, 1000, 2500, 5000, 7500, 9000, 9900, 9990, 9999, 10000} { // ten-thousandths
					_, want := bin(values[max(1, (q*n+9999)/10000)-1])
					if got := got.Quantile(float64(q) / 10000); got != want {
						t.Fatalf("%s: quantile %g is %g, want %g", form, float64(q)/10000, got, want)
					}
				}
				if _, want := bin(values[n-1]); got.Max() != want {
					t.Errorf("%s: max %g, want %g", form, got.Max(), want)
				}
				if want, _ := bin(values[0]); got.Min() != want {
					t.Errorf("%s: min %g, want %g", form, got.Min(), want)
				}
				var sum time.Duration
				for _, v := range values {
					sum += v
				}
				if got, want := got.Mean(), sum.Seconds()/float64(n); math.Abs(got-want) > 1e-12*(1+want) {
					t.Errorf("%s: mean %g, want %g", form, got, want)
				}
				if got.Count() != int64(n) {
					t.Errorf("%s: count %d, want %d", form, got.Count(), n)
				}
			}
			for range 5003 {
				add(test.next())
			}
			check("recording")
			got.Pack()
			check("at rest")
			b, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			got = Histogram{}
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			check("read back")
			add(77 * time.Millisecond)
			check("recording again")
		})
	}
}

// The rank of a percentile is never rounded down.
func TestHistogramRank(t *testing.T) {
	repeat := func(v time.Duration, n int) []time.Duration { return slices.Repeat([]time.Duration{v}, n) }
	for _, c := range []struct {
		fact   string
		values []time.Duration
		q      float64
		want   float64
	}{
		{"90 % of 16 are 14.4: the 15th", append(repeat(time.Millisecond, 14), repeat(time.Second, 2)...), 0.9, 1.000447},
		{"99 % of 160 are 158.4: the 159th", append(repeat(time.Millisecond, 158), repeat(time.Second, 2)...), 0.99, 1.000447},
		{"99 % of 100 are 99, not one more", append(repeat(time.Millisecond, 99), time.Second), 0.99, 0.001},
		{"7 % of 100 are 7, whatever the product says", append(repeat(time.Millisecond, 7), repeat(time.Second, 93)...), 0.07, 0.001},
		{"half of 3 are 1.5: the 2nd", []time.Duration{time.Millisecond, 2 * time.Millisecond, time.Second}, 0.5, 0.002},
	} {
		if got := histogram(t, c.values...).Quantile(c.q); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: got %g, want %g", c.fact, got, c.want)
		}
	}
}

// A record without sums has means from the middles of its bins.
func TestHistogramOfAnOlderRecord(t *testing.T) {
	h := histogram(t, 1500*time.Nanosecond, 2500*time.Nanosecond)
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	without := func(sum any) []byte {
		if delete(fields, "sum_sec"); sum != nil {
			fields["sum_sec"] = sum
		}
		b, _ := json.Marshal(fields)
		return b
	}
	var old Histogram
	if err := json.Unmarshal(without(nil), &old); err != nil {
		t.Fatal(err)
	}
	if got := old.Mean(); math.Abs(got-2e-6) > 1e-12 {
		t.Errorf("the mean of 1 to 2 and 2 to 3 µs is %g", got)
	}
	old.Merge(h)
	if again, err := json.Marshal(old); err != nil || strings.Contains(string(again), "sum_sec") {
		t.Errorf("an estimate is stored as a sum: %s %v", again, err)
	}
	for _, sum := range []float64{-1, 0, 2.9e-6, 5.1e-6, 1e300} {
		if err := json.Unmarshal(without(sum), &old); err == nil {
			t.Errorf("a sum of %g s for 1 to 2 and 2 to 3 µs passes", sum)
		}
	}
}

func TestHistogramMerge(t *testing.T) {
	all := histogram(t, time.Millisecond, 5*time.Millisecond, time.Second)
	for _, test := range []struct {
		name         string
		packA, packB bool
	}{
		{"two that are recorded", false, false},
		{"one at rest into one that is recorded", false, true},
		{"one that is recorded into one at rest", true, false},
		{"two at rest", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := histogram(t, 5*time.Millisecond), histogram(t, time.Millisecond, time.Second)
			if test.packA {
				a.Pack()
			}
			if test.packB {
				b.Pack()
			}
			a.Merge(b)
			a.Merge(Histogram{})
			got, _ := json.Marshal(a)
			want, _ := json.Marshal(all)
			if string(got) != string(want) {
				t.Errorf("got %s\nwant %s", got, want)
			}
			if b.Count() != 2 {
				t.Errorf("the other one has %d values now", b.Count())
			}
		})
	}
}

func TestHistogramRange(t *testing.T) {
	for _, test := range []struct {
		name string
		d    time.Duration
		want error
	}{
		{"zero is a duration", 0, nil},
		{"less than a microsecond counts as zero", 999, nil},
		{"ten minutes are the most", 10 * time.Minute, nil},
		{"a microsecond more is refused", 10*time.Minute + time.Microsecond, ErrRange},
		{"a negative one is refused", -1, ErrRange},
	} {
		t.Run(test.name, func(t *testing.T) {
			var h Histogram
			if err := h.Record(test.d); err != test.want {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if want := int64(1); test.want == nil && h.Count() != want || test.want != nil && h.Count() != 0 {
				t.Errorf("it has %d values", h.Count())
			}
		})
	}
}

func TestHistogramEmpty(t *testing.T) {
	var h Histogram
	h.Pack()
	if h.Count() != 0 || h.Quantile(0.5) != 0 || h.Min() != 0 || h.Max() != 0 || h.Mean() != 0 {
		t.Error("the zero value has values")
	}
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &h); err != nil {
		t.Errorf("%s does not read back: %v", b, err)
	}
}
