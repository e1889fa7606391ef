package results

import (
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

// quantile is the value at q, 0 to 1, in microseconds: the top of the bin
// that holds the value of rank q·total, rounded to the nearest.
func (p *packed) quantile(q float64) int64 {
	rank := int64(max(1, min(q*float64(p.total)+0.5, float64(p.total))))
	for _, b := range p.bins {
		if rank -= b.count; rank <= 0 {
			return top(b.value)
		}
	}
	return 0
}

func (p *packed) mean() float64 {
	var sum float64
	for _, b := range p.bins {
		sum += float64(b.count) * float64(b.value+width(b.value)/2)
	}
	return sum / float64(p.total)
}

// width is how many whole microseconds share a bin with v: one below 2048, and
// twice as many at each doubling, which keeps three digits.
func width(v int64) int64 { return 1 << max(0, bits.Len64(uint64(v))-11) }

// top is the greatest value in the bin whose least is v.
func top(v int64) int64 { return v + width(v) - 1 }
