package results

func costMetrics() []Metric {
	cpu := func(unit, title, short, who string, f func(*Trial) float64) Metric {
		return lower(unit, title, short, kindSec,
			"CPU time of "+who+" over the window, user and system, divided by the deliveries between the same two readings.",
			func(t *Trial) (float64, bool) {
				v, ok := per(f(t), float64(t.timed()))
				return v, ok && v > 0
			})
	}
	return []Metric{
		late(seen(cpu("server-cpu-sec/event", "server CPU per delivered event", "server CPU/event", "the server process",
			func(t *Trial) float64 { return t.Server.CPU }))),
		late(alone(cpu("loadgen-cpu-sec/event", "load generator CPU per delivered event", "loadgen CPU/event", "the load generator's process",
			func(t *Trial) float64 { return t.Generator.CPU }))),
		lower("schedule-lag-sec", "schedule lag", "lag", kindSec,
			"From the moment an event was due to the moment the load generator handed it to the kernel, 99th percentile over events: how far the generator can be believed. It is part of every latency.",
			func(t *Trial) (float64, bool) { return t.Trust.Lag.Quantile(0.99), t.Trust.Lag.Count() > 0 }),
		lower("of-ceiling", "share of the load generator's ceiling", "of ceiling", kindShare,
			"Deliveries of the window per second, or answers for transports that ask, divided by what the load generator takes per second from a null server: one that does nothing but have the next event ready for every client. Above 70 % the generator, not the server, may be what is measured.",
			(*Trial).OfCeiling),
		lower("cpu-pressure", "CPU pressure of the machine", "pressure", kindShare,
			"The share of the window in which some task on the machine waited for a CPU (the kernel's pressure stall information); absent where the kernel does not tell.",
			func(t *Trial) (float64, bool) { return t.Trust.Pressure, t.Trust.Pressure >= 0 && t.Load.Window > 0 }),
	}
}

// usageMetrics are what a delivery costs the server that is counted, and so does
// not depend on how fast the machine is.
func usageMetrics() []Metric {
	allocations := lower("server-allocs/event", "server allocations per delivered event", "server allocs/event", kindCount,
		"Objects that the server allocated from when all connections were open until the last event had arrived, divided by the deliveries of that time: all but those of retained events. Publishing and polls without events are in it.",
		func(t *Trial) (float64, bool) {
			live := t.Deliveries.Delivered - int64(t.Load.Retained)*int64(t.Load.Clients)
			if d := t.SlowDeliveries; d != nil {
				live += d.Delivered
			}
			v, ok := per(float64(t.Server.Allocations), float64(live))
			return v, ok && v > 0
		})
	allocations.Why = func(t *Trial) string { return t.Lacks(Figures) }
	return []Metric{
		late(seen(lower("server-syscalls/event", "server system calls per delivered event", "server syscalls/event", kindCount,
			"System calls of the read and of the write family (not recvmsg and sendmsg) that the server process made over the window, divided by the deliveries between the same two readings. Publishing and polls without events are in it. Absent where the kernel does not tell.",
			func(t *Trial) (float64, bool) {
				v, ok := per(float64(t.Server.Reads+t.Server.Writes), float64(t.timed()))
				return v, ok && v > 0
			}))),
		allocations,
	}
}

// OfCeiling is how much of the generator's ceiling the window used; ok is
// false where the ceiling is not known or nothing came.
func (t *Trial) OfCeiling() (share float64, ok bool) {
	n := t.Deliveries.InWindow
	if t.Requests.Sent > 0 {
		n = t.Requests.Sent
	}
	seconds := t.ClientSec() / float64(t.Load.Clients)
	if t.Trust.Ceiling <= 0 || !(seconds > 0) || n == 0 {
		return 0, false
	}
	return float64(n) / seconds / t.Trust.Ceiling, true
}

// timed is the deliveries of the time over which CPU was counted, those to slow clients
// included. A record of before they were counted apart has those of the window.
func (t *Trial) timed() int64 {
	if d := t.SlowDeliveries; d != nil {
		return t.Deliveries.Timed + d.Timed
	}
	if t.SteadyClientSec > 0 {
		return t.Deliveries.Timed
	}
	return t.Deliveries.InWindow
}

// deliveryMetrics count what went wrong. They are whole numbers that do not
// vary from trial to trial, zero when all is well.
func deliveryMetrics() []Metric {
	count := func(unit, title, short, definition string, f func(Deliveries) int64) Metric {
		m := lower(unit, title, short, kindCount, definition,
			func(t *Trial) (float64, bool) { return float64(f(t.Deliveries)), t.Deliveries.Expected > 0 })
		m.Assume = "exact"
		return untold(Due, m) // of a server with events of its own nobody knows how many there should be
	}
	return []Metric{
		count("missed-events", "missed deliveries", "missed",
			"Pairs of an event and a client that should have received it and never did, over the whole trial.",
			func(d Deliveries) int64 { return d.Missed }),
		count("duplicated-events", "duplicated deliveries", "duplicated",
			"Receptions beyond the first of an event by a client, over the whole trial.",
			func(d Deliveries) int64 { return d.Duplicated }),
		count("reordered-events", "reordered deliveries", "reordered",
			"Receptions of an event after a later one of its topic by the same client, over the whole trial.",
			func(d Deliveries) int64 { return d.Reordered }),
	}
}
