package examples

import (
	"net/http"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

// gorilla is a WebSocket by github.com/gorilla/websocket.
func (h *hub) gorilla(w http.ResponseWriter, r *http.Request) {
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the client has been told
	}
	events, leave := h.subscribe()
	defer leave()
	gone := make(chan struct{})
	defer func() {
		c.Close()
		<-gone
	}()
	go func() { // answers pings, and notices that the client leaves
		defer close(gone)
		for {
			if _, _, err := c.NextReader(); err != nil {
				return
			}
		}
	}()
	for {
		select {
		case event, ok := <-events:
			if !ok || c.WriteMessage(websocket.TextMessage, event) != nil {
				return
			}
		case <-gone:
			return
		}
	}
}
