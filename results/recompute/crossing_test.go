package recompute

import (
	"math"
	"strconv"
)

// perSecond is what a client costs on the wire per second at rate events a
// second for each client, by hand: texts, one segment for what is sent and one
// that acknowledges it, where an answer acknowledges its request. d is the mean
// number of digits of the events' numbers in the window.
func perSecond(x *trial, rate, d float64) float64 {
	p := float64(x.Load.Payload)
	digits := func(n float64) float64 { return float64(len(strconv.Itoa(int(n)))) }
	request := float64(x.Handshake.Out.Head)/float64(x.Connection.Opened) - 1 + d // opened with the number 0
	const head, empty, segment = 148, 106, 52
	switch x.Transport {
	case "sse":
		event := 5 + d + 8 + p
		return rate * (event + float64(len(strconv.FormatInt(int64(math.Round(event)), 16))) + 4 + 2*segment)
	case "websocket":
		frame := 2.0
		if p > 125 {
			frame = 4
		}
		return rate * (p + frame + 2*segment)
	case "longpoll":
		return rate * (request + 1 + head + d + digits(p+2) + p + 2 + 3*segment)
	}
	each := rate * x.Load.Interval
	full := math.Min(1, each)
	body := 1 + math.Max(1, each)*(p+1)
	return (request + full*(head+digits(body)+body) + (1-full)*empty + d + 3*segment) / x.Load.Interval
}

// numbers is the mean number of digits of the events' numbers in the window.
func numbers(x *trial, rate float64) float64 {
	before := math.Floor(rate*x.Load.Warmup + 0.5)
	n := math.Max(1, math.Ceil(rate*x.Load.Window-0.5))
	var sum float64
	for k := before + 1; k <= before+n; k++ {
		sum += float64(len(strconv.Itoa(int(k))))
	}
	return sum / n
}

// cross finds between which points of a sweep over the rate the variant called
// a is overtaken by b, and where their closed forms are the same; 0 when they
// are not.
func (r *record) cross(scenario, a, b string) (lo, hi, at float64) {
	var first *trial
	var second *trial
	last := 0.0
	for _, p := range r.cells(scenario) {
		if p.name() != a {
			continue
		}
		for _, q := range r.cells(scenario) {
			if q.name() != b || q.point != p.point || q.target != p.target {
				continue
			}
			x, _ := summarize(p, "wire-B/client-min")
			y, _ := summarize(q, "wire-B/client-min")
			rate := p.trials[0].Load.Rate
			switch {
			case x.hi < y.lo:
				last, first, second = rate, p.trials[0], q.trials[0]
			case y.hi < x.lo && last > 0 && hi == 0:
				lo, hi = last, rate
			}
		}
	}
	if first == nil || hi == 0 {
		return lo, hi, 0
	}
	topics := float64(max(1, first.Load.Topics))
	less := func(rate float64) float64 {
		rate /= topics
		return perSecond(first, rate, numbers(first, rate)) - perSecond(second, rate, numbers(second, rate))
	}
	from, to := lo, math.Min(hi, 20*topics) // acknowledgments are shared beyond
	if less(from) >= 0 || less(to) <= 0 {
		return lo, hi, 0
	}
	for range 60 {
		if mid := (from + to) / 2; less(mid) < 0 {
			from = mid
		} else {
			to = mid
		}
	}
	return lo, hi, from
}
