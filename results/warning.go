package results

import "slices"

// Concerns reports whether the doubt is about m: a warning that the machine
// was busy says nothing against a count of bytes. A code that is not known
// concerns everything.
func (w Warning) Concerns(m Metric) bool {
	switch w.Code {
	case "few-samples", "few-events":
		return slices.Contains([]string{"p99-sec", "p999-sec", "max-sec"}, m.Unit)
	case "few-connections":
		return m.Unit == "kernel-B/conn" || m.Unit == "server-mem-B/conn"
	case "machine-busy", "cpu-pressure", "schedule-lag", "overlap", "ceiling", "bias", "throttled", "path-late":
		return m.Kind == kindSec || m.Unit == "conns/sec"
	case "clock":
		return m.Unit == "to-server-sec" || m.Unit == "from-server-sec"
	case "retransmission", "path-overrun":
		return m.Kind == kindSec || m.Kind == kindBytes
	}
	return true
}
