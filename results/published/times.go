package published

import (
	"fmt"

	"pushbench/results"
	"pushbench/results/model"
)

func latency(t *results.Trial) results.Histogram { return t.Latency }

// transits is how often an event of long-polling crosses the network.
func (b *book) transits() {
	b.open(4, "Long-polling: from one transit to three", "RFC 6202 section 2.2 (close to one network transit on average, over three at most); here pairs of events 2 ms apart behind 50 ms each way, the publisher beside the server")
	const first, second = 0.25, 0.75 // of the latencies
	for _, row := range []struct {
		variant, name       string
		first, second       float64 // by the RFC's transits
		predicted           bool    // the RFC says nothing of it
		whyFirst, whySecond string
	}{
		{"websocket", "WebSocket", 0.050, 0.050, true, "One transit.", "The same: nothing has to be asked for."},
		{"sse", "SSE", 0.050, 0.050, true, "One transit.", "The same."},
		{"longpoll", "long-polling", 0.050, 0.148, false, "A request is waiting: one transit.", "No request is there: the answer's transit, the next request's and its own, less the 2 ms."},
		{"longpoll/batch=5ms", "long-polling, the server waits 5 ms for more", 0.055, 0.053, true, "One transit and the wait.", "It goes along with the first."},
	} {
		c, ok := b.cell("rfc6202", "", row.variant)
		if !ok {
			continue
		}
		h := c.Merged(latency)
		// Of few values, those around a quartile: with a batch the second of a
		// pair is the faster one.
		early, late := h.Quantile(first), h.Quantile(second)
		if row.second < row.first {
			early, late = late, early
		}
		b.add(entry{quantity: row.name + ", first of a pair", kind: "sec", derived: !row.predicted, predicted: row.predicted, theirs: row.first, ours: early, tolerance: 0.08, how: ofCell(c), why: row.whyFirst})
		b.add(entry{quantity: row.name + ", second of a pair", kind: "sec", derived: !row.predicted, predicted: row.predicted, theirs: row.second, ours: late, tolerance: 0.08, how: ofCell(c), why: row.whySecond})
	}
}

// staleness is the delay that polling adds.
func (b *book) staleness() {
	b.open(5, "Polling is late by a uniform share of its interval", "theory: an event comes at a random moment between two polls")
	for _, row := range []struct{ variant, name string }{
		{"polling/interval=1s", "a poll every second"},
		{"polling/interval=1s/pace=delay", "a second after each answer"},
	} {
		c, ok := b.cell("staleness", "", row.variant)
		if !ok {
			continue
		}
		h := c.Merged(latency)
		for _, q := range []struct {
			name         string
			theirs, ours float64
		}{{"mean", 0.5, h.Mean()}, {"p95", 0.95, h.Quantile(0.95)}, {"p99", 0.99, h.Quantile(0.99)}} {
			b.add(entry{quantity: row.name + ": " + q.name, kind: "sec", predicted: true, theirs: q.theirs, ours: q.ours, tolerance: 0.02, how: ofCell(c),
				why: "The path's time, a millisecond or two on loopback, comes on top."})
		}
		d, has := metric(c, "uniform-fit")
		p, predicted := model.ForCell(c, "uniform-fit")
		if !has || !predicted {
			continue
		}
		b.add(entry{quantity: row.name + ": distance from the uniform distribution", kind: "share", predicted: true, theirs: 0, ours: d, tolerance: p.Tolerance, how: ofCell(c),
			why: fmt.Sprintf("Kolmogorov–Smirnov, %s: %s.", results.FormatValue(p.Tolerance, "share"), p.Formula)})
	}
}

