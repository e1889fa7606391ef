package loadgen

import "pushbench/loadgen/ledger"

// bury closes the connection of c and keeps what passed on it in the books. Until c has
// another one, it has a link on which nothing passes. Called twice, it does nothing.
func (c *client) bury() error {
	if _, none := c.link.(nothing); none {
		return nil
	}
	if c.stream != nil {
		c.stream.flush()
		c.stream = nil
	}
	below, err := c.link.counters()
	if err != nil {
		return errCounters(err)
	}
	c.keep(c.conn.books())
	c.keep(below.Books())
	c.conn.stream.Close()
	if c.release != nil { // the next connection has its own
		c.release()
		c.release = nil
	}
	c.atRest, c.leave, c.ahead, c.decoding = nil, nil, nil, false
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = true
	c.conn, c.link = &conn{tcp: c.conn.tcp, stream: c.conn.tcp, clock: c.conn.clock}, nothing{c}
	return nil
}

// nothing is the link of a client that has no connection.
type nothing struct{ of *client }

func (nothing) counters() (s ledger.Socket, err error) { return s, nil }
func (nothing) interrupt()                             {}
func (nothing) hangUp()                                {}

// undisturbed is the link of a client that is being opened again. Its reads are not
// interrupted for an edge of the window: it takes that when it waits for events. The end
// of the trial ends its opening otherwise.
type undisturbed struct{ *conn }

func (undisturbed) interrupt() {}
