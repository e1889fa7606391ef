package estimate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"pushbench/results"
)

// A Law is a number that was measured at several loads, each a point on two
// axes, and how it changes with the payload.
type Law struct {
	What     string     `json:"what"`               // server CPU
	Why      string     `json:"why,omitempty"`      // why there is no point
	X        string     `json:"x"`                  // name of the first axis: deliveries/s
	Y        string     `json:"y,omitempty"`        // name of the second; empty: there is none
	Points   []Point    `json:"points"`             // no two at one place
	Clients  [2]float64 `json:"clients"`            // the fewest and the most that were measured
	Payload  float64    `json:"payload"`            // of the points; 0: none matters
	Payloads []Point    `json:"payloads,omitempty"` // X: another payload, the rest: by how much the number is greater there
}

// A Point is a measured load and what came out. Places are decimal logarithms,
// as all loads are compared by their ratios.
type Point struct {
	X, Y          float64
	Value, Lo, Hi float64  // the median and its interval; of several cells the geometric mean, and from the least to the greatest of theirs
	Cells         int      // that were measured there
	Doubts        []string `json:",omitempty"`
}

// A reading tells where on the axes a load lies.
type reading struct {
	what         string
	payload      float64 // of the points; 0: any
	x, y         func(results.Workload) float64
	xName, yName string
	per          string // metric by which to divide; empty: none
}

// law reads one metric out of the cells.
func (r reading) law(cells []results.Cell, unit string) Law {
	l := Law{What: r.what, X: r.xName, Y: r.yName, Payload: r.payload, Clients: [2]float64{math.Inf(1), 0}}
	var others []results.Cell
	for _, c := range cells {
		p, ok := r.point(c, unit)
		switch n := clients(c.Trials[0].Load); {
		case !ok:
		case r.payload != 0 && float64(c.Trials[0].Load.Payload) != r.payload:
			others = append(others, c)
		default:
			l.Clients[0], l.Clients[1] = min(l.Clients[0], n), max(l.Clients[1], n)
			l.Points = add(l.Points, p)
		}
	}
	if l.Points == nil {
		l.Clients = [2]float64{}
		l.Why = r.why(cells, unit)
		return l
	}
	for _, c := range others {
		p, _ := r.point(c, unit)
		base := read(l.Points, p.X, p.Y)
		if base.outside {
			continue
		}
		v := base.value
		l.Payloads = add(l.Payloads, Point{X: math.Log10(float64(c.Trials[0].Load.Payload)), Value: p.Value / v, Lo: p.Lo / v, Hi: p.Hi / v, Cells: 1, Doubts: p.Doubts})
	}
	if l.Payloads != nil {
		l.Payloads = add(l.Payloads, Point{X: math.Log10(r.payload), Value: 1, Lo: 1, Hi: 1, Cells: 1})
	}
	return l
}

// why is why there is no number of a metric.
func (r reading) why(cells []results.Cell, unit string) string {
	m, _ := results.MetricByUnit(unit)
	events := false
	for _, c := range cells {
		if why := c.Why(m); why != "" {
			return why
		}
		events = events || c.Trials[0].Load.Rate > 0
	}
	switch {
	case !events && r.xName != "clients":
		return "no plain trial had events"
	case r.payload != 0 && !slices.ContainsFunc(cells, func(c results.Cell) bool { return float64(c.Trials[0].Load.Payload) == r.payload }):
		return fmt.Sprintf("no plain trial had events of %s B", count(r.payload))
	}
	return "no plain trial could tell it"
}

// point is a cell's; ok is false where it has no such number, or no events.
func (r reading) point(c results.Cell, unit string) (p Point, ok bool) {
	load := c.Trials[0].Load
	s, ok := of(c, unit)
	p = Point{X: math.Log10(r.x(load)), Value: s.Center, Lo: s.Lo, Hi: s.Hi, Cells: 1}
	if r.y != nil {
		p.Y = math.Log10(r.y(load))
	}
	if r.per != "" {
		by, has := of(c, r.per)
		ok = ok && has
		p.Value, p.Lo, p.Hi = p.Value/by.Center, p.Lo/by.Center, p.Hi/by.Center
	}
	const utmost = 100 // powers of ten: products of what lies within are finite
	if !ok || !(p.Lo > 1e-100 && p.Hi < 1e100 && math.Abs(p.X) < utmost && math.Abs(p.Y) < utmost) {
		return p, false
	}
	m, _ := results.MetricByUnit(unit)
	for _, w := range c.Doubts(m) {
		p.Doubts = append(p.Doubts, w.Text)
	}
	return p, true
}

