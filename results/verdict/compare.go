package verdict

import (
	"fmt"
	"math"
	"slices"

	"pushbench/results"
	"pushbench/results/rank"
)

// Enough is how many trials an interval of 95 % takes.
const Enough = 6

// exactly is what float64 loses in a quotient of two counts, relative.
const exactly = 1e-12

// missing is the finding of a comparison of which a side has no valid trial; ok: there is one.
func (j judge) missing(sides ...Side) (f Finding, ok bool) {
	for _, s := range sides {
		if why := j.absent(s); why != "" {
			f := Finding{Answer: Untested, Of: sides[0], Reason: why}
			if len(sides) > 1 {
				f.To = sides[1]
			}
			return f, true
		}
	}
	return f, false
}

// paired compares trials of two cells with the same number by their ratio or difference.
func (j judge) paired(c results.Criterion, of, to Side) Finding {
	if f, none := j.missing(of, to); none {
		return f
	}
	f := Finding{Of: of, To: to, Kind: "×"}
	m, known := results.MetricByUnit(c.Metric)
	other := m
	if c.ToMetric != "" {
		var also bool
		other, also = results.MetricByUnit(c.ToMetric)
		known = known && also
	}
	if !known {
		return f.untested("this version does not know the metric")
	}
	f.Of, f.To = of.measured(m), to.measured(other)
	if c.Kind == results.DifferenceOf {
		f.Kind = m.Kind
	}
	values, why := pairs(of.Cell, to.Cell, m, other, c.Kind == results.RatioOf)
	if why != "" {
		return f.untested(why)
	}
	e := rank.Signed(values)
	back, want, slack := func(v float64) float64 { return v }, c.Want, 0.0
	if c.Kind == results.RatioOf {
		back, slack = math.Exp, exactly
	}
	lo, hi := slices.Min(values), slices.Max(values)
	exact := lo == hi && m.Assume == "exact" && other.Assume == "exact"
	if e.Bounded() {
		lo, hi = e.Lo, e.Hi
	}
	f.Value = results.Summary{N: e.N, Center: back(e.Center), Lo: back(lo), Hi: back(hi), Interval: e.Bounded(), Exact: exact}
	if !e.Bounded() && !exact {
		return f.open(few(e.N, "pair of trials", "pairs of trials"))
	}
	f.Answer = decide(c.Op, want, near(f.Value.Lo, want, slack), near(f.Value.Hi, want, slack))
	if f.Answer == Open {
		at := want
		if c.Kind == results.RatioOf {
			at = math.Log(want)
		}
		f.Needed = needed(e, at)
		f = f.open("the 95 % interval lies on both sides of what was asked for")
	}
	return f
}

// bound holds the median of a cell against a bound.
func (j judge) bound(c results.Criterion, of Side) Finding {
	if f, none := j.missing(of); none {
		return f
	}
	f := Finding{Of: of}
	m, known := results.MetricByUnit(c.Metric)
	if !known {
		return f.untested("this version does not know the metric")
	}
	f.Of, f.Kind = of.measured(m), m.Kind
	if !f.Of.Known {
		why := of.Cell.Why(m)
		if why == "" {
			why = "no trial has the number"
		}
		return f.untested(of.Variant + ": " + m.Unit + ": " + why)
	}
	s := f.Of.Median
	f.Value = s
	if !s.Interval && !s.Exact {
		return f.open(few(s.N, "trial", "trials"))
	}
	if f.Answer = decide(c.Op, c.Want, s.Lo, s.Hi); f.Answer == Open {
		f = f.open("the 95 % interval lies on both sides of what was asked for")
	}
	return f
}

// working answers whether trials of a cell come to their end, or whether none does.
func (j judge) working(c results.Criterion, of Side) Finding {
	cell := of.Cell
	n, failed := len(cell.Trials)+len(cell.Failed), len(cell.Failed)
	if n == 0 {
		return Finding{Answer: Untested, Of: of, Reason: j.absent(of)}
	}
	f := Finding{Of: of, Answer: No}
	if failed > 0 {
		f.Reason = fmt.Sprintf("%d of %d failed: %s", failed, n, cell.Failed[0].Failed)
	}
	switch {
	case failed > 0 && failed < n:
		f.Answer = Open
	case (failed == 0) == (c.Kind == results.WorksAt):
		f.Answer = Yes
	}
	return f
}

