//go:build linux

package null

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"
)

// A client is one connection. It belongs to the goroutine that serves it.
type client struct {
	net.Conn
	buf    []byte
	r, w   int    // buf[r:w] is read but not consumed
	out    []byte // the answer
	had    uint64 // events that polls were answered with
	second int64  // Unix time of date
	date   []byte // as a Date header has it
}

// until reads to the end that is given and consumes all up to and with it.
// What it returns is valid until the next call.
func (c *client) until(end string) ([]byte, error) {
	for {
		if i := bytes.Index(c.buf[c.r:c.w], []byte(end)); i >= 0 {
			b := c.buf[c.r : c.r+i+len(end)]
			c.r += len(b)
			return b, nil
		}
		if c.r > 0 {
			c.w = copy(c.buf, c.buf[c.r:c.w])
			c.r = 0
		}
		if c.w == len(c.buf) {
			if c.w >= maxHead {
				return nil, fmt.Errorf("a request's head of more than %d bytes", maxHead)
			}
			c.buf = append(c.buf, make([]byte, c.w)...)
		}
		n, err := c.Read(c.buf[c.w:])
		c.w += n
		if n == 0 && err != nil {
			return nil, err
		}
	}
}

// timeFormat is that of a Date header (RFC 9110 section 5.6.7).
const timeFormat = "Mon, 02 Jan 2006 15:04:05 GMT"

// appendDate appends the line end and header line with today's date.
func (c *client) appendDate(b []byte) []byte {
	return append(append(b, "\r\nDate: "...), c.today()...)
}

// today is the value of a Date header.
func (c *client) today() []byte {
	if t := time.Now(); t.Unix() != c.second {
		c.second = t.Unix()
		c.date = t.UTC().AppendFormat(c.date[:0], timeFormat)
	}
	return c.date
}

// The statuses of what is refused.
const (
	badRequest = "400 Bad Request"
	notFound   = "404 Not Found"
)

// refuse says what was wrong with a request, which ends the connection.
func (c *client) refuse(status string, reason error) error {
	text, _ := json.Marshal(struct { // a string always encodes
		Error string `json:"error"`
	}{reason.Error()})
	_, err := fmt.Fprintf(c, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\nContent-Type: application/json\r\n\r\n%s\n",
		status, len(text)+1, text)
	return errors.Join(reason, err)
}
