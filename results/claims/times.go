package claims

import (
	"fmt"

	"pushbench/results"
	"pushbench/results/model"
)

func latency(t *results.Trial) results.Histogram { return t.Latency }

// transits is how often an event of long-polling crosses the network.
func (b *book) transits() {
	b.open(4, "Long-polling: up to three transits", "RFC 6202 section 2.2: pairs of events 2 ms apart behind 50 ms each way, the publisher beside the server")
	const first, second = 0.25, 0.75 // of the latencies
	for _, row := range []struct {
		variant, name       string
		first, second       float64
		whyFirst, whySecond string
	}{
		{"websocket", "WebSocket", 0.052, 0.052, "One transit of 50 ms and what software adds.", "The same: nothing has to be asked for."},
		{"sse", "SSE", 0.052, 0.052, "One transit.", "The same."},
		{"longpoll", "long-polling", 0.052, 0.151, "A request is waiting: one transit.", "No request is there: the answer's transit, the next request's, and its own, less the 2 ms."},
		{"longpoll/batch=5ms", "long-polling, the server waits 5 ms for more", 0.057, 0.055, "One transit and the wait. Theirs is the RFC's count of transits, not a measurement.", "It goes along with the first."},
	} {
		c, ok := b.cell("rfc6202", "", row.variant)
		if !ok {
			continue
		}
		h := c.Merged(latency)
		b.add(entry{row.name + ", first of a pair", "sec", row.first, h.Quantile(first), 0.08, NotReproduced, ofCell(c), row.whyFirst})
		b.add(entry{row.name + ", second of a pair", "sec", row.second, h.Quantile(second), 0.08, NotReproduced, ofCell(c), row.whySecond})
	}
}

// staleness is the delay that polling adds.
func (b *book) staleness() {
	b.open(5, "Polling is late by a uniform share of its interval", "an event comes at a random moment between two polls")
	for _, row := range []struct{ variant, name string }{
		{"polling/interval=1s", "a poll every second"},
		{"polling/interval=1s/pace=delay", "a second after each answer"},
	} {
		c, ok := b.cell("staleness", "", row.variant)
		if !ok {
			continue
		}
		h := c.Merged(latency)
		const why = "The path's time, a millisecond or two on loopback, comes on top."
		b.add(entry{row.name + ": mean", "sec", 0.5, h.Mean(), 0.05, NotReproduced, ofCell(c), why})
		b.add(entry{row.name + ": p95", "sec", 0.95, h.Quantile(0.95), 0.02, NotReproduced, ofCell(c), why})
		b.add(entry{row.name + ": p99", "sec", 0.99, h.Quantile(0.99), 0.02, NotReproduced, ofCell(c), why})
		d, has := metric(c, "uniform-fit")
		p, predicted := model.ForCell(c, "uniform-fit")
		if !has || !predicted {
			continue
		}
		verdict := Reproduced
		if d > p.Tolerance {
			verdict = NotReproduced
		}
		b.add(entry{row.name + ": distance from the uniform distribution", "share", 0, d, 0, verdict, ofCell(c),
			fmt.Sprintf("Kolmogorov–Smirnov: critical is %s (%s).", results.FormatValue(p.Tolerance, "share"), p.Formula)})
	}
}

// stall is what a closed loop does not see.
func (b *book) stall() {
	b.open(6, "A server stands still for 1.4 s: coordinated omission", "G. Tene: wrk2, README (2014): p99 1.27 s by the schedule, 6.04 ms without correction")
	for _, v := range []string{"polling/interval=100ms", "longpoll", "sse", "websocket", "tcp"} {
		c, ok := b.cell("stall", "", v)
		if !ok {
			continue
		}
		corrected := c.Merged(latency).Quantile(0.99)
		uncorrected := c.Merged(func(t *results.Trial) results.Histogram { return t.Uncorrected }).Quantile(0.99)
		s, l := c.Trials[0].Stall, c.Trials[0].Load
		if s == nil {
			continue
		}
		b.add(entry{v + ", p99 by the schedule", "sec", 1.27, corrected, 0.1, NotReproduced, ofCell(c),
			fmt.Sprintf("Events of %.3g s are late, by up to so much: the worst hundredth of %.3g s is above %.3g s.", s.For, l.Window, s.For-0.01*l.Window)})
		b.add(entry{v + ", p99 as a closed loop sees it", "sec", 0.00604, uncorrected, 0.1, Differs, ofCell(c),
			fmt.Sprintf("It has one slow event instead of a hundred, and says of the same %.3g s that 99 %% were this fast. How fast that is depends on the machine and on the transport.", l.Window)})
	}
}

// memory is what an idle connection holds.
func (b *book) memory() {
	b.open(7, "Memory of an idle connection", "Centrifugo (2026): 27 KB for each connection with two goroutines, 11 KB tuned; of the process")
	for _, row := range []struct {
		variant, name string
		theirs        float64
	}{
		{"websocket", "WebSocket, against theirs with two goroutines", 27_000},
		{"websocket", "WebSocket, against theirs when tuned", 11_000},
		{"sse", "SSE, against two goroutines", 27_000},
		{"longpoll", "long-polling, a request held, against two goroutines", 27_000},
	} {
		c, ok := b.cell("idle-memory", "", row.variant)
		if !ok {
			continue
		}
		part := func(unit string) float64 { v, _ := metric(c, unit); return v }
		stacks, heap, runtime, kernel := part("stacks-B/conn"), part("heap-B/conn"), part("runtime-B/conn"), part("kernel-B/conn")
		b.add(entry{row.name, "bytes", row.theirs, stacks + heap + runtime, 0.15, Differs, ofCell(c),
			fmt.Sprintf("%.2g goroutines: stacks %s, heap %s, runtime %s. The kernel holds %s more, which such figures leave out: %s in all.",
				part("goroutines/conn"), bytes(stacks), bytes(heap), bytes(runtime), bytes(kernel), bytes(stacks+heap+runtime+kernel))})
	}
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
			b.add(entry{fmt.Sprintf("%s over %s ms, mean", row.variant, trip), "sec", p.Value, got, p.Tolerance, NotReproduced, ofCell(c), row.why + " By the model: " + p.Formula + "."})
		}
	}
}
