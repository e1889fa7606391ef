//go:build linux

package reproduce

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/ledger"
	"pushbench/servers/wire"
)

// A Frame is what stood around one message of a WebSocket, each way.
type Frame struct {
	Payload  int   // bytes
	ToServer int64 // bytes of the frame's head with its mask
	ToClient int64 // bytes of the frame's head
}

// Frames sends a message of each size to the echo of the server at an HTTP
// address and returns what the socket's counters have beyond the messages.
func Frames(ctx context.Context, address string, sizes []int) ([]Frame, error) {
	ws, _, err := (&websocket.Dialer{NetDialContext: (&net.Dialer{KeepAlive: -1}).DialContext, WriteBufferSize: 128 << 10}).
		DialContext(ctx, "ws://"+address+wire.RouteEcho, nil)
	if err != nil {
		return nil, fmt.Errorf("echo: %w", err)
	}
	defer ws.Close()
	defer context.AfterFunc(ctx, func() { ws.Close() })()
	tcp := ws.NetConn().(*net.TCPConn)
	var all []Frame
	for _, size := range sizes {
		before, err := ledger.ReadSocket(tcp)
		if err != nil {
			return nil, err
		}
		if err := ws.WriteMessage(websocket.BinaryMessage, make([]byte, size)); err != nil {
			return nil, fmt.Errorf("echo of %d bytes: %w", size, err)
		}
		_, message, err := ws.NextReader()
		if err != nil {
			return nil, fmt.Errorf("echo of %d bytes: %w", size, err)
		}
		n, err := io.Copy(io.Discard, message)
		if err != nil {
			return nil, fmt.Errorf("echo of %d bytes: %w", size, err)
		}
		if n != int64(size) {
			return nil, fmt.Errorf("echo of %d bytes came back as %d", size, n)
		}
		after, err := ledger.ReadSocket(tcp)
		if err != nil {
			return nil, err
		}
		all = append(all, Frame{size,
			after.Out - before.Out - int64(size), after.In - before.In - int64(size)})
	}
	return all, ctx.Err()
}
