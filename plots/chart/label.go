package chart

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A label names a line beside its end.
type label struct {
	lines  []string
	at     vg.Point // where the line ends
	stroke Stroke
	warn   Weight
	y      vg.Length // where the label ends up: its middle
}

func (l label) height() vg.Length { return vg.Length(len(l.lines))*leading + 1.5 }

// stacked is how high labels are, one above the other.
func stacked(labels []label) (sum vg.Length) {
	for _, l := range labels {
		sum += l.height()
	}
	return sum
}

// spread moves labels up and down, as little as it can, so that none overlaps
// another and all stand between bottom and top. They come back from the lowest
// to the highest.
func spread(labels []label, bottom, top vg.Length) []label {
	out := slices.Clone(labels)
	slices.SortStableFunc(out, func(a, b label) int { return cmp.Compare(a.at.Y, b.at.Y) })
	type block struct {
		first, n         int
		height, want, lo vg.Length // want: sum over members of the bottom that each asks of the block
	}
	var blocks []block
	place := func(b *block) {
		b.lo = max(bottom, min(top-b.height, b.want/vg.Length(b.n)))
	}
	for i, l := range out {
		b := block{first: i, n: 1, height: l.height(), want: l.at.Y - l.height()/2}
		place(&b)
		for len(blocks) > 0 {
			p := blocks[len(blocks)-1]
			if p.lo+p.height <= b.lo {
				break
			}
			p.want += b.want - p.height*vg.Length(b.n)
			p.n, p.height = p.n+b.n, p.height+b.height
			place(&p)
			b, blocks = p, blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		y := b.lo
		for i := b.first; i < b.first+b.n; i++ {
			out[i].y = y + out[i].height()/2
			y += out[i].height()
		}
	}
	return out
}

// drawLabels writes labels in a column that begins at x, each led to from the
// end of its line.
func drawLabels(c draw.Canvas, labels []label, x, bottom, top vg.Length) {
	for _, l := range spread(labels, bottom, top) {
		line(c, l.stroke.Color, 0.7, nil, l.at, vg.Point{X: x - 5, Y: l.y}, vg.Point{X: x - 1.5, Y: l.y})
		y, left := l.y, x
		if l.warn != Clean {
			warnSign(c, vg.Point{X: left + 4, Y: y}, l.warn)
			left += 11
		}
		writeLines(c, left, y, l.lines)
	}
}

// writeLines writes lines of text from x to the right, around the height y.
func writeLines(c draw.Canvas, x, y vg.Length, lines []string) {
	y += leading * vg.Length(len(lines)-1) / 2
	for _, s := range lines {
		put(c, style(sizeText, ink, text.XLeft), vg.Point{X: x, Y: y}, s)
		y -= leading
	}
}
