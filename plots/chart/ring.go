package chart

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Ring is a point that a panel numbers and explains below: where lines cross. Rings
// that would hide each other are drawn as one, with all their numbers.
type Ring struct {
	X, Y float64
	Text string
}

const ringRadius vg.Length = 5

// lines is the explanation as it stands below the panel.
func (m Ring) lines() []string { return wrap(m.Text, style(sizeText, ink, 0), width-2*margin-24) }

func (m Ring) height() vg.Length { return vg.Length(len(m.lines()))*leading + 2 }

// A mark is what is drawn of one ring, or of several that would hide each other.
type mark struct {
	rings []int // ascending
	at    vg.Point
}

// half is half of the mark's width.
func (m mark) half() vg.Length {
	return max(ringRadius, bold(style(6.5, ink, 0)).Width(numbered(m.rings))/2+3)
}

func (m mark) hides(o mark) bool {
	return math.Abs(float64(m.at.X-o.at.X)) < float64(m.half()+o.half()) && math.Abs(float64(m.at.Y-o.at.Y)) < float64(2*ringRadius)
}

// marks joins rings at these points until none hides another. A joined one stands in
// the middle of its rings.
func marks(at []vg.Point) []mark {
	var out []mark
	for i, p := range at {
		m := mark{rings: []int{i}, at: p}
		for j := 0; j < len(out); j++ {
			if o := out[j]; m.hides(o) {
				n, k := vg.Length(len(m.rings)), vg.Length(len(o.rings))
				m.at = vg.Point{X: (m.at.X*n + o.at.X*k) / (n + k), Y: (m.at.Y*n + o.at.Y*k) / (n + k)}
				m.rings = append(m.rings, o.rings...)
				slices.Sort(m.rings)
				out = slices.Delete(out, j, j+1)
				j = -1 // it has moved, and may hide another now
			}
		}
		out = append(out, m)
	}
	return out
}

// numbered writes the numbers of rings, from 1: 1–4, 6.
func numbered(rings []int) string {
	var parts []string
	for i := 0; i < len(rings); i++ {
		first := i
		for i+1 < len(rings) && rings[i+1] == rings[i]+1 {
			i++
		}
		part := strconv.Itoa(rings[first] + 1)
		switch i - first {
		case 0:
		case 1:
			part += ", " + strconv.Itoa(rings[i]+1)
		default:
			part += "–" + strconv.Itoa(rings[i]+1)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// drawRings draws the panel's rings in its area, and explains them below it.
func (p Panel) drawRings(c, area draw.Canvas, to func(x, y float64) vg.Point) {
	at := make([]vg.Point, len(p.Rings))
	for i, m := range p.Rings {
		at[i] = to(m.X, m.Y)
	}
	for _, m := range marks(at) {
		m.draw(area)
	}
	y := area.Min.Y - panelFoot - leading/2 + 1
	for i, m := range p.Rings {
		mark{rings: []int{i}, at: vg.Point{X: c.Min.X + 10, Y: y}}.draw(c)
		for _, s := range m.lines() {
			put(c, style(sizeText, ink, text.XLeft), vg.Point{X: c.Min.X + 20, Y: y}, s)
			y -= leading
		}
		y -= 2
	}
}

// draw draws the numbers of the mark's rings within one ring.
func (m mark) draw(c draw.Canvas) {
	flat := m.half() - ringRadius
	left, right := m.at.X-flat, m.at.X+flat
	var p vg.Path
	p.Move(vg.Point{X: left, Y: m.at.Y - ringRadius})
	p.Line(vg.Point{X: right, Y: m.at.Y - ringRadius})
	p.Arc(vg.Point{X: right, Y: m.at.Y}, ringRadius, -math.Pi/2, math.Pi)
	p.Line(vg.Point{X: left, Y: m.at.Y + ringRadius})
	p.Arc(vg.Point{X: left, Y: m.at.Y}, ringRadius, math.Pi/2, math.Pi)
	p.Close()
	c.SetColor(paper)
	c.Fill(p)
	c.SetLineStyle(draw.LineStyle{Color: ink, Width: 0.5})
	c.Stroke(p)
	put(c, bold(style(6.5, ink, text.XCenter)), m.at, numbered(m.rings))
}
