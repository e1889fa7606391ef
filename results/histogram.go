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
// It is stored in JSON as HDR V2 compressed, base64, beside its summary. Not
// safe for concurrent use while it changes; a copy shares what it holds.
type Histogram struct {
	h *hdr.Histogram // being recorded
	p *packed        // at rest; at most one of the two is set
}

// Record adds d, truncated to whole microseconds. It returns ErrRange, and
// records nothing, when d is out of range.
func (h *Histogram) Record(d time.Duration) error {
	if d < 0 || int64(d/time.Microsecond) > highest {
		return ErrRange
	}
	return h.recording().RecordValue(int64(d / time.Microsecond))
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
		*h = Histogram{p: p}
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

// Quantile returns the value in seconds at q, 0 to 1; 0 when h is empty.
// Quantile(1) is the maximum.
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

// Mean is the mean in seconds; 0 when h is empty.
func (h Histogram) Mean() float64 {
	if h.Count() == 0 {
		return 0
	}
	return h.atRest().mean() / 1e6
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
	Count int64   `json:"count"`         // values
	Mean  float64 `json:"mean_sec"`      // 0 when there is none, as the rest
	P50   float64 `json:"p50_sec"`       // median
	P99   float64 `json:"p99_sec"`       // 99th percentile
	Max   float64 `json:"max_sec"`       // to three digits
	HDR   string  `json:"hdr,omitempty"` // microseconds; HDR V2 compressed, base64; the truth of which the rest is a summary
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
		h = Histogram{p: p}
	}
	return json.Marshal(histogramJSON{h.Count(), h.Mean(), h.Quantile(0.5), h.Quantile(0.99), h.Max(), h.p.text})
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
	if j.Count > 0 {
		h.p = &packed{binsOf(own), j.Count, j.HDR}
	}
	return nil
}
