package results

import (
	"math"
	"math/bits"

	hdr "github.com/HdrHistogram/hdrhistogram-go"
)

// packed is a histogram at rest: only the values that occur, and the text that
// stands for them in a record. It takes a few kilobytes where one that is
// being recorded takes 170, which decides how many trials a record can hold.
// It is never changed once made.
type packed struct {
	bins  []bin // ascending
	total int64
	text  string // HDR V2 compressed, base64
}

// bin is count values from value up to top(value), in microseconds.
type bin struct{ value, count int64 }

func pack(h *hdr.Histogram) (*packed, error) {
	text, err := h.Encode(hdr.V2CompressedEncodingCookieBase)
	if err != nil {
		return nil, err
	}
	return &packed{binsOf(h), h.TotalCount(), string(text)}, nil
}

// binsOf returns the values of h, whose range is ours. A counts array holds
// each value below 2048 at its own index, then 1024 bins for each doubling.
func binsOf(h *hdr.Histogram) []bin {
	var bins []bin
	for i, n := range h.Export().Counts {
		if n == 0 {
			continue
		}
		value := int64(i)
		if i >= 2048 {
			value = int64(i&1023+1024) << (i>>10 - 1)
		}
		bins = append(bins, bin{value, n})
	}
	return bins
}

// quantile is the value at q, 0 to 1, in microseconds: the top of the bin that
// holds the value of rank ⌈q·total⌉, the least of which at least the share q of
// the values are no larger.
func (p *packed) quantile(q float64) int64 {
	left := rank(q, p.total)
	for _, b := range p.bins {
		if left -= b.count; left <= 0 {
			return top(b.value)
		}
	}
	return 0
}

// rank is ⌈q·n⌉, at least 1. A product that rounding has put just above a whole
// number is that number: 0.07·100 is 7.
func rank(q float64, n int64) int64 {
	x := q * float64(n)
	return max(1, min(n, int64(math.Ceil(x-x*0x1p-51))))
}

// sums are the least and the greatest sum, in seconds, that values of the bins
// can have: each is anywhere in its own.
func (p *packed) sums() (least, most float64) {
	for _, b := range p.bins {
		least += float64(b.count) * float64(b.value) / 1e6
		most += float64(b.count) * float64(b.value+width(b.value)) / 1e6
	}
	return least, most
}

// width is how many whole microseconds share a bin with v: one below 2048, and
// twice as many at each doubling, which keeps three digits.
func width(v int64) int64 { return 1 << max(0, bits.Len64(uint64(v))-11) }

// top is the greatest value in the bin whose least is v.
func top(v int64) int64 { return v + width(v) - 1 }

// Pack turns every histogram of the trial into its small form. The load
// generator calls it when the trial is over; numbers stay the same.
func (t *Trial) Pack() {
	c := &t.Connection
	for _, h := range []*Histogram{
		&t.Latency, &t.Departure, &t.ToServer, &t.FromServer, &t.Wait, &t.Spread, &t.Age.Peak, &t.Uncorrected, &t.Trust.Lag,
		&c.TCP, &c.TLS, &c.HTTP, &c.Open, &c.FirstEvent,
	} {
		h.Pack()
	}
	if t.Parts != nil {
		t.Parts.Others.Pack()
	}
	if d := t.SlowDeliveries; d != nil {
		d.Latency.Pack()
	}
	if r := t.Recovery; r != nil {
		for _, h := range []*Histogram{&r.Open, &r.Reconnect, &r.Recover} {
			h.Pack()
		}
	}
}
