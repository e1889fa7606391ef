package results

// latencyMetrics are absent where nobody knows when an event was due.
func latencyMetrics() []Metric {
	all := latencies()
	for i := range all {
		why := all[i].Why
		all[i].Why = func(t *Trial) string {
			if reason := t.Lacks(Due); reason != "" || why == nil {
				return reason
			}
			return why(t)
		}
	}
	return all
}

func latencies() []Metric {
	latency := func(t *Trial) Histogram { return t.Latency }
	const due = " Latency runs from the moment the event was due by the schedule to the moment its last byte reached the clients' machine (the kernel's receive time stamp)."
	of := func(unit, title, short, words string, q float64) Metric {
		return percentile(unit, title, short, words, "deliveries", q, latency)
	}
	return []Metric{
		lower("p50-sec", "median event latency", "p50", kindSec,
			"At least half of the deliveries were at most this late."+due, median(latency)),
		of("p90-sec", "90th percentile of event latency", "p90",
			"At least nine of ten deliveries were at most this late: the one of rank ⌈0.9·n⌉. It needs 10 deliveries."+due, 0.9),
		of("p99-sec", "99th percentile of event latency", "p99",
			"Of a hundred deliveries at least 99 were at most this late: the one of rank ⌈0.99·n⌉. It needs 100 deliveries; where an event is pushed to all at once, its deliveries are late together, and it is in doubt with fewer than 100 events."+due, 0.99),
		percentile("uncorrected-p99-sec", "99th percentile as a closed loop sees it", "uncorrected p99",
			"What a load generator would have reported as its 99th percentile that waits for each event before it sends the next, and so sends none while the server stands still (coordinated omission). Only of scenarios with a stall, to show the difference.",
			"latencies", 0.99, func(t *Trial) Histogram { return t.Uncorrected }),
		of("p999-sec", "99.9th percentile of event latency", "p99.9",
			"Of a thousand deliveries at least 999 were at most this late: the one of rank ⌈0.999·n⌉. It needs 1,000 deliveries."+due, 0.999),
		of("max-sec", "largest event latency", "max",
			"The latest delivery of the window."+due, 1),
		lower("mean-sec", "mean event latency", "mean", kindSec,
			"The mean over all deliveries of the window."+due,
			func(t *Trial) (float64, bool) { return t.Latency.Mean(), t.Latency.Count() > 0 }),
		lower("generator-wait-sec", "mean wait of the generator itself", "gen. wait", kindSec,
			"From the moment an event's last byte reached the clients' machine (the kernel's receive time stamp) to the moment the client's read returned it, mean over deliveries. It is the load generator's own queue and in no latency; without time stamps there is none.",
			func(t *Trial) (float64, bool) { return t.Wait.Mean(), t.Wait.Count() > 0 && t.Trust.Stamps.Kernel > 0 }),
		lower("to-server-sec", "median time to the server", "to server", kindSec,
			"From the moment the event was due to the moment the server had read it whole, median over events. It is the price of publishing and the same for every transport.",
			median(func(t *Trial) Histogram { return t.ToServer })),
		lower("from-server-sec", "median time from the server", "from server", kindSec,
			"From the moment the server had read the event whole to the moment its last byte reached the clients' machine, median over deliveries. It is the transport's own share of the latency.",
			median(func(t *Trial) Histogram { return t.FromServer })),
		onlyOf([]string{"polling"}, lower("uniform-fit", "distance of polling's latencies from uniform", "KS distance", kindShare,
			"The largest difference between the latencies' distribution function and that of the uniform distribution on an interval of the same mean and as wide as the polling interval (the Kolmogorov–Smirnov distance). It needs 100 deliveries.",
			func(t *Trial) (float64, bool) {
				h, width := t.Latency, t.Load.Interval
				if t.Transport != "polling" || width <= 0 || h.Count() < 100 {
					return 0, false
				}
				from := h.Mean() - width/2
				return h.Distance(func(sec float64) float64 { return min(1, max(0, (sec-from)/width)) }), true
			})),
		lower("spread-sec", "fan-out spread", "spread", kindSec,
			"From the first to the last client that received an event, median over the events that had at least two clients.",
			median(func(t *Trial) Histogram { return t.Spread })),
		lower("age-sec", "mean age of what a client holds", "age", kindSec,
			"The time since the newest event that a client holds was due, averaged over the whole window and all clients (the age of information). A client without news grows stale even when nothing is late.",
			func(t *Trial) (float64, bool) { return t.Age.Mean, t.Age.Peak.Count() > 0 }),
		lower("peak-age-sec", "median peak age", "peak age", kindSec,
			"The age just before a delivery renewed what the client holds, median over those deliveries.",
			median(func(t *Trial) Histogram { return t.Age.Peak })),
	}
}
