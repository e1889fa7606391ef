package results

import (
	"slices"
	"strings"
)

// A Metric is one number that a trial may have, with all that is needed to
// show and to compare it. Its unit is its name.
type Metric struct {
	Unit       string                       // Go benchmark unit, the metric's name everywhere: p50-sec
	Title      string                       // for a heading: median event latency
	Short      string                       // for the head of a column: p50
	Better     string                       // lower, higher, or empty when neither is
	Assume     string                       // exact: the same in every trial unless something changed; nothing: summarize by the median
	Kind       string                       // how FormatValue shows it: sec, bytes, count, share
	Definition string                       // for the glossary: what is counted, from where to where, divided by what
	Check      string                       // for the glossary: what a measured value has to agree with, and how to have it checked
	Value      func(*Trial) (float64, bool) // ok is false when the trial has no such number
	Why        func(*Trial) string          // why a trial that could have the number has none: too few deliveries, say; empty when it has it, or is of another kind. May be nil

	Transports []string // those that alone can have it; nil: all

	raw func(*Trial) (float64, bool) // Value with what is below what can be told, for a median that leaves no low trial out; nil: Value
}

// Metrics returns every metric in the order in which reports list them. The
// caller owns the slice.
func Metrics() []Metric {
	return slices.Concat(
		checked(latencyMetrics(), "`make truth` compares latencies with the kernel's time stamps of the packets; the schedule lag is in every record."),
		checked(byteMetrics(), "The ledger of every trial must equal the sockets' counters to the byte, or the trial has failed; `make truth` compares it with a packet capture."),
		checked(connectionMetrics(), "Over a path with a delay, times are whole round trips: `make reproduce`. Bytes are in the ledger, which every trial balances and `make truth` compares with a packet capture."),
		checked(heldMetrics(), "Stacks, heap and runtime are the server's own figures; the resident set is the kernel's, from outside, and has to agree with their sum."),
		checked(recoveryMetrics(), "Each client of a fault has one time of each kind. The bytes are in the ledger, which every trial balances."),
		checked(slowMetrics(), "Every pair of an event and a slow client is delivered, dropped, cut off or behind, and the ledger of each slow client must equal its sockets' counters, or the trial has failed."),
		checked(costMetrics(), "CPU is the kernel's clock of the process, from outside; `make cost` measures what the generator itself costs, as a ratio to a bare reader."),
		checked(usageMetrics(), "System calls are the kernel's count, from outside (/proc/PID/io). Allocations are the server's own figure; `go test -bench FanOut ./servers` counts those of our servers in another way."),
		checked(proxyMetrics(), "Both are the kernel's figures of the proxy's processes, from outside: its CPU clocks and /proc/PID/smaps_rollup."),
		checked(nodesMetrics(), "It is the kernel's clock of the backplane's processes, from outside."),
		checked(deliveryMetrics(), "Expected = delivered + missed for every pair of event and client, or the trial has failed."),
	)
}

// checked says of all metrics how they are checked.
func checked(all []Metric, how string) []Metric {
	for i := range all {
		all[i].Check = how
	}
	return all
}

// MetricByUnit returns the metric named unit. "a + b" is the sum of two of one kind: of a trial that
// does not have the second, it is the first alone.
func MetricByUnit(unit string) (Metric, bool) {
	if first, second, both := strings.Cut(unit, " + "); both {
		return sumOf(first, second)
	}
	all := Metrics()
	i := slices.IndexFunc(all, func(m Metric) bool { return m.Unit == unit })
	if i < 0 {
		return Metric{}, false
	}
	return all[i], true
}

func sumOf(first, second string) (Metric, bool) {
	a, known := MetricByUnit(first)
	b, also := MetricByUnit(second)
	if !known || !also || a.Kind != b.Kind {
		return Metric{}, false
	}
	sum := a
	sum.Unit, sum.Title, sum.Short = first+" + "+second, a.Title+" with "+b.Title, a.Short+" + "+b.Short
	if b.Assume != a.Assume {
		sum.Assume = "nothing"
	}
	sum.Definition = a.Definition + " To it is added: " + b.Definition
	sum.raw = nil
	sum.Value = func(t *Trial) (float64, bool) {
		v, ok := a.Value(t)
		if more, has := b.Value(t); has {
			v += more
		}
		return v, ok
	}
	return sum, true
}

