package loadgen

import (
	pathlink "pushbench/scenarios/link"

	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pushbench/lab/path"
	"pushbench/loadgen/clock"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// A deafener is a Dialer whose connections can be made deaf.
type deafener struct {
	mu    sync.Mutex
	conns []net.Conn // in the order of clients
}

func (d *deafener) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := direct.DialContext(ctx, network, address)
	if err == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.conns = append(d.conns, c)
	}
	return c, err
}

// deafen has the kernel drop whatever comes to a client from now on, before
// TCP sees it (SO_ATTACH_FILTER, socket(7)): nothing is received and nothing
// acknowledged, and neither side is told.
func (d *deafener) deafen(client int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	raw, err := d.conns[client].(*net.TCPConn).SyscallConn()
	if err != nil {
		return err
	}
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	failed := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop[0]})
	})
	if failed != nil {
		return failed
	}
	return err
}

// filtering skips the test where this user may not attach a packet filter to a
// socket.
func filtering(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	if failed := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop[0]})
	}); failed != nil {
		t.Fatal(failed)
	}
	if errors.Is(err, unix.EPERM) && os.Getenv("PUSHBENCH_REQUIRE") != "all" {
		t.Skipf("no client becomes deaf: this user may not attach a packet filter to a socket: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// One client to which nothing comes any more, though its connection stands:
// the trial waits for it in vain and says how much is missing, and the others
// have all.
func TestHalfOpenClient(t *testing.T) {
	t.Parallel()
	filtering(t)
	eachTransport(t, func(t *testing.T, name string) {
		way, seen := &deafener{}, newWitness()
		target := serve(t, servers.Options{WriteTimeout: 2 * time.Second})
		target.Clients, target.Publisher = way, direct
		o := Options{
			Target: target, Variant: variant(t, name), Clients: 4, Rate: 100, Payload: 100,
			Window: 600 * time.Millisecond, Trace: seen,
			Acts: []Act{{At: 200 * time.Millisecond, Do: func() error { return way.deafen(1) }}},
		}
		got := trial(t, o)
		want := fmt.Sprintf("%d of the deliveries are missing", got.Deliveries.Missed)
		if !strings.HasPrefix(got.Failed, want) || got.Deliveries.Missed == 0 {
			t.Errorf("failed with %q, %+v", got.Failed, got.Deliveries)
		}
		seen.compare(t, o, got)
		for client := range o.Clients {
			if all := int(got.Deliveries.Offered); client != 1 && seen.clients[client] != all {
				t.Errorf("client %d received %d of %d events", client, seen.clients[client], all)
			}
		}
	})
}

// A path that is cut ends the trial by its own timeouts, says what is missing,
// and the server lets go of the clients that it cannot reach.
func TestCutPath(t *testing.T) {
	if err := path.Possible(); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatalf("no path is cut: %v", err)
		}
		t.Skipf("no path is cut: %v", err)
	}
	t.Parallel()
	eachTransport(t, func(t *testing.T, name string) {
		p, err := path.Open(pathlink.Link{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		s := serveBehind(t, p, servers.Options{WriteTimeout: 2 * time.Second, Heartbeat: 100 * time.Millisecond})
		seen := newWitness()
		o := Options{
			Target:  Target{HTTP: s.Ready().HTTP, TCP: s.Ready().TCP, Clients: p.Client(), Publisher: p.Server()},
			Variant: variant(t, name), Clients: 4, Rate: 100, Payload: 100,
			Window: 600 * time.Millisecond, Trace: seen,
			Acts: []Act{{At: 200 * time.Millisecond, Do: p.Cut}},
		}
		got := trial(t, o)
		want := fmt.Sprintf("%d of the deliveries are missing", got.Deliveries.Missed)
		if !strings.HasPrefix(got.Failed, want) || got.Deliveries.Missed == 0 {
			t.Errorf("failed with %q, %+v", got.Failed, got.Deliveries)
		}
		seen.compare(t, o, got)
		awaitNobody(t, s, o.Variant.Transport)
	})
}

// serveBehind runs a server at the far end of p until the test ends.
func serveBehind(t *testing.T, p *path.Path, o servers.Options) (s *servers.Server) {
	t.Helper()
	o.Addr = netip.AddrPortFrom(p.Server().Addr(), 0).String()
	o.TCPAddr = o.Addr
	err := p.Server().Do(func() (err error) {
		s, err = servers.Listen(o)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("server: %v", err)
		}
	})
	return s
}

// awaitNobody waits until the server has neither subscriber nor connection. Of
// one that asks, it expects nothing while it is not asked, so that silence is
// no sign that the client is gone.
func awaitNobody(t *testing.T, s *servers.Server, tr wire.Transport) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		stats, err := s.Stats()
		if err != nil {
			t.Fatal(err)
		}
		if stats.Subscribers[tr] == 0 && (stats.Connections == 0 || tr == wire.Polling || tr == wire.LongPoll) {
			return
		}
		if clock.WaitUntil(ctx, clock.Now()+int64(time.Millisecond)) != nil {
			t.Fatalf("the server still has %d connections, subscribers %v", stats.Connections, stats.Subscribers)
		}
	}
}
