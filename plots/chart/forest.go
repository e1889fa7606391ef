package chart

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Forest is a chart of changes with their intervals, one row under the other, each
// against the bar that it has to cross and above the same of its control.
type Forest struct {
	Title   string
	X       Axis
	Keys    [3]string // what the dot with its line, the band and the gray line are
	Changes []Change
}

// A Change is one row of a Forest.
type Change struct {
	Name, Sub  string // in two lines
	Ink        color.RGBA
	Hollow     bool // the dot is: nothing is decided
	Mid        float64
	Lo, Hi     float64
	Bar        float64  // the band runs from -Bar to Bar
	Null       *Between // nil: there is no control
	Text, Note string   // at the far right, in two lines
}

// Between is a value with its bounds.
type Between struct{ Mid, Lo, Hi float64 }

// Inks of changes.
var (
	Up   = alarm // for the worse
	Down = good  // for the better
	Open = amber // not decided
	Calm = ink   // no change
)

const (
	forestName vg.Length = 158
	forestRow  vg.Length = 27
)

// Ratio returns an axis over natural logarithms of ratios, from..to, with ticks at
// round changes in percent.
func Ratio(from, to float64) Axis {
	const most = 5 // e⁵ is 148 times
	from, to = within(from, -most, most), within(to, -most, most)
	if !(to-from > 1e-4) {
		from, to = min(from, to)-0.01, min(from, to)+0.01
	}
	a := Axis{Min: from, Max: to}
	least, greatest := 100*math.Expm1(from), 100*math.Expm1(to)
	step := niceStep((greatest-least)/8, "")
	for p := math.Ceil(least/step) * step; p <= greatest && len(a.Ticks) < 16; p += step {
		label := strings.Replace(strconv.FormatFloat(p, 'g', 3, 64), "-", "−", 1) + " %"
		switch {
		case math.Abs(p) < step/2:
			p, label = 0, "0"
		case p > 0:
			label = "+" + label
		}
		a.Ticks = append(a.Ticks, plot.Tick{Value: math.Log1p(p / 100), Label: label})
	}
	return a
}

// Height is what the chart needs, in points.
func (f Forest) Height() vg.Length { return 38 + 36 + forestRow*vg.Length(len(f.Changes)) }

// Draw paints the chart onto c, whose height is Height.
func (f Forest) Draw(c draw.Canvas) {
	right := vg.Length(0)
	for _, ch := range f.Changes {
		right = max(right, bold(style(sizeText, ink, 0)).Width(harmless(ch.Text)), style(sizeSmall, ink, 0).Width(harmless(ch.Note)))
	}
	right = min(right, 150)
	put(c, bold(style(sizeTitle, ink, text.XLeft)), vg.Point{X: c.Min.X + 4, Y: c.Max.Y - 8}, f.Title)
	f.legend(c, c.Min.X+4, c.Max.Y-24)
	area := draw.Crop(c, forestName, -right-16, 34, -38)
	y := area.Max.Y - forestRow/2
	for _, ch := range f.Changes {
		band := vg.Rectangle{Min: vg.Point{X: f.x(area, -ch.Bar), Y: y - forestRow/2 + 1.5}, Max: vg.Point{X: f.x(area, ch.Bar), Y: y + forestRow/2 - 1.5}}
		fill(c, grid, band)
		y -= forestRow
	}
	f.X.drawBelow(c, area, true)
	zero := f.x(area, 0)
	line(c, muted, 0.8, nil, vg.Point{X: zero, Y: area.Min.Y}, vg.Point{X: zero, Y: area.Max.Y})
	y = area.Max.Y - forestRow/2
	for _, ch := range f.Changes {
		f.drawChange(c, area, ch, y, right)
		y -= forestRow
	}
}

