package loadgen

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
)

// direct is the way from where this process is, by the address that the kernel chooses.
var direct Dialer = &net.Dialer{KeepAlive: -1}

// wayTo is the way from where this process is to the server at address: by as many source
// addresses as there are connections for, where the server is at a loopback address.
func wayTo(address string) Dialer {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().Is4() || !at.Addr().IsLoopback() {
		return direct
	}
	return &sources{from: fromLoopback}
}

// sources is the way to one server by several source addresses. Each address has all
// ephemeral ports for itself (ip(7), ip_local_port_range). The next one is used when the
// kernel has no port left for the one before, so that as long as one address suffices
// nothing is different from direct. It may be used concurrently.
type sources struct {
	from func(n uint32) Dialer // the way by address n, from 0
	used atomic.Uint32         // number of the address in use
}

// mostSources is how many addresses are tried: each has 28,232 ports as a rule.
const mostSources = 4096

// beginAt has a way by several addresses begin with the address n. The kernel looks for a free
// port among those of an address one by one, which takes long when half of them are in use:
// agents of one machine therefore begin with an address each. Any other way stays as it is.
func beginAt(way Dialer, n int) {
	if s, several := way.(*sources); several && n > 0 {
		s.used.Store(uint32(n))
	}
}

func (s *sources) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	for {
		n := s.used.Load()
		c, err := s.from(n).DialContext(ctx, network, address)
		if !errors.Is(err, syscall.EADDRNOTAVAIL) || n+1 >= mostSources || ctx.Err() != nil {
			return c, err
		}
		s.used.CompareAndSwap(n, n+1) // unless another connection has gone on before
	}
}

// fromLoopback is the way by the loopback address n: 127.0.0.1, which the kernel chooses by
// itself, then 127.0.0.2 and so on. All of 127.0.0.0/8 is this machine's (RFC 1122, section
// 3.2.1.3).
func fromLoopback(n uint32) Dialer {
	if n == 0 {
		return direct
	}
	n++
	return &net.Dialer{
		KeepAlive: -1, Control: bindLate,
		LocalAddr: &net.TCPAddr{IP: net.IPv4(127, byte(n>>16), byte(n>>8), byte(n))},
	}
}
