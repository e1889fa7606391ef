// Package estimate tells what a load that was not measured would cost on each transport.
//
// A [Basis] holds what a record knows: bytes follow from the closed forms of
// package model, CPU, memory and the latency of what is pushed from measured
// loads, between which it interpolates. Nothing is extrapolated: a load outside
// the measured ones gets the numbers of the nearest, and [Number.Beyond] says so.
//
// How far off that is was tried. Each load of the committed baseline was left
// out and estimated from the others. One that lies between others had 0.88 to
// 1.14 times its CPU and 0.75 to 0.88 times its latency; one that lies beyond
// them, 0.40 to 2.43 times and 0.69 to 2.14 times. Bytes of SSE, WebSocket and
// long-polling are the record's own, to the byte, at its own loads.
package estimate

import (
	"fmt"
	"math"
	"strconv"

	"pushbench/results"
	"pushbench/results/model"
)

// Month is the 30 days over which bytes are summed, in seconds.
const Month = 30 * 24 * 3600

// mtu is that of the path to the clients, and segment what one packet carries.
const (
	mtu     = 1500
	segment = mtu - model.SegmentHead
)

// Least is the shortest interval of polling, in seconds, for which the closed
// forms hold: faster polls share acknowledgments.
const Least = model.Acknowledged

// A Load is what is asked: all of it is positive, but for a rate of 0: idle connections.
type Load struct {
	Clients  int     `json:"clients"`           // connected all the time
	Topics   int     `json:"topics"`            // over which they are spread evenly: 1: each event goes to all
	Rate     float64 `json:"rate_per_sec"`      // events per second that each client gets
	Payload  int     `json:"payload_bytes"`     // of one event
	Interval float64 `json:"poll_interval_sec"` // of polling, Least or more
}

// A Number is an estimate in base units.
type Number struct {
	Value    float64  `json:"value"`
	Lo       float64  `json:"lo"` // bounds, as From says; beyond what was measured, those of the nearest load
	Hi       float64  `json:"hi"`
	From     string   `json:"from"`               // where it comes from, in words
	Measured string   `json:"measured,omitempty"` // the loads at which its coefficient was measured; empty: a closed form needs none
	Beyond   []string `json:"beyond,omitempty"`   // what of the load lies outside of them; empty: nothing
	Doubts   []string `json:"doubts,omitempty"`   // warnings of the cells that it rests on
	Missing  string   `json:"missing,omitempty"`  // why there is no number; all else is empty then
}

// An Estimate is what one transport costs.
type Estimate struct {
	Transport string `json:"transport"`
	Bytes     Number `json:"bytes_per_month"`  // both directions, TCP/IP headers included, all clients
	Cores     Number `json:"server_cores"`     // of the server process, on cores like those of the record
	Memory    Number `json:"server_mem_bytes"` // held for all connections
	P50       Number `json:"p50_sec"`          // median latency, as over the record's path
	P99       Number `json:"p99_sec"`
}

// For returns the estimates for a load, in the order of the transports.
func (b *Basis) For(l Load) []Estimate {
	l.Topics = min(max(1, l.Topics), l.Clients)
	var all []Estimate
	for i := range b.Transports {
		all = append(all, b.Transports[i].estimate(l, b))
	}
	return all
}

func (c *Coefficients) estimate(l Load, b *Basis) Estimate {
	if c.Missing != "" {
		none := Number{Missing: c.Missing}
		return Estimate{c.Transport, none, none, none, none, none}
	}
	clients := float64(l.Clients)
	e := Estimate{Transport: c.Transport, Bytes: c.month(l, b)}
	e.Memory = c.Memory.at(place{x: clients, clients: clients, payload: c.Memory.Payload}).times(clients)
	if l.Rate == 0 {
		e.Cores = Number{Missing: "the record tells the server CPU only of events"}
		e.P50 = Number{Missing: "there are no events"}
		e.P99 = e.P50
		return e
	}
	at := place{clients * l.Rate, clients / float64(l.Topics), clients, float64(l.Payload)}
	if c.Transport == "polling" {
		at.x, at.y = clients/l.Interval, l.Rate*l.Interval
		e.Cores = c.CPU.at(at).times(at.x)
		e.P50, e.P99 = c.polled(l, 0.5), c.polled(l, 0.99)
	} else {
		e.Cores = c.CPU.at(at).times(at.x)
		e.P50, e.P99 = c.P50.at(at), c.P99.at(at)
	}
	if e.Cores.Missing == "" && b.Cores > 0 && e.Cores.Value > float64(b.Cores) {
		busy := fmt.Sprintf("%s server cores (the machine of the record has %d)", count(Rounded(e.Cores.Value)), b.Cores)
		for _, n := range []*Number{&e.P50, &e.P99} {
			if n.Missing == "" {
				n.Beyond = append(n.Beyond, busy)
			}
		}
	}
	return e
}

// polled is a quantile of polling's latency: the wait for the next poll is
// uniform on its interval, and the answer takes part of a round trip. The
// clients' phases are a grid, by half a slot of which it may be off.
func (c *Coefficients) polled(l Load, share float64) Number {
	if c.Trip.Missing != "" {
		return Number{Missing: c.Trip.Missing}
	}
	slot := l.Interval / float64(2*l.Clients)
	return Number{Value: share*l.Interval + c.Trip.Value/2, Lo: share*l.Interval - slot, Hi: share*l.Interval + slot + c.Trip.Hi,
		From: fmt.Sprintf("closed form: %g·Δ, Δ = %s, and half a round trip of %s; bounds: half a slot of the clients' phases and a whole trip",
			share, results.FormatValue(l.Interval, "sec"), results.FormatValue(c.Trip.Value, "sec"))}
}

// Rounded is v with the three significant digits that an estimate is shown with.
func Rounded(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64) // reads its own
	return v
}

// times is n for so many of what it is the number of one.
func (n Number) times(of float64) Number {
	n.Value, n.Lo, n.Hi = n.Value*of, n.Lo*of, n.Hi*of
	return n
}

// month is the bytes of a month, whose events are numbered from 1.
func (c *Coefficients) month(l Load, b *Basis) Number {
	n := c.traffic(l, b.Heartbeat, meanDigits(math.Max(1, l.Rate*Month)))
	return n.times(float64(l.Clients) * Month)
}

// meanDigits is how many decimal digits the numbers from 1 to last have on average.
func meanDigits(last float64) float64 {
	last = math.Floor(last)
	sum := 0.0
	for d, from := 1.0, 1.0; from <= last; d, from = d+1, from*10 {
		sum += d * (math.Min(last, from*10-1) - from + 1)
	}
	return sum / last
}
