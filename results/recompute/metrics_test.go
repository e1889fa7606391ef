package recompute

import (
	"math"
	"slices"
	"strings"
)

// metrics are all numbers of a trial, by unit.
func metrics(x *trial) map[string]float64 {
	m := map[string]float64{}
	latencies(x, m)
	wire(x, m)
	connections(x, m)
	recoveries(x, m)
	slows(x, m)
	costs(x, m)
	return m
}

// sum is a number of a trial, or "a + b" of two, where it has the second.
func sum(m map[string]float64, unit string) (v float64, ok bool) {
	first, second, _ := strings.Cut(unit, " + ")
	v, ok = m[first]
	return v + m[second], ok
}

func latencies(x *trial, m map[string]float64) {
	quantile := func(unit string, h *histogram, num, den int64) {
		need := int64(1)
		if 2*num > den && num < den { // so many that one lies beyond: den/(den − num)
			need = (den + den - num - 1) / (den - num)
		}
		if h.Count >= need {
			m[unit] = h.at(num, den)
		}
	}
	l := &x.Latency
	quantile("p50-sec", l, 1, 2)
	quantile("p90-sec", l, 9, 10)
	quantile("p99-sec", l, 99, 100)
	quantile("p999-sec", l, 999, 1000)
	quantile("max-sec", l, 1, 1)
	quantile("uncorrected-p99-sec", &x.Uncorrected, 99, 100)
	quantile("to-server-sec", &x.ToServer, 1, 2)
	quantile("from-server-sec", &x.FromServer, 1, 2)
	if x.Wait.Count > 0 && x.Trust.Stamps.Kernel > 0 {
		m["generator-wait-sec"] = x.Wait.mean()
	}
	quantile("spread-sec", &x.Spread, 1, 2)
	quantile("peak-age-sec", &x.Age.Peak, 1, 2)
	if l.Count > 0 {
		m["mean-sec"] = l.mean()
	}
	if x.Transport == "polling" && x.Load.Interval > 0 && l.Count >= 100 {
		m["uniform-fit"] = l.uniform(x.Load.Interval)
	}
	if x.Age.Peak.Count > 0 {
		m["age-sec"] = x.Age.Mean
	}
}

func wire(x *trial, m map[string]float64) {
	in, out := x.Steady.In, x.Steady.Out
	all := in.all() + out.all()
	d := float64(x.Deliveries.InWindow)
	clientSec := x.clientSec()
	if d > 0 {
		m["wire-B/event"] = float64(all) / d
		m["overhead-B/event"] = float64(all-in.Payload-out.Payload-x.Steady.Decoded.Payload) / d
		m["segments/event"] = float64(x.Steady.SegmentsIn+x.Steady.SegmentsOut) / d
	}
	compressed := in.Compressed + out.Compressed
	if d > 0 && x.Steady.Decoded.around() == 0 {
		m["protocol-B/event"] = float64(in.around()+out.around()+in.Head+out.Head+in.HPACK+out.HPACK) / d
		m["framing-B/event"] = float64(in.around()) / d
	}
	if compressed > 0 {
		m["compression-ratio"] = float64(x.Steady.Decoded.all()) / float64(compressed)
	}
	if clientSec > 0 {
		m["wire-B/client-min"] = 60 * float64(all) / clientSec
	}
	if all > 0 {
		m["retransmitted-B"] = float64(x.Steady.Retransmitted + x.Steady.RetransmittedIn)
	}
	if sent := float64(x.Requests.Sent); sent > 0 {
		m["requests/client-sec"] = sent / clientSec
		m["empty-requests-share"] = float64(x.Requests.Empty) / sent
		if d > 0 {
			m["requests/event"] = sent / d
		}
	}
}

// clientSec is how long all clients together counted bytes and requests.
func (x *trial) clientSec() float64 {
	if x.ClientSec != nil {
		return *x.ClientSec
	}
	return float64(x.Load.Clients) * x.Load.Window
}

