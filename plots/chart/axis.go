package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// An Axis maps values to the length of a panel's side. It is safe with any
// numbers: a record may come from anywhere.
type Axis struct {
	Title    string
	Min, Max float64
	Log      bool
	Ticks    []plot.Tick // minor ones have no label
}

// The outermost numbers of axes: beyond them ranges and ratios overflow. Real
// ones are far within: log axes have nanoseconds to terabytes.
const (
	utmost  = 1e150
	leastOn = 1e-15 // of a log axis
	mostOn  = 1e15
)

// over is how far beyond the ends of an axis something may be drawn, as a share
// of its length. What lies further is drawn there.
const over = 0.05

// at returns where v lies, 0 at the start of the axis and 1 at its end. What is
// no number lies at the start.
func (a Axis) at(v float64) float64 {
	lo, hi := within(a.Min, -utmost, utmost), within(a.Max, -utmost, utmost)
	v = within(v, -utmost, utmost)
	if a.Log {
		lo, hi, v = log(lo), log(hi), log(v)
	}
	if hi == lo {
		return 0.5
	}
	return within((v-lo)/(hi-lo), -over, 1+over)
}

// within is v no further than the bounds, and lo for what is no number.
func within(v, lo, hi float64) float64 {
	if math.IsNaN(v) {
		return lo
	}
	return max(lo, min(hi, v))
}

// log is math.Log, finite for everything.
func log(v float64) float64 { return math.Log(within(v, 1/utmost, utmost)) }

// Linear returns an axis over exactly from..to with round ticks. A range that
// is none, or too narrow to be told apart, is widened.
func Linear(from, to float64, kind string) Axis {
	from, to = within(from, -utmost, utmost), within(to, -utmost, utmost)
	if widest := max(math.Abs(from), math.Abs(to)); !(to-from > max(widest*1e-9, 1/utmost)) {
		to = from + max(1, math.Abs(from))
	}
	step := niceStep((to-from)/5, kind)
	a := Axis{Min: from, Max: to}
	first := math.Ceil(from/step - 1e-9)
	for i := range 16 { // at most seven fit
		v := (first + float64(i)) * step
		if v > a.Max+step*1e-6 {
			break
		}
		if math.Abs(v) < step*1e-6 {
			v = 0
		}
		a.Ticks = append(a.Ticks, plot.Tick{Value: v, Label: TickLabel(v, kind)})
	}
	return a
}

// niceStep rounds a step up to 1, 2 or 5 times a power of ten.
func niceStep(step float64, kind string) float64 {
	p := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*p >= step*(1-1e-9) {
			if kind == "count" || kind == "bytes" {
				return math.Max(m*p, 1)
			}
			return m * p
		}
	}
	return 10 * p
}

// Log returns a log axis that holds from..to, both above zero. Labels
// stand at powers of ten, and at 2 and 5 between them on a short axis.
func Log(from, to float64, kind string) Axis {
	from, to = within(from, leastOn, mostOn), within(to, leastOn, mostOn)
	a := Axis{Log: true, Min: from / 1.3, Max: max(from, to) * 1.2}
	if a.Max/a.Min < 10 {
		mid := math.Sqrt(a.Max * a.Min)
		a.Min, a.Max = mid/math.Sqrt(10), mid*math.Sqrt(10)
	}
	decades := math.Log10(a.Max / a.Min)
	for e := math.Floor(math.Log10(a.Min)); e <= math.Ceil(math.Log10(a.Max)); e++ {
		for m := 1.0; m < 10; m++ {
			v := m * math.Pow(10, e)
			if v < a.Min*(1-1e-9) || v > a.Max*(1+1e-9) {
				continue
			}
			t := plot.Tick{Value: v}
			if m == 1 || decades < 2.5 && (m == 2 || m == 5) || decades < 3.5 && m == 3 && decades >= 2.5 {
				t.Label = TickLabel(v, kind)
			}
			a.Ticks = append(a.Ticks, t)
		}
	}
	return a
}

// TickLabel writes a round value: 200 µs, 1 ms, 5 kB.
func TickLabel(v float64, kind string) string {
	type scale struct {
		factor float64
		unit   string
	}
	scales := map[string][]scale{
		"sec":   {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}},
		"bytes": {{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}, {1, "B"}},
		"count": {{1e6, "M"}, {1e3, "k"}, {1, ""}},
	}
	if v == 0 {
		return "0"
	}
	all, last := scales[kind], scale{1, ""}
	for _, s := range all {
		last = s
		if math.Abs(v) >= s.factor*(1-1e-9) {
			break
		}
	}
	text := strconv.FormatFloat(v/last.factor, 'g', 4, 64)
	if last.unit == "" || kind == "count" {
		return text + last.unit
	}
	return text + " " + last.unit
}

// LogOver is the log axis that holds every point and bound of lines.
func LogOver(lines []Series, kind string) Axis {
	lo, hi := math.Inf(1), 0.0
	for _, s := range lines {
		for _, vs := range [][]float64{s.Ys, s.Lo, s.Hi} {
			for _, v := range vs {
				if v > 0 {
					lo, hi = math.Min(lo, v), math.Max(hi, v)
				}
			}
		}
	}
	if hi == 0 {
		lo, hi = 1, 1
	}
	return Log(lo, hi, kind)
}