// add puts p among the points; one at the same place is joined with it.
func add(points []Point, p Point) []Point {
	for i, q := range points {
		if math.Hypot(p.X-q.X, p.Y-q.Y) < near {
			n := float64(q.Cells)
			points[i].Value = math.Pow(q.Value, n/(n+1)) * math.Pow(p.Value, 1/(n+1))
			points[i].Cells++
			points[i].Lo, points[i].Hi = min(p.Lo, q.Lo), max(p.Hi, q.Hi)
			points[i].Doubts = union(q.Doubts, p.Doubts)
			return points
		}
	}
	return append(points, p)
}

// union is the distinct texts of both, in their order.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// A place is where a load lies on the axes of a law, in plain units.
type place struct{ x, y, clients, payload float64 }

// at is the law's number for a load, of one delivery, poll or connection.
func (l Law) at(p place) Number {
	if len(l.Points) == 0 {
		return Number{Missing: l.missing()}
	}
	x, y := math.Log10(p.x), 0.0
	if l.Y != "" {
		y = math.Log10(p.y)
	}
	v := read(l.Points, x, y)
	n := Number{Value: v.value, Lo: v.lo, Hi: v.hi, Doubts: v.doubts, Measured: l.measured(),
		From: "measured, between loads on straight lines of the logarithms; bounds: those of the loads around it"}
	if v.exact {
		n.From = "measured at this load; bounds: 95 % of the median, or the least and the greatest of fewer than six trials"
	}
	least, most := extent(l.Points, func(p Point) float64 { return p.X })
	n.outside(p.x, least, most, l.X)
	if l.Y != "" {
		least, most := extent(l.Points, func(p Point) float64 { return p.Y })
		n.outside(p.y, least, most, l.Y)
	}
	if p.clients > 0 && l.X != "clients" {
		n.outside(p.clients, l.Clients[0], l.Clients[1], "clients")
	}
	if v.outside && n.Beyond == nil {
		n.Beyond = append(n.Beyond, fmt.Sprintf("%s together with %s", counted(p.x, l.X), counted(p.y, l.Y)))
	}
	if l.Payload > 0 && p.payload != l.Payload {
		n.payload(l, p.payload)
	}
	return n
}

// missing says that there is no number, with the reason.
func (l Law) missing() string {
	if l.Why == "" { // a law of nothing: long-polling's alone
		return "the record has no " + l.What
	}
	return "the record has no " + l.What + ": " + l.Why
}

// payload takes into account that events are of another size than those of the points.
func (n *Number) payload(l Law, size float64) {
	if l.Payloads == nil {
		n.outside(size, l.Payload, l.Payload, "B of payload")
		return
	}
	f := read(l.Payloads, math.Log10(size), 0)
	n.Value, n.Lo, n.Hi = n.Value*f.value, n.Lo*f.lo, n.Hi*f.hi
	n.Doubts = union(n.Doubts, f.doubts)
	least, most := extent(l.Payloads, func(p Point) float64 { return p.X })
	n.outside(size, least, most, "B of payload")
}

// outside notes when v is not within least and most.
func (n *Number) outside(v, least, most float64, name string) {
	const rounding = 1e-9
	if v < least*(1-rounding) || v > most*(1+rounding) {
		n.Beyond = append(n.Beyond, fmt.Sprintf("%s (measured: %s)", counted(v, name), span(least, most)))
	}
}

// measured says where the points lie.
func (l Law) measured() string {
	least, most := extent(l.Points, func(p Point) float64 { return p.X })
	text := span(least, most) + " " + l.X
	if l.Y != "" {
		least, most = extent(l.Points, func(p Point) float64 { return p.Y })
		text += ", " + span(least, most) + " " + l.Y + ", " + span(l.Clients[0], l.Clients[1]) + " clients"
	}
	if l.Payload == 0 {
		return text
	}
	least, most = l.Payload, l.Payload
	if l.Payloads != nil {
		least, most = extent(l.Payloads, func(p Point) float64 { return p.X })
	}
	return text + ", " + span(least, most) + " B"
}

// extent is the least and the greatest of the points' places, in plain units.
func extent(points []Point, of func(Point) float64) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		least, most = min(least, of(p)), max(most, of(p))
	}
	return math.Pow(10, least), math.Pow(10, most)
}

func span(least, most float64) string {
	if count(least) == count(most) {
		return count(least)
	}
	return count(least) + " to " + count(most)
}

// counted is a number of things: 1 client/event.
func counted(v float64, name string) string {
	if text := count(v); text != "1" {
		return text + " " + name
	}
	return "1 " + singular.Replace(name)
}

var singular = strings.NewReplacer("clients", "client", "deliveries", "delivery", "polls", "poll", "events", "event")

// count is a number for people, with three significant digits or whole.
func count(v float64) string {
	if whole := math.Round(v); v >= 100 || math.Abs(v-whole) < 1e-6*max(1, v) {
		return results.FormatValue(whole, "count")
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
