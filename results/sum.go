package results

// Total is the bytes of all kinds: what crossed the wire in one direction.
func (b Bytes) Total() int64 {
	return b.Payload + b.Framing + b.Head + b.Chunking + b.WebSocket + b.TLS + b.TCPIP
}

// Total is the bytes of both directions. Retransmitted ones are not in it.
func (l Ledger) Total() int64 { return l.In.Total() + l.Out.Total() }

// Payload is the payload of both directions.
func (l Ledger) Payload() int64 { return l.In.Payload + l.Out.Payload }

// Pack turns every histogram of the trial into its small form. The load
// generator calls it when the trial is over; numbers stay the same.
func (t *Trial) Pack() {
	c := &t.Connection
	for _, h := range []*Histogram{
		&t.Latency, &t.Departure, &t.ToServer, &t.FromServer, &t.Wait, &t.Spread, &t.Age.Peak, &t.Uncorrected, &t.Trust.Lag,
		&c.TCP, &c.TLS, &c.HTTP, &c.Open, &c.FirstEvent,
	} {
		h.Pack()
	}
}
