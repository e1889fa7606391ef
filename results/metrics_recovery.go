package results

// recoveryMetrics are of trials in which clients lost their connections and came back.
func recoveryMetrics() []Metric {
	const since = " Time counts from the fault; from the loss itself where the scenario has none."
	got := func(f func(*Recovery) Histogram) func(*Trial) Histogram {
		return func(t *Trial) Histogram {
			if t.Recovery == nil {
				return Histogram{}
			}
			return f(t.Recovery)
		}
	}
	again := got(func(r *Recovery) Histogram { return r.Reconnect })
	opened := func(f func(*Recovery) float64, by func(*Recovery) int64) func(*Trial) (float64, bool) {
		return func(t *Trial) (float64, bool) {
			if t.Recovery == nil {
				return 0, false
			}
			return per(f(t.Recovery), float64(by(t.Recovery)))
		}
	}
	return []Metric{
		lower("reconnect-p50-sec", "median time to a new connection", "reconnect p50", kindSec,
			"Until a client that lost its connection has one again: until the answer's head has come where the server pushes, and until connected, TLS included, where clients ask. At least half of the connections were open by then."+since,
			median(again)),
		lower("reconnect-p99-sec", "99th percentile of the time to a new connection", "reconnect p99", kindSec,
			"Until 99 of a hundred clients that lost their connection have one again; the largest where there are fewer than 100."+since,
			largest(again)),
		lower("reconnect-max-sec", "longest time to a new connection", "reconnect max", kindSec,
			"The last client's time to a new connection."+since,
			func(t *Trial) (float64, bool) { h := again(t); return h.Max(), h.Count() > 0 }),
		lower("reconnect-open-p99-sec", "99th percentile of opening a connection again", "reopen p99", kindSec,
			"From connect until the new connection is open, the wait before it not included. Of a hundred connections at least 99 took at most so long; the largest where there are fewer than 100.",
			largest(got(func(r *Recovery) Histogram { return r.Open }))),
		lower("recover-p99-sec", "99th percentile of the time to be up to date again", "recover p99", kindSec,
			"Until a client that lost its connection has all events that were due before it had a connection again; those that are lost to it are not waited for. Of a hundred clients at least 99 took at most so long; the largest where there are fewer than 100."+since,
			largest(got(func(r *Recovery) Histogram { return r.Recover }))),
		lower("reconnect-B", "bytes to connect again", "reconnect B", kindBytes,
			"HTTP heads, TLS, and TCP/IP headers, in both directions, from connect until the new connection is open, per connection. Events that came by then are not in it.",
			opened(func(r *Recovery) float64 {
				in, out := r.Handshake.In, r.Handshake.Out
				return float64(in[Head] + in[TLS] + in[TCPIP] + out[Head] + out[TLS] + out[TCPIP])
			}, func(r *Recovery) int64 { return r.Opened })),
		lower("reconnects/client", "new connections per client that lost one", "reconnects/client", kindCount,
			"Connections that were opened again, per client that lost one.",
			opened(func(r *Recovery) float64 { return float64(r.Opened) }, func(r *Recovery) int64 { return r.Clients })),
		lower("disconnected-share", "share of clients that lost their connection", "disconnected", kindShare,
			"Clients that lost a connection at least once, divided by all clients.",
			func(t *Trial) (float64, bool) {
				if t.Recovery == nil {
					return 0, false
				}
				return per(float64(t.Recovery.Clients), float64(t.Load.Clients))
			}),
		lower("listen-drops", "connections dropped before they were accepted", "listen drops", kindCount,
			"Requests to connect that the kernel dropped in the window because too many waited to be accepted, by all programs of the machine. A client whose request is dropped tries again after 1 s, 3 s, 7 s and so on.",
			func(t *Trial) (float64, bool) {
				if t.Recovery == nil || t.Recovery.Dropped == nil {
					return 0, false
				}
				return float64(*t.Recovery.Dropped), true
			}),
		seen(lower("server-cpu-after-sec", "server CPU in the second after the fault", "server CPU after", kindSec,
			"CPU time of the server process, user and system, in the second that begins with the fault.",
			func(t *Trial) (float64, bool) {
				if t.Recovery == nil || t.Fault == nil {
					return 0, false
				}
				return t.Recovery.ServerCPU, t.Recovery.ServerCPU > 0
			})),
	}
}

// largest is the 99th percentile of h, which with fewer than 100 values is the largest.
func largest(h func(*Trial) Histogram) func(*Trial) (float64, bool) {
	return func(t *Trial) (float64, bool) {
		all := h(t)
		return all.Quantile(0.99), all.Count() > 0
	}
}
