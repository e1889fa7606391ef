package servers

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"pushbench/servers/wire"
)

// headRoom is room for the head of a usual request.
const headRoom = 512

// hear returns the head of the next request, which is at the beginning of po.in, when the one
// before has been answered; nil when it is too long, or has a line that does not end as it should.
func (po *poller) hear() ([]byte, error) {
	for begun := false; ; {
		end := bytes.Index(po.in, lineEnds)
		if end > maxHeader || end < 0 && (len(po.in) > maxHeader || bare(po.in)) {
			return nil, po.free()
		}
		if end >= 0 {
			return po.in[:end+len(lineEnds)], po.free()
		}
		var err error
		switch {
		case len(po.in) > 0 && !begun:
			begun, po.idle = true, false
			err = po.c.SetReadDeadline(time.Now().Add(helloTimeout))
		case !begun && !po.idle:
			po.idle = true
			err = po.c.SetReadDeadline(time.Now().Add(idleTimeout))
		}
		if err == nil {
			err = po.more()
		}
		if errors.Is(err, os.ErrDeadlineExceeded) { // and not what the kernel calls a timeout: it has given up the client
			if left := po.mayWait(begun); left > 0 {
				err = po.c.SetReadDeadline(time.Now().Add(left))
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// more reads what the client sends next.
func (po *poller) more() error {
	select {
	case <-po.c.gone: // a poll may have come since, and the deadline that leave set may be overwritten
		po.leave()
		return net.ErrClosed
	default:
	}
	if len(po.in) == cap(po.in) {
		po.in = append(make([]byte, 0, 2*cap(po.in)), po.in...)
	}
	n, err := po.c.Read(po.in[len(po.in):cap(po.in)])
	if po.in = po.in[:len(po.in)+n]; n > 0 {
		return nil
	}
	return err
}

// free waits until no poll is held: a client may send the next request before it has the answer.
func (po *poller) free() error {
	po.answered.L.Lock()
	defer po.answered.L.Unlock()
	for po.held {
		po.answered.Wait()
	}
	if po.over || po.leaving {
		return net.ErrClosed
	}
	return nil
}

// mayWait returns for how long the client need not ask, or go on with a request that it has begun:
// the time for that is from the answer to the one before. A deadline is not moved for each answer, but
// when it has come.
func (po *poller) mayWait(begun bool) time.Duration {
	po.answered.L.Lock()
	defer po.answered.L.Unlock()
	limit := idleTimeout
	if begun {
		limit = helloTimeout
	}
	switch {
	case po.leaving || po.over:
		return 0
	case po.held:
		return limit
	}
	return time.Until(po.last.Add(limit))
}

// understands makes the request of head the poller's. False: it is not one.
func (po *poller) understands(head []byte) bool {
	line, fields, _ := bytes.Cut(head, lineEnd)
	target, get := bytes.CutPrefix(line, []byte("GET "))
	target, current := bytes.CutSuffix(target, []byte(" HTTP/1.1"))
	path, query, asks := bytes.Cut(target, []byte("?"))
	if p := string(path); !get || !current || p != wire.RoutePolling && p != wire.RouteLongPoll {
		return false
	}
	if asks && len(query) == 0 || bytes.ContainsFunc(query, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return false
	}
	if !bytes.Equal(fields, po.fields) && !po.read(fields) {
		return false
	}
	if string(path) == wire.RoutePolling {
		po.r.URL.Path = wire.RoutePolling
	} else {
		po.r.URL.Path = wire.RouteLongPoll
	}
	po.r.URL.RawQuery = string(query)
	return true
}

// read makes header fields those of the request, and checks them as Server.route does.
func (po *poller) read(fields []byte) bool {
	header, host, ok := parseFields(fields)
	if !ok || host != po.r.Host { // which net/http has looked at
		return false
	}
	po.fields = append(po.fields[:0], fields...)
	po.r.Header = header
	w := reply{header: make(http.Header)}
	_, po.refused = po.s.checkOrigin(&w, &po.r)
	if po.allowed = nil; len(w.header) > 0 {
		po.allowed = w.header
	}
	return true
}
