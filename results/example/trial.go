package example

import (
	"math"
	"math/rand/v2"
	"time"

	"pushbench/results"
)

// A trial is one of the record while it is made up.
type trial struct{ *results.Trial }

// synthesize fills t with what a machine in a textbook would measure for
// t.Load: polling is late by U(0, interval), everything else by the path, and
// bytes follow from the protocols. The seed moves a trial by a few percent.
func (t trial) synthesize(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	jitter := func() float64 { return math.Exp(0.03 * rng.NormFloat64()) }
	l := t.Load
	events := int64(math.Round(l.Rate * l.Window))
	clients := int64(l.Clients)
	n := events * clients
	d := &t.Deliveries
	d.Offered = int64(math.Round(l.Rate*(l.Warmup+l.Window))) + int64(l.Retained*l.Topics)
	d.Published, d.Expected, d.Delivered, d.InWindow = d.Offered, d.Offered*clients, d.Offered*clients, n
	d.Timed, d.Events, t.SteadyClientSec = n, events, float64(clients)*l.Window

	path := costs[t.Transport].path * jitter() * (1 + float64(l.Clients)*float64(l.Rate)/25000) * (1 + float64(l.Payload)/65536)
	server := 0.00009 * jitter()
	late := func(u, v float64) float64 { return l.Interval*u + path*lognormal(v, 0.4) }
	t.ToServer = shape(events, func(u, v float64) float64 { return server * lognormal(u, 0.2) })
	t.FromServer = shape(n, late)
	t.Latency = shape(n, func(u, v float64) float64 { return server + late(u, v) + stalled(t.Stall, u, l.Window) })
	t.Departure = shape(events, func(u, v float64) float64 { return 0.000012 * lognormal(u, 0.3) })
	t.Wait = shape(n, func(u, v float64) float64 { return 0.00008 * lognormal(v, 0.6) })
	if events > 0 {
		t.Spread = shape(events, func(u, v float64) float64 { return l.Interval*(1-1/float64(l.Clients)) + path*2*lognormal(u, 0.2) })
		t.Age.Mean = 1/(2*l.Rate) + t.Latency.Mean()
		t.Age.Peak = shape(n, func(u, v float64) float64 { return 1/l.Rate + late(u, v) })
		if l.Arrival == "poisson" {
			t.Age.Mean = 1/l.Rate + t.Latency.Mean()
		}
	}
	t.exchange()
	t.connect(jitter)
	if t.Fault != nil {
		t.recover(jitter)
	}
	if l.Slow != nil {
		t.slow()
	}
	cpu := costs[t.Transport].cpu
	t.Server = process(cpu*(float64(n)+2*float64(t.Requests.Sent))*jitter(), l)
	t.Server.Reads, t.Server.Writes = events+2*t.Requests.Sent, events+max(n, t.Requests.Sent)
	t.Server.Allocations = 3*(d.Offered-int64(l.Retained*l.Topics)) + 12*t.Requests.Sent
	t.Generator = process(6e-6*(float64(n)+2*float64(t.Requests.Sent))*jitter(), l)
	t.Trust = results.Trust{Lag: shape(max(events, 1), func(u, v float64) float64 { return 0.00003 * lognormal(u, 0.5) }),
		Pressure: 0.02 * jitter(), Busy: (t.Server.Share + t.Generator.Share) / 2, ClockSlip: 0.000002, Ceiling: 90_000, Stamps: results.Stamps{Kernel: n}}
	if t.Stall != nil {
		t.Uncorrected = shape(n, func(u, v float64) float64 { return server + late(u, v) })
	}
	t.Pack()
}

// stalled is the delay of the share u of the events when the server stands still
// during a part of the window.
func stalled(s *results.Stall, u, window float64) float64 {
	if s == nil {
		return 0
	}
	return max(0, s.For-window*(1-u))
}

// costs are the made-up properties of a transport: the time along the
// path and the server's CPU for an event, and for a connection its heap.
var costs = map[string]struct {
	path, cpu float64
	heap      int64
}{
	"polling":   {0.00035, 14e-6, 9200},
	"longpoll":  {0.00042, 15e-6, 11800},
	"sse":       {0.00030, 6e-6, 10400},
	"websocket": {0.00028, 5e-6, 8900},
	"tcp":       {0.00020, 4e-6, 5100},
}