// legend says what the marks are.
func (f Forest) legend(c draw.Canvas, x, y vg.Length) {
	sty := style(sizeText, ink, text.XLeft)
	for i, key := range f.Keys {
		if key == "" {
			continue
		}
		from, to := vg.Point{X: x, Y: y}, vg.Point{X: x + 16, Y: y}
		switch i {
		case 0:
			line(c, ink, 1.6, nil, from, to)
			dot(c, ink, false, vg.Point{X: x + 8, Y: y}, 3)
		case 1:
			fill(c, grid, vg.Rectangle{Min: vg.Point{X: x, Y: y - 4}, Max: vg.Point{X: x + 16, Y: y + 4}})
		case 2:
			line(c, muted, 1, nil, from, to)
			dot(c, muted, false, vg.Point{X: x + 8, Y: y}, 1.8)
		}
		put(c, sty, vg.Point{X: x + 20, Y: y}, key)
		x += 20 + sty.Width(harmless(key)) + 14
	}
}

// x is where v lies: what is beyond the axis lies at its end.
func (f Forest) x(area draw.Canvas, v float64) vg.Length {
	return area.X(within(f.X.at(v), 0, 1))
}

// drawChange draws a row around the height y.
func (f Forest) drawChange(c, area draw.Canvas, ch Change, y, right vg.Length) {
	const up, down = 4.5, 5.5
	name, small := style(sizeText, ink, text.XLeft), style(sizeSmall, muted, text.XLeft)
	put(c, name, vg.Point{X: c.Min.X + 4, Y: y + up}, fitted(ch.Name, name, forestName-10))
	put(c, small, vg.Point{X: c.Min.X + 4, Y: y - down}, fitted(ch.Sub, small, forestName-10))
	f.drawBetween(c, area, Between{ch.Mid, ch.Lo, ch.Hi}, y+up, ch.Ink, 1.8)
	if f.X.Min <= ch.Mid && ch.Mid <= f.X.Max {
		dot(c, ch.Ink, ch.Hollow, vg.Point{X: f.x(area, ch.Mid), Y: y + up}, 3.4)
	}
	if ch.Null != nil {
		f.drawBetween(c, area, *ch.Null, y-down, muted, 1)
		dot(c, muted, false, vg.Point{X: f.x(area, ch.Null.Mid), Y: y - down}, 1.8)
	}
	said := bold(style(sizeText, ch.Ink, -1))
	put(c, said, vg.Point{X: c.Max.X - 4, Y: y + up}, fitted(ch.Text, said, right))
	small.XAlign = text.XRight
	put(c, small, vg.Point{X: c.Max.X - 4, Y: y - down}, fitted(ch.Note, small, right))
}

// drawBetween draws a range around the height y. An end beyond the axis is an arrow,
// which has a tail where the whole range lies beyond.
func (f Forest) drawBetween(c, area draw.Canvas, b Between, y vg.Length, ink color.RGBA, wide vg.Length) {
	const high, tip, tail = 3, 4, 10
	lo, hi := vg.Point{X: f.x(area, b.Lo), Y: y}, vg.Point{X: f.x(area, b.Hi), Y: y}
	left, right := b.Lo < f.X.Min, b.Hi > f.X.Max
	switch {
	case b.Lo > f.X.Max:
		lo.X -= tail
	case b.Hi < f.X.Min:
		hi.X += tail
	}
	line(c, ink, wide, nil, lo, hi)
	if left {
		c.FillPolygon(ink, []vg.Point{{X: lo.X - tip, Y: y}, {X: lo.X + tip, Y: y - high}, {X: lo.X + tip, Y: y + high}})
	} else if b.Lo <= f.X.Max {
		line(c, ink, wide*0.7, nil, vg.Point{X: lo.X, Y: y - high}, vg.Point{X: lo.X, Y: y + high})
	}
	if right {
		c.FillPolygon(ink, []vg.Point{{X: hi.X + tip, Y: y}, {X: hi.X - tip, Y: y - high}, {X: hi.X - tip, Y: y + high}})
	} else if b.Hi >= f.X.Min {
		line(c, ink, wide*0.7, nil, vg.Point{X: hi.X, Y: y - high}, vg.Point{X: hi.X, Y: y + high})
	}
}

// dot draws a circle, filled with ink or with paper.
func dot(c draw.Canvas, ink color.RGBA, hollow bool, p vg.Point, radius vg.Length) {
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: ink, Radius: radius, Shape: draw.CircleGlyph{}}, p)
	if hollow {
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: paper, Radius: radius - 1.3, Shape: draw.CircleGlyph{}}, p)
	}
}
