//go:build linux

package capture

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"
)

// What a capture at the client's end counts is what the client's kernel
// counted, to the byte and the segment, on every kind of interface. These are
// the facts about TCP_INFO that it establishes:
//
//   - segs_out has every segment that left: SYN, FIN and bare ACKs, too
//   - segs_in has every segment that came: SYN-ACK, FIN and bare ACKs, too
//   - bytes_sent has data only: neither SYN nor FIN
//   - bytes_received has data, and one more for the FIN, but none for the SYN
//   - bytes_acked has data, and one more each for SYN and FIN
//   - none has what happens in TIME_WAIT: a FIN that comes again, and its answer
func TestCaptureAgreesWithTheKernel(t *testing.T) {
	needRoot(t)
	lo := func(t *testing.T, _, _ *namespace) {}
	for _, c := range []struct {
		about string
		link  func(t *testing.T, a, b *namespace)
		iface string
		alone bool // client and server in one namespace
		plain bool // segments are not merged
		from  string
		to    string
	}{
		{"loopback", lo, "lo", true, true, "", "127.0.0.1"},
		{"loopback over IPv6", lo, "lo", true, true, "", "::1"},
		{"veth", veth, "end", false, true, "192.0.2.2/24", "192.0.2.1"},
		{"veth over IPv6", veth, "end", false, true, "2001:db8::2/64", "2001:db8::1"},
		{"veth that merges segments", veth, "end", false, false, "192.0.2.2/24", "192.0.2.1"},
		{"TUN", tun, "end", false, true, "192.0.2.2/24", "192.0.2.1"},
		{"TUN over IPv6", tun, "end", false, true, "2001:db8::2/64", "2001:db8::1"},
	} {
		t.Run(c.about, func(t *testing.T) {
			here := newNamespace(t)
			there := here
			if !c.alone {
				there = newNamespace(t)
				c.link(t, here, there)
				_, bits, _ := strings.Cut(c.from, "/")
				there.do(t, func() error { return up(c.iface, c.to+"/"+bits, c.plain) })
			}
			here.do(t, func() error { return up(c.iface, c.from, c.plain) })
			d := newDialogue(t, there, c.to)

			var capture *Capture
			here.do(t, func() (err error) {
				capture, err = Start(c.iface)
				return err
			})
			began := time.Now().Round(0)
			info := d.hold(t, here)
			ended := time.Now().Round(0)
			trace, err := capture.Stop()
			if err != nil {
				t.Fatal(err)
			}

			if trace.Dropped != 0 || trace.Malformed != 0 {
				t.Fatalf("%d dropped, %d malformed", trace.Dropped, trace.Malformed)
			}
			if merged := trace.Merged > 0; merged == c.plain {
				t.Fatalf("%d of %d packets are merged", trace.Merged, len(trace.Packets))
			}
			flows := trace.Flows(d.address)
			if len(flows) != 1 || flows[0].Client != d.client || flows[0].Server != d.address {
				t.Fatalf("%d flows, want one of %v to %v: %+v", len(flows), d.client, d.address, flows)
			}
			f := flows[0]
			for _, p := range append(f.In, f.Out...) {
				if p.At.Before(began) || p.At.After(ended) {
					t.Errorf("a packet of %v, not between %v and %v", p.At, began, ended)
				}
			}
			out, in := f.Count(false, time.Time{}), f.Count(true, time.Time{})
			alive := beforeTimeWait(t, f)
			facts := []struct {
				about     string
				got, want int64
			}{
				{"bytes_sent, data", out.Data + out.Repeated, int64(info.Bytes_sent)},
				{"what the client wrote", out.Data, upward},
				{"bytes_received, data and FIN", in.Data + 1, int64(info.Bytes_received)},
				{"what the server wrote", in.Data, int64(len(d.downward))},
				{"bytes_acked, data, SYN and FIN", out.Data + 2, int64(info.Bytes_acked)},
				{"bytes_retrans", out.Repeated, int64(info.Bytes_retrans)},
			}
			if c.plain {
				facts = append(facts, []struct {
					about     string
					got, want int64
				}{{"segs_out", alive.out.Segments, int64(info.Segs_out)}, {"segs_in", alive.in.Segments, int64(info.Segs_in)}}...)
			}
			if out.Syn == 0 || in.Syn == 0 || out.Fin == 0 || in.Fin == 0 {
				t.Errorf("SYN or FIN are not there: %+v, %+v", out, in)
			}
			for _, fact := range facts {
				if fact.got != fact.want {
					t.Errorf("%s: %d, want %d", fact.about, fact.got, fact.want)
				}
			}
			events := f.Events(true, eventSize, wire.Pangram)
			if len(events) != eventCount {
				t.Fatalf("%d events, want %d", len(events), eventCount)
			}
			for i, e := range events {
				if e.Seq != uint64(i) || e.At.Before(began) || e.At.After(ended) {
					t.Errorf("event %d is number %d at %v, not between %v and %v", i, e.Seq, e.At, began, ended)
				}
			}
		})
	}
}

// beforeTimeWait counts what passed while the client had its socket. Having
// ended its own side before, it is in TIME_WAIT when it has answered the
// server's FIN. That is when all before the FIN is there, too: a FIN may overtake
// data, since the kernel handles packets on several CPUs.
func beforeTimeWait(t *testing.T, f *Flow) (alive struct{ in, out Count }) {
	i := slices.IndexFunc(f.In, func(p Packet) bool { return p.Flags&FIN != 0 })
	if i < 0 {
		t.Fatal("the server's FIN is not there")
	}
	end := f.In[i].Seq + uint32(len(f.In[i].Payload)) + 1
	o := slices.IndexFunc(f.Out, func(p Packet) bool { return p.Flags&SYN == 0 && p.Ack == end })
	if o < 0 {
		t.Fatal("the server's FIN is not acknowledged")
	}
	alive.in = f.Count(true, f.Out[o].At)
	alive.out = f.Count(false, f.Out[o].At)
	return alive
}
