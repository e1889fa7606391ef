package results

import "math"

// addCounts adds what is a sum in a report: events, deliveries, bytes and requests.
func (t *Trial) addCounts(r *Trial) {
	d, o := &t.Deliveries, r.Deliveries
	d.Offered += o.Offered
	d.Published += o.Published
	d.Delivered += o.Delivered
	d.Duplicated += o.Duplicated
	d.Reordered += o.Reordered
	d.Negative += o.Negative
	d.InWindow += o.InWindow
	d.Timed += o.Timed
	d.Events += o.Events
	d.Lost += o.Lost
	t.Handshake.add(r.Handshake)
	t.Steady.add(r.Steady)
	t.Whole.add(r.Whole)
	t.SteadyClientSec += r.SteadyClientSec
	t.Balance.Connections += r.Balance.Connections
	t.Balance.LedgerIn += r.Balance.LedgerIn
	t.Balance.SocketIn += r.Balance.SocketIn
	t.Balance.LedgerOut += r.Balance.LedgerOut
	t.Balance.SocketOut += r.Balance.SocketOut
	t.Requests.Sent += r.Requests.Sent
	t.Requests.Full += r.Requests.Full
	t.Requests.Empty += r.Requests.Empty
	t.Requests.Reopened += r.Requests.Reopened
	g, p := &t.Generator, r.Generator
	g.CPU += p.CPU
	g.Share += p.Share
	g.Resident += p.Resident
	g.Descriptors += p.Descriptors
	g.Goroutines += p.Goroutines
	g.Voluntary += p.Voluntary
	g.Involuntary += p.Involuntary
	g.Reads += p.Reads
	g.Writes += p.Writes
}

// addRecovery adds how the clients of a report came back. What the server used is the
// observer's, who has no clients.
func (t *Trial) addRecovery(r *Trial) {
	o := r.Recovery
	if o == nil {
		return
	}
	if t.Recovery == nil {
		t.Recovery = &Recovery{}
	}
	c := t.Recovery
	c.Lost += o.Lost
	c.Clients += o.Clients
	c.Refused += o.Refused
	c.Opened += o.Opened
	c.Handshake.add(o.Handshake)
	for _, pair := range []struct {
		to   *Histogram
		from Histogram
	}{{&c.Open, o.Open}, {&c.Reconnect, o.Reconnect}, {&c.Recover, o.Recover}} {
		if pair.from.Count() > 0 {
			pair.to.Merge(pair.from)
		}
	}
}

// add adds o.
func (l *Ledger) add(o Ledger) {
	l.In, l.Out, l.Decoded = l.In.Plus(o.In), l.Out.Plus(o.Out), l.Decoded.Plus(o.Decoded)
	l.SegmentsIn += o.SegmentsIn
	l.SegmentsOut += o.SegmentsOut
	l.Retransmitted += o.Retransmitted
	l.RetransmittedIn += o.RetransmittedIn
}

// addTimes adds the histograms of a report, what it cost to open its connections, and how far
// it is to be trusted.
func (t *Trial) addTimes(r *Trial) {
	c, o := &t.Connection, &r.Connection
	for _, pair := range []struct {
		to   *Histogram
		from Histogram
	}{
		{&t.Latency, r.Latency}, {&t.Departure, r.Departure}, {&t.ToServer, r.ToServer}, {&t.FromServer, r.FromServer},
		{&t.Wait, r.Wait}, {&t.Spread, r.Spread}, {&t.Age.Peak, r.Age.Peak}, {&t.Uncorrected, r.Uncorrected},
		{&t.Trust.Lag, r.Trust.Lag}, {&t.Parts.Others, r.Parts.Others},
		{&c.TCP, o.TCP}, {&c.TLS, o.TLS}, {&c.HTTP, o.HTTP}, {&c.Open, o.Open}, {&c.FirstEvent, o.FirstEvent},
	} {
		if pair.from.Count() > 0 {
			pair.to.Merge(pair.from)
		}
	}
	c.Opened += o.Opened
	c.Resumed += o.Resumed
	c.ClientCPU += o.ClientCPU
	c.Held.Generator += o.Held.Generator
	if p := r.Parts; p.Dialed > 0 { // the earliest begin, and the latest end
		first := t.Parts.Dialed == 0
		t.Parts.Dialed = max(t.Parts.Dialed, p.Dialed)
		if first || p.Opened < t.Parts.Opened {
			t.Parts.Opened = p.Opened
		}
	}
	t.Parts.Early += r.Parts.Early
	t.Parts.AgeTime += r.Parts.AgeTime
	a, b := &t.Trust, r.Trust
	a.Pressure, a.Busy = max(a.Pressure, b.Pressure), max(a.Busy, b.Busy)
	a.ClockSteps = max(a.ClockSteps, b.ClockSteps) // agents of one machine see the same ones
	a.ClockStep = max(a.ClockStep, b.ClockStep)
	a.Impossible += b.Impossible
	if math.Abs(b.ClockSlip) > math.Abs(a.ClockSlip) {
		a.ClockSlip = b.ClockSlip
	}
	s, o2 := &a.Stamps, b.Stamps
	s.Kernel += o2.Kernel
	s.Missing += o2.Missing
	s.Shared += o2.Shared
	s.SharedMax = max(s.SharedMax, o2.SharedMax)
}
