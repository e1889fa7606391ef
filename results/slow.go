package results

import "fmt"

// SlowClients are clients beside those of a Workload that read slowly. They have a part in no
// figure but those of SlowDeliveries, and in CPU, system calls and allocations per event.
type SlowClients struct {
	Clients int     `json:"clients"`            // slow client i subscribes to topic i mod topics
	Rate    float64 `json:"rate_bytes_per_sec"` // that each of them reads from its connection
	History int     `json:"history,omitempty"`  // events of each topic that the server was told to keep; 0: all of a trial
}

// SlowDeliveries account for every event and slow client until the window ended, when the slow
// clients stopped. Expected = Delivered + Dropped + CutOff + Behind.
type SlowDeliveries struct {
	Expected  int64     `json:"expected"`    // event and client pairs
	Delivered int64     `json:"delivered"`   // pairs that the client had read
	Dropped   int64     `json:"dropped"`     // pairs of which the server had told the client that it no longer has the event
	CutOff    int64     `json:"cut_off"`     // pairs that were still to come when the server ended the client's stream
	Behind    int64     `json:"behind"`      // pairs that were still to come when the window ended
	Cuts      int64     `json:"cuts"`        // connections that the server ended: streams, and answers to polls in the middle
	Timed     int64     `json:"timed"`       // deliveries between the two readings of the CPU clocks
	Latency   Histogram `json:"latency"`     // of the delivered events that were due in the window, as the latency of the others
	Grown     int64     `json:"grown_bytes"` // what the server's resident memory grew by over the window; 0: not known
}

// contradiction finds what does not add up in d; nil has nothing.
func (d *SlowDeliveries) contradiction() *problem {
	if d == nil {
		return nil
	}
	if sum := d.Delivered + d.Dropped + d.CutOff + d.Behind; d.Expected != sum {
		return &problem{"slow.expected", fmt.Sprintf("is %d, but %d delivered, %d dropped, %d cut off and %d behind make %d",
			d.Expected, d.Delivered, d.Dropped, d.CutOff, d.Behind, sum)}
	}
	if p := exceeds("has %d values for %d %s", []bound{{"slow.latency", d.Latency.Count(), d.Delivered, "deliveries"}}); p != nil {
		return p
	}
	return exceeds("is %d of %d %s", []bound{{"slow.timed", d.Timed, d.Delivered, "deliveries"}})
}
