package results

import "fmt"

// contradiction finds what does not add up in a valid trial of a record of the
// given layout: sums that are not those of their parts, and more of a kind than
// there was of what it is counted among.
func (t *Trial) contradiction(schema int) *problem {
	d := t.Deliveries
	if d.Expected != d.Delivered+d.Missed {
		return &problem{"deliveries.expected", fmt.Sprintf("is %d, but %d delivered and %d missed make %d", d.Expected, d.Delivered, d.Missed, d.Delivered+d.Missed)}
	}
	if d.Lost > d.Missed {
		return &problem{"deliveries.lost", fmt.Sprintf("is %d of %d missed deliveries", d.Lost, d.Missed)}
	}
	if r := t.Requests; r.Empty > r.Sent {
		return &problem{"requests.empty", fmt.Sprintf("is %d of %d requests", r.Empty, r.Sent)}
	}
	if p := exceeds("has %d values for %d %s", []bound{
		{"latency", t.Latency.Count(), d.Delivered, "deliveries"},
		{"wait", t.Wait.Count(), t.Latency.Count(), "latencies"},
		{"uncorrected", t.Uncorrected.Count(), t.Latency.Count(), "latencies"},
		{"from_server", t.FromServer.Count(), d.Delivered, "deliveries"},
		{"age.peak", t.Age.Peak.Count(), d.Delivered, "deliveries"},
		{"to_server", t.ToServer.Count(), d.Published, "published events"},
		{"spread", t.Spread.Count(), d.Published, "published events"},
		{"departure", t.Departure.Count(), d.Offered, "offered events"},
		{"connection.open", t.Connection.Open.Count(), t.Connection.Opened, "opened connections"},
	}); p != nil {
		return p
	}
	if p := t.SlowDeliveries.contradiction(); p != nil {
		return p
	}
	if schema < 2 {
		return nil // bytes, deliveries and requests were not of one cut, and these fields not there
	}
	return t.uncut()
}

// uncut finds what cannot be in a trial whose window was cut between messages.
func (t *Trial) uncut() *problem {
	d, r, s := t.Deliveries, t.Requests, t.Trust.Stamps
	if got, want := t.Steady.In[Payload]+t.Steady.Decoded[Payload], d.InWindow*int64(t.Load.Payload); got != want && t.Lacks(Due) == "" {
		return &problem{"steady.in.payload", fmt.Sprintf("is %d, but %d deliveries of %d bytes make %d", got, d.InWindow, t.Load.Payload, want)}
	}
	// A request that a closed connection lost is sent again on a new one. So is one for a stream
	// that was lost, whose answer does not end.
	again := r.Reopened
	if t.Recovery != nil {
		again += t.Recovery.Opened + t.Recovery.Refused
	}
	if lost := r.Sent - r.Full - r.Empty; lost < 0 || lost > again {
		return &problem{"requests.sent", fmt.Sprintf("is %d, but %d full and %d empty answers make %d, and %d connections were opened again", r.Sent, r.Full, r.Empty, r.Full+r.Empty, again)}
	}
	if n := t.Latency.Count(); s.Kernel+s.Missing != n {
		return &problem{"trust.stamps.kernel", fmt.Sprintf("is %d, which with %d missing does not make %d latencies", s.Kernel, s.Missing, n)}
	}
	if p := exceeds("is %d of %d %s", []bound{
		{"deliveries.in_window", d.InWindow, d.Delivered, "deliveries"},
		{"deliveries.timed", d.Timed, d.Delivered, "deliveries"},
		{"deliveries.events", d.Events, d.Offered, "offered events"},
		{"trust.stamps.shared", s.Shared, s.Kernel, "stamps"},
	}); p != nil {
		return p
	}
	return exceeds("has %d values for %d %s", []bound{
		{"to_server", t.ToServer.Count(), d.Events, "events of the window"},
		{"spread", t.Spread.Count(), d.Events, "events of the window"},
	})
}

// A bound says that what is at path has at most so many.
type bound struct {
	path       string
	have, most int64
	of         string
}

// exceeds finds the first bound that does not hold. text is for both numbers
// and what they are of.
func exceeds(text string, all []bound) *problem {
	for _, b := range all {
		if b.have > b.most {
			return &problem{b.path, fmt.Sprintf(text, b.have, b.most, b.of)}
		}
	}
	return nil
}