// connect fills what opening and holding the connections took.
func (t trial) connect(jitter func() float64) {
	c, cost := int64(t.Load.Clients), costs[t.Transport]
	around := func(sec float64) results.Histogram {
		sec *= jitter()
		return shape(c, func(u, v float64) float64 { return sec * lognormal(u, 0.3) })
	}
	x := &t.Connection
	x.Opened, x.TCP, x.HTTP, x.Open = c, around(0.00012), around(0.00021), around(0.00034)
	each := 0.00011
	if t.secure() {
		x.TLS, x.Open, each = around(0.0014), around(0.0018), 0.00082
	}
	if t.Load.Retained > 0 {
		x.FirstEvent = around(x.Open.Mean() + 0.0001 + t.Load.Interval/2)
	}
	x.ServerCPU, x.ClientCPU = each*jitter()*float64(c), 0.8*each*jitter()*float64(c)
	x.Seconds = (x.ServerCPU + x.ClientCPU) * 0.7
	if t.Load.Retained == 0 {
		return
	}
	b := func(v float64) int64 { return int64(v * jitter() * float64(c)) }
	x.Held = results.Held{Stacks: b(8192), Heap: b(float64(cost.heap)), Runtime: b(1100), Kernel: b(2600), Goroutines: c, Descriptors: c, Generator: b(11000)}
	x.Held.Resident = x.Held.Stacks + x.Held.Heap + x.Held.Runtime
}

// recover fills how the clients came back: those of long-polling at once.
func (t trial) recover(jitter func() float64) {
	c, l := int64(t.Load.Clients), t.Load.Reconnect
	wait := func(u float64) float64 { return l.After + l.Jitter*u }
	if t.Transport == "longpoll" {
		wait = func(u float64) float64 { return 0.001 * u }
	}
	open := 0.00034 * jitter()
	t.Recovery = &results.Recovery{
		Lost: c, Clients: c, Opened: c, Handshake: t.Handshake, ServerCPU: 0.00011 * jitter() * float64(c),
		Open:      shape(c, func(u, v float64) float64 { return open * lognormal(v, 0.3) }),
		Reconnect: shape(c, func(u, v float64) float64 { return wait(u) + open*lognormal(v, 0.3) }),
		Recover:   shape(c, func(u, v float64) float64 { return wait(u) + 1.5*open*lognormal(v, 0.3) }),
	}
}

// slow fills what came of slow clients, which read a third of what they are owed. WebSocket
// closes their connections half-way, SSE drops what they cannot take, and long-polling has the
// rest yet to come.
func (t trial) slow() {
	all := t.Deliveries.Offered * int64(t.Load.Slow.Clients)
	d := &results.SlowDeliveries{Expected: all, Delivered: all / 3, Timed: all / 4, Grown: 3 << 20}
	switch rest := all - d.Delivered; t.Transport {
	case "sse":
		d.Dropped = rest
	case "websocket":
		d.CutOff, d.Cuts = rest, int64(t.Load.Slow.Clients)
	default:
		d.Behind = rest
	}
	d.Latency = shape(d.Timed, func(u, _ float64) float64 { return 2 * t.Load.Window / 3 * u })
	t.SlowDeliveries = d
}

// audit fills what a packet capture would have said: the same, and a
// generator that is a little late.
func (t trial) audit() {
	side := func(b results.Bytes, segments int64) results.Side {
		return results.Side{Captured: b.Total(), Segments: segments, Ledger: b.Total(), Ending: 104 * int64(t.Load.Clients), Endings: 2 * int64(t.Load.Clients)}
	}
	l := t.Steady
	t.Audit = &results.Audit{
		Connections: int64(t.Load.Clients), Packets: l.SegmentsIn + l.SegmentsOut, In: side(l.In, l.SegmentsIn), Out: side(l.Out, l.SegmentsOut),
		Events: t.Deliveries.InWindow, Kernel: t.Latency, Bias: 64e-6, BiasP99: 190e-6, BiasSend: 12e-6, BiasRead: 52e-6,
	}
}

func (t trial) secure() bool { return t.Settings.On("tls") }

func process(cpu float64, l results.Workload) results.Process {
	return results.Process{CPU: cpu, Share: cpu / l.Window, Resident: 18 << 20, Descriptors: l.Clients + 9, Goroutines: l.Clients + 7,
		Voluntary: int64(cpu * 9000), Involuntary: int64(cpu * 120)}
}

// shape returns a histogram of n values of f over evenly spread u, with v
// spread evenly and independently of u.
func shape(n int64, f func(u, v float64) float64) results.Histogram {
	var h results.Histogram
	points := min(n, 400)
	for i := range points {
		u := (float64(i) + 0.5) / float64(points)
		share := n*(i+1)/points - n*i/points
		d := time.Duration(f(u, spread(i)) * 1e9)
		for range share {
			if err := h.Record(d); err != nil {
				panic(err) // a formula above is wrong
			}
		}
	}
	return h
}

// lognormal is the quantile function of a value around 1 with a long tail.
func lognormal(u, sigma float64) float64 { return math.Exp(sigma * math.Sqrt2 * math.Erfinv(2*u-1)) }

// spread is the fractional part of i + ½ times the golden ratio: evenly spread
// over 0 to 1 without order.
func spread(i int64) float64 {
	x := (float64(i) + 0.5) * math.Phi
	return x - math.Floor(x)
}
