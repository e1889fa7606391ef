package recompute

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// A bin is n values from lo up to below hi, in microseconds.
type bin struct{ lo, hi, n int64 }

// histogram is a stored one: its bins in order, and what is stored beside them.
type histogram struct {
	Count int64    `json:"count"`
	Mean  float64  `json:"mean_sec"`
	P50   float64  `json:"p50_sec"`
	P99   float64  `json:"p99_sec"`
	Max   float64  `json:"max_sec"`
	Sum   *float64 `json:"sum_sec"`
	HDR   string   `json:"hdr"`
	bins  []bin
}

const (
	compressed = 0x1c849304 // cookies of HdrHistogram's V2 encoding, without the word size
	plain      = 0x1c849303
	wordSize   = 0xf0
)

// decode reads HdrHistogram's V2 compressed encoding: a cookie, a length, a
// deflated body of a 40-byte head and zigzag LEB128 counts, in which a negative
// number is a run of empty bins.
func (h *histogram) decode() error {
	if h.HDR == "" {
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(h.HDR)
	if err != nil {
		return err
	}
	if len(raw) < 8 || binary.BigEndian.Uint32(raw)&^uint32(wordSize) != compressed {
		return fmt.Errorf("not a compressed V2 histogram")
	}
	z, err := zlib.NewReader(bytes.NewReader(raw[8:]))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	if len(body) < 40 || binary.BigEndian.Uint32(body)&^uint32(wordSize) != plain {
		return fmt.Errorf("not a V2 histogram")
	}
	if digits, least := binary.BigEndian.Uint32(body[12:]), binary.BigEndian.Uint64(body[16:]); digits != 3 || least != 1 {
		return fmt.Errorf("%d digits from %d µs", digits, least)
	}
	index := int64(0)
	var total int64
	for rest := body[40 : 40+binary.BigEndian.Uint32(body[4:])]; len(rest) > 0; {
		v, n := zigzag(rest)
		if n == 0 {
			return fmt.Errorf("the counts end in the middle")
		}
		if rest = rest[n:]; v < 0 {
			index -= v
			continue
		}
		if v > 0 {
			h.bins = append(h.bins, bin{edge(index), edge(index + 1), v})
			total += v
		}
		index++
	}
	if total != h.Count {
		return fmt.Errorf("holds %d values and says %d", total, h.Count)
	}
	return nil
}

// zigzag reads a number of up to nine bytes, of which the last has all eight
// bits, and how many bytes it has.
func zigzag(b []byte) (v int64, n int) {
	var u uint64
	for n < len(b) {
		c := b[n]
		if n++; n == 9 {
			u |= uint64(c) << 56
			return int64(u>>1) ^ -int64(u&1), n
		}
		u |= uint64(c&0x7f) << (7 * (n - 1))
		if c < 0x80 {
			return int64(u>>1) ^ -int64(u&1), n
		}
	}
	return 0, 0
}

// edge is the least value of the bin at an index: each whole number below 2048,
// then 1024 equal steps to each doubling.
func edge(index int64) int64 {
	if index < 2048 {
		return index
	}
	doubling := index/1024 - 1
	return (1024 + index%1024) << doubling
}

// at is the value, in seconds, that at least the share num/den of the values do
// not exceed: the greatest microsecond of its bin.
func (h *histogram) at(num, den int64) float64 {
	rank := (num*h.Count + den - 1) / den
	for _, b := range h.bins {
		if rank -= b.n; rank <= 0 {
			return float64(b.hi-1) / 1e6
		}
	}
	return 0
}

// mean is by the exact sum, or by the middles of the bins in an older record.
func (h *histogram) mean() float64 {
	if h.Sum != nil {
		return *h.Sum / float64(h.Count)
	}
	var sum float64
	for _, b := range h.bins {
		sum += float64(b.n) * float64(b.lo+b.hi) / 2
	}
	return sum / 1e6 / float64(h.Count)
}

// uniform is the greatest distance of the distribution from the uniform one of
// the same mean and so wide.
func (h *histogram) uniform(width float64) (most float64) {
	from := h.mean() - width/2
	cdf := func(us int64) float64 { return math.Min(1, math.Max(0, (float64(us)/1e6-from)/width)) }
	var seen int64
	for _, b := range h.bins {
		most = math.Max(most, math.Abs(cdf(b.lo)-float64(seen)/float64(h.Count)))
		seen += b.n
		most = math.Max(most, math.Abs(cdf(b.hi)-float64(seen)/float64(h.Count)))
	}
	return most
}

// merge joins histograms into one.
func merge(all ...*histogram) *histogram {
	count := map[int64]bin{}
	out := &histogram{}
	var sum float64
	exact := true
	for _, h := range all {
		out.Count += h.Count
		if h.Count > 0 {
			sum += h.mean() * float64(h.Count)
		}
		exact = exact && (h.Sum != nil || h.Count == 0)
		for _, b := range h.bins {
			have := count[b.lo]
			count[b.lo] = bin{b.lo, b.hi, have.n + b.n}
		}
	}
	for _, b := range count {
		out.bins = append(out.bins, b)
	}
	sortBins(out.bins)
	if exact {
		out.Sum = &sum
	}
	return out
}
