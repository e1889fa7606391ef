//go:build linux

// Package experiment measures what no trial of a scenario can.
package experiment

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/lab/process"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A message is written in pieces, each of which becomes a frame: nobody has said before how
// many there will be.
const (
	piece       = 1000 // bytes
	pieces      = 50
	repetitions = 6
)

// Fragments sends WebSocket messages in fragments (RFC 6455, section 5.4) to the echo of a
// server, and returns whether they come back whole, and how many bytes each fragment took
// beyond its payload. Server is the command that starts one. What could not be measured
// says why.
func Fragments(ctx context.Context, server []string) []results.Observation {
	whole := results.Observation{Name: "fragments-whole", Kind: "share",
		About: fmt.Sprintf("Messages of %d fragments, written before their size was known, that came back as one message with the same bytes (gorilla/websocket on both sides).", pieces)}
	around := results.Observation{Name: "fragment-bytes", Kind: "bytes",
		About: fmt.Sprintf("Bytes that the client's socket sent for each fragment of %d bytes, without them: the frame's head and its mask.", piece)}
	err := started(ctx, server, func(same bool, beyond float64) {
		share := 0.0
		if same {
			share = 1
		}
		whole.Values, around.Values = append(whole.Values, share), append(around.Values, beyond)
	})
	if err != nil {
		whole.Reason, around.Reason = err.Error(), err.Error()
	}
	return []results.Observation{whole, around}
}

// started starts a server and asks it.
func started(ctx context.Context, server []string, tell func(same bool, beyond float64)) (err error) {
	running, err := process.Start(ctx, process.Options{Command: append(slices.Clone(server), "--addr", "127.0.0.1:0", "--tcp", "off")})
	if err != nil {
		return err
	}
	defer func() {
		if end := running.Stop(5 * time.Second); err == nil {
			err = end
		}
	}()
	return echoed(ctx, running.HTTP, tell)
}

// echoed sends the messages to the server at an HTTP address, and tells what became of each.
func echoed(ctx context.Context, address string, tell func(same bool, beyond float64)) error {
	// The buffer is one piece: what does not fit into it goes out as a fragment before.
	dialer := websocket.Dialer{NetDialContext: (&net.Dialer{KeepAlive: -1}).DialContext, WriteBufferSize: piece}
	ws, _, err := dialer.DialContext(ctx, "ws://"+address+wire.RouteEcho, nil)
	if err != nil {
		return err
	}
	defer ws.Close()
	defer context.AfterFunc(ctx, func() { ws.Close() })()
	for range repetitions {
		if err := message(ws, tell); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// message sends one message in fragments and reads its echo.
func message(ws *websocket.Conn, tell func(same bool, beyond float64)) error {
	tcp := ws.NetConn().(*net.TCPConn)
	before, err := ledger.ReadSocket(tcp)
	if err != nil {
		return err
	}
	w, err := ws.NextWriter(websocket.BinaryMessage)
	if err != nil {
		return err
	}
	var sent bytes.Buffer
	for i := range pieces {
		part := bytes.Repeat([]byte{byte(i)}, piece)
		sent.Write(part)
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, r, err := ws.NextReader()
	if err != nil {
		return err
	}
	got, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	after, err := ledger.ReadSocket(tcp)
	if err != nil {
		return err
	}
	tell(bytes.Equal(got, sent.Bytes()), float64(after.Out-before.Out-piece*pieces)/pieces)
	return nil
}
