//go:build linux

package path

import (
	"pushbench/scenarios/link"
	"strings"

	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// kinds is a Link of each kind, without a condition that would be felt.
var kinds = map[string]link.Link{"veth": {}, "tunnel": {Delay: 1}}

func TestEcho(t *testing.T) {
	for name, l := range kinds {
		t.Run(name, func(t *testing.T) {
			p := open(t, l)
			c := connect(t, p, echo(t, p))
			exchange(t, c, 100_000)
			if a := c.LocalAddr().(*net.TCPAddr).AddrPort().Addr(); a != p.Client().Addr() {
				t.Errorf("connected from %v, want %v", a, p.Client().Addr())
			}
			s, err := p.Stats()
			if err != nil {
				t.Fatal(err)
			}
			for name, d := range map[string]Direction{"to server": s.ToServer, "to client": s.ToClient} {
				if d.Packets < 68 || d.Bytes < 100_000+68*40 || d.Bytes > 100_000*2 || d.Delivered > d.Packets || d.DeliveredBytes > d.Bytes {
					t.Errorf("%s: %+v is not a transfer of 100 kB", name, d)
				}
				if d.Lost+d.Dropped+d.Cut+d.Refused+d.Overrun != 0 {
					t.Errorf("%s: %+v, want nothing lost", name, d)
				}
			}
		})
	}
}

// exchange sends n random bytes and expects them back.
func exchange(t *testing.T, c net.Conn, n int) {
	t.Helper()
	sent, got := make([]byte, n), make([]byte, n)
	_, _ = rand.Read(sent)
	wrote := make(chan error, 1)
	go func() {
		_, err := c.Write(sent)
		wrote <- err
	}()
	_, errRead := io.ReadFull(c, got)
	if errRead != nil {
		_ = c.Close() // ends the write
	}
	if err := errors.Join(errRead, <-wrote); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(sent, got) {
		t.Fatal("other bytes came back")
	}
}

func TestDelay(t *testing.T) {
	p := open(t, link.Link{Delay: 20 * time.Millisecond})
	addr := echo(t, p)
	began := time.Now()
	c := connect(t, p, addr)
	if took := time.Since(began); took < 40*time.Millisecond {
		t.Errorf("connect took %v: the handshake was not delayed", took)
	}
	began = time.Now()
	exchange(t, c, 1)
	if took := time.Since(began); took < 40*time.Millisecond {
		t.Errorf("a round trip took %v, want at least twice the delay", took)
	}
	s, err := p.Stats()
	if err != nil {
		t.Fatal(err)
	}
	if d := s.ToServer; d.LateMean <= 0 || d.LateMax < d.LateMean {
		t.Errorf("departures were late by %v in the mean, %v at most", d.LateMean, d.LateMax)
	}
}

func TestLossIsMadeUpForByTCP(t *testing.T) {
	p := open(t, link.Link{Loss: 0.2, Seed: 1})
	got := make(chan []byte, 1)
	addr := serve(t, p, func(c net.Conn) {
		b, _ := io.ReadAll(c)
		got <- b
	})
	sent := make([]byte, 1_000_000)
	_, _ = rand.Read(sent)
	c := connect(t, p, addr)
	if _, err := c.Write(sent); err != nil {
		t.Fatal(err)
	}
	if err := c.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(sent, <-got) {
		t.Error("other bytes arrived")
	}
	s, err := p.Stats()
	if err != nil {
		t.Fatal(err)
	}
	if s.ToServer.Lost == 0 || s.ToClient.Lost == 0 {
		t.Errorf("%+v, want losses both ways", s)
	}
}

// The kernel tells what each end has sent again.
func TestRetransmitted(t *testing.T) {
	p := open(t, link.Link{Loss: 0.2, Seed: 1})
	const size = 1_000_000
	c := connect(t, p, serve(t, p, func(c net.Conn) {
		if _, err := io.CopyN(io.Discard, c, size); err == nil {
			_, _ = c.Write([]byte("."))
			_, _ = c.Read(make([]byte, 1)) // until the client closes
		}
	}))
	if _, err := c.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		fact     string
		from, to *Namespace
		most     int64
		some     bool
	}{
		{"a fifth of a megabyte was lost and sent again", p.Client(), p.Server(), 3 * size, true},
		{"of the other end's only byte hardly any", p.Server(), p.Client(), 100, false},
		{"nothing is connected to itself", p.Client(), p.Client(), 0, false},
	} {
		if again, err := test.from.Retransmitted(test.to); err != nil || again > test.most || test.some && again < size/10 {
			t.Errorf("%s: %d bytes, %v", test.fact, again, err)
		}
	}
}

func TestLossMeetsTheSamePackets(t *testing.T) {
	run := func() []byte { return survivors(t, open(t, link.Link{Loss: 0.3, Seed: 9}), 200) }
	first, second := run(), run()
	if !slices.Equal(first, second) {
		t.Errorf("datagrams %v arrived, then %v", first, second)
	}
	if n := len(first); n < 100 || n > 180 {
		t.Errorf("%d of 200 datagrams arrived, want about 140", n)
	}
}

