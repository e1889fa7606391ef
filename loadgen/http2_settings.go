package loadgen

import (
	"errors"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

// errNoTunnels is that of a server that has WebSockets over HTTP/1.1 alone.
var errNoTunnels = errors.New("the server does not offer WebSocket over HTTP/2: its settings do not have ENABLE_CONNECT_PROTOCOL " +
	"(RFC 8441 section 3), which a server in Go has when it is started with GODEBUG=http2xconnect=1")

// began books what the connection begins with, once that has been written. The caller holds
// mu.
func (l *http2) began() {
	const window = parse.FrameHead + 4 // the WINDOW_UPDATE behind the settings
	if n := len(l.greeting); n > 0 {
		l.sent(results.HTTP2Settings, n-window)
		l.sent(results.HTTP2Window, window)
	}
	l.greeting = nil
}

// greet begins the connection, unless that was done, and waits for the server's settings:
// whether it offers tunnels must be known before one is asked for (RFC 8441 section 3).
func (l *http2) greet() error {
	if err := l.begin(); err != nil {
		return err
	}
	for !l.greeted {
		if err := l.step(); err != nil {
			return err
		}
	}
	if !l.connects {
		return errNoTunnels
	}
	return nil
}

func (l *http2) begin() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.greeting == nil {
		return nil
	}
	if _, err := l.put(l.greeting); err != nil {
		return err
	}
	l.began()
	return nil
}

// settings takes those of the server and acknowledges them.
func (l *http2) settings(payload []byte) error {
	if err := l.accept(payload); err != nil {
		return err
	}
	l.greeted = true
	return l.say(results.HTTP2Settings, parse.HTTP2Frame{Type: parse.SettingsFrame, Flags: parse.Ack})
}

func (l *http2) accept(payload []byte) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	err := parse.HTTP2Settings(payload, func(id uint16, value uint32) {
		switch id {
		case parse.SettingTableSize:
			l.fieldsTo.SetMaxDynamicTableSizeLimit(value)
		case parse.SettingStreams:
			l.most = value
		case parse.SettingInitialWindow:
			l.initialRoom(int(value))
		case parse.SettingConnect:
			l.connects = value == 1
		}
	})
	if err != nil {
		return err
	}
	return l.push()
}
