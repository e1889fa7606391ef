package examples

import (
	"net/http"

	"github.com/coder/websocket"
)

// coder is a WebSocket by github.com/coder/websocket.
func (h *hub) coder(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // the client has been told
	}
	defer c.CloseNow()
	events, leave := h.subscribe()
	defer leave()
	ctx := c.CloseRead(r.Context()) // answers pings, and is done when the client leaves
	for {
		select {
		case event, ok := <-events:
			if !ok {
				c.Close(websocket.StatusPolicyViolation, "too slow")
				return
			}
			if c.Write(ctx, websocket.MessageText, event) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