// survivors sends n numbered datagrams and returns those that arrive.
func survivors(t *testing.T, p *Path, n int) (numbers []byte) {
	t.Helper()
	var in net.PacketConn
	if err := p.Server().Do(func() (err error) { in, err = net.ListenPacket("udp", p.Server().Addr().String()+":0"); return err }); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := in.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for range burst(t, p, in.LocalAddr().String(), n).Delivered {
		var b [1]byte
		if _, _, err := in.ReadFrom(b[:]); err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, b[0])
	}
	return numbers
}

// burst sends n numbered datagrams at once and returns what became of them
// when all have met their fate.
func burst(t *testing.T, p *Path, addr string, n int) (d Direction) {
	t.Helper()
	var out net.Conn
	if err := p.Client().Do(func() (err error) { out, err = net.Dial("udp", addr); return err }); err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for i := range n {
		if _, err := out.Write([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for d.Packets+d.Overrun < int64(n) || d.Delivered+d.Lost+d.Dropped < d.Packets {
		s, err := p.Stats()
		if err != nil {
			t.Fatal(err)
		}
		d = s.ToServer
	}
	return d
}

func TestABurstReachesTheLink(t *testing.T) {
	const n = 3000
	for _, tt := range []struct {
		name          string
		link          link.Link
		least, atMost int64 // dropped
	}{
		{"a delay line takes it whole", link.Link{Delay: 20 * time.Millisecond}, 0, 0},
		{"a queue takes as many as it holds", link.Link{Rate: 10_000, Queue: 10}, n / 2, n - 11},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := open(t, tt.link)
			var in net.PacketConn // its buffer may be too small; the link's concern is only that it is there
			if err := p.Server().Do(func() (err error) { in, err = net.ListenPacket("udp", p.Server().Addr().String()+":0"); return err }); err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			d := burst(t, p, in.LocalAddr().String(), n)
			if d.Overrun != 0 || d.Packets != n || d.Dropped < tt.least || d.Dropped > tt.atMost {
				t.Errorf("%+v, want %d packets and %d to %d dropped", d, n, tt.least, tt.atMost)
			}
		})
	}
}

func TestRate(t *testing.T) {
	const n, rate = 100_000, 1_000_000
	p := open(t, link.Link{Rate: rate})
	c := connect(t, p, echo(t, p))
	began := time.Now()
	exchange(t, c, n)
	if took := time.Since(began); took < n*time.Second/rate {
		t.Errorf("%d bytes there and back took %v at %d bytes a second", n, took, rate)
	}
}

func TestAFullQueueDropsAndCounts(t *testing.T) {
	p := open(t, link.Link{Rate: 100_000, Queue: 2, Delay: time.Millisecond})
	c := connect(t, p, echo(t, p))
	exchange(t, c, 50_000)
	s, err := p.Stats()
	if err != nil {
		t.Fatal(err)
	}
	if s.ToServer.Dropped == 0 {
		t.Errorf("%+v, want drops: ten segments at once do not fit a queue of two", s.ToServer)
	}
}

func TestCut(t *testing.T) {
	for name, l := range kinds {
		t.Run(name, func(t *testing.T) {
			p := open(t, l)
			c := connect(t, p, echo(t, p))
			exchange(t, c, 1000)
			if err := p.Cut(); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Write([]byte("anybody?")); err != nil {
				t.Errorf("a write after the cut: %v, want it to be taken", err)
			}
			// Longer than the first retransmission takes.
			if err := c.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("a read after the cut: %v, want nobody to tell", err)
			}
			if i := tcpInfo(t, c); i.Unacked == 0 || i.State != 1 {
				t.Errorf("%d segments unacknowledged in state %d, want some on an established connection", i.Unacked, i.State)
			}
			s, err := p.Stats()
			if err != nil {
				t.Fatal(err)
			}
			if d := s.ToServer; d.Cut == 0 || d.Packets != d.Delivered+d.Cut {
				t.Errorf("%+v, want what was sent after the cut counted", d)
			}
		})
	}
}

func TestCutLosesWhatIsOnItsWay(t *testing.T) {
	p := open(t, link.Link{Delay: 50 * time.Millisecond})
	c := connect(t, p, echo(t, p))
	if _, err := c.Write([]byte("on its way")); err != nil {
		t.Fatal(err)
	}
	if err := p.Cut(); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(150 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%v, want no echo", err)
	}
}

func tcpInfo(t *testing.T, c *net.TCPConn) (info *unix.TCPInfo) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if errControl := raw.Control(func(fd uintptr) {
		info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	}); errControl != nil || err != nil {
		t.Fatal(errControl, err)
	}
	return info
}

func TestOpenTakesNoImpossibleLink(t *testing.T) {
	if _, err := Open(link.Link{Loss: 1}); err == nil || !strings.Contains(err.Error(), "loss 1 is not a share") {
		t.Errorf("error %v", err)
	}
}
