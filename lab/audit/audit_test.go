//go:build linux

package audit

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/lab/capture"
	"pushbench/results"
	"pushbench/servers/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	start     = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	server    = netip.MustParseAddrPort("10.0.0.2:80")
	client    = netip.MustParseAddrPort("10.0.0.1:4000")
	publisher = netip.MustParseAddrPort("10.0.0.1:4001")
)

const (
	size = 40 // bytes of an event
	usIP = 52 // bytes of the headers of a segment
)

// after is so many microseconds from the start.
func after(us int) time.Time { return start.Add(time.Duration(us) * time.Microsecond) }

func packet(us int, from, to netip.AddrPort, seq uint32, flags capture.Flags, data string) capture.Packet {
	header := usIP
	if flags&capture.SYN != 0 {
		header += synExtra
	}
	return capture.Packet{At: after(us), Source: from, Dest: to, Seq: seq, Flags: flags, Header: header, Length: header + len(data), Payload: []byte(data)}
}

const post = "POST /publish?topic=t0 HTTP/1.1\r\n\r\n"

// conversation is a client that asks with 10 bytes and is sent two events, of
// which the second is captured twice, and its end.
func conversation() []capture.Packet {
	event := func(n uint64) string { return string(wire.AppendPayload(nil, n, size)) }
	return []capture.Packet{
		packet(0, client, server, 99, capture.SYN, ""),
		packet(10, server, client, 499, capture.SYN|capture.ACK, ""),
		packet(20, client, server, 100, capture.ACK, "0123456789"),
		packet(25, publisher, server, 700-uint32(len(post)), capture.ACK, post),
		packet(30, publisher, server, 700, capture.ACK, event(0)),
		packet(130, server, client, 500, capture.ACK, event(0)),
		packet(140, client, server, 110, capture.ACK, ""),
		packet(1030, publisher, server, 700+size, capture.ACK, event(1)),
		packet(1230, server, client, 500+size, capture.ACK, event(1)),
		packet(1240, server, client, 500+size, capture.ACK, event(1)),
		packet(1250, client, server, 110, capture.ACK, ""),
		packet(3000, client, server, 110, capture.FIN|capture.ACK, ""),
		packet(3010, server, client, 500+2*size, capture.FIN|capture.ACK, ""),
	}
}

// whole is the ledger of the conversation before its end.
func whole() results.Ledger {
	return results.Ledger{
		In:         results.Bytes{results.Payload: 2 * size, results.TCPIP: 4*usIP + synExtra},
		Out:        results.Bytes{results.Head: 10, results.TCPIP: 4*usIP + synExtra},
		SegmentsIn: 4, SegmentsOut: 4,
	}
}

func compare(packets []capture.Packet, ledger results.Ledger, from, to int) *results.Audit {
	w := &Recorder{}
	w.Counted(0, client, server, ledger, after(from), after(to))
	w.Received(0, 0, after(20), after(180))
	w.Received(0, 1, after(1020), after(1300))
	return w.Compare(&capture.Trace{Packets: packets}, server.Addr(), results.Workload{Payload: size})
}

func TestEveryByteIsExplained(t *testing.T) {
	a := compare(conversation(), whole(), 2000, 2010)
	in := results.Side{Captured: 4*usIP + synExtra + 3*size, Segments: 4, Ledger: 4*usIP + synExtra + 2*size, Retransmitted: size, Ending: usIP, Endings: 1}
	out := results.Side{Captured: 4*usIP + synExtra + 10, Segments: 4, Ledger: 4*usIP + synExtra + 10, Ending: usIP, Endings: 1}
	if a.In != in || a.Out != out || !a.Explained() || a.Connections != 1 || a.Packets != 10 {
		t.Errorf("in %+v\nout %+v", a.In, a.Out)
	}
}

// A SYN that is lost and sent again has its options again, and the ledger has them once.
func TestRetransmittedSyn(t *testing.T) {
	packets := conversation()
	ledger := whole()
	ledger.SegmentsOut++
	ledger.Out[results.TCPIP] += usIP
	again := packets[0]
	again.At = again.At.Add(time.Microsecond)
	a := compare(append([]capture.Packet{packets[0], again}, packets[1:]...), ledger, 2000, 2010)
	out := a.Out
	if !a.Explained() || out.Options != synExtra || out.Captured != out.Ledger+out.Retransmitted+out.Options {
		t.Errorf("out %+v", out)
	}
}

func TestLatencyByTheKernel(t *testing.T) {
	a := compare(conversation(), whole(), 2000, 2010)
	near := func(got, want float64) bool { return got > want-1e-9 && got < want+1e-9 }
	// 100 and 200 µs by the packets; 10 and 10 before, 50 and 70 behind.
	if a.Events != 2 || !near(a.Kernel.Max(), 200e-6) || !near(a.BiasSend, 10e-6) || !near(a.BiasRead, 60e-6) || !near(a.Bias, 70e-6) || !near(a.BiasP99, 80e-6) {
		t.Errorf("%+v, kernel's maximum %g", a, a.Kernel.Max())
	}
}

