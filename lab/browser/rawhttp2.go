//go:build linux

package browser

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"pushbench/servers/certificate"
)

// A rawServer speaks HTTP/2 over TLS, frame by frame: it shows what a browser sends in its
// SETTINGS, and takes WebSockets over HTTP/2 (RFC 8441), for which net/http has no switch in
// a process that runs. Over HTTP/1.1 it takes nothing.
type rawServer struct {
	listener net.Listener
	serves   sync.WaitGroup

	mu       sync.Mutex
	conns    map[net.Conn]struct{}
	accepted int // connections with a handshake that is complete
	settings map[http2.SettingID]uint32
	sockets  int // WebSockets over HTTP/2
}

// newRawServer starts one on loopback. The caller closes it.
func newRawServer() (*rawServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	own, _, err := certificate.New(l.Addr())
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	s := &rawServer{conns: map[net.Conn]struct{}{}}
	s.listener = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{own}, NextProtos: []string{http2.NextProtoTLS, "http/1.1"}})
	s.serves.Go(func() {
		for {
			c, err := s.listener.Accept()
			if err != nil {
				return // it is closed
			}
			s.mu.Lock()
			s.conns[c] = struct{}{}
			s.mu.Unlock()
			s.serves.Go(func() { s.serve(c.(*tls.Conn)) })
		}
	})
	return s, nil
}

func (s *rawServer) url() string {
	return "https://127.0.0.1:" + strconv.Itoa(s.listener.Addr().(*net.TCPAddr).Port)
}

func (s *rawServer) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.serves.Wait()
}

// serve serves a connection until the browser ends it.
func (s *rawServer) serve(c *tls.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	if c.Handshake() != nil {
		return // a browser opens connections that it does not use
	}
	s.mu.Lock()
	s.accepted++
	s.mu.Unlock()
	if c.ConnectionState().NegotiatedProtocol != http2.NextProtoTLS {
		return
	}
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(c, preface); err != nil || string(preface) != http2.ClientPreface {
		return
	}
	frames := http2.NewFramer(c, c)
	frames.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	err := frames.WriteSettings(
		http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: streamsMost},
		http2.Setting{ID: http2.SettingEnableConnectProtocol, Val: 1})
	for err == nil {
		var f http2.Frame
		if f, err = frames.ReadFrame(); err == nil {
			err = s.answer(frames, f)
		}
	}
}

// answer answers a frame.
func (s *rawServer) answer(frames *http2.Framer, f http2.Frame) error {
	switch f := f.(type) {
	case *http2.SettingsFrame:
		if f.IsAck() {
			return nil
		}
		s.mu.Lock()
		if s.settings == nil { // those of the first connection, which loads the page
			s.settings = map[http2.SettingID]uint32{}
			_ = f.ForeachSetting(func(one http2.Setting) error { s.settings[one.ID] = one.Val; return nil })
		}
		s.mu.Unlock()
		return frames.WriteSettingsAck()
	case *http2.PingFrame:
		if f.IsAck() {
			return nil
		}
		return frames.WritePing(true, f.Data)
	case *http2.MetaHeadersFrame:
		return s.answerRequest(frames, f)
	case *http2.GoAwayFrame:
		return io.EOF
	}
	return nil // no answer is due, and no request has a body
}

// answerRequest answers a request for the page, and holds a WebSocket.
func (s *rawServer) answerRequest(frames *http2.Framer, f *http2.MetaHeadersFrame) error {
	if f.PseudoValue("method") == "CONNECT" && f.PseudoValue("protocol") == "websocket" {
		s.mu.Lock()
		s.sockets++
		s.mu.Unlock()
		return frames.WriteHeaders(http2.HeadersFrameParam{StreamID: f.StreamID, BlockFragment: head("200", ""), EndHeaders: true})
	}
	err := frames.WriteHeaders(http2.HeadersFrameParam{
		StreamID: f.StreamID, BlockFragment: head("200", "text/html; charset=utf-8"), EndHeaders: true,
	})
	if err != nil {
		return err
	}
	return frames.WriteData(f.StreamID, true, pageText) // shorter than what any window begins with
}

// head is the header block of an answer.
func head(status, kind string) []byte {
	var b bytes.Buffer
	to := hpack.NewEncoder(&b)
	to.SetMaxDynamicTableSizeLimit(0) // so that blocks do not depend on each other
	_ = to.WriteField(hpack.HeaderField{Name: ":status", Value: status})
	if kind != "" {
		_ = to.WriteField(hpack.HeaderField{Name: "content-type", Value: kind})
	}
	return b.Bytes()
}

// saw tells what has come until now.
func (s *rawServer) saw() (settings map[http2.SettingID]uint32, accepted, sockets int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.settings == nil {
		err = fmt.Errorf("the browser has sent no SETTINGS on %d connections", s.accepted)
	}
	return s.settings, s.accepted, s.sockets, err
}
