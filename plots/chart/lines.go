package chart

import (
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Panel is one plot of lines: a title, two axes, lines named at their ends.
type Panel struct {
	Title  string
	X, Y   Axis
	Series []Series
	Rings  []Ring
	Rules  bool    // grid lines at the ticks of X, too
	Tall   float64 // height in points without the rings' explanations; 0: 215; more where the lines' names need it

	Verticals []Vertical // behind the lines
}

// A Series is one line of a panel.
type Series struct {
	Name   string
	Stroke Stroke
	Xs, Ys []float64
	Lo, Hi []float64 // bounds of each point; empty: none are drawn
	Dots   bool      // mark the points
	Glyph  int       // tells apart lines of one stroke
	Thin   bool      // beside a line of the same stroke: drawn thin, without a name
	Part   bool      // of a line that goes on elsewhere: without a name
	Loose  bool      // the points alone, without a line and a name
	Warn   Weight    // of the whole line
	Doubt  []Weight  // of each point; empty: none
}

func (s Series) nameless() bool { return s.Thin || s.Part || s.Loose }

// Height is what the panel needs, in points.
func (p Panel) Height() vg.Length {
	names, _ := p.names()
	return max(p.tall(), panelHead+stacked(names)+panelFoot) + p.below()
}

// tall is the usual height of the panel.
func (p Panel) tall() vg.Length {
	if p.Tall > 0 {
		return vg.Length(p.Tall)
	}
	return 215
}

// below is the height of the rings' explanations.
func (p Panel) below() (sum vg.Length) {
	for _, m := range p.Rings {
		sum += m.height()
	}
	return sum
}

// What a panel keeps free: above its area for the title, below it for the axis, on
// its right for the names of lines. Where these are many or long, it is more.
const (
	panelHead  vg.Length = 22
	panelFoot  vg.Length = 34
	labelWidth vg.Length = 92
	manyWidth  vg.Length = 150
	gutter     vg.Length = 10 // between the area and the names
)

// names returns the labels of the lines, in their order and without a place, and
// how wide their column is.
func (p Panel) names() (labels []label, wide vg.Length) {
	sty := style(sizeText, ink, 0)
	for _, wide = range []vg.Length{labelWidth, manyWidth} {
		labels = nil
		cut := false
		for _, s := range p.Series {
			if len(s.Xs) == 0 || s.nameless() {
				continue
			}
			room := wide - gutter
			if s.Warn != Clean {
				room -= 12
			}
			l := label{lines: wrap(s.Name, sty, room), stroke: s.Stroke, warn: s.Warn}
			labels = append(labels, l)
			cut = cut || strings.HasSuffix(l.lines[len(l.lines)-1], "…")
		}
		if !cut && panelHead+stacked(labels)+panelFoot <= p.tall() {
			break
		}
	}
	return labels, wide
}

// glyphs tell apart lines of one stroke.
var glyphs = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.PyramidGlyph{}, draw.RingGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}}

// Draw paints the panel onto the whole of c.
func (p Panel) Draw(c draw.Canvas) {
	labels, wide := p.names()
	area := p.frame(c, wide)
	to := func(x, y float64) vg.Point {
		return vg.Point{X: area.X(p.X.at(x)), Y: area.Y(p.Y.at(y))}
	}
	p.drawVerticals(area)
	named := 0
	for _, s := range p.Series {
		if len(s.Xs) == 0 {
			continue
		}
		if p.drawSeries(area, s, to); s.nameless() {
			continue
		}
		n := len(s.Xs) - 1
		labels[named].at = to(s.Xs[n], s.Ys[n])
		named++
	}
	drawLabels(c, labels, area.Max.X+gutter, area.Min.Y, area.Max.Y+4)
	p.drawRings(c, area, to)
}

