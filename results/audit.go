package results

// An Audit compares a trial with a packet capture at the clients' end of the
// path: what the ledger says with the packets, and what the generator says of
// latency with the kernel's time stamps.
type Audit struct {
	Connections  int64     `json:"connections"`         // of clients, all of them compared
	Packets      int64     `json:"packets"`             // captured on them
	Dropped      int64     `json:"dropped"`             // that the capture itself lost or could not read: the audit has failed
	In           Side      `json:"in"`                  // server to client
	Out          Side      `json:"out"`                 // client to server
	Deliveries   int64     `json:"deliveries"`          // of scheduled events, by the generator, warm-up included
	Events       int64     `json:"events"`              // of these, what the capture saw, too: all, or 0 where it cannot see them (TLS, compression, base64, or a publisher beside the server)
	Early        int64     `json:"early,omitempty"`     // of the deliveries, those that the generator has as there 100 µs or more before the packet that makes them whole: a finding
	Unattributed int64     `json:"unattributed"`        // captured connections to the server that are neither clients' nor the publisher's nor for the server's own figures: a finding
	Strangers    *int64    `json:"strangers,omitempty"` // what unattributed was called in layout 1: read, never written
	Kernel       Histogram `json:"kernel"`              // their latency by the kernel: the packet that begins the event leaves the publisher until the one that ends it reaches the clients' machine
	Bias         float64   `json:"bias_sec"`            // mean over Events of the generator's latency less the kernel's: the generator's own error, BiasSend + BiasRead
	BiasP99      float64   `json:"bias_p99_sec"`        // the same, 99th percentile
	BiasSend     float64   `json:"bias_send_sec"`       // mean of what lies before: due until the event's first packet leaves
	BiasRead     float64   `json:"bias_read_sec"`       // mean of what lies behind: its last packet is there until the latency ends
}

// Explained reports whether nothing is left to explain.
func (a *Audit) Explained() bool {
	return a.Dropped == 0 && a.Unattributed == 0 && a.Early == 0 && a.In.Unexplained == 0 && a.Out.Unexplained == 0
}

// A Side is one direction of an audit, in bytes of IP packets, all
// connections together. When nothing is unexplained, Captured = Ledger + Retransmitted + Options.
type Side struct {
	Captured      int64 `json:"captured_bytes"`      // before the sockets' counters were read for the last time
	Segments      int64 `json:"segments"`            // packets of these
	Ledger        int64 `json:"ledger_bytes"`        // payload to TCP/IP headers, the whole trial
	Retransmitted int64 `json:"retransmitted_bytes"` // data that an earlier packet had
	Options       int64 `json:"options_bytes"`       // selective acknowledgments (RFC 2018), and those of a SYN that was retransmitted, read from the packets: no counter of a socket tells
	Unexplained   int64 `json:"unexplained_bytes"`   // data, segments and headers that differ, without their signs: anything but 0 is a finding
	Ending        int64 `json:"ending_bytes"`        // captured afterwards, in no ledger: closing frames, FIN and the last acknowledgments
	Endings       int64 `json:"ending_segments"`     // packets of these
}