// WhyNever says why no trial of the transport can have m, or nothing.
func (m Metric) WhyNever(transport string) string {
	if m.Transports == nil || slices.Contains(m.Transports, transport) {
		return ""
	}
	return "only " + strings.Join(m.Transports, " and ") + " can have it"
}

// The kinds of values that FormatValue knows.
const (
	kindSec   = "sec"
	kindBytes = "bytes"
	kindCount = "count"
	kindShare = "share"
)

// lower returns a metric of which less is better and nothing is assumed, as
// most are.
func lower(unit, title, short, kind, definition string, value func(*Trial) (float64, bool)) Metric {
	return Metric{Unit: unit, Title: title, Short: short, Better: "lower", Assume: "nothing", Kind: kind, Definition: definition, Value: value}
}

// alone is m, of which there is no number where trials ran side by side: then it is
// of all of them together.
func alone(m Metric) Metric {
	for _, value := range []*func(*Trial) (float64, bool){&m.Value, &m.raw} {
		if known := *value; known != nil {
			*value = func(t *Trial) (float64, bool) {
				v, ok := known(t)
				return v, ok && t.Beside == 0
			}
		}
	}
	why := m.Why
	m.Why = func(t *Trial) string {
		switch {
		case t.Beside > 0:
			return "trials ran side by side: it would be of all of them together"
		case why == nil:
			return ""
		}
		return why(t)
	}
	return m
}

// untold is m, of which there is no number where the target could not tell what.
func untold(what string, m Metric) Metric {
	return without(func(t *Trial) string { return t.Lacks(what) }, m)
}

// without is m, of which there is no number where lacks gives a reason.
func without(lacks func(*Trial) string, m Metric) Metric {
	for _, value := range []*func(*Trial) (float64, bool){&m.Value, &m.raw} {
		if known := *value; known != nil {
			*value = func(t *Trial) (float64, bool) {
				v, ok := known(t)
				return v, ok && lacks(t) == ""
			}
		}
	}
	why := m.Why
	m.Why = func(t *Trial) string {
		if reason := lacks(t); reason != "" || why == nil {
			return reason
		}
		return why(t)
	}
	return m
}

// late is m, a number for each delivery of the window, which says so where all of them came later.
func late(m Metric) Metric {
	why := m.Why
	m.Why = func(t *Trial) string {
		switch {
		case t.Latency.Count() > 0 && t.Deliveries.InWindow == 0:
			return "no event came within the window"
		case why == nil:
			return ""
		}
		return why(t)
	}
	return m
}

// onlyOf is m, which none but these transports can have.
func onlyOf(transports []string, m Metric) Metric {
	m.Transports = transports
	return m
}

// per divides a by b; there is no number when b is zero or less.
func per(a, b float64) (float64, bool) {
	if b <= 0 {
		return 0, false
	}
	return a / b, true
}

// percentile returns the metric of h's quantile q, which has a number when as
// many values are there as SamplesFor asks. values is what they are called.
func percentile(unit, title, short, definition, values string, q float64, h func(*Trial) Histogram) Metric {
	m := lower(unit, title, short, kindSec, definition, func(t *Trial) (float64, bool) {
		got := h(t)
		return got.Quantile(q), got.Count() >= SamplesFor(q)
	})
	m.Why = func(t *Trial) string { return lacking(h(t).Count(), q, short, values) }
	return m
}

// median is the quantile ½, of however few values.
func median(h func(*Trial) Histogram) func(*Trial) (float64, bool) {
	return func(t *Trial) (float64, bool) { return h(t).Quantile(0.5), h(t).Count() > 0 }
}
