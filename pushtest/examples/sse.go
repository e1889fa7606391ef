package examples

import (
	"fmt"
	"net/http"
)

// sse is an event stream by net/http.
func (h *hub) sse(w http.ResponseWriter, r *http.Request) {
	events, leave := h.subscribe()
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	if out.Flush() != nil { // the head, before there is an event
		return
	}
	for {
		select {
		case event, ok := <-events:
			if !ok {
				return
			}
			if _, err := fmt.Fprintf(w, "data: %s\n\n", event); err != nil || out.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
