//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRoundTrip is a ping-pong of 64 bytes between two goroutines of
// this process, after which the wait for the next one starts anew. What the
// link asks for is taken off: excess-ns/op is what the tunnel adds.
func BenchmarkRoundTrip(b *testing.B) {
	for name, l := range map[string]link.Link{"veth": {}, "tunnel": {Rate: 1 << 40}, "10ms": {Delay: 10 * time.Millisecond}} {
		b.Run(name, func(b *testing.B) {
			p := open(b, l)
			c := connect(b, p, echo(b, p))
			buf := make([]byte, 64)
			for b.Loop() {
				if _, err := c.Write(buf); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(c, buf); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)-float64(2*l.Delay), "excess-ns/op")
			s, err := p.Stats()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(s.ToServer.LateMean), "late-mean-ns")
			b.ReportMetric(float64(s.ToServer.LateMax), "late-max-ns")
		})
	}
}

// BenchmarkPackets sends UDP datagrams of 64 bytes through a tunnel as fast
// as one goroutine can.
func BenchmarkPackets(b *testing.B) {
	p := open(b, link.Link{Rate: 1 << 40})
	var c net.Conn
	err := p.Client().Do(func() (err error) {
		c, err = net.Dial("udp", net.JoinHostPort(p.Server().Addr().String(), "9"))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	buf := make([]byte, 64)
	for b.Loop() {
		_, _ = c.Write(buf) // nobody listens, and the refusals that come back are errors of writes
	}
	var s Stats
	for done := false; !done; {
		if s, err = p.Stats(); err != nil {
			b.Fatal(err)
		}
		d := s.ToServer
		done = d.Packets == d.Delivered && d.Packets+d.Overrun >= int64(b.N)/2
	}
	b.ReportMetric(float64(s.ToServer.Delivered)/b.Elapsed().Seconds(), "packets/s")
	b.ReportMetric(float64(s.ToServer.Overrun)/float64(b.N), "overrun/op")
}

// BenchmarkTransfer is a bulk transfer over TCP.
func BenchmarkTransfer(b *testing.B) {
	for name, l := range map[string]link.Link{"veth": {}, "tunnel": {Rate: 1 << 40}} {
		b.Run(name, func(b *testing.B) {
			p := open(b, l)
			c := connect(b, p, sink(b, p))
			buf := make([]byte, 64<<10)
			b.SetBytes(int64(len(buf)))
			for b.Loop() {
				if _, err := c.Write(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDial compares a connection from a namespace with one that needs no
// change of it.
func BenchmarkDial(b *testing.B) {
	p := open(b, link.Link{})
	addr := echo(b, p)
	dial := func(b *testing.B, d func() (net.Conn, error)) {
		for b.Loop() {
			c, err := d()
			if err != nil {
				b.Fatal(err)
			}
			if err := c.(*net.TCPConn).SetLinger(0); err != nil { // no TIME_WAIT
				b.Fatal(err)
			}
			_ = c.Close()
		}
	}
	b.Run("namespace", func(b *testing.B) {
		dial(b, func() (net.Conn, error) { return p.Client().DialContext(b.Context(), "tcp", addr) })
	})
	b.Run("inside", func(b *testing.B) {
		d := net.Dialer{KeepAlive: -1, Control: func(string, string, syscall.RawConn) error { return nil }}
		err := p.Client().Do(func() error {
			dial(b, func() (net.Conn, error) { return d.DialContext(b.Context(), "tcp", addr) })
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}
