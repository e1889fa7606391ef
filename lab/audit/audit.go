//go:build linux

// Package audit compares a trial with a packet capture of it.
package audit

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"sync"
	"time"

	"pushbench/lab/capture"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Recorder keeps what the load generator saw of a trial; it is the
// loadgen.Tracer of it. The zero value is ready. It holds some 60 bytes for
// each reception.
type Recorder struct {
	mu          sync.Mutex
	receptions  []reception
	connections []connection
}

type reception struct {
	client  int
	seq     uint64
	due, at time.Time
}

// connection is what the generator says of one client's.
type connection struct {
	client   int
	local    netip.AddrPort
	remote   netip.AddrPort
	ledger   results.Ledger
	from, to time.Time // between them its socket's counters were read
}

// Received implements loadgen.Tracer.
func (r *Recorder) Received(client int, seq uint64, due, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.receptions = append(r.receptions, reception{client, seq, due, at})
}

// Counted implements loadgen.Tracer.
func (r *Recorder) Counted(client int, local, remote netip.AddrPort, whole results.Ledger, from, to time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.connections = append(r.connections, connection{client, local, remote, whole, from, to})
}

// Compare compares what r saw with what the capture at the clients' end of the
// path saw of connections to server. The trial, whose load is given, must be
// over. Retained events have no due time and are in no latency.
func (r *Recorder) Compare(trace *capture.Trace, server netip.Addr, load results.Workload) *results.Audit {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := &results.Audit{Connections: int64(len(r.connections)), Dropped: trace.Dropped + trace.Malformed + trace.Merged}
	flows := trace.Flows(netip.AddrPortFrom(server, 0))
	clients := map[int]*capture.Flow{}
	for _, c := range r.connections {
		i := slices.IndexFunc(flows, func(f *capture.Flow) bool { return f.Client == c.local && f.Server == c.remote })
		f := &capture.Flow{} // none: all of its ledger is unexplained
		if i >= 0 {
			f = flows[i]
			flows = slices.Delete(flows, i, i+1)
		}
		clients[c.client] = f
		a.Packets += int64(len(f.In) + len(f.Out))
		side(&a.In, f, true, c)
		side(&a.Out, f, false, c)
	}
	for _, f := range flows {
		if !known(f) {
			a.Unattributed++
		}
	}
	r.latency(a, flows, clients, load)
	return a
}

// known reports whether a connection that is no client's is the publisher's or
// the one on which the server's own figures are read. Of TLS only the server
// can tell.
func known(f *capture.Flow) bool {
	for _, p := range f.Out {
		if len(p.Payload) == 0 {
			continue
		}
		const handshake = 22 // of a TLS record (RFC 8446 section 5.1)
		return p.Payload[0] == handshake || bytes.HasPrefix(p.Payload, []byte("POST "+wire.RoutePublish)) || bytes.HasPrefix(p.Payload, []byte("GET "+wire.RouteStats))
	}
	return false
}

// soon is how much earlier than by the capture a delivery may be there by the generator, whose
// clock runs beside the wall clock.
const soon = 100 * time.Microsecond

// latency fills what the kernel says of the events. others are the flows that
// are no client's: the publisher's are among them.
func (r *Recorder) latency(a *results.Audit, others []*capture.Flow, clients map[int]*capture.Flow, load results.Workload) {
	left := map[uint64]time.Time{}
	for _, f := range others {
		for _, s := range f.Events(false, load.Payload, wire.Filler(load.Filler)) {
			left[s.Seq] = s.Began
		}
	}
	type pair struct {
		client int
		seq    uint64
	}
	came := map[pair]time.Time{}
	for client, f := range clients {
		for _, s := range f.Events(true, load.Payload, wire.Filler(load.Filler)) {
			came[pair{client, s.Seq}] = s.At
		}
	}
	var errors []time.Duration
	var send, read time.Duration
	for _, r := range r.receptions {
		if r.seq < uint64(load.Retained*load.Topics) {
			continue
		}
		a.Deliveries++
		sent, published := left[r.seq]
		got, delivered := came[pair{r.client, r.seq}]
		if delivered && got.Sub(r.at) >= soon {
			a.Early++
		}
		// What is not seen, or came before it was sent, is missing in Events.
		if !published || !delivered || a.Kernel.Record(got.Sub(sent)) != nil {
			continue
		}
		before, behind := sent.Sub(r.due), r.at.Sub(got)
		send, read = send+before, read+behind
		errors = append(errors, before+behind)
	}
	n := len(errors)
	if n == 0 {
		return
	}
	slices.SortFunc(errors, cmp.Compare)
	a.Events = int64(n)
	a.BiasSend, a.BiasRead = send.Seconds()/float64(n), read.Seconds()/float64(n)
	a.Bias = a.BiasSend + a.BiasRead
	a.BiasP99 = errors[(99*n+99)/100-1].Seconds() // of rank 0.99 n, rounded up
	a.Kernel.Pack()
}
