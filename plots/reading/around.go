package reading

import (
	"cmp"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// aroundReadings tell what each server puts around an event, and what it sends
// without one. Of our own servers alone the predictions tell it.
func aroundReadings(s view.Scenario) []string {
	if !view.AnyForeign(s.Record) {
		return nil
	}
	return []string{
		list(s, "framing-B/event", "Bytes that the server sends around an event, with what it sends without one, HTTP heads apart"),
		otherReading(s),
	}
}

// otherReading tells how many bytes are other framing; empty where none are.
func otherReading(s view.Scenario) string {
	type one struct {
		name  string
		bytes float64
	}
	var all []one
	for _, c := range s.Cells {
		var bytes, clients int64
		for _, t := range c.Trials {
			bytes += t.Whole.In[results.Other] + t.Whole.Out[results.Other]
			clients += int64(t.Load.Clients)
		}
		if bytes > 0 && clients > 0 {
			all = append(all, one{c.LongName(), float64(bytes) / float64(clients)})
		}
	}
	if all == nil {
		return ""
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(a.bytes, b.bytes) })
	var parts []string
	for _, o := range all {
		parts = append(parts, o.name+" "+text.Bytes(o.bytes))
	}
	return "Other framing for each client over the whole trial: " + strings.Join(parts, ", ") + ". It is " + results.Other.About() + "."
}
