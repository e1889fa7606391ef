package results

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// The range of a Histogram: 1 µs to 10 minutes, three significant digits.
const (
	lowest  = 1 // microseconds
	highest = int64(10 * time.Minute / time.Microsecond)
	digits  = 3
)

// ErrRange is returned by Record for a value that is negative or beyond ten
// minutes. Such a value is not recorded: the caller counts it.
var ErrRange = errors.New("value outside 0 to 10 minutes")

// A Histogram is a lossless-to-merge HDR histogram of durations: 1 µs to ten
// minutes with three significant digits. The zero value is empty and ready.
// It is stored in JSON as HDR V2 compressed, base64, beside its summary and the
// exact sum of its values. Not safe for concurrent use while it changes; a copy
// shares what it holds.
type Histogram struct {
	h     *hdr.Histogram // being recorded
	p     *packed        // at rest; at most one of the two is set
	sum   int64          // of all values, nanoseconds
	rough bool           // sum is an estimate: it was read from a record that has none
}

// Record adds d. Its bin has whole microseconds, the mean has all of it. It
// returns ErrRange, and records nothing, when d is out of range.
func (h *Histogram) Record(d time.Duration) error { return h.record(d, 1) }

// record adds n values of d.
func (h *Histogram) record(d time.Duration, n int64) error {
	if d < 0 || int64(d/time.Microsecond) > highest {
		return ErrRange
	}
	if err := h.recording().RecordValues(int64(d/time.Microsecond), n); err != nil {
		return err
	}
	h.sum += int64(d) * n
	return nil
}

// Prepare takes the memory that recording needs, and touches it, so that no
// Record pays for it.
func (h *Histogram) Prepare() {
	into := h.recording()
	for v := int64(lowest); v < highest; v += 1 + v/64 { // a value in each page of the counts, at least
		_ = into.RecordValues(v, 0)
	}
}

// Merge adds every value of o to h, without loss.
func (h *Histogram) Merge(o Histogram) {
	switch {
	case o.h != nil:
		h.recording().Merge(o.h)
	case o.p != nil:
		for into, i := h.recording(), 0; i < len(o.p.bins); i++ {
			if err := into.RecordValues(o.p.bins[i].value, o.p.bins[i].count); err != nil {
				panic(err) // both have the same range
			}
		}
	}
	h.sum, h.rough = h.sum+o.sum, h.rough || o.rough
}

// Pack turns h into its small form, a few kilobytes instead of 170. Its values
// stay the same. A later Record or Merge turns it back.
func (h *Histogram) Pack() {
	if h.h == nil {
		return
	}
	if h.h.TotalCount() == 0 {
		h.h = nil
		return
	}
	if p, err := pack(h.h); err == nil {
		*h = Histogram{p: p, sum: h.sum, rough: h.rough}
	}
}

func (h *Histogram) recording() *hdr.Histogram {
	switch {
	case h.p != nil:
		var again Histogram
		again.Merge(*h)
		*h = again
	case h.h == nil:
		h.h = hdr.New(lowest, highest, digits)
	}
	return h.h
}

// Count is the number of values.
func (h Histogram) Count() int64 {
	switch {
	case h.p != nil:
		return h.p.total
	case h.h != nil:
		return h.h.TotalCount()
	}
	return 0
}

// Quantile returns the least value in seconds that at least the share q of the
// values, 0 to 1, do not exceed: that of rank ⌈q·n⌉. It is to three digits, and 0
// when h is empty. Quantile(1) is the maximum.
func (h Histogram) Quantile(q float64) float64 {
	if h.Count() == 0 {
		return 0
	}
	return float64(h.atRest().quantile(q)) / 1e6
}

// Min is the least value in seconds, to three digits; 0 when h is empty.
func (h Histogram) Min() float64 {
	if h.Count() == 0 {
		return 0
	}
	return float64(h.atRest().bins[0].value) / 1e6
}

// Max is the largest value in seconds, to three digits; 0 when h is empty.
func (h Histogram) Max() float64 { return h.Quantile(1) }

// Mean is the mean in seconds, to the nanosecond; 0 when h is empty. Of a record
// without sums it is that of the middles of the bins.
func (h Histogram) Mean() float64 {
	if h.Count() == 0 {
		return 0
	}
	return float64(h.sum) / 1e9 / float64(h.Count())
}

// Above is the share of the values that may be greater than sec: those of the
// bins that reach beyond it; 0 when h is empty.
func (h Histogram) Above(sec float64) float64 {
	n := h.Count()
	if n == 0 {
		return 0
	}
	var above int64
	for _, b := range h.atRest().bins {
		if float64(b.value+width(b.value))/1e6 > sec {
			above += b.count
		}
	}
	return float64(above) / float64(n)
}

