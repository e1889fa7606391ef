package servers

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// A mould is a WebSocket without a client, from which gorilla's frames are taken, so that an event
// is encoded once for all clients, and its frames are written to their connections as they are.
type mould struct {
	ws *websocket.Conn
	to io.Writer
}

// moulds are those without and with permessage-deflate, on loan to one goroutine each.
var plainMoulds, deflatingMoulds = mouldsOf(&upgrader), mouldsOf(&compressing)

func mouldsOf(u *websocket.Upgrader) *sync.Pool {
	return &sync.Pool{New: func() any {
		m := new(mould)
		h := http.Header{}
		for _, field := range [][2]string{
			{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-Websocket-Version", "13"},
			{"Sec-Websocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="},
			{"Sec-Websocket-Extensions", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
		} {
			h.Set(field[0], field[1])
		}
		ws, err := u.Upgrade(mouldResponse{m: m}, &http.Request{Method: http.MethodGet, Header: h}, nil)
		if err == nil {
			err = ws.SetCompressionLevel(compressionLevel)
		}
		if err != nil {
			panic(err) // it is a whole request, and writes to memory
		}
		m.ws = ws
		return m
	}}
}

// messageFrames returns a message as a client of the WebSocket gets it.
func messageFrames(from *sync.Pool, kind int, payload []byte) []byte {
	message, err := websocket.NewPreparedMessage(kind, payload)
	var made kept
	if err == nil {
		err = from.Get().(*mould).write(from, &made, func(ws *websocket.Conn) error {
			return ws.WritePreparedMessage(message)
		})
	}
	if err != nil {
		panic(err) // it writes to memory, as a known type of message
	}
	return made
}

// A kept is what was written to it last. A prepared message is written at once, and does not change.
type kept []byte

func (k *kept) Write(p []byte) (int, error) {
	*k = p
	return len(p), nil
}

// write has f write to a writer, and gives the mould back to its pool. After an error it is of no
// more use.
func (m *mould) write(from *sync.Pool, to io.Writer, f func(*websocket.Conn) error) error {
	m.to = to
	err := f(m.ws)
	if m.to = nil; err == nil {
		from.Put(m)
	}
	return err
}

// mouldResponse is the answer that opens a mould.
type mouldResponse struct {
	http.ResponseWriter
	m *mould
}

func (r mouldResponse) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c := mouldConn{m: r.m}
	return c, bufio.NewReadWriter(bufio.NewReader(bytes.NewReader(nil)), bufio.NewWriterSize(c, 1)), nil
}

// mouldConn is the connection of a mould.
type mouldConn struct {
	net.Conn
	m *mould
}

func (c mouldConn) Write(p []byte) (int, error) {
	if c.m.to == nil { // the head of the answer
		return len(p), nil
	}
	return c.m.to.Write(p)
}

func (mouldConn) SetDeadline(time.Time) error      { return nil }
func (mouldConn) SetWriteDeadline(time.Time) error { return nil }
