package results

import (
	"errors"
	"fmt"
	"slices"
)

// problem is something in a record that cannot be, with its place.
type problem struct{ path, msg string }

// Validate reports the first thing in the record that cannot be: a trial of no
// scenario, a negative count, deliveries that do not add up, a histogram with
// more values than there were deliveries. A record that was loaded is valid.
func (r *Record) Validate() error {
	if p := r.problem(); p != nil {
		return errors.New(p.path + ": " + p.msg)
	}
	return nil
}

func (r *Record) problem() *problem {
	if r.Schema != Schema {
		return &problem{"schema", fmt.Sprintf("is %d and should be %d", r.Schema, Schema)}
	}
	for i, t := range r.Trials {
		at := fmt.Sprintf("trials[%d]", i)
		if t == nil {
			return &problem{at, "is null"}
		}
		if !slices.ContainsFunc(r.Scenarios, func(s Scenario) bool { return s.Name == t.Scenario }) {
			return &problem{at + ".scenario", fmt.Sprintf("%q is not among the record's scenarios", t.Scenario)}
		}
		if p := t.problem(); p != nil {
			return &problem{at + "." + p.path, p.msg}
		}
	}
	return nil
}

// problem checks a trial. A failed one stopped where it broke, so that its
// sums need not be whole, but nothing in it is negative either.
func (t *Trial) problem() *problem {
	if t.Variant == "" || t.Transport == "" {
		return &problem{"variant", "is empty, or the transport is"}
	}
	if t.Number < 1 {
		return &problem{"number", fmt.Sprintf("is %d: trials count from 1", t.Number)}
	}
	if p := t.negative(); p != nil {
		return p
	}
	if t.Failed != "" {
		return nil
	}
	d := t.Deliveries
	if d.Expected != d.Delivered+d.Missed {
		return &problem{"deliveries.expected", fmt.Sprintf("is %d, but %d delivered and %d missed make %d", d.Expected, d.Delivered, d.Missed, d.Delivered+d.Missed)}
	}
	for _, h := range []struct {
		path string
		have int64
		most int64
		of   string
	}{
		{"latency", t.Latency.Count(), d.Delivered, "deliveries"},
		{"from_server", t.FromServer.Count(), d.Delivered, "deliveries"},
		{"to_server", t.ToServer.Count(), d.Published, "published events"},
		{"spread", t.Spread.Count(), d.Published, "published events"},
		{"connection.open", t.Connection.Open.Count(), t.Connection.Opened, "opened connections"},
	} {
		if h.have > h.most {
			return &problem{h.path, fmt.Sprintf("has %d values for %d %s", h.have, h.most, h.of)}
		}
	}
	return nil
}

// negative finds a count below zero. What is a difference, such as held
// memory, may be.
func (t *Trial) negative() *problem {
	d, l := t.Deliveries, t.Load
	for _, c := range []struct {
		path string
		v    int64
	}{
		{"load.clients", int64(l.Clients)}, {"load.topics", int64(l.Topics)}, {"load.payload_bytes", int64(l.Payload)},
		{"deliveries.offered", d.Offered}, {"deliveries.published", d.Published}, {"deliveries.expected", d.Expected},
		{"deliveries.delivered", d.Delivered}, {"deliveries.missed", d.Missed}, {"deliveries.duplicated", d.Duplicated},
		{"deliveries.reordered", d.Reordered}, {"deliveries.negative", d.Negative}, {"deliveries.in_window", d.InWindow},
		{"connection.opened", t.Connection.Opened}, {"requests.sent", t.Requests.Sent}, {"requests.empty", t.Requests.Empty},
	} {
		if c.v < 0 {
			return &problem{c.path, fmt.Sprintf("is %d, which no count can be", c.v)}
		}
	}
	if l.Rate < 0 || l.Window < 0 || l.Interval < 0 {
		return &problem{"load", "has a negative rate, window or interval"}
	}
	return nil
}