func connections(x *trial, m map[string]float64) {
	c := &x.Connection
	for unit, h := range map[string]*histogram{"connect-sec": &c.TCP, "tls-sec": &c.TLS, "http-sec": &c.HTTP, "open-sec": &c.Open, "first-event-sec": &c.FirstEvent} {
		if h.Count > 0 {
			m[unit] = h.at(1, 2)
		}
	}
	n := float64(c.Opened)
	if n == 0 {
		return
	}
	m["handshake-B/conn"] = float64(x.Handshake.In.all()+x.Handshake.Out.all()) / n
	m["handshake-segments/conn"] = float64(x.Handshake.SegmentsIn+x.Handshake.SegmentsOut) / n
	if c.Seconds > 0 {
		m["conns/sec"] = n / c.Seconds
	}
	for unit, cpu := range map[string]float64{"server-cpu-sec/conn": c.ServerCPU, "loadgen-cpu-sec/conn": c.ClientCPU} {
		if cpu > 0 {
			m[unit] = cpu / n
		}
	}
	if lacks(x, "opening") || lacks(x, "resident") && x.Transport == "polling" {
		for _, unit := range []string{"http-sec", "open-sec", "handshake-B/conn", "handshake-segments/conn", "conns/sec", "server-cpu-sec/conn", "loadgen-cpu-sec/conn"} {
			delete(m, unit)
		}
	}
	for unit, v := range held(x) {
		if v > 0 || !strings.Contains(unit, "-B/") {
			m[unit] = v
		}
	}
}

// lacks reports whether the target could not tell what.
func lacks(x *trial, what string) bool {
	return slices.ContainsFunc(x.Absent, func(a absent) bool { return a.What == what })
}

// slows are of clients that read slowly.
func slows(x *trial, m map[string]float64) {
	d := x.Slow
	if d == nil {
		return
	}
	if d.Expected > 0 {
		m["slow-delivered-share"] = float64(d.Delivered) / float64(d.Expected)
		m["slow-dropped-share"] = float64(d.Dropped) / float64(d.Expected)
	}
	m["slow-cuts/client"] = float64(d.Cuts) / float64(x.Load.Slow.Clients)
	if d.Latency.Count > 0 {
		m["slow-p50-sec"] = d.Latency.at(1, 2)
	}
	if d.Grown > 0 && !lacks(x, "process") {
		m["slow-server-B"] = float64(d.Grown)
	}
}

// recoveries are of clients that came back.
func recoveries(x *trial, m map[string]float64) {
	r := x.Recovery
	if r == nil {
		return
	}
	if r.Reconnect.Count > 0 {
		m["reconnect-p50-sec"], m["reconnect-max-sec"] = r.Reconnect.at(1, 2), r.Reconnect.at(1, 1)
	}
	if r.Dropped != nil {
		m["listen-drops"] = float64(*r.Dropped)
	}
	for unit, h := range map[string]*histogram{"reconnect-p99-sec": &r.Reconnect, "reconnect-open-p99-sec": &r.Open, "recover-p99-sec": &r.Recover} {
		if h.Count > 0 {
			m[unit] = h.at(99, 100)
		}
	}
	if r.Opened > 0 {
		m["reconnect-B"] = float64(r.Handshake.In.opening()+r.Handshake.Out.opening()) / float64(r.Opened)
	}
	if r.Clients > 0 {
		m["reconnects/client"] = float64(r.Opened) / float64(r.Clients)
	}
	m["disconnected-share"] = float64(r.Clients) / float64(x.Load.Clients)
	if x.Fault != nil && r.ServerCPU > 0 {
		m["server-cpu-after-sec"] = r.ServerCPU
	}
}

// held are the numbers of a held connection, those below zero too. Memory is
// told of at least a hundred.
func held(x *trial) map[string]float64 {
	c := &x.Connection
	if !slices.ContainsFunc([]string{"stacks_bytes", "heap_bytes", "runtime_bytes", "kernel_bytes", "resident_bytes", "goroutines", "descriptors", "generator_resident_bytes"},
		func(k string) bool { return c.Held[k] != 0 }) {
		return nil
	}
	n := float64(c.Opened)
	m := map[string]float64{"goroutines/conn": float64(c.Held["goroutines"]) / n, "fds/conn": float64(c.Held["descriptors"]) / n}
	if c.Opened < 100 {
		return m
	}
	for unit, k := range map[string]string{"stacks-B/conn": "stacks_bytes", "heap-B/conn": "heap_bytes", "runtime-B/conn": "runtime_bytes",
		"kernel-B/conn": "kernel_bytes", "resident-B/conn": "resident_bytes", "loadgen-mem-B/conn": "generator_resident_bytes"} {
		m[unit] = float64(c.Held[k]) / n
	}
	m["outside-B/conn"] = m["resident-B/conn"] + m["kernel-B/conn"]
	if lacks(x, "resident") || lacks(x, "process") {
		delete(m, "resident-B/conn")
		delete(m, "outside-B/conn")
	}
	m["server-mem-B/conn"] = m["stacks-B/conn"] + m["heap-B/conn"] + m["runtime-B/conn"] + m["kernel-B/conn"]
	return m
}