// frame draws title, grid and axes, and returns the area for the data.
// The names of lines take wide on its right.
func (p Panel) frame(c draw.Canvas, wide vg.Length) draw.Canvas {
	small := style(sizeSmall, muted, text.XRight)
	var left vg.Length = 20
	for _, t := range p.Y.Ticks {
		left = max(left, small.Width(t.Label))
	}
	area := draw.Crop(c, left+12, -wide-gutter, panelFoot+p.below(), -panelHead)
	put(c, bold(style(sizeTitle, ink, text.XLeft)), vg.Point{X: c.Min.X + 4, Y: c.Max.Y - 8}, p.Title)
	for _, t := range p.Y.Ticks {
		y := area.Y(p.Y.at(t.Value))
		if t.Label == "" {
			line(c, muted, 0.4, nil, vg.Point{X: area.Min.X - 2, Y: y}, vg.Point{X: area.Min.X, Y: y})
			continue
		}
		line(c, grid, 0.5, nil, vg.Point{X: area.Min.X, Y: y}, vg.Point{X: area.Max.X, Y: y})
		put(c, small, vg.Point{X: area.Min.X - 5, Y: y}, t.Label)
	}
	p.X.drawBelow(c, area, p.Rules)
	line(c, muted, 0.7, nil, vg.Point{X: area.Min.X, Y: area.Max.Y}, area.Min)
	return area
}

// drawBelow draws a horizontal axis under area: its line, ticks and title,
// and the grid when asked.
func (a Axis) drawBelow(c, area draw.Canvas, lines bool) {
	small := style(sizeSmall, muted, text.XCenter)
	line(c, muted, 0.7, nil, area.Min, vg.Point{X: area.Max.X, Y: area.Min.Y})
	for _, t := range a.Ticks {
		x := area.X(a.at(t.Value))
		length := vg.Length(3)
		if t.Label == "" {
			length = 2
		} else if lines {
			line(c, grid, 0.5, nil, vg.Point{X: x, Y: area.Min.Y}, vg.Point{X: x, Y: area.Max.Y})
		}
		line(c, muted, 0.5, nil, vg.Point{X: x, Y: area.Min.Y}, vg.Point{X: x, Y: area.Min.Y - length})
		put(c, small, vg.Point{X: x, Y: area.Min.Y - 9}, t.Label)
	}
	put(c, style(sizeText, muted, text.XCenter), vg.Point{X: (area.Min.X + area.Max.X) / 2, Y: area.Min.Y - 22}, a.Title)
}

// drawSeries draws one line with its bounds and points.
func (p Panel) drawSeries(c draw.Canvas, s Series, to func(x, y float64) vg.Point) {
	pts := make([]vg.Point, len(s.Xs))
	for i := range s.Xs {
		pts[i] = to(s.Xs[i], s.Ys[i])
	}
	width := vg.Length(1.7)
	if s.Thin {
		width = 0.7
	}
	if !s.Loose {
		line(c, s.Stroke.Color, width, s.Stroke.Dash, pts...)
	}
	for i, pt := range pts {
		if len(s.Lo) == len(pts) && s.Hi[i] > s.Lo[i] {
			lo, hi := to(s.Xs[i], s.Lo[i]), to(s.Xs[i], s.Hi[i])
			line(c, s.Stroke.Color, 0.9, nil, lo, hi)
			line(c, s.Stroke.Color, 0.9, nil, vg.Point{X: lo.X - 2.5, Y: lo.Y}, vg.Point{X: lo.X + 2.5, Y: lo.Y})
			line(c, s.Stroke.Color, 0.9, nil, vg.Point{X: hi.X - 2.5, Y: hi.Y}, vg.Point{X: hi.X + 2.5, Y: hi.Y})
		}
		if s.Dots {
			c.DrawGlyphNoClip(draw.GlyphStyle{Color: s.Stroke.Color, Radius: 2.3, Shape: glyphs[s.Glyph%len(glyphs)]}, pt)
		}
		if len(s.Doubt) == len(pts) {
			warnSign(c, vg.Point{X: pt.X, Y: min(pt.Y+9, c.Max.Y-2)}, s.Doubt[i])
		}
	}
}