// observation holds every repetition of an experiment against a bound.
func (j judge) observation(c results.Criterion) Finding {
	o := j.rec.Observation(c.Observation)
	switch {
	case o == nil:
		return Finding{Answer: Untested, Reason: fmt.Sprintf("%s was not observed", c.Observation)}
	case len(o.Values) == 0:
		why := o.Reason
		if why == "" {
			why = "there is no number"
		}
		return Finding{Answer: Untested, Kind: o.Kind, Reason: why}
	}
	sorted := slices.Sorted(slices.Values(o.Values))
	n := len(sorted)
	f := Finding{Kind: o.Kind, Reason: o.Reason}
	f.Value = results.Summary{N: n, Center: sorted[(n-1)/2]/2 + sorted[n/2]/2, Lo: sorted[0], Hi: sorted[n-1], Exact: sorted[0] == sorted[n-1]}
	if f.Answer = decide(c.Op, c.Want, f.Value.Lo, f.Value.Hi); f.Answer == Open {
		f = f.open("the repetitions do not agree")
	}
	return f
}

// pairs are the ratios, as natural logarithms, or the differences of trials with the same
// number; why says why there are none. A trial without the number is not passed over:
// those that have it would be a choice.
func pairs(of, to results.Cell, m, other results.Metric, ratio bool) (values []float64, why string) {
	for _, a := range of.Trials {
		i := slices.IndexFunc(to.Trials, func(b *results.Trial) bool { return b.Number == a.Number })
		if i < 0 {
			continue // it failed, or the run ended before
		}
		x, has := m.Value(a)
		y, hasToo := other.Value(to.Trials[i])
		switch {
		case !has:
			return nil, lacks(of, m)
		case !hasToo:
			return nil, lacks(to, other)
		case !ratio:
			values = append(values, x-y)
		case x <= 0 || y <= 0:
			return nil, fmt.Sprintf("there is no ratio of %s: a number is not above zero", m.Unit)
		default:
			values = append(values, math.Log(x/y))
		}
	}
	switch {
	case len(values) == 0:
		return nil, "no two trials have the same number"
	case len(values) > rank.Most:
		return nil, fmt.Sprintf("%d pairs are more than the test takes (%d)", len(values), rank.Most)
	}
	return values, ""
}

// lacks says that not all trials of a cell have the metric.
func lacks(c results.Cell, m results.Metric) string {
	for _, t := range c.Trials {
		if _, ok := m.Value(t); ok || m.Why == nil {
			continue
		}
		if why := m.Why(t); why != "" {
			return c.Variant + ": " + m.Unit + ": " + why
		}
	}
	return fmt.Sprintf("%s: not every trial has %s", c.Variant, m.Unit)
}

// decide says where an interval lies that has been asked to be op want.
func decide(op string, want, lo, hi float64) Answer {
	b := results.Bound{Op: op, Want: want}
	first, last := b.Holds(lo), b.Holds(hi)
	within := lo < want && want < hi
	switch {
	case first != last, within && (op == "==" || op == "!="):
		return Open
	case first:
		return Yes
	}
	return No
}

// near is v, or want where v differs by no more than what a calculation loses.
func near(v, want, slack float64) float64 {
	if math.Abs(v-want) <= slack*math.Abs(want) {
		return want
	}
	return v
}

// needed is how many pairs would put the bound outside the interval, if its center and the
// spread stay as they are: the part of the interval on that side shrinks with the square root of their number.
func needed(e rank.Estimate, want float64) int {
	far, half := want-e.Center, e.Hi-e.Center
	if far < 0 {
		far, half = -far, e.Center-e.Lo
	}
	if n := float64(e.N) * (half / far) * (half / far); n < 1000 {
		return max(e.N+1, int(math.Ceil(n)))
	}
	return 0
}

// few says that there are too few of something for an interval.
func few(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s: an interval takes %d", n, many, Enough)
}

// measured is the side with its median of m.
func (s Side) measured(m results.Metric) Side {
	s.Kind = m.Kind
	s.Median, s.Known = s.Cell.Summarize(m)
	return s
}

func (f Finding) open(why string) Finding {
	f.Answer, f.Reason = Open, why
	return f
}

func (f Finding) untested(why string) Finding {
	f.Answer, f.Reason = Untested, why
	return f
}
