package loadgen

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pushbench/servers"
	"pushbench/servers/wire"
)

// fewPorts is the way by loopback address n, with so many ephemeral ports as if that were all
// that the machine has (IP_LOCAL_PORT_RANGE, ip(7), Linux 6.3).
func fewPorts(ports int) func(n uint32) Dialer {
	const low = 50_000
	return func(n uint32) Dialer {
		d := *fromLoopback(n).(*net.Dialer)
		before := d.Control
		d.Control = func(network, address string, c syscall.RawConn) error {
			var err error
			if before != nil {
				err = before(network, address, c)
			}
			var failed error
			return errors.Join(err, c.Control(func(fd uintptr) {
				failed = unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_LOCAL_PORT_RANGE, (low+ports-1)<<16|low)
			}), failed)
		}
		return &d
	}
}

// accepted is a server that holds what connects to it.
func accepted(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// When the kernel has no port left for one source address, the next one is used.
func TestSourcesFollowEachOther(t *testing.T) {
	const ports, connections = 4, 11
	l := accepted(t)
	way := &sources{from: fewPorts(ports)}
	from := map[netip.Addr]int{}
	for range connections {
		c, err := way.DialContext(t.Context(), "tcp", l.Addr().String())
		if errors.Is(err, syscall.ENOPROTOOPT) {
			t.Skip("a socket's own range of ports needs Linux 6.3")
		}
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		from[endsOf(c).local.Addr()]++
	}
	for address, want := range map[string]int{"127.0.0.1": ports, "127.0.0.2": ports, "127.0.0.3": connections - 2*ports} {
		if got := from[netip.MustParseAddr(address)]; got != want {
			t.Errorf("%d connections from %s, want %d (%v)", got, address, want, from)
		}
	}
}

// Agents begin with an address each.
func TestSourcesOfAnAgent(t *testing.T) {
	l := accepted(t)
	for number, want := range map[int]string{-1: "127.0.0.1", 0: "127.0.0.1", 2: "127.0.0.3"} {
		way := wayTo(l.Addr().String())
		beginAt(way, number)
		c, err := way.DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got := endsOf(c).local.Addr().String(); got != want {
			t.Errorf("agent %d connects from %s, want %s", number, got, want)
		}
	}
	beginAt(direct, 3) // which has no other address
}

// An address that cannot be used is an error after all have been tried, and not for ever.
func TestSourcesEnd(t *testing.T) {
	tried := 0
	way := &sources{from: func(uint32) Dialer {
		tried++
		return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}} // RFC 5737: nobody's
	}}
	_, err := way.DialContext(t.Context(), "tcp", accepted(t).Addr().String())
	if !errors.Is(err, syscall.EADDRNOTAVAIL) || tried != mostSources {
		t.Errorf("%v after %d addresses, want %v after %d", err, tried, syscall.EADDRNOTAVAIL, mostSources)
	}
}

func TestWayTo(t *testing.T) {
	for address, several := range map[string]bool{
		"127.0.0.1:80": true, "127.9.8.7:80": true, "[::1]:80": false, "10.0.0.1:80": false, "localhost:80": false, "": false,
	} {
		if _, got := wayTo(address).(*sources); got != several {
			t.Errorf("%q: several source addresses %v, want %v", address, got, several)
		}
	}
	for n, want := range map[uint32]string{1: "127.0.0.2", 254: "127.0.0.255", 255: "127.0.1.0", mostSources - 1: "127.0.16.0"} {
		if got := fromLoopback(n).(*net.Dialer).LocalAddr.(*net.TCPAddr).IP.String(); got != want {
			t.Errorf("address %d is %s, want %s", n, got, want)
		}
	}
}

// A trial whose clients come from several addresses is like any other: nothing is missed, and
// the ledger balances.
func TestTrialFromSeveralAddresses(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "longpoll", "sse", "websocket/tls", "tcp"} {
		t.Run(name, func(t *testing.T) {
			v := variant(t, name)
			target := serve(t, servers.Options{TLS: v.On(wire.TLS)})
			way := &sources{from: fewPorts(8)}
			target.Clients, target.Publisher = way, direct
			if c, err := way.DialContext(t.Context(), "tcp", target.HTTP); errors.Is(err, syscall.ENOPROTOOPT) {
				t.Skip("a socket's own range of ports needs Linux 6.3")
			} else if err == nil {
				c.Close()
			}
			got := trial(t, Options{Target: target, Variant: v, Clients: 20, Rate: 40, Payload: 64, Warmup: 50 * time.Millisecond, Window: 150 * time.Millisecond})
			if got.Failed != "" || got.Deliveries.Delivered == 0 {
				t.Errorf("%d deliveries, failed: %s", got.Deliveries.Delivered, got.Failed)
			}
			if n := way.used.Load(); n < 2 {
				t.Errorf("the last address is number %d, and 20 clients need three", n)
			}
		})
	}
}
