package chart

import (
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Rows is a chart whose values run to the right, one row under the other.
type Rows struct {
	Title  string
	Kinds  []string // of the bars' parts, in their order; empty: no bars
	Colors []int    // for each kind its color, an index into Palette
	X      Axis
	Rows   []Row
	Cut    bool // bars may be longer than the axis: they are broken at its end
}

// A Row has a name and either bars or a span.
type Row struct {
	Name   string
	Stroke Stroke
	Warn   Weight
	Bars   []Bar // one under the other
	Span   *Span
	Tick   float64  // a value of its own, marked across the bars; 0: none
	Sums   []string // what stands at the far right; the first line is bold
}

// A Bar is one stack of parts with what is written at its end. Parts below
// zero are stacked to the left of it.
type Bar struct {
	Side  string    // what it is, when a row has several: "to client"
	Parts []float64 // one for each of the chart's kinds; what is 0 throughout is not in the legend
	Text  string
}

// A Span runs from a value in its middle to its end.
type Span struct {
	Mid, End         float64
	MidText, EndText string
}

const (
	nameWidth vg.Length = 122
	sideWidth vg.Length = 44
	barHeight vg.Length = 11
	rowGap    vg.Length = 9
)

// Height is what the chart needs, in points.
func (ch Rows) Height() vg.Length {
	h := vg.Length(22 + 36)
	if len(ch.Kinds) > 0 {
		h += 16
	}
	for _, r := range ch.Rows {
		h += r.height() + rowGap
	}
	return h
}

func (r Row) lines() []string { return wrap(r.Name, style(sizeText, ink, 0), nameWidth-34) }

func (r Row) height() vg.Length {
	bars := max(1, len(r.Bars))
	return max(vg.Length(bars)*(barHeight+1.5), vg.Length(len(r.lines()))*leading)
}

// Draw paints the chart onto c, whose height is Height.
func (ch Rows) Draw(c draw.Canvas) {
	left := nameWidth
	right, sums := vg.Length(16), vg.Length(0)
	top := vg.Length(22)
	sty := style(sizeText, ink, 0)
	for _, r := range ch.Rows {
		for _, text := range r.Sums {
			sums = max(sums, bold(sty).Width(text)+14)
		}
		for _, b := range r.Bars {
			right = max(right, sty.Width(b.Text)+8)
			if b.Side != "" {
				left = nameWidth + sideWidth
			}
		}
	}
	put(c, bold(style(sizeTitle, ink, text.XLeft)), vg.Point{X: c.Min.X + 4, Y: c.Max.Y - 8}, ch.Title)
	if len(ch.Kinds) > 0 {
		ch.legend(c, c.Min.X+4, c.Max.Y-24)
		top += 16
	}
	area := draw.Crop(c, left, -right-sums, 34, -top)
	ch.X.drawBelow(c, area, true)
	y := area.Max.Y - rowGap/2
	for _, r := range ch.Rows {
		ch.drawRow(c, area, r, y-r.height()/2)
		y -= r.height() + rowGap
	}
	zero := area.X(ch.X.at(max(0, ch.X.Min)))
	line(c, muted, 0.8, nil, vg.Point{X: zero, Y: area.Min.Y}, vg.Point{X: zero, Y: area.Max.Y})
}

// legend names the kinds that some bar has, in the order of the stack.
func (ch Rows) legend(c draw.Canvas, x, y vg.Length) {
	sty := style(sizeText, ink, text.XLeft)
	for i, k := range ch.Kinds {
		if !ch.uses(i) {
			continue
		}
		box := vg.Rectangle{Min: vg.Point{X: x, Y: y - 3.5}, Max: vg.Point{X: x + 9, Y: y + 3.5}}
		fill(c, Palette[ch.Colors[i]], box)
		outline(c, box)
		put(c, sty, vg.Point{X: x + 12, Y: y}, k)
		x += 12 + sty.Width(k) + 11
	}
}

func (ch Rows) uses(kind int) bool {
	for _, r := range ch.Rows {
		for _, b := range r.Bars {
			if b.Parts[kind] != 0 {
				return true
			}
		}
	}
	return false
}

func outline(c draw.Canvas, r vg.Rectangle) {
	line(c, muted, 0.35, nil, r.Min, vg.Point{X: r.Max.X, Y: r.Min.Y}, r.Max, vg.Point{X: r.Min.X, Y: r.Max.Y}, r.Min)
}

// drawRow draws a row around the height y.
func (ch Rows) drawRow(c, area draw.Canvas, r Row, y vg.Length) {
	x := c.Min.X + 4
	line(c, r.Stroke.Color, 2, r.Stroke.Dash, vg.Point{X: x, Y: y}, vg.Point{X: x + 14, Y: y})
	writeLines(c, x+19, y, r.lines())
	warnSign(c, vg.Point{X: x + 19 + widest(r.lines()) + 7, Y: y}, r.Warn)
	if r.Span != nil {
		ch.drawSpan(c, area, r, y)
	}
	side := style(sizeSmall, muted, text.XRight)
	pitch := barHeight + 1.5
	at := y + pitch*vg.Length(len(r.Bars)-1)/2
	for _, b := range r.Bars {
		put(c, side, vg.Point{X: area.Min.X - 5, Y: at}, b.Side)
		end := ch.drawBar(c, area, b, at)
		if r.Tick > 0 {
			end = max(end, area.X(ch.X.at(r.Tick)))
		}
		put(c, style(sizeText, ink, text.XLeft), vg.Point{X: end + 5, Y: at}, b.Text)
		at -= pitch
	}
	for i, text := range r.Sums {
		sty := style(sizeText, muted, -1)
		if i == 0 {
			sty = bold(style(sizeText, ink, -1))
		}
		put(c, sty, vg.Point{X: c.Max.X - 4, Y: y + leading*(vg.Length(len(r.Sums)-1)/2-vg.Length(i))}, text)
	}
	if r.Tick > 0 {
		t := area.X(ch.X.at(r.Tick))
		half := r.height()/2 + 2
		line(c, ink, 1.3, nil, vg.Point{X: t, Y: y - half}, vg.Point{X: t, Y: y + half})
	}
}

func widest(lines []string) (w vg.Length) {
	for _, l := range lines {
		w = max(w, style(sizeText, ink, 0).Width(l))
	}
	return w
}

// drawBar draws one stack around the height y and returns where it ends.
// Parts below zero are stacked to the left of it.
func (ch Rows) drawBar(c, area draw.Canvas, b Bar, y vg.Length) vg.Length {
	var up, down float64
	end := area.X(ch.X.at(0))
	for i, v := range b.Parts {
		from := up
		if v < 0 {
			from = down
			down += v
		} else {
			up += v
		}
		x0, x1 := area.X(ch.X.at(min(from, ch.X.Max))), area.X(ch.X.at(min(from+v, ch.X.Max)))
		box := vg.Rectangle{Min: vg.Point{X: min(x0, x1), Y: y - barHeight/2}, Max: vg.Point{X: max(x0, x1), Y: y + barHeight/2}}
		if box.Max.X > box.Min.X {
			fill(c, Palette[ch.Colors[i]], box)
			outline(c, box)
		}
		end = max(end, box.Max.X)
	}
	if ch.Cut && up > ch.X.Max {
		tear(c, end-9, y)
	}
	return end
}

// tear breaks a bar at x: its length beyond is not to scale.
func tear(c draw.Canvas, x, y vg.Length) {
	const h = barHeight/2 + 1
	a, b := vg.Point{X: x - 2, Y: y - h}, vg.Point{X: x + 2, Y: y + h}
	shift := vg.Point{X: 3.5}
	c.FillPolygon(paper, []vg.Point{a, b, b.Add(shift), a.Add(shift)})
	line(c, ink, 0.7, nil, a, b)
	line(c, ink, 0.7, nil, a.Add(shift), b.Add(shift))
}

// drawSpan draws a range from its middle value to its end.
func (ch Rows) drawSpan(c, area draw.Canvas, r Row, y vg.Length) {
	mid := vg.Point{X: area.X(ch.X.at(r.Span.Mid)), Y: y}
	end := vg.Point{X: area.X(ch.X.at(r.Span.End)), Y: y}
	line(c, r.Stroke.Color, 2, r.Stroke.Dash, mid, end)
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: r.Stroke.Color, Radius: 3.6, Shape: draw.CircleGlyph{}}, mid)
	line(c, r.Stroke.Color, 2, nil, vg.Point{X: end.X, Y: y - 5}, vg.Point{X: end.X, Y: y + 5})
	sty := style(sizeText, ink, text.XLeft)
	put(c, sty, vg.Point{X: end.X + 6, Y: y}, r.Span.EndText)
	sty.XAlign = text.XRight
	put(c, sty, vg.Point{X: mid.X - 6, Y: y}, r.Span.MidText)
}
