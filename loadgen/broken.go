package loadgen

import (
	"errors"
	"net/http"
	"slices"
	"syscall"

	"github.com/gorilla/websocket"

	"pushbench/servers/wire"
)

// broken reports whether err, by which a client's stream or answer has ended, is the end of
// its connection, and not of the trial's sense: what comes is no longer understood. A server
// says that of what a proxy sends it which cuts a WebSocket (Caddy 2.6, by a frame without a
// mask), and the proxy passes that on.
func (c *client) broken(err error) bool {
	return c.conn.failed != nil || errors.Is(err, errStreamEnd) || severed(err) ||
		websocket.IsCloseError(err, websocket.CloseGoingAway, websocket.CloseServiceRestart, websocket.CloseProtocolError, wire.CloseGap)
}

// severed reports whether err is that of a connection that is reset, or cannot be made.
func severed(err error) bool {
	for _, one := range []error{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, syscall.ECONNREFUSED} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// overloaded reports whether err is that of a server, or of its machine, that had no time for a
// request, so that another attempt is worth it. net/http also says 400 where its time for a head
// is over when a part of the head has been read. Of a WebSocket there is no other attempt:
// gorilla reads a part of a refusal only, so that not all of it is in the books.
func (s *session) overloaded(err error) bool {
	if s.Variant.Transport == wire.WebSocket {
		return false
	}
	var late noAnswer
	var r statusError
	return errors.As(err, &late) || errors.As(err, &r) && slices.Contains([]int{http.StatusBadRequest, http.StatusRequestTimeout,
		http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, r.status)
}
