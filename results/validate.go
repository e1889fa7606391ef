package results

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// problem is something in a record that cannot be, with its place.
type problem struct{ path, msg string }

// Validate reports the first thing in the record that cannot be: a trial of no
// scenario, a count below zero, a time beyond all measure, deliveries that do not add up, a histogram with
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
	for _, part := range []struct {
		path     string
		v        any
		negative bool
	}{
		{"planned", r.Planned, false}, {"provenance", r.Provenance, false}, {"scenarios", r.Scenarios, false},
		{"predictions", r.Predictions, true}, {"claims", r.Claims, true},
	} {
		if p := impossible(part.path, reflect.ValueOf(part.v), part.negative); p != nil {
			return p
		}
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
// sums need not be whole, but nothing in it is beyond measure either.
func (t *Trial) problem() *problem {
	if t.Variant == "" || t.Transport == "" {
		return &problem{"variant", "is empty, or the transport is"}
	}
	if t.Number < 1 {
		return &problem{"number", fmt.Sprintf("is %d: trials count from 1", t.Number)}
	}
	if p := impossible("", reflect.ValueOf(*t), false); p != nil {
		return p
	}
	if t.Failed != "" {
		return nil
	}
	d := t.Deliveries
	if d.Expected != d.Delivered+d.Missed {
		return &problem{"deliveries.expected", fmt.Sprintf("is %d, but %d delivered and %d missed make %d", d.Expected, d.Delivered, d.Missed, d.Delivered+d.Missed)}
	}
	if r := t.Requests; r.Empty > r.Sent {
		return &problem{"requests.empty", fmt.Sprintf("is %d of %d requests", r.Empty, r.Sent)}
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
