package estimate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pushbench/results"
	"pushbench/results/model"
)

// A Basis is what a record knows of its transports: all that an estimate
// rests on besides the closed forms.
type Basis struct {
	Target     string         `json:"target"`        // who answered
	Packets    string         `json:"packets"`       // a sentence: over which packets bytes are, and over which the record was measured
	Cores      int            `json:"cores"`         // of the record's machine
	Heartbeat  float64        `json:"heartbeat_sec"` // of the server, on a stream without events
	Usual      Load           `json:"usual"`         // a load of round numbers, with the payload and the poll interval that most cells have
	Transports []Coefficients `json:"transports"`    // all but the tcp floor; nil where none was measured
}

// Coefficients are what was measured of one transport.
type Coefficients struct {
	Transport string      `json:"transport"`
	Missing   string      `json:"missing,omitempty"`  // why nothing was measured of it; all else is empty then
	Foreign   string      `json:"foreign,omitempty"`  // why there is no closed form of its bytes
	Heads     model.Heads `json:"heads"`              // of requests and answers, without numbers
	Requests  [2]float64  `json:"request_bytes"`      // the smallest and the largest head of a request in the record: the address and the name of the topic are in it
	Wait      float64     `json:"wait_sec,omitempty"` // long-polling: after which a request is answered without an event
	Trip      Number      `json:"trip"`               // polling: the first round trip on a connection, sec
	CPU       Law         `json:"cpu_sec"`            // of the server for a delivery, or for a poll
	P50       Law         `json:"p50_sec"`            // where events are pushed or awaited
	P99       Law         `json:"p99_sec"`
	Memory    Law         `json:"memory_bytes"` // of the server for a connection
	Segments  Law         `json:"segments"`     // TCP segments of a delivery, by events per second of a client
	Asks      Law         `json:"requests"`     // long-polling: requests of a delivery
}

func (c *Coefficients) asks() bool { return c.Transport == "polling" || c.Transport == "longpoll" }

// transports are those that are compared, in the order of the reports.
var transports = []string{"polling", "longpoll", "sse", "websocket"}

// From reads what a record has of our own server or, without that, of its first
// target. What it has no cell for is missing, with the reason.
func From(r *results.Record) *Basis {
	targets := Targets(r)
	if targets == nil || slices.Contains(targets, results.Builtin) {
		return Of(r, results.Builtin)
	}
	return Of(r, targets[0])
}

// Targets are those that a record has trials of, in its order.
func Targets(r *results.Record) (names []string) {
	for _, c := range r.Cells() {
		if !slices.Contains(names, c.Target) {
			names = append(names, c.Target)
		}
	}
	return names
}

// Of reads what a record has of one target.
func Of(r *results.Record, target string) *Basis {
	b := &Basis{Target: target, Cores: r.Provenance.Cores}
	cells := slices.DeleteFunc(r.Cells(), func(c results.Cell) bool { return c.Target != target })
	plain := slices.DeleteFunc(slices.Clone(cells), func(c results.Cell) bool { return obstacle(c) != "" })
	b.Packets = packets(plain)
	payload := usual(plain, func(l results.Workload) float64 { return float64(l.Payload) })
	b.Usual = Load{Clients: 1000, Topics: 1, Rate: 1, Payload: int(payload), Interval: max(Least, usual(plain, func(l results.Workload) float64 { return l.Interval }))}
	measured := false
	for _, transport := range transports {
		var own []results.Cell
		for _, c := range plain {
			if c.Transport == transport {
				own = append(own, c)
				b.Heartbeat = max(b.Heartbeat, c.Trials[0].Load.Heartbeat)
			}
		}
		if own == nil {
			b.Transports = append(b.Transports, Coefficients{Transport: transport, Missing: absent(transport, cells)})
			continue
		}
		measured = true
		c := coefficients(transport, own, payload)
		if target != results.Builtin {
			c.Foreign = "the closed forms are those of pushbench's own server"
		}
		b.Transports = append(b.Transports, c)
	}
	if !measured {
		b.Transports = nil
	}
	return b
}

// obstacle is why a cell cannot be used, or empty where it can: a transport
// without further settings, over a path without delay or loss, with events one
// by one.
func obstacle(c results.Cell) string {
	if len(c.Trials) == 0 {
		return c.Variant + " without a valid trial"
	}
	t := c.Trials[0]
	p := t.Path
	switch {
	case slices.ContainsFunc(c.Settings.Named(), func(s results.Setting) bool { return s.Name != "interval" }):
		return c.Variant
	case p.Delay != 0 || p.Loss != 0 || p.Rate != 0:
		return "over a path with a delay, loss or a limited rate"
	case t.Proxy != nil:
		return "through a proxy"
	case t.Backplane != nil:
		return "of several nodes"
	case t.Stall != nil:
		return "with a paused server"
	case t.Load.Send > 0:
		return "with clients that publish"
	case t.Disturbed():
		return "with clients that lost their connections"
	case t.Load.Slow != nil:
		return "beside clients that read slowly"
	case t.Load.Burst > 1:
		return "with events in bursts"
	case t.Load.Clients <= 0:
		return "without clients"
	}
	return ""
}

// absent is why no cell of a transport can be used.
func absent(transport string, cells []results.Cell) string {
	var only []string
	for _, c := range cells {
		if c.Transport == transport {
			only = union(only, []string{obstacle(c)})
		}
	}
	if only == nil {
		return "the record has no trial of it"
	}
	return "the record has no plain trial of it, only: " + strings.Join(only, "; ")
}