func TestWhatIsNotExplained(t *testing.T) {
	for _, test := range []struct {
		fact    string
		change  func(packets []capture.Packet, l *results.Ledger) []capture.Packet
		in, out int64
	}{
		{"a byte that the ledger has and nobody sent", func(p []capture.Packet, l *results.Ledger) []capture.Packet {
			l.In[results.Framing]++
			return p
		}, 1, 0},
		{"a byte that was sent and is not in the ledger", func(p []capture.Packet, l *results.Ledger) []capture.Packet {
			l.Out[results.Head]--
			return p
		}, 0, 1},
		{"an acknowledgment that no counter has", func(p []capture.Packet, l *results.Ledger) []capture.Packet {
			return append(p[:6:6], append([]capture.Packet{packet(150, client, server, 110, capture.ACK, "")}, p[6:]...)...)
		}, 0, usIP},
		{"a segment without the time stamps that all others have", func(p []capture.Packet, l *results.Ledger) []capture.Packet {
			p[2].Header -= 12
			p[2].Length -= 12
			return p
		}, 0, 12},
		{"a connection that was never captured", func(p []capture.Packet, l *results.Ledger) []capture.Packet {
			return nil
		}, 2*size + 4*usIP, 10 + 4*usIP},
	} {
		ledger := whole()
		packets := test.change(conversation(), &ledger)
		a := compare(packets, ledger, 2000, 2010)
		if a.In.Unexplained != test.in || a.Out.Unexplained != test.out || a.Explained() {
			t.Errorf("%s: in %+v\nout %+v", test.fact, a.In, a.Out)
		}
	}
}

// Selective acknowledgments are read from the packets, and are no finding.
func TestSelectiveAcknowledgments(t *testing.T) {
	packets := conversation()
	i := slices.IndexFunc(packets, func(p capture.Packet) bool { return p.At.Equal(after(140)) })
	packets[i].Header, packets[i].Length, packets[i].Sack = usIP+12, usIP+12, 12
	if a := compare(packets, whole(), 2000, 2010); !a.Explained() || a.Out.Options != 12 || a.Out.Captured != a.Out.Ledger+12 {
		t.Errorf("%+v", a.Out)
	}
}

// A connection that the generator did not tell of is a finding, even if all
// others are explained.
func TestUnattributed(t *testing.T) {
	stranger := netip.MustParseAddrPort("10.0.0.1:4002")
	for _, c := range []struct {
		fact, says   string
		unattributed int64
	}{
		{"one that asks for events", "GET /sse?topic=t0 HTTP/1.1\r\n\r\n", 1},
		{"one that says nothing", "", 1},
		{"that of the server's own figures", "GET /stats HTTP/1.1\r\n\r\n", 0},
		{"one that cannot be read", "\x16\x03\x01\x00\x05", 0},
	} {
		a := compare(append(conversation(), packet(1500, stranger, server, 1, capture.ACK, c.says)), whole(), 2000, 2010)
		if a.Unattributed != c.unattributed || a.Explained() != (c.unattributed == 0) {
			t.Errorf("%s: %+v", c.fact, a)
		}
	}
}

// The publisher may have the local port of a client, when the two connections
// go to different ports of the server.
func TestSameLocalPort(t *testing.T) {
	elsewhere := netip.AddrPortFrom(server.Addr(), server.Port()+1)
	publisher := packet(5, client, elsewhere, 1, capture.ACK, "POST /publish?topic=t0 HTTP/1.1\r\n\r\n")
	if a := compare(append([]capture.Packet{publisher}, conversation()...), whole(), 2000, 2010); !a.Explained() {
		t.Errorf("in %+v\nout %+v, %d unattributed", a.In, a.Out, a.Unattributed)
	}
}

// A packet that passes while the counters are read may be counted or not.
func TestPacketsWhileTheCountersAreRead(t *testing.T) {
	late := packet(2005, client, server, 110, capture.ACK, "")
	packets := conversation()
	packets = append(packets[:10:10], append([]capture.Packet{late}, packets[10:]...)...)
	without := whole()
	if a := compare(packets, without, 2000, 2010); !a.Explained() || a.Out.Endings != 2 {
		t.Errorf("it was not counted: %+v", a.Out)
	}
	with := whole()
	with.SegmentsOut++
	with.Out[results.TCPIP] += usIP
	if a := compare(packets, with, 2000, 2010); !a.Explained() || a.Out.Endings != 1 {
		t.Errorf("it was: %+v", a.Out)
	}
}

// What the capture lost or could not read leaves nothing to say.
func TestCaptureThatIsNotWhole(t *testing.T) {
	w := &Recorder{}
	a := w.Compare(&capture.Trace{Dropped: 1, Malformed: 2, Merged: 3}, server.Addr(), results.Workload{})
	if a.Dropped != 6 || a.Explained() {
		t.Errorf("%+v", a)
	}
}

// What the generator has as there is there by the packets, as far as the clocks agree.
func TestEarly(t *testing.T) {
	for at, early := range map[int]int64{1300: 0, 1399: 0, 1400: 1, 1900: 1} { // the client has it at 1300
		packets := conversation()
		packets[8].At, packets[9].At, packets[10].At = after(at), after(at+10), after(at+20)
		if a := compare(packets, whole(), 2000, 2010); a.Early != early || a.Explained() != (early == 0) {
			t.Errorf("the event comes at %d: %+v", at, a)
		}
	}
}
