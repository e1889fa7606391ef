package recompute

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// near is how close two places are that are one, in decimal logarithms.
const near = 1e-6

// A point is a measured load, at decimal logarithms of its axes, and what came out.
type point struct {
	x, y, value, lo, hi float64
	cells               float64
	doubts              []string
}

// A law is what was measured of one number at several loads.
type law struct {
	xName, yName    string
	points          []point
	clients, xs, ys []float64 // that were measured
	what            string
}

// add puts a point among the others; what is at one place is one, by the
// geometric mean.
func (l *law) add(p point) {
	for i, q := range l.points {
		if math.Hypot(p.x-q.x, p.y-q.y) < near {
			q.value = math.Exp((q.cells*math.Log(q.value) + math.Log(p.value)) / (q.cells + 1))
			q.lo, q.hi, q.cells = min(q.lo, p.lo), max(q.hi, p.hi), q.cells+1
			for _, d := range p.doubts {
				q.doubts = fresh(q.doubts, d)
			}
			l.points[i] = q
			return
		}
	}
	l.points = append(l.points, p)
}

// read is what the points say of a place: on a line between two of them through it,
// else in the triangle of the closest three around it, else, from outside, at the
// nearest place of a line.
func (l *law) read(x, y float64) (v point, outside bool) {
	type mix struct {
		of     []point
		shares []float64
		size   float64
	}
	var line, triangle mix
	off := math.Inf(1)
	for i, a := range l.points {
		for j, b := range l.points[i:] {
			dx, dy, t := b.x-a.x, b.y-a.y, 0.0
			length := dx*dx + dy*dy
			if length > 0 {
				t = max(0, min(1, ((x-a.x)*dx+(y-a.y)*dy)/length))
			}
			d := math.Hypot(a.x+t*dx-x, a.y+t*dy-y)
			if d < off-near || d < off+near && length < line.size {
				line, off = mix{[]point{a, b}, []float64{1 - t, t}, length}, d
			}
			for _, c := range l.points[min(i+j+1, len(l.points)):] {
				area := (b.x-a.x)*(c.y-a.y) - (c.x-a.x)*(b.y-a.y)
				u := ((x-a.x)*(c.y-a.y) - (c.x-a.x)*(y-a.y)) / area
				w := ((b.x-a.x)*(y-a.y) - (x-a.x)*(b.y-a.y)) / area
				size := 0.0
				for _, p := range []point{a, b, c} {
					size += (p.x-x)*(p.x-x) + (p.y-y)*(p.y-y)
				}
				if math.Abs(area) >= near && u >= 0 && w >= 0 && u+w <= 1 && (triangle.of == nil || size < triangle.size) {
					triangle = mix{[]point{a, b, c}, []float64{1 - u - w, u, w}, size}
				}
			}
		}
	}
	if outside = off >= near && triangle.of == nil; off >= near && !outside {
		line = triangle
	}
	v.lo = math.Inf(1)
	for i, p := range line.of {
		if line.shares[i] < near {
			continue
		}
		v.value += line.shares[i] * math.Log(p.value)
		v.lo, v.hi = min(v.lo, p.lo), max(v.hi, p.hi)
		for _, d := range p.doubts {
			v.doubts = fresh(v.doubts, d)
		}
	}
	v.value = math.Exp(v.value)
	return v, outside
}

// A guess is an estimated number.
type guess struct {
	point
	beyond  []string
	missing string
}

// at is the law's number for a load.
func (l *law) at(x, y, clients float64) (g guess) {
	if l.points == nil {
		return guess{missing: "the record has no " + l.what}
	}
	place := 0.0
	if l.yName != "" {
		place = math.Log10(y)
	}
	v, outside := l.read(math.Log10(x), place)
	g.point = v
	note := func(v float64, measured []float64, name string) {
		if v < slices.Min(measured)*(1-1e-9) || v > slices.Max(measured)*(1+1e-9) {
			g.beyond = append(g.beyond, things(v, name)+" (measured: "+extent(measured)+")")
		}
	}
	note(x, l.xs, l.xName)
	if l.yName != "" {
		note(y, l.ys, l.yName)
		note(clients, l.clients, "clients")
	}
	if outside && g.beyond == nil {
		g.beyond = []string{things(x, l.xName) + " together with " + things(y, l.yName)}
	}
	return g
}

// things is a number with its noun, which of one is 1 client or 1 delivery/s.
func things(v float64, name string) string {
	if loose(v) == "1" {
		words := strings.SplitN(name, "/", 2)
		for i, w := range words {
			if words[i] = strings.TrimSuffix(w, "s"); w == "deliveries" {
				words[i] = "delivery"
			}
			if w == "s" {
				words[i] = w
			}
		}
		name = strings.Join(words, "/")
	}
	return loose(v) + " " + name
}

// times is so many of a guess.
func (g guess) times(n float64) guess {
	g.value, g.lo, g.hi = g.value*n, g.lo*n, g.hi*n
	return g
}

// extent is from the least to the greatest.
func extent(all []float64) string {
	all = slices.SortedFunc(slices.Values(all), cmp.Compare[float64])
	a, b := loose(all[0]), loose(all[len(all)-1])
	if a == b {
		return a
	}
	return a + " to " + b
}
