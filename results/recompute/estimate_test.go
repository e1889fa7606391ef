package recompute

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const month = 30 * 24 * 3600

// A demand is a load that was not measured.
type demand struct{ clients, topics, rate, payload, interval float64 }

// loose is a number with three digits at most or whole.
func loose(v float64) string {
	if n := math.Round(v); v >= 100 || math.Abs(v-n) < 1e-6*max(1, v) {
		return number(n)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// plain are the cells that an estimate rests on: of our own server, no setting but
// the interval, no burst, no pause, and a path that neither delays nor loses.
func (r *record) plain() (all []*cell) {
	for _, s := range r.Scenarios {
		for _, c := range r.cells(s.Name) {
			x := c.trials[0]
			other := slices.ContainsFunc(x.settings(), func(s string) bool { return !strings.HasPrefix(s, "interval=") })
			if c.target == "builtin" && !other && x.Stall == nil && x.Load.Burst <= 1 &&
				x.Path.Delay+x.Path.Loss+x.Path.Rate == 0 {
				all = append(all, c)
			}
		}
	}
	return all
}

// usual is a load of round numbers with the payload and the interval of most cells.
func (r *record) usual() demand {
	most := func(of func(*trial) float64) (best float64) {
		seen := map[float64]int{}
		for _, c := range r.plain() {
			if v := of(c.trials[0]); v > 0 && c.trials[0].Load.Rate > 0 {
				if seen[v]++; seen[v] > seen[best] {
					best = v
				}
			}
		}
		return best
	}
	return demand{1000, 1, 1, most(func(x *trial) float64 { return float64(x.Load.Payload) }), max(0.05,
		most(func(x *trial) float64 { return x.Load.Interval }))}
}

// law reads a metric out of the cells of a transport: per is a metric by which it
// is divided, and one of a poll lies at polls and events in a poll.
func (r *record) law(transport, what, unit, per string) *law {
	l := &law{xName: "deliveries/s", yName: "clients/event", what: what}
	payload := r.usual().payload
	for _, c := range r.plain() {
		x := c.trials[0]
		s, ok := summarize(c, unit)
		n := float64(x.Load.Clients)
		p := point{value: s.mid, lo: s.lo, hi: s.hi, cells: 1}
		ax, ay := n*x.each(), n/float64(max(1, x.Load.Topics))
		switch {
		case unit == "server-mem-B/conn":
			l.xName, l.yName, ax, ay = "clients", "", n, 1
		case per != "":
			l.xName, l.yName, ax, ay = "polls/s", "events/poll", n/x.Load.Interval, x.each()*x.Load.Interval
			by, has := summarize(c, per)
			ok = ok && has
			p.value, p.lo, p.hi = p.value/by.mid, p.lo/by.mid, p.hi/by.mid
		}
		if c.transport != transport || !ok || ax <= 0 || ay <= 0 || p.lo <= 0 || l.yName != "" &&
			float64(x.Load.Payload) != payload {
			continue
		}
		for _, w := range c.about(unit) {
			p.doubts = append(p.doubts, w.Text)
		}
		p.x, p.y = math.Log10(ax), math.Log10(ay)
		l.add(p)
		l.xs, l.ys, l.clients = append(l.xs, ax), append(l.ys, ay), append(l.clients, n)
	}
	if l.points == nil {
		l.what += ": " + r.without(transport, unit, payload)
	}
	return l
}

// without is why a transport has no number of a metric with events of the usual payload.
func (r *record) without(transport, unit string, payload float64) string {
	events, usual := false, false
	for _, c := range r.plain() {
		x := c.trials[0]
		if c.transport != transport {
			continue
		}
		events = events || x.Load.Rate > 0
		usual = usual || float64(x.Load.Payload) == payload
		if why := strings.TrimPrefix(c.why(unit), "<br>"); why != "" {
			return why
		}
	}
	switch {
	case unit != "server-mem-B/conn" && !events:
		return "no plain trial had events"
	case unit != "server-mem-B/conn" && !usual:
		return "no plain trial had events of " + loose(payload) + " B"
	}
	return "no plain trial could tell it"
}

// bytes is what a client costs on the wire in a month, both ways: of events at equal
// distances, with bounds of random ones and of the heads of the record's requests.
func (r *record) bytes(transport string, l demand) guess {
	if l.rate > 20 || l.interval < 0.05 {
		return guess{missing: "exchanges so close share acknowledgments, and are not written out here"}
	}
	const segment = 52
	d := 0.0 // the mean number of digits of the events' numbers
	last := math.Floor(max(1, l.rate*month))
	for from, n := 1.0, 1.0; from <= last; from, n = from*10, n+1 {
		d += n * (min(last, from*10-1) - from + 1) / last
	}
	var heads []float64
	beat := 0.0
	for _, c := range r.plain() {
		if x := c.trials[0]; c.transport == transport {
			beat = max(beat, x.Load.Heartbeat)
			if c := x.Connection.Opened; c > 0 && x.Handshake.Out.Head > 0 {
				heads = append(heads, float64(x.Handshake.Out.Head)/float64(c)-1)
			}
		}
	}
	digits := func(n float64) float64 { return float64(len(strconv.FormatInt(int64(n), 10))) }
	second := func(random bool, head float64) float64 {
		switch p := l.payload; transport {
		case "sse":
			event := 5 + d + 8 + p
			return l.rate*(event+float64(len(strconv.FormatInt(int64(math.Round(event)), 16)))+4+2*segment) +
				silences(l.rate, beat, random)*(8+2*segment)
		case "websocket":
			frame := 2.0
			if p > 125 {
				frame = 4
			}
			return l.rate*(p+frame+2*segment) + silences(l.rate, beat, random)*(8+3*segment)
		case "longpoll":
			ask := head + 1 + d // it waits for 30 s, and the first one for 0
			idle := 0.0
			if random {
				idle = l.rate / math.Expm1(l.rate*30)
			} else {
				idle = l.rate * math.Floor(1/(l.rate*30))
			}
			return l.rate*(ask+148+d+digits(p+2)+p+2+3*segment) + idle*(ask+106+d+3*segment)
		default:
			full := min(1, l.rate*l.interval)
			if random {
				full = 1 - math.Exp(-l.rate*l.interval)
			}
			body := 1 + l.rate*l.interval/full*(p+1)
			return (head + d + full*(148+digits(body)+body) + (1-full)*106 + d + 3*segment) / l.interval
		}
	}
	g := guess{point: point{value: second(false, heads[0])}}
	g.lo = min(g.value, second(true, heads[0]), second(false, slices.Min(heads)), second(true, slices.Min(heads)))
	g.hi = max(g.value, second(true, heads[0]), second(false, slices.Max(heads)), second(true, slices.Max(heads)))
	return g.times(l.clients * month)
}

// silences are those after which a server says something, in a second.
func silences(rate, every float64, random bool) float64 {
	if random {
		return math.Exp(-rate*every) / every
	}
	return max(0, 1-rate*every) / every
}

// estimate is what a load costs on a transport: bytes, cores, memory, p50 and p99;
// and at which loads it was measured.
func (r *record) estimate(transport string, l demand) (all []guess, measured string) {
	memory := r.law(transport, "server memory", "server-mem-B/conn", "")
	x, y := l.clients*l.rate, l.clients/l.topics
	cpu := r.law(transport, "server "+
		"CPU", "server-cpu-sec/event", map[string]string{"polling": "requests/event"}[transport])
	late := []guess{}
	if transport == "polling" {
		x, y = l.clients/l.interval, l.rate*l.interval
		var mids []float64
		trip := 0.0
		for _, c := range r.plain() {
			if s, ok := summarize(c, "http-sec"); ok && c.transport == transport {
				mids, trip = append(mids, s.mid), max(trip, s.hi)
			}
		}
		slices.Sort(mids)
		for _, share := range []float64{0.5, 0.99} {
			slot, wait := l.interval/2/l.clients, share*l.interval
			late = append(late, guess{point: point{value: wait + mids[len(mids)/2]/2, lo: wait - slot, hi: wait + slot +
				trip}})
		}
	} else {
		late = append(late, r.law(transport, "median latency", "p50-sec", "").at(x, y, l.clients), r.law(transport, "p99 latency",
			"p99-sec", "").at(x, y, l.clients))
	}
	cores := cpu.at(x, y, l.clients).times(x)
	if cores.missing == "" && cores.value > float64(r.Provenance.Cores) {
		for i := range late {
			late[i].beyond = append(late[i].beyond, fmt.Sprintf("%s server cores (the machine of the record has %d)",
				loose(cores.value), r.Provenance.Cores))
		}
	}
	if cpu.points != nil && memory.points != nil {
		measured = fmt.Sprintf("%s %s, %s %s, %s clients, %s B; memory at %s clients", extent(cpu.xs), cpu.xName,
			extent(cpu.ys), cpu.yName, extent(cpu.clients), loose(r.usual().payload), extent(memory.xs))
	}
	return append([]guess{r.bytes(transport, l), cores, memory.at(l.clients, 1, l.clients).times(l.clients)}, late...),
		measured
}
