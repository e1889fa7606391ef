//go:build linux

// Package capture accounts for the packets of one network interface by TCP
// connection.
//
// It is the judge of the load generator's ledger, so it shares nothing with
// it: the packets are the kernel's copies (packet(7)), each with the kernel's
// time stamp, and what a packet means is read from its bytes alone.
package capture

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// A Capture is under way from Start until Stop.
type Capture struct {
	iface  string
	socket *socket
	store  packetStore
	lost   int64 // packets for which the store had no room
	err    error // the socket's first
	stop   chan struct{}
	reader sync.WaitGroup
}

// A Trace is what a capture has seen. It is complete when Dropped and Malformed
// are zero; its packets are the network's own when Merged is zero. Its methods,
// and those of its flows, change nothing: they may be called concurrently.
type Trace struct {
	// Packets are those of TCP over IPv4 and IPv6, in the order in which the
	// kernel handed them over. Where two processors did so at once, the time
	// stamps of two packets may be microseconds the other way round.
	Packets []Packet

	// Dropped packets passed and are lost: the socket's queue was full
	// (PACKET_STATISTICS), or 1 GiB had been kept already. Packets of any
	// protocol are among them.
	Dropped int64

	// Malformed packets are IP and could not be read: truncated, fragments
	// of TCP, inconsistent lengths, or without a time stamp.
	Malformed int64

	// Merged packets of Packets were several segments in one when they
	// passed, because an interface offloads segmentation (TSO, GSO, GRO).
	// They count as one segment with one header each. A kernel that does not
	// know TP_STATUS_GSO_TCP does not tell; a packet above the MTU does.
	Merged int64
}

// Start captures every TCP packet over IPv4 and IPv6 that passes the interface,
// in either direction, in the network namespace of the calling thread; later
// the thread does not matter. The interface may be of any type and must be up.
// On loopback, which every packet leaves and enters, it is taken as it enters.
//
// Its socket holds 128 MiB of packets that are not read yet, the kernel's own
// memory for each included. Start blocks until the kernel stamps packets, some
// milliseconds if nothing on the machine had asked it to. It needs CAP_NET_RAW
// and CAP_NET_ADMIN, and CAP_SYS_ADMIN to see that. The caller must call Stop.
func Start(iface string) (*Capture, error) {
	s, err := openSocket(iface)
	if err != nil {
		return nil, fmt.Errorf("capture on %s: %w", iface, err)
	}
	c := &Capture{iface: iface, socket: s, stop: make(chan struct{})}
	c.reader.Go(c.read)
	return c, nil
}

// Stop ends the capture and returns what it has seen: all that had passed when
// Stop was called, what the socket held included, and nothing later. An error
// comes with the trace as far as it goes; it is syscall.ENETDOWN when the
// interface was down for a while or has gone. Stop must be called once.
func (c *Capture) Stop() (*Trace, error) {
	err := c.socket.deafen()
	close(c.stop)
	c.reader.Wait()
	c.drain()
	dropped, uncounted := c.socket.dropped()
	t := &Trace{Dropped: dropped + c.lost}
	c.store.each(t.add)
	if err := errors.Join(c.err, err, uncounted, c.socket.close()); err != nil {
		return t, fmt.Errorf("capture on %s: %w", c.iface, err)
	}
	return t, nil
}

// read empties the socket's queue every 10 ms until Stop. That is soon enough
// for it, and more rarely than packets come: to be woken by each would take
// from what is judged the processor that it needs.
func (c *Capture) read() {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-tick.C:
			c.drain()
		}
	}
}

// drain takes what is in the socket's queue. An error of the socket is told
// once by the kernel, before what is queued; the first is kept.
func (c *Capture) drain() {
	for range 2 {
		err := c.socket.receive(c.keep)
		if err == nil {
			return
		}
		if c.err == nil {
			c.err = err
		}
	}
}

// keep puts a packet into the store.
func (c *Capture) keep(packet []byte, at time.Time, merged bool) {
	if !c.store.put(packet, at, merged) {
		c.lost++
	}
}

// add adds a packet, if it is one of TCP. Its payload stays where it is.
func (t *Trace) add(packet []byte, at time.Time, merged bool) {
	p, ok, err := Parse(packet)
	switch {
	case err != nil || ok && at.IsZero():
		t.Malformed++
	case ok:
		p.At = at
		t.Packets = append(t.Packets, p)
		if merged {
			t.Merged++
		}
	}
}
