package servers

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// clientFrame is a masked frame, with its length in as many bytes as form says:
// 0 is as few as it needs.
func clientFrame(first byte, payload string, form int) string {
	n := len(payload)
	if form == 0 {
		form = map[bool]int{true: 1}[n < 126] + map[bool]int{true: 2}[n >= 126 && n < 1<<16] + map[bool]int{true: 8}[n >= 1<<16]
	}
	b := []byte{first}
	switch form {
	case 1:
		b = append(b, 0x80|byte(n))
	case 2:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	case 8:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := []byte{1, 2, 3, 0xf0}
	b = append(b, mask...)
	for i := range n {
		b = append(b, payload[i]^mask[i%4])
	}
	return string(b)
}

func closeWith(code int, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(code))) + reason
}

// What is wrong with a client's frames is told by the close code that RFC 6455
// has for it, on the wire, on both routes that speak WebSocket.
func TestWebSocketCloseCodes(t *testing.T) {
	ts := start(t, Options{})
	for _, row := range []struct {
		fact, send string
		code       int
	}{
		{"a length with its top bit set", "\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00mask", 1002},
		{"a length of all ones", "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffmask", 1002},
		{"the same in a later fragment", clientFrame(0x02, "x", 0) + "\x80\xff\x80\x00\x00\x00\x00\x00\x00\x00mask", 1002},
		{"the largest length there is", "\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xffmask", 1009},
		{"a close reason that is not UTF-8", clientFrame(0x88, closeWith(1000, "\xff"), 0), 1007},
		{"a close reason that ends in the middle of a rune", clientFrame(0x88, closeWith(1000, "good \xe2\x82"), 0), 1007},
		{"the longest close reason, with the fault at its end", clientFrame(0x88, closeWith(1000, strings.Repeat("x", 122)+"\xff"), 0), 1007},
		{"a good close reason is answered with its code", clientFrame(0x88, closeWith(1000, "κόσμε"), 0), 1000},
		{"a close frame of one byte", clientFrame(0x88, "\x03", 0), 1002},
		{"a close code that may not be sent", clientFrame(0x88, closeWith(1005, ""), 0), 1002},
		{"text that is not UTF-8", clientFrame(0x81, "\xff", 0), 1007},
		{"text that is not UTF-8 across fragments", clientFrame(0x01, "\xe2\x82", 0) + clientFrame(0x80, "x", 0), 1007},
		{"a length in two bytes that fits one", clientFrame(0x82, "x", 2), 1002},
		{"a length in eight bytes that fits two", clientFrame(0x82, strings.Repeat("x", 1000), 8), 1002},
		{"a frame without a mask", "\x82\x01x", 1002},
		{"a reserved bit", clientFrame(0xc2, "x", 0), 1002},
		{"an opcode that is none", clientFrame(0x83, "x", 0), 1002},
		{"a continuation of nothing", clientFrame(0x80, "x", 0), 1002},
		{"a ping in fragments", clientFrame(0x09, "x", 0), 1002},
		{"a ping of 126 bytes", clientFrame(0x89, strings.Repeat("x", 126), 0), 1002},
	} {
		for _, route := range []string{"/websocket?topic=t", "/echo"} {
			first := "GET " + route + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
			said := say(t, ts.Ready().HTTP, first, row.send)
			_, got, _ := strings.Cut(said, "\r\n\r\n")
			if i := strings.LastIndexByte(got, 0x88); i < 0 || len(got) < i+4 || int(binary.BigEndian.Uint16([]byte(got[i+2:]))) != row.code {
				t.Errorf("%s: %s ends with %q, want code %d", row.fact, route, got, row.code)
			}
		}
	}
}

// However the bytes come, frames finds the same fault at the same place, and
// none where gorilla, which reads the same, has none to tell.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{
		"", clientFrame(0x82, "x", 0), clientFrame(0x88, closeWith(1000, "\xff"), 0), clientFrame(0x88, "x", 0),
		clientFrame(0x82, strings.Repeat("x", 200), 0) + clientFrame(0x88, closeWith(1000, "é"), 0), clientFrame(0x82, "x", 8), "\x82\xff\x80",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var whole frames
		good, err := whole.follow(b)
		var single frames
		for i := range b {
			if n, again := single.follow(b[i : i+1]); again != nil {
				if i+n < good || fmt.Sprint(again) != fmt.Sprint(err) {
					t.Fatalf("%v after %d bytes at once, %v after %d one by one", err, good, again, i+n)
				}
				return
			}
		}
		if err != nil || good != len(b) {
			t.Fatalf("%v after %d of %d bytes at once, nothing one by one", err, good, len(b))
		}
	})
}

func TestCloseCodeOf(t *testing.T) {
	for want, err := range map[int]error{
		1001: io.EOF, 1002: fmt.Errorf("read: %w", &frameError{1002, "x"}), 1007: errNotText, 1009: websocket.ErrReadLimit,
	} {
		if got := closeCode(err); got != want {
			t.Errorf("%v is %d, want %d", err, got, want)
		}
	}
	var f frames
	if n, err := f.follow(bytes.Repeat([]byte(clientFrame(0x82, strings.Repeat("x", 70_000), 0)), 3)); err != nil || n != 3*70_014 {
		t.Errorf("%d, %v", n, errors.Unwrap(err))
	}
}