// packets says over which packets bytes are, and over which the record was measured.
func packets(cells []results.Cell) string {
	const ours = "Bytes are over Ethernet's packets of 1,500 bytes"
	var other []string
	for _, c := range cells {
		if p := c.Trials[0].Path; p.MTU > 0 && p.MTU != mtu {
			other = union(other, []string{fmt.Sprintf("%s with %s", p.Kind, count(float64(p.MTU)))})
		}
	}
	if other == nil {
		return ours + "."
	}
	return ours + "; the record was measured over " + strings.Join(other, " and ") + "."
}

// usual is the payload, or the poll interval, that most cells with events have.
// The loads with the usual payload make the surfaces, those with another one the
// curves over payloads.
func usual(cells []results.Cell, of func(results.Workload) float64) float64 {
	seen := map[float64]int{}
	best := 0.0
	for _, c := range cells {
		v := of(c.Trials[0].Load)
		if c.Trials[0].Load.Rate > 0 && v > 0 {
			if seen[v]++; seen[v] > seen[best] {
				best = v
			}
		}
	}
	return best
}

func coefficients(transport string, cells []results.Cell, payload float64) Coefficients {
	c := Coefficients{Transport: transport, Trip: Number{Missing: "the record has no round trip"}}
	var trips []results.Summary
	for _, cell := range cells {
		if h, ok := model.HeadsOf(cell.Trials[0]); ok && c.asks() {
			if c.Heads == (model.Heads{}) {
				c.Heads, c.Requests = h, [2]float64{h.Request, h.Request}
			}
			c.Requests[0], c.Requests[1] = min(c.Requests[0], h.Request), max(c.Requests[1], h.Request)
		}
		if s, ok := of(cell, "http-sec"); ok {
			trips = append(trips, s)
		}
	}
	if trips != nil {
		c.Trip = Number{Lo: math.Inf(1), From: "median of the first round trip on a connection"}
		var centers []float64
		for _, s := range trips {
			centers = append(centers, s.Center)
			c.Trip.Lo, c.Trip.Hi = min(c.Trip.Lo, s.Lo), max(c.Trip.Hi, s.Hi)
		}
		slices.Sort(centers)
		c.Trip.Value = centers[len(centers)/2]
	}
	c.Wait = cells[0].Settings.Seconds("wait")
	each := reading{payload: payload, x: deliveries, y: fanOut, xName: "deliveries/s", yName: "clients/event"}
	cpu := each
	if transport == "polling" {
		cpu.x, cpu.y, cpu.xName, cpu.yName, cpu.per = polls, inPoll, "polls/s", "events/poll", "requests/event"
	}
	cpu.what = "server CPU"
	c.CPU = cpu.law(cells, "server-cpu-sec/event")
	each.what = "median latency"
	c.P50 = each.law(cells, "p50-sec")
	each.what = "p99 latency"
	c.P99 = each.law(cells, "p99-sec")
	held := reading{what: "server memory", x: clients, xName: "clients"}
	c.Memory = held.law(cells, "server-mem-B/conn")
	wire := reading{what: "segments", payload: payload, x: perClient, xName: "events/s for each client"}
	c.Segments = wire.law(slices.DeleteFunc(slices.Clone(cells), long), "segments/event")
	if transport == "longpoll" {
		c.Asks = wire.law(cells, "requests/event")
	}
	return c
}

// long reports whether an event of a cell may not fit into one packet with its
// head: the segments of such a cell do not tell how acknowledgments are shared.
func long(c results.Cell) bool {
	const heads = 300
	t := c.Trials[0]
	packet := model.Piece
	if t.Path.MTU > 0 {
		packet = min(packet, t.Path.MTU-model.SegmentHead)
	}
	return t.Load.Payload+heads > packet
}

func perClient(l results.Workload) float64  { return l.Rate / float64(max(1, l.Topics)) }
func clients(l results.Workload) float64    { return float64(l.Clients) }
func deliveries(l results.Workload) float64 { return clients(l) * perClient(l) }
func fanOut(l results.Workload) float64     { return clients(l) / float64(max(1, l.Topics)) }
func polls(l results.Workload) float64      { return clients(l) / l.Interval }
func inPoll(l results.Workload) float64     { return perClient(l) * l.Interval }

// of is what a cell has of the metric named unit.
func of(c results.Cell, unit string) (results.Summary, bool) {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		panic(fmt.Sprintf("no metric %s", unit)) // a slip in this package
	}
	return c.Summarize(m)
}

// Reword puts another text in the place of each that came with the record, such
// as one that is safe to show.
func (b *Basis) Reword(as func(string) string) {
	b.Target, b.Packets = as(b.Target), as(b.Packets)
	for i := range b.Transports {
		c := &b.Transports[i]
		c.Missing = as(c.Missing)
		for _, l := range []*Law{&c.CPU, &c.P50, &c.P99, &c.Memory, &c.Segments, &c.Asks} {
			l.Why = as(l.Why)
			for _, points := range [][]Point{l.Points, l.Payloads} {
				for i := range points {
					for j, s := range points[i].Doubts {
						points[i].Doubts[j] = as(s)
					}
				}
			}
		}
	}
}
