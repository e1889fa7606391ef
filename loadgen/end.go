package loadgen

import (
	"pushbench/loadgen/account"
	"pushbench/results"
)

// An end is a client's end of a connection or of a stream in one: what has been
// booked on it, and when the last of it came. It belongs to the goroutine that
// has the client.
type end struct {
	last    account.Arrival // what is known of the last read
	in, out results.Bytes   // the ledger of what was written and read, TLS apart
	decoded results.Bytes   // what compressed content of in was when it was decompressed
}

// sent and received book n bytes of plaintext under kind k, once it is known.
func (e *end) sent(k results.Kind, n int)     { e.out[k] += int64(n) }
func (e *end) received(k results.Kind, n int) { e.in[k] += int64(n) }

// end is where c books.
func (c *client) end() *end {
	if c.own != nil {
		return c.own
	}
	return &c.conn.end
}
