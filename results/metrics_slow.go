package results

// slowMetrics are of the clients that read slowly, beside the others.
func slowMetrics() []Metric {
	of := func(f func(*SlowDeliveries, *SlowClients) (float64, bool)) func(*Trial) (float64, bool) {
		return func(t *Trial) (float64, bool) {
			if t.SlowDeliveries == nil || t.Load.Slow == nil {
				return 0, false
			}
			return f(t.SlowDeliveries, t.Load.Slow)
		}
	}
	share := func(f func(*SlowDeliveries) int64) func(*Trial) (float64, bool) {
		return of(func(d *SlowDeliveries, _ *SlowClients) (float64, bool) {
			return per(float64(f(d)), float64(d.Expected))
		})
	}
	delivered := lower("slow-delivered-share", "share of the events that slow clients had read", "slow: delivered", kindShare,
		"Pairs of an event and a slow client that had read it when the window ended, divided by all pairs. The others were dropped or cut off by the server, or were still to come.",
		share(func(d *SlowDeliveries) int64 { return d.Delivered }))
	delivered.Better = "higher"
	return []Metric{
		delivered,
		lower("slow-dropped-share", "share of the events that the server dropped for slow clients", "slow: dropped", kindShare,
			"Pairs of an event and a slow client that the server had told that it no longer has the event when the window ended, divided by all pairs.",
			share(func(d *SlowDeliveries) int64 { return d.Dropped })),
		lower("slow-cuts/client", "connections that the server ended, per slow client", "slow: cuts", kindCount,
			"Streams, and answers to polls in the middle, that the server had ended when the window ended, per slow client. One whose stream was ended does not come back.",
			of(func(d *SlowDeliveries, c *SlowClients) (float64, bool) {
				return per(float64(d.Cuts), float64(c.Clients))
			})),
		lower("slow-p50-sec", "median event latency of slow clients", "slow: p50", kindSec,
			"As the median event latency, of the events that slow clients had read when the window ended. What they had not read by then is not in it.",
			of(func(d *SlowDeliveries, _ *SlowClients) (float64, bool) {
				return d.Latency.Quantile(0.5), d.Latency.Count() > 0
			})),
		seen(lower("slow-server-B", "memory that the server took beside slow clients", "slow: memory", kindBytes,
			"What the resident memory of the server grew by over the window, in all. A history that fills is in it, and so are buffers for clients that do not read. There is no number where it did not grow.",
			of(func(d *SlowDeliveries, _ *SlowClients) (float64, bool) { return float64(d.Grown), d.Grown > 0 }))),
	}
}
