package chart

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Vertical is a line from the bottom of a panel to its top: where something
// happened. A Ring at its top can say what.
type Vertical struct {
	X      float64
	Stroke Stroke
}

// drawVerticals draws the panel's verticals in its area.
func (p Panel) drawVerticals(area draw.Canvas) {
	for _, v := range p.Verticals {
		x := area.X(p.X.at(v.X))
		line(area, v.Stroke.Color, 0.9, v.Stroke.Dash, vg.Point{X: x, Y: area.Min.Y}, vg.Point{X: x, Y: area.Max.Y})
	}
}
