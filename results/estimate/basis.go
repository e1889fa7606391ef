package estimate

import (
	"fmt"
	"math"
	"slices"

	"pushbench/results"
	"pushbench/results/model"
)

// A Basis is what a record knows of its transports: all that an estimate
// rests on besides the closed forms.
type Basis struct {
	Cores      int            `json:"cores"`         // of the record's machine
	Heartbeat  float64        `json:"heartbeat_sec"` // of the server, on a stream without events
	Usual      Load           `json:"usual"`         // a load of round numbers, with the payload and the poll interval that most cells have
	Transports []Coefficients `json:"transports"`    // that were measured, without the tcp floor
}

// Coefficients are what was measured of one transport.
type Coefficients struct {
	Transport string      `json:"transport"`
	Name      string      `json:"name"`               // of the transport, for readers
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

// names are those of transports for readers.
var names = map[string]string{"polling": "polling", "longpoll": "long-polling", "sse": "SSE", "websocket": "WebSocket"}

// From reads a record. What it has no cell for is missing, with the reason.
func From(r *results.Record) *Basis {
	b := &Basis{Cores: r.Provenance.Cores}
	cells := slices.DeleteFunc(r.Cells(), func(c results.Cell) bool { return !usable(c) })
	payload := usual(cells, func(l results.Workload) float64 { return float64(l.Payload) })
	b.Usual = Load{Clients: 1000, Topics: 1, Rate: 1, Payload: int(payload), Interval: max(Least, usual(cells, func(l results.Workload) float64 { return l.Interval }))}
	for _, transport := range transports {
		var own []results.Cell
		for _, c := range cells {
			if c.Transport == transport {
				own = append(own, c)
				b.Heartbeat = max(b.Heartbeat, c.Trials[0].Load.Heartbeat)
			}
		}
		if own != nil {
			b.Transports = append(b.Transports, coefficients(transport, own, payload))
		}
	}
	return b
}

// usable reports whether a cell is of our own server, whose heads the closed
// forms have, of a transport without further settings, over a path without delay
// or loss, with events one by one.
func usable(c results.Cell) bool {
	if len(c.Trials) == 0 || c.Target != results.Builtin {
		return false
	}
	t := c.Trials[0]
	plain := !slices.ContainsFunc(c.Settings.Named(), func(s results.Setting) bool { return s.Name != "interval" })
	p := t.Path
	return plain && t.Stall == nil && t.Load.Burst <= 1 && p.Delay == 0 && p.Loss == 0 && p.Rate == 0 && t.Load.Clients > 0
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
	name := names[transport]
	c := Coefficients{Transport: transport, Name: name, Trip: Number{Missing: "the record has no round trip of " + name}}
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
	each := reading{of: name, payload: payload, x: deliveries, y: fanOut, xName: "deliveries/s", yName: "clients/event"}
	cpu := each
	if transport == "polling" {
		cpu.x, cpu.y, cpu.xName, cpu.yName, cpu.per = polls, inPoll, "polls/s", "events/poll", "requests/event"
	}
	cpu.what, each.what = "server CPU", "latency"
	c.CPU = cpu.law(cells, "server-cpu-sec/event")
	c.P50, c.P99 = each.law(cells, "p50-sec"), each.law(cells, "p99-sec")
	held := reading{of: name, what: "server memory", x: clients, xName: "clients"}
	c.Memory = held.law(cells, "server-mem-B/conn")
	wire := reading{of: name, what: "segments", payload: payload, x: perClient, xName: "events/s for each client"}
	c.Segments = wire.law(cells, "segments/event")
	if transport == "longpoll" {
		c.Asks = wire.law(cells, "requests/event")
	}
	return c
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

// Reword puts another text in the place of each warning in the coefficients,
// such as one that is safe to show.
func (c *Coefficients) Reword(as func(string) string) {
	for _, l := range []*Law{&c.CPU, &c.P50, &c.P99, &c.Memory, &c.Segments, &c.Asks} {
		for _, points := range [][]Point{l.Points, l.Payloads} {
			for i := range points {
				for j, s := range points[i].Doubts {
					points[i].Doubts[j] = as(s)
				}
			}
		}
	}
}