// stall is what a closed loop does not see. Theirs is one number of each kind,
// of HTTP requests in a closed loop: it stands beside long-polling's, which are
// that. What each transport should have by the length of the stall is a
// prediction.
func (b *book) stall() {
	b.open(6, "A server stands still for 1.4 s: coordinated omission", "G. Tene: wrk2, github.com/giltene/wrk2, README: p99 1.27 s by the schedule and 6.04 ms without correction, of some 20 s")
	const byHand = 0.1 // of 1.27 s: 1.4 s less 1 % of 13 to 26 s, a stall made by hand
	for _, v := range []string{"polling/interval=100ms", "longpoll", "sse", "websocket", "tcp"} {
		c, ok := b.cell("stall", "", v)
		if !ok || c.Trials[0].Stall == nil {
			continue
		}
		corrected := c.Merged(latency).Quantile(0.99)
		uncorrected := c.Merged(func(t *results.Trial) results.Histogram { return t.Uncorrected }).Quantile(0.99)
		if v == "longpoll" {
			b.add(entry{quantity: v + ", p99 by the schedule", kind: "sec", theirs: 1.27, ours: corrected, tolerance: byHand, how: ofCell(c),
				why: "What is due while the server stands still is late by what is left of it. Their stall was made by hand."})
			b.add(entry{quantity: v + ", the part of that p99 which a closed loop does not see", kind: "share", derived: true, theirs: 1 - 0.00604/1.27, ours: 1 - uncorrected/corrected, tolerance: 0.005, how: ofCell(c),
				why: fmt.Sprintf("The closed loop has one slow event instead of a hundred and says %s; theirs said 6.04 ms, which is half a percent of theirs by the schedule.", results.FormatValue(uncorrected, "sec"))})
		}
		p, predicted := model.ForCell(c, "p99-sec")
		got, has := metric(c, "p99-sec")
		if predicted && has {
			b.add(entry{quantity: v + ", p99 by the schedule", kind: "sec", predicted: true, theirs: p.Value, ours: got, tolerance: p.Tolerance, how: ofCell(c), why: p.Formula + "."})
		}
	}
}

// memory is what an idle connection holds. Theirs are two ways to serve one, of which ours are like
// the tuned one: one goroutine, and none of the buffers of net/http.
func (b *book) memory() {
	b.open(7, "Memory of an idle connection", "Centrifugo (2026): 11 KB for each connection when tuned; 27 KB with two goroutines, which no connection of ours has; of the process")
	c, ok := b.cell("idle-memory", "", "websocket")
	if !ok {
		return
	}
	var parts [5]float64
	for i, unit := range []string{"stacks-B/conn", "heap-B/conn", "runtime-B/conn", "kernel-B/conn", "goroutines/conn"} {
		var has bool
		if parts[i], has = metric(c, unit); !has {
			return // the trial has no figures of its server
		}
	}
	process, kernel := parts[0]+parts[1]+parts[2], parts[3]
	b.add(entry{quantity: "WebSocket, against theirs when tuned", kind: "bytes", theirs: 11_000, ours: process, tolerance: 0.15, differs: 1.5, how: ofCell(c),
		why: fmt.Sprintf("%.2g goroutines: stacks %s, heap %s, runtime %s. The kernel holds %s more, which such figures leave out: %s in all.",
			parts[4], bytes(parts[0]), bytes(parts[1]), bytes(parts[2]), bytes(kernel), bytes(process+kernel))})
}

func bytes(v float64) string { return results.FormatValue(v, "bytes") }

// distance is who gains by pushing, over growing round trips.
func (b *book) distance() {
	b.open(8, "Four events a second over round trips of 50 to 300 ms", "V. Pimentel, B. Nickerson: Communicating and Displaying Real-Time Data with WebSocket, IEEE Internet Computing 16(4) (2012), its shape")
	for _, trip := range []string{"50", "150", "300"} {
		for _, row := range []struct{ variant, why string }{
			{"websocket", "Half a round trip."},
			{"sse", "Half a round trip."},
			{"longpoll", "The same while events are further apart (250 ms) than a round trip, up to one and a half beyond."},
			{"polling/interval=500ms", "Half a round trip and a uniform share of the interval."},
		} {
			c, ok := b.cell("rtt-"+trip+"ms", "", row.variant)
			if !ok {
				continue
			}
			p, predicted := model.ForCell(c, "mean-sec")
			got, has := metric(c, "mean-sec")
			if !predicted || !has {
				continue
			}
			b.add(entry{quantity: fmt.Sprintf("%s over %s ms, mean", row.variant, trip), kind: "sec", predicted: true, theirs: p.Value, ours: got, tolerance: p.Tolerance, how: ofCell(c),
				why: row.why + " By the model of this project: " + p.Formula + "."})
		}
	}
}
