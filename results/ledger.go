package results

// Ledger is every byte on the wire, by kind, as seen by the clients.
type Ledger struct {
	In              Bytes `json:"in"`                               // server to client
	Out             Bytes `json:"out"`                              // client to server
	SegmentsIn      int64 `json:"segments_in"`                      // TCP segments, server to client
	SegmentsOut     int64 `json:"segments_out"`                     // TCP segments, client to server
	Decoded         Bytes `json:"decoded,omitzero"`                 // what the compressed content from the server is when it is decompressed, by kind; apart, in no sum
	Retransmitted   int64 `json:"retransmitted_bytes"`              // client to server; apart, in no sum
	RetransmittedIn int64 `json:"retransmitted_in_bytes,omitempty"` // server to client; apart, in no sum. The server's kernel tells, over a path between network namespaces
}

// Balance compares the ledger of the whole trial, from the first connect to
// the last byte before the close, with the kernel's counters of the sockets.
type Balance struct {
	Connections int64 `json:"connections"`      // sockets compared
	LedgerIn    int64 `json:"ledger_in_bytes"`  // sum over kinds without TCPIP
	SocketIn    int64 `json:"socket_in_bytes"`  // TCP_INFO bytes_received
	LedgerOut   int64 `json:"ledger_out_bytes"` // sum over kinds without TCPIP
	SocketOut   int64 `json:"socket_out_bytes"` // TCP_INFO bytes_sent less bytes_retrans
}

// Total is the bytes of both directions. Retransmitted ones are not in it.
func (l Ledger) Total() int64 { return l.In.Total() + l.Out.Total() }

// Payload is the payload of both directions, that in compressed content by its
// size before it was compressed.
func (l Ledger) Payload() int64 { return l.In[Payload] + l.Out[Payload] + l.Decoded[Payload] }

// Compressed is the bytes of compressed content in both directions.
func (l Ledger) Compressed() int64 { return l.In[Compressed] + l.Out[Compressed] }
