package power

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/results/power"
)

// share is a logarithm of a ratio for people, as a share.
func share(ln float64) string { return text.Format(math.Expm1(ln), "share") }

func writeCurves(b *strings.Builder, t *power.Table) {
	if len(t.Curves) == 0 {
		return
	}
	fmt.Fprintf(b, "## Detection against size\n\n![%s](figures/%s.svg)\n\n"+
		"The sizes are computed: the values of the third base are multiplied in one cell, which is exactly "+
		"what a slow-down of that size does to the logarithms that the gate judges. The thin line is the goal. "+
		"The tables have the intervals. This is before confirmation, and with all blocks of a run.\n\n", figureTitle, FigureName)
	for _, metric := range metricsOf(t.Curves) {
		writeCurve(b, t, metric, t.Curves)
	}
	if len(t.Resampled) == 0 {
		return
	}
	var lengths []string
	for _, c := range t.Resampled {
		lengths = text.Fresh(lengths, text.Number(float64(c.Blocks)))
	}
	fmt.Fprintf(b, "### Resampling\n\nHere the blocks of a run are drawn from a session, with replacement. There are runs of "+
		"%s blocks. "+
		"Such runs share blocks, so that there are no intervals: they show how detection grows "+
		"with the number of blocks. The bars are those of all runs.\n\n", text.Join(lengths))
	for _, metric := range metricsOf(t.Resampled) {
		writeCurve(b, t, metric, t.Resampled)
	}
}

// metricsOf are the metrics of the curves, in their order.
func metricsOf(curves []power.Curve) (all []string) {
	for _, c := range curves {
		all = text.Fresh(all, c.Metric)
	}
	return all
}

// writeCurve writes the curves of one metric as a table.
func writeCurve(b *strings.Builder, t *power.Table, metric string, curves []power.Curve) {
	var table text.Table
	for _, c := range curves {
		if c.Metric != metric {
			continue
		}
		row := []string{nameOf(t, c.Cell), text.Number(float64(c.Blocks))}
		if table.Columns == nil {
			heads := []string{"blocks"}
			for _, p := range c.Points {
				heads = append(heads, size(p.Size))
			}
			table.Columns = text.Heads(c.Title, heads...)
		}
		fields := texts(row...)
		for _, p := range c.Points {
			v := text.Value{Text: percent(p.Value())}
			if p.Hi > 0 {
				v.Note = interval(p.Share)
			}
			fields = append(fields, v)
		}
		table.Rows = append(table.Rows, fields)
	}
	b.WriteString(table.Markdown() + "\n")
}

// FigureName is the name of the figure's file without its extension.
const FigureName = "detection"

const figureTitle = "Share of runs that call a slow-down worse, against its size"

// Figure draws detection against size, a panel for each number and a line for each
// cell. ok is false when the table has no curve.
func Figure(t *power.Table) (svg, png []byte, ok bool, err error) {
	if len(t.Curves) == 0 {
		return nil, nil, false, nil
	}
	var parts []chart.Drawing
	var said []string
	for _, metric := range metricsOf(t.Curves) {
		p, about := panel(t, metric)
		parts, said = append(parts, p), append(said, about...)
	}
	svg, err = chart.SVG(FigureName, figureTitle, "Line charts. "+strings.Join(said, "; ")+".", parts...)
	if err != nil {
		return nil, nil, false, err
	}
	png, err = chart.PNG(parts...)
	return svg, png, err == nil, err
}

// panel has the lines of one metric, and says of each where it reaches the goal.
func panel(t *power.Table, metric string) (p chart.Panel, said []string) {
	p = chart.Panel{X: chart.Axis{Title: "size of the slow-down"}, Y: chart.Axis{Min: 0, Max: 1}}
	for _, v := range []float64{0, 0.25, 0.5, 0.75, 1} {
		p.Y.Ticks = append(p.Y.Ticks, plot.Tick{Value: v, Label: size(v)})
	}
	n := 0
	for _, c := range t.Curves {
		if c.Metric != metric {
			continue
		}
		p.Title = text.Upper(c.Title)
		l := chart.Series{Name: nameOf(t, c.Cell), Stroke: stroke(n), Dots: true, Glyph: n}
		reached := "the goal is not reached"
		for i := len(c.Points) - 1; i >= 0; i-- {
			if s := c.Points[i]; s.Value() >= power.DetectionGoal {
				reached = "the goal is reached at " + size(s.Size)
			}
		}
		for _, s := range c.Points {
			l.Xs, l.Ys = append(l.Xs, s.Size), append(l.Ys, s.Value())
		}
		p.X.Ticks = ticks(c.Points)
		p.X.Max = max(p.X.Max, c.Points[len(c.Points)-1].Size)
		p.Series = append(p.Series, l)
		said = append(said, c.Title+", "+l.Name+": "+reached)
		n++
	}
	p.Series = append(p.Series, chart.Series{
		Thin: true, Stroke: chart.Stroke{Color: chart.RGB(0x595959)},
		Xs: []float64{0, p.X.Max}, Ys: []float64{power.DetectionGoal, power.DetectionGoal},
	})
	return p, said
}

// ticks are at the sizes, with labels where there is room.
func ticks(points []power.Point) (all []plot.Tick) {
	last := math.Inf(-1)
	for _, p := range points {
		t := plot.Tick{Value: p.Size}
		if p.Size-last >= 0.0099 {
			t.Label, last = size(p.Size), p.Size
		}
		all = append(all, t)
	}
	return all
}

// stroke tells the lines of a panel apart: by color and by dashes.
func stroke(n int) chart.Stroke {
	colors := []color.RGBA{chart.Palette[0], chart.Palette[3], chart.Palette[2], chart.Palette[4], chart.Palette[1]}
	dashes := [][]vg.Length{nil, {5, 2}, {1.5, 2}, {7, 2, 1.5, 2}, {3, 3}}
	return chart.Stroke{Color: colors[n%len(colors)], Dash: dashes[n%len(dashes)]}
}
