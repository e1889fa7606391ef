package estimate

import (
	"cmp"
	"math"
	"slices"
)

// near is how close two places are that are one, in decimal logarithms.
const near = 1e-6

// A reach is what points say of a place.
type reach struct {
	value, lo, hi float64
	exact         bool // it is the place of one of the points
	outside       bool // of all points: it is the value of the nearest place among them
	doubts        []string
}

// read is the value at a place: on the shortest line between two points that
// goes through it, else in the smallest triangle of points around it, else at
// the nearest place on a line between two points. Logarithms are linear in
// between; the bounds are those of all points that it is made of. There is at
// least one point.
func read(points []Point, x, y float64) reach {
	on, weights, away := onLine(points, x, y)
	if away >= near {
		if in, shares := inTriangle(points, x, y); in != nil {
			on, weights, away = in, shares, 0
		}
	}
	r := reach{lo: math.Inf(1), outside: away >= near}
	for i, p := range on {
		if weights[i] < near {
			continue
		}
		r.value += weights[i] * math.Log(p.Value)
		r.lo, r.hi, r.doubts = min(r.lo, p.Lo), max(r.hi, p.Hi), union(r.doubts, p.Doubts)
		r.exact = !r.outside && weights[i] > 1-near
	}
	r.value = math.Exp(r.value)
	return r
}

// onLine finds the line between two points, or the point, that comes closest
// to a place, the shortest of those that are as close, and how far it is away.
func onLine(points []Point, x, y float64) (on []Point, weights []float64, away float64) {
	away, shortest := math.Inf(1), math.Inf(1)
	for i, a := range points {
		for _, b := range points[i:] {
			dx, dy := b.X-a.X, b.Y-a.Y
			length, t := dx*dx+dy*dy, 0.0
			if length > 0 {
				t = max(0, min(1, ((x-a.X)*dx+(y-a.Y)*dy)/length))
			}
			d := math.Hypot(a.X+t*dx-x, a.Y+t*dy-y)
			if d < away-near || d < away+near && length < shortest {
				on, weights, away, shortest = []Point{a, b}, []float64{1 - t, t}, d, length
			}
		}
	}
	return on, weights, away
}

// inTriangle finds the triangle of points around a place whose corners are
// the closest to it; nil when there is none. It tries the closest first and
// stops where no closer ones can follow, so that many points take little time.
func inTriangle(points []Point, x, y float64) (on []Point, weights []float64) {
	if !surrounded(points, x, y) {
		return nil, nil
	}
	away := func(p Point) float64 { return (p.X-x)*(p.X-x) + (p.Y-y)*(p.Y-y) }
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b Point) int { return cmp.Compare(away(a), away(b)) })
	smallest := math.Inf(1)
	for i, a := range points {
		for j := i + 1; j < len(points) && away(a)+2*away(points[j]) < smallest; j++ {
			b := points[j]
			for _, c := range points[j+1:] {
				size := away(a) + away(b) + away(c)
				if size >= smallest {
					break
				}
				area := (b.X-a.X)*(c.Y-a.Y) - (c.X-a.X)*(b.Y-a.Y)
				if math.Abs(area) < near {
					continue
				}
				u := ((x-a.X)*(c.Y-a.Y) - (c.X-a.X)*(y-a.Y)) / area
				v := ((b.X-a.X)*(y-a.Y) - (x-a.X)*(b.Y-a.Y)) / area
				if u >= 0 && v >= 0 && u+v <= 1 {
					on, weights, smallest = []Point{a, b, c}, []float64{1 - u - v, u, v}, size
				}
			}
		}
	}
	return on, weights
}

// surrounded reports whether points lie on all sides of a place: seen from it,
// no two that follow each other are half a turn apart.
func surrounded(points []Point, x, y float64) bool {
	var turns []float64
	for _, p := range points {
		turns = append(turns, math.Atan2(p.Y-y, p.X-x))
	}
	slices.Sort(turns)
	for i, t := range turns {
		next := turns[0] + 2*math.Pi
		if i+1 < len(turns) {
			next = turns[i+1]
		}
		if next-t > math.Pi {
			return false
		}
	}
	return true
}
