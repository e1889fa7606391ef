package servers

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A reply is an answer of HTTP/1.1 over a connection that net/http has let go of, with the fields
// that net/http would send, in its order. The head and a body that is not larger than a batch leave
// in one write. A body without a Content-Length is one write of its own.
type reply struct {
	c       *conn
	header  http.Header
	closing bool // the connection ends with it

	status int
	size   int    // of the body, as the head says it
	sent   int    // of the body
	buf    []byte // the head, and as much of the body as waits for more
	err    error
}

var replies = sync.Pool{New: func() any { return &reply{header: make(http.Header)} }}

// newReply returns a reply over c. Finish gives it back.
func newReply(c *conn, closing bool) *reply {
	r := replies.Get().(*reply)
	r.c, r.closing = c, closing
	return r
}

// Header returns the fields of the answer, which count until it has a status.
func (r *reply) Header() http.Header { return r.header }

// WriteHeader sets the status, which is 200 otherwise.
func (r *reply) WriteHeader(status int) { r.status = status }

// Write adds p to the body.
func (r *reply) Write(p []byte) (int, error) {
	if len(r.buf) == 0 && r.sent == 0 {
		r.begin(len(p))
	}
	r.sent += len(p)
	large := len(p) > batchSize
	if large || len(r.buf)+len(p) > 2*batchSize {
		r.flush()
	}
	if large {
		r.write(p)
	} else {
		r.buf = append(r.buf, p...)
	}
	return len(p), r.err
}

// begin composes the head of an answer whose body has so many bytes unless a field says otherwise.
func (r *reply) begin(size int) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	r.size = size
	length := r.header["Content-Length"]
	if len(length) > 0 {
		r.size, _ = strconv.Atoi(length[0]) // we wrote it
	}
	b := strconv.AppendInt(append(r.buf, "HTTP/1.1 "...), int64(r.status), 10)
	b = append(append(append(b, ' '), http.StatusText(r.status)...), "\r\n"...)
	b = appendFields(b, r.header)
	b = time.Now().UTC().AppendFormat(append(b, "Date: "...), http.TimeFormat)
	if bodied := r.status != http.StatusNoContent && r.status != http.StatusNotModified; bodied && len(length) == 0 {
		b = strconv.AppendInt(append(b, "\r\nContent-Length: "...), int64(size), 10)
	}
	if r.closing {
		b = append(b, "\r\nConnection: close"...)
	}
	r.buf = append(b, "\r\n\r\n"...)
}

// appendFields appends header fields, sorted by their names.
func appendFields(b []byte, header http.Header) []byte {
	var room [8]string
	names := room[:0]
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			b = append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
		}
	}
	return b
}

func (r *reply) flush() {
	if len(r.buf) > 0 {
		r.write(r.buf)
		r.buf = r.buf[:0]
	}
}

func (r *reply) write(p []byte) {
	if r.err == nil {
		_, r.err = r.c.Write(p)
	}
}

// finish sends what is left, and gives the reply back. Whole: the client gets all that the head
// announced.
func (r *reply) finish() (whole bool, err error) {
	if len(r.buf) == 0 && r.sent == 0 {
		r.begin(0)
	}
	r.flush()
	whole, err = r.sent == r.size, r.err
	clear(r.header)
	buf := r.buf
	if cap(buf) > 3*batchSize {
		buf = nil
	}
	*r = reply{header: r.header, buf: buf[:0]}
	replies.Put(r)
	return whole, err
}

// SetWriteDeadline does nothing: the connection has one for each write.
func (r *reply) SetWriteDeadline(time.Time) error { return nil }