func costs(x *trial, m map[string]float64) {
	timed := float64(x.Deliveries.InWindow)
	if x.Deliveries.Timed != nil {
		timed = float64(*x.Deliveries.Timed)
	}
	live := x.Deliveries.Delivered - int64(x.Load.Retained*x.Load.Clients)
	if x.Slow != nil { // the server works for them, too
		timed += float64(x.Slow.Timed)
		live += x.Slow.Delivered
	}
	if timed > 0 {
		for unit, cpu := range map[string]float64{"server-cpu-sec/event": x.Server.CPU, "loadgen-cpu-sec/event": x.Generator.CPU} {
			if cpu > 0 {
				m[unit] = cpu / timed
			}
		}
	}
	if p := x.Proxy; p != nil && timed > 0 && p.CPU > 0 {
		m["proxy-cpu-sec/event"] = p.CPU / timed
	}
	if b := x.Backplane; b != nil && timed > 0 && b.CPU > 0 {
		m["backplane-cpu-sec/event"] = b.CPU / timed
	}
	if p := x.Proxy; p != nil && x.Connection.Opened >= 100 && p.Held > 0 {
		m["proxy-B/conn"] = float64(p.Held) / float64(x.Connection.Opened)
	}
	if calls := x.Server.Reads + x.Server.Writes; timed > 0 && calls > 0 {
		m["server-syscalls/event"] = float64(calls) / timed
	}
	if live > 0 && x.Server.Allocations > 0 {
		m["server-allocs/event"] = float64(x.Server.Allocations) / float64(live)
	}
	if x.Trust.Lag.Count > 0 {
		m["schedule-lag-sec"] = x.Trust.Lag.at(99, 100)
	}
	taken := x.Deliveries.InWindow
	if x.Requests.Sent > 0 {
		taken = x.Requests.Sent
	}
	if x.Trust.Ceiling > 0 && taken > 0 {
		m["of-ceiling"] = float64(taken) / (x.clientSec() / float64(x.Load.Clients)) / x.Trust.Ceiling
	}
	if x.Trust.Pressure >= 0 {
		m["cpu-pressure"] = x.Trust.Pressure
	}
	if x.Deliveries.Expected > 0 {
		m["missed-events"], m["duplicated-events"], m["reordered-events"] = float64(x.Deliveries.Missed), float64(x.Deliveries.Duplicated), float64(x.Deliveries.Reordered)
	}
}

// summary is the median of a cell and its bounds; interval says that these are
// its 95 % interval, and not the least and the greatest.
type summary struct {
	mid, lo, hi float64
	n           int
	interval    bool
}

// summarize gives what the trials of c say of unit. Memory below zero counts
// as low, and where the bounds are not above zero there is no number.
func summarize(c *cell, unit string) (s summary, ok bool) {
	memory := strings.HasSuffix(unit, "-B/conn") && unit != "handshake-B/conn"
	var values []float64
	for _, x := range c.trials {
		if x.numbers == nil {
			x.numbers = metrics(x)
		}
		v, has := sum(x.numbers, unit)
		if memory {
			v, has = held(x)[unit]
		}
		if has {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return s, false
	}
	slices.Sort(values)
	n := len(values)
	s = summary{(values[(n-1)/2] + values[n/2]) / 2, values[0], values[n-1], n, false}
	if lo, hi := order(n); lo >= 1 && hi <= n {
		s.lo, s.hi, s.interval = values[lo-1], values[hi-1], true
	}
	return s, !memory || s.lo > 0
}

// order is which of n sorted values bound the median with 95 % confidence: the
// likeliest places of the median are added up from the middle, the lower one
// first of two that are as likely, until they are 95 %.
func order(n int) (lo, hi int) {
	likely := func(k int) float64 { // that k of n values lie below the median
		if k < 0 || k > n {
			return 0
		}
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		return math.Exp(a - b - c - float64(n)*math.Ln2)
	}
	lo = (n+2)/2 - 1
	hi = lo + 1
	for sum := likely(lo); sum < 0.95 && (lo > 0 || hi <= n); {
		if below, above := likely(lo-1), likely(hi); below >= above*(1-1e-12) {
			lo--
			sum += below
		} else {
			hi++
			sum += above
		}
	}
	return lo, hi
}