// Distance is the greatest difference between the share of h's values up to a
// time and cdf of that time in seconds, over all times (the Kolmogorov–Smirnov
// distance), to the histogram's three digits; 0 when h is empty.
func (h Histogram) Distance(cdf func(sec float64) float64) float64 {
	var seen, most float64
	n := float64(h.Count())
	if n == 0 {
		return 0
	}
	for _, b := range h.atRest().bins {
		below := math.Abs(cdf(float64(b.value)/1e6) - seen/n)
		seen += float64(b.count)
		above := math.Abs(cdf(float64(b.value+width(b.value))/1e6) - seen/n)
		most = max(most, below, above)
	}
	return most
}

// atRest returns h's values for reading, without the text that stores them.
func (h Histogram) atRest() *packed {
	if h.p != nil {
		return h.p
	}
	return &packed{bins: binsOf(h.h), total: h.h.TotalCount()}
}

// A histogram is a summary for people beside the whole distribution.
type histogramJSON struct {
	Count int64    `json:"count"`             // values
	Mean  float64  `json:"mean_sec"`          // 0 when there is none, as the rest
	P50   float64  `json:"p50_sec"`           // median: the value of rank ⌈count/2⌉
	P99   float64  `json:"p99_sec"`           // 99th percentile: the value of rank ⌈0.99·count⌉
	Max   float64  `json:"max_sec"`           // to three digits
	Sum   *float64 `json:"sum_sec,omitempty"` // of all values, to the nanosecond: the mean is this by count. Absent in older records: the mean is then that of the middles of the bins
	HDR   string   `json:"hdr,omitempty"`     // whole microseconds; HDR V2 compressed, base64; the truth of which the summary is made
}

// MarshalJSON writes the whole histogram beside a summary for people.
func (h Histogram) MarshalJSON() ([]byte, error) {
	if h.Count() == 0 {
		return json.Marshal(histogramJSON{})
	}
	if h.p == nil {
		p, err := pack(h.h)
		if err != nil {
			return nil, err
		}
		h.h, h.p = nil, p
	}
	j := histogramJSON{h.Count(), h.Mean(), h.Quantile(0.5), h.Quantile(0.99), h.Max(), nil, h.p.text}
	if sum := float64(h.sum) / 1e9; !h.rough {
		j.Sum = &sum
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote. A summary that does not belong
// to the histogram is an error.
func (h *Histogram) UnmarshalJSON(b []byte) error {
	var j histogramJSON
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&j); err != nil {
		return err
	}
	*h = Histogram{}
	for _, v := range []float64{j.Mean, j.P50, j.P99, j.Max} {
		if v < 0 || v > float64(top(highest))/1e6 {
			return fmt.Errorf("histogram's summary has a time of %g s, which is not within 0 to 10 minutes", v)
		}
	}
	if j.HDR == "" {
		if j.Count != 0 {
			return fmt.Errorf("histogram of %d values without its data", j.Count)
		}
		return nil
	}
	if _, err := base64.StdEncoding.DecodeString(j.HDR); err != nil {
		return fmt.Errorf("histogram data: %w", err)
	}
	got, err := hdr.Decode([]byte(j.HDR))
	if err != nil {
		return fmt.Errorf("histogram data: %w", err)
	}
	if got.TotalCount() != j.Count {
		return fmt.Errorf("histogram holds %d values but says %d", got.TotalCount(), j.Count)
	}
	own := hdr.New(lowest, highest, digits)
	if got.LowestTrackableValue() == lowest && got.SignificantFigures() == digits && got.ByteSize() == own.ByteSize() {
		own = got
	} else if dropped := own.Merge(got); dropped != 0 {
		return fmt.Errorf("histogram has %d values outside 0 to 10 minutes", dropped)
	}
	if j.Count == 0 {
		return nil
	}
	h.p = &packed{binsOf(own), j.Count, j.HDR}
	return h.total(j.Sum)
}

// total sets the sum of a histogram that was read: the stored one, which must
// be one that its bins can have, or that of their middles.
func (h *Histogram) total(stored *float64) error {
	least, most := h.p.sums()
	if most > math.MaxInt64/1e9 {
		return fmt.Errorf("histogram's values add up to more than %g s, which no run can take", most)
	}
	if stored == nil {
		for _, b := range h.p.bins {
			h.sum += b.count * (2*b.value + width(b.value)) * int64(time.Microsecond/2)
		}
		h.rough = true
		return nil
	}
	// A float64 has 53 bits: what it cannot tell is not held against the sum.
	if slack := 1e-9 + most*0x1p-50; *stored < least-slack || *stored > most+slack {
		return fmt.Errorf("histogram's sum is %g s and its values make %g to %g s", *stored, least, most)
	}
	h.sum = int64(math.Round(*stored * 1e9))
	return nil
}

// Bins says which bins all histograms have: those of two programs merge without loss where
// it is the same.
func Bins() string { return fmt.Sprintf("%d to %d µs, %d digits", lowest, highest, digits) }
