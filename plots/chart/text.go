package chart

import (
	"image/color"
	"sort"
	"strings"
	"sync"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"pushbench/results/safe"
)

// Sizes of type in points, and of a line of it.
const (
	sizeText  vg.Length = 8.5
	sizeSmall vg.Length = 7.5
	sizeTitle vg.Length = 9.5
	leading   vg.Length = 10.5
)

var fonts = sync.OnceValue(func() *font.Cache { return font.NewCache(liberation.Collection()) })

// style returns a text style that is anchored at left (0), center (-0.5) or
// right (-1), vertically in the middle.
func style(size vg.Length, c color.Color, anchor text.XAlignment) text.Style {
	return text.Style{
		Color: c, XAlign: anchor, YAlign: text.YCenter, Handler: text.Plain{Fonts: fonts()},
		Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
	}
}

func bold(s text.Style) text.Style {
	s.Font.Weight = xfont.WeightBold
	return s
}

func fill(c draw.Canvas, col color.Color, r vg.Rectangle) {
	c.SetColor(col)
	c.Fill(r.Path())
}

func line(c draw.Canvas, col color.Color, width vg.Length, dash []vg.Length, pts ...vg.Point) {
	c.StrokeLines(draw.LineStyle{Color: col, Width: width, Dashes: dash}, pts)
}

// harmless is the one way of text into a figure. XML has no way to write most
// control characters (XML 1.0, section 2.2).
func harmless(s string) string { return safe.Brief(s, 1000) }

// put writes s at p. The middle of a line of text, as gonum has it, lies below
// the middle of its letters.
func put(c draw.Canvas, sty text.Style, p vg.Point, s string) {
	p.Y += sty.Font.Size * 0.1
	c.FillText(sty, p, harmless(s))
}

// wrap breaks s into at most three lines of the given width, at spaces. What
// does not fit ends in an ellipsis: the table has it whole.
func wrap(s string, sty text.Style, width vg.Length) []string {
	var lines []string
	for _, word := range strings.Split(harmless(s), " ") {
		last := len(lines) - 1
		if last >= 0 && sty.Width(lines[last]+" "+word) <= width {
			lines[last] += " " + word
		} else if last < 2 {
			lines = append(lines, word)
		} else {
			lines[last] += " " + word
		}
	}
	for i, l := range lines {
		lines[i] = fitted(l, sty, width)
	}
	return lines
}

// fitted is s on one line of at most that width. Its end is cut off when it is longer.
func fitted(s string, sty text.Style, width vg.Length) string {
	s = harmless(s)
	if sty.Width(s) <= width {
		return s
	}
	r := []rune(s)
	tooMany := sort.Search(len(r), func(n int) bool { return sty.Width(string(r[:n])+"…") > width })
	return string(r[:max(1, tooMany-1)]) + "…"
}

// warnSign draws a warning triangle centered at p, nothing when w is Clean.
func warnSign(c draw.Canvas, p vg.Point, w Weight) {
	const r = 4.4
	col := amber
	switch w {
	case Clean:
		return
	case Alarming:
		col = alarm
	}
	c.FillPolygon(col, []vg.Point{{X: p.X - r, Y: p.Y - r + 0.8}, {X: p.X + r, Y: p.Y - r + 0.8}, {X: p.X, Y: p.Y + r}})
	c.FillText(bold(style(6.5, paper, text.XCenter)), vg.Point{X: p.X, Y: p.Y - 0.3}, "!")
}
