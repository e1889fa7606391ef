package check

import (
	"net/http"

	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
)

// Builtin returns how pushbench's own servers speak, as the dialect of any other.
func Builtin() *dialect.Dialect {
	at := func(route, more string) dialect.Request {
		return dialect.Request{Path: dialect.Must(route + "?" + wire.ParamTopic + "={topic}" + more)}
	}
	ask := func(r dialect.Request) *dialect.Ask {
		r.Headers = []dialect.Header{{Name: wire.HeaderCursor, Value: dialect.Must("{cursor.last}")}}
		return &dialect.Ask{
			Request: r, Cursors: []dialect.Cursor{{Name: "last", Header: wire.HeaderCursor}}, Nothing: []int{http.StatusNoContent},
		}
	}
	return &dialect.Dialect{
		Publish:   dialect.Publish{Request: at(wire.RoutePublish, "")},
		SSE:       &dialect.SSE{Request: at(wire.RouteSSE, "")},
		WebSocket: &dialect.WebSocket{Request: at(wire.RouteWebSocket, "")},
		LongPoll:  ask(at(wire.RouteLongPoll, "&"+wire.ParamWait+"=20s")),
		Polling:   ask(at(wire.RoutePolling, "")),
	}
}
