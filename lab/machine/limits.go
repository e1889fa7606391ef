package machine

import (
	"strconv"
	"strings"
)

// Limits are how many connections a process can have.
type Limits struct {
	Files uint64 // descriptors
	Ports int    // ephemeral ports, of each client's address (ip(7)); 0: unknown
}

// NewNamespacePorts is how many ephemeral ports there are in a network namespace
// that was made just now: 32768 to 60999, the kernel's default.
const NewNamespacePorts = 60999 - 32768 + 1

// OwnLimits are those of this process in the network namespace that it is in.
func OwnLimits() Limits {
	l := Limits{Files: descriptors()}
	low, top := PortRange()
	if top > 0 {
		l.Ports = max(0, top-low+1-reserved(text("/proc/sys/net/ipv4/ip_local_reserved_ports"), low, top))
	}
	return l
}

// PortRange is the range that ephemeral ports are taken from; 0 and 0: unknown.
func PortRange() (low, top int) {
	f := strings.Fields(text("/proc/sys/net/ipv4/ip_local_port_range"))
	if len(f) != 2 {
		return 0, 0
	}
	low, err := strconv.Atoi(f[0])
	top, errTop := strconv.Atoi(f[1])
	if err != nil || errTop != nil {
		return 0, 0
	}
	return low, top
}

// reserved counts the ports of a list such as 8080,9000-9100 within a range.
func reserved(ports string, low, top int) (n int) {
	for part := range strings.SplitSeq(ports, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			last = first
		}
		a, err := strconv.Atoi(first)
		b, errLast := strconv.Atoi(last)
		if err == nil && errLast == nil {
			n += max(0, min(b, top)-max(a, low)+1)
		}
	}
	return n
}
