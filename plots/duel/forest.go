package duel

import (
	"image/color"
	"math"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/results/gate"
)

// A figure is a chart of changes with what stands around it.
type figure struct {
	ID, Title, Scenario, Caption string
	SVG                          []byte
	Table                        text.Table
}

// forest draws the interval of every number that decides and is not exact, against
// its bar. It is nil for a comparison without one.
func forest(c *gate.Comparison) (*figure, error) {
	f := chart.Forest{Title: "Head against base (log scale)", Keys: [3]string{"change, 95 % interval", "within the bar", ""}}
	var drawn []gate.Finding
	for _, one := range c.Findings {
		if one.Exact || !one.Gated || one.Unbounded || notShown(one.Change) || notShown(one.Lo) || notShown(one.Hi) {
			continue
		}
		ch := chart.Change{
			Name: name(one), Sub: cellName(one), Mid: one.Change, Lo: one.Lo, Hi: one.Hi, Bar: one.Bar,
			Text: string(one.Verdict) + ": " + signed(one.Change), Note: interval(one.Lo, one.Hi),
		}
		ch.Ink, ch.Hollow = inkOfChange(one.Verdict)
		if null(one).Note != "" && !notShown(one.NullLo) && !notShown(one.NullHi) {
			ch.Null = &chart.Between{Mid: one.Null, Lo: one.NullLo, Hi: one.NullHi}
			f.Keys[2] = "null arm: base against base"
		}
		f.Changes = append(f.Changes, ch)
		drawn = append(drawn, one)
	}
	if drawn == nil {
		return nil, nil
	}
	f.X = chart.Ratio(reach(f.Changes))
	f.X.Title = "change"
	out := &figure{
		ID: "figure-changes", Title: "Each change against its bar", Scenario: "head against base", Table: numbers(drawn),
		Caption: "The dot is the change of head against base, the line its 95\u00a0% interval. The band runs as far as the bar. " +
			"A change counts when its whole line lies beyond the band, and a number is the same when its whole line lies within. A hollow dot decides nothing. ",
	}
	if f.Keys[2] != "" {
		out.Caption += "The thin gray line below is the null arm: the base against itself, in the same job. "
	}
	out.Caption += "An arrow marks a line that goes on beyond the figure. Exact numbers are in the tables."
	var err error
	out.SVG, err = chart.SVG("changes", out.Title, "Changes with their intervals, one row for each number that is timed. "+counted(c)+" The table beside it has the same numbers.", f)
	return out, err
}

func inkOfChange(v gate.Verdict) (ink color.RGBA, hollow bool) {
	switch v {
	case gate.Worse:
		return chart.Up, false
	case gate.Better:
		return chart.Down, false
	case gate.Same:
		return chart.Calm, false
	}
	return chart.Open, true
}

// reach is how far the axis goes: over every bar, and over every interval within
// three times the widest bar, so that one large change leaves the others legible.
func reach(all []chart.Change) (from, to float64) {
	widest := 0.01
	for _, ch := range all {
		widest = max(widest, min(ch.Bar, 5))
	}
	from, to = -widest, widest
	for _, ch := range all {
		ends := []float64{ch.Lo, ch.Hi}
		if ch.Null != nil {
			ends = append(ends, ch.Null.Lo, ch.Null.Hi)
		}
		for _, v := range ends {
			if math.Abs(v) <= 3*widest {
				from, to = min(from, v), max(to, v)
			}
		}
	}
	return from * 1.08, to * 1.08
}
