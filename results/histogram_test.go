package results

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// At rest, a histogram gives the numbers that the HDR library gives.
func TestHistogramAgreesWithHDR(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, test := range []struct {
		name string
		next func() int64 // microseconds
	}{
		{"microseconds, where every value has its own bin", func() int64 { return rng.Int64N(2048) }},
		{"milliseconds", func() int64 { return int64(300 * (1 + rng.ExpFloat64())) }},
		{"half a second, uniform", func() int64 { return rng.Int64N(500_000) }},
		{"the whole range", func() int64 { return rng.Int64N(highest + 1) }},
		{"one value only", func() int64 { return 123_456 }},
		{"nothing but zero", func() int64 { return 0 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := hdr.New(lowest, highest, digits)
			var got Histogram
			for range 5003 { // no quantile below falls between two values
				v := test.next()
				if err := want.RecordValue(v); err != nil {
					t.Fatal(err)
				}
				if err := got.Record(time.Duration(v) * time.Microsecond); err != nil {
					t.Fatal(err)
				}
			}
			check := func(form string) {
				t.Helper()
				for _, q := range []float64{0.0001, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1} {
					if got, want := got.Quantile(q), float64(want.ValueAtPercentile(q*100))/1e6; got != want {
						t.Fatalf("%s: quantile %g is %g, want %g", form, q, got, want)
					}
				}
				if got, want := got.Max(), float64(want.Max())/1e6; got != want {
					t.Errorf("%s: max %g, want %g", form, got, want)
				}
				if got, want := got.Min(), float64(want.Min())/1e6; got != want {
					t.Errorf("%s: min %g, want %g", form, got, want)
				}
				if got, want := got.Mean(), want.Mean()/1e6; got < want*(1-1e-12) || got > want*(1+1e-12) {
					t.Errorf("%s: mean %g, want %g", form, got, want)
				}
				if got.Count() != want.TotalCount() {
					t.Errorf("%s: count %d, want %d", form, got.Count(), want.TotalCount())
				}
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
			v := 77 * time.Millisecond
			if err := got.Record(v); err != nil {
				t.Fatal(err)
			}
			if err := want.RecordValue(v.Microseconds()); err != nil {
				t.Fatal(err)
			}
			check("recording again")
		})
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
