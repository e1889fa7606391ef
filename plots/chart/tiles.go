package chart

import (
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A TileMap is a field of tiles: a row for each value on one axis, a column for
// each on another.
type TileMap struct {
	Title   string
	XTitle  string
	Corner  string // name of the rows, above their heads
	Columns []string
	Rows    []string
	Tiles   [][]Tile // by row, then by column
}

// A Tile says who has a place: by its text, and by the strokes below it.
type Tile struct {
	Text    string
	Strokes []Stroke // side by side
	Faint   bool     // a guess: drawn thin, its text muted
}

// TileMaps are drawn two beside each other.
type TileMaps []TileMap

const (
	tileHigh vg.Length = 21
	tileHead vg.Length = 42 // title and heads of the columns
	tileFoot vg.Length = 24
)

// Height is what the maps need, in points.
func (m TileMaps) Height() vg.Length {
	var sum vg.Length
	for i := 0; i < len(m); i += 2 {
		sum += m.row(i)
	}
	return sum
}

// row is the height of the map at i and the one beside it.
func (m TileMaps) row(i int) vg.Length {
	rows := len(m[i].Rows)
	if i+1 < len(m) {
		rows = max(rows, len(m[i+1].Rows))
	}
	return tileHead + tileHigh*vg.Length(rows) + tileFoot
}

// Draw paints the maps onto the whole of c.
func (m TileMaps) Draw(c draw.Canvas) {
	top, half := c.Max.Y, (c.Max.X-c.Min.X)/2
	for i, one := range m {
		left := c.Min.X + half*vg.Length(i%2)
		one.draw(c, vg.Rectangle{Min: vg.Point{X: left + 2, Y: top - m.row(i-i%2)}, Max: vg.Point{X: left + half - 6, Y: top}})
		if i%2 == 1 {
			top -= m.row(i - 1)
		}
	}
}

// draw paints one map into r.
func (m TileMap) draw(c draw.Canvas, r vg.Rectangle) {
	const side = 34
	small := style(sizeSmall, muted, text.XCenter)
	put(c, bold(style(sizeTitle, ink, text.XLeft)), vg.Point{X: r.Min.X, Y: r.Max.Y - 8}, m.Title)
	wide := (r.Max.X - r.Min.X - side) / vg.Length(max(1, len(m.Columns)))
	heads := r.Max.Y - tileHead + 8
	put(c, style(sizeSmall, muted, text.XLeft), vg.Point{X: r.Min.X, Y: heads + 11}, m.Corner)
	for j, name := range m.Columns {
		put(c, small, vg.Point{X: r.Min.X + side + wide*(vg.Length(j)+0.5), Y: heads}, name)
	}
	y := r.Max.Y - tileHead
	for i, name := range m.Rows {
		put(c, style(sizeSmall, muted, text.XRight), vg.Point{X: r.Min.X + side - 6, Y: y - tileHigh/2}, name)
		for j, t := range m.Tiles[i] {
			left := r.Min.X + side + wide*vg.Length(j)
			t.draw(c, vg.Rectangle{Min: vg.Point{X: left + 1.5, Y: y - tileHigh + 1.5}, Max: vg.Point{X: left + wide - 1.5, Y: y}})
		}
		y -= tileHigh
	}
	put(c, style(sizeText, muted, text.XCenter), vg.Point{X: (r.Min.X + side + r.Max.X) / 2, Y: y - 8}, m.XTitle)
}

// draw paints a tile: its text, and below it a stroke for each that has it.
func (t Tile) draw(c draw.Canvas, r vg.Rectangle) {
	shade, width := ink, vg.Length(3.4)
	if t.Faint {
		shade, width = muted, 1
	} else {
		line(c, grid, 0.6, nil, r.Min, vg.Point{X: r.Max.X, Y: r.Min.Y}, r.Max, vg.Point{X: r.Min.X, Y: r.Max.Y}, r.Min)
	}
	put(c, style(sizeText, shade, text.XCenter), vg.Point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y+r.Max.Y)/2 + 3}, t.Text)
	each := (r.Max.X - r.Min.X - 4) / vg.Length(max(1, len(t.Strokes)))
	for i, s := range t.Strokes {
		from := r.Min.X + 2 + each*vg.Length(i)
		line(c, s.Color, width, s.Dash, vg.Point{X: from + 1, Y: r.Min.Y + 3.6}, vg.Point{X: from + each - 1, Y: r.Min.Y + 3.6})
	}
}
