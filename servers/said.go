package servers

import (
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"pushbench/servers/wire"
)

// A hearer takes a message from the client of a WebSocket, to its end. The error ends the
// connection; a *frameError has the close code for it.
type hearer func(kind int, message io.Reader) error

// hears returns what is done with the messages of a client and how large they may be. One
// that asks to publish sends events, each as a text message, into the topic that it
// subscribes to; it gets them back as everybody does. Other clients' messages are dropped.
func (s *Server) hears(query string, t *Topic) (hearer, int64, error) {
	publish, err := param(query, wire.ParamPublish)
	if err != nil || publish == "" {
		return ignore, maxMessage, err
	}
	return func(kind int, message io.Reader) error {
		if kind != websocket.TextMessage {
			return &frameError{websocket.CloseUnsupportedData, "an event is a text message"}
		}
		text, err := io.ReadAll(message)
		if err != nil {
			return err
		}
		if !utf8.Valid(text) {
			return errNotText
		}
		event := bytes.Trim(text, " \t\r\n")
		if err := checkEvent(event); err != nil {
			return &frameError{websocket.ClosePolicyViolation, err.Error()}
		}
		_, err = s.send(t, append(make([]byte, 0, len(event)+len(s.hub.pad)), event...))
		if err != nil {
			err = &frameError{websocket.CloseTryAgainLater, err.Error()}
		}
		return err
	}, wire.MaxPayload, nil
}
