package servers

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pushbench/servers/wire"
)

// deafen has the kernel drop whatever comes to c from now on, before TCP sees
// it (SO_ATTACH_FILTER, socket(7)): to the server it is a client that vanished
// without a word.
func deafen(t *testing.T, c net.Conn) {
	t.Helper()
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	drop := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop[0]})
	})
	if errors.Is(failed, unix.EPERM) && os.Getenv("PUSHBENCH_REQUIRE") != "all" {
		t.Skipf("no client vanishes: this user may not attach a packet filter to a socket: %v", failed)
	}
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
}

// A client that vanishes without a word is no subscriber for long, and its
// connection is closed: it does not acknowledge what it is sent, be that no
// more than heartbeats.
func TestVanishedClientsAreLetGo(t *testing.T) {
	for _, row := range []struct {
		fact    string
		tr      wire.Transport
		publish bool
	}{
		{"a stream that gets heartbeats", wire.SSE, false},
		{"a stream that gets events", wire.SSE, true},
		{"a WebSocket that gets pings", wire.WebSocket, false},
		{"a WebSocket that gets events", wire.WebSocket, true},
		{"a floor that gets heartbeats", wire.TCP, false},
		{"a floor that gets events", wire.TCP, true},
		{"a long-poll that is answered", wire.LongPoll, true},
	} {
		t.Run(strings.ReplaceAll(row.fact, " ", "_"), func(t *testing.T) {
			heartbeat := 20 * time.Millisecond
			if row.publish {
				heartbeat = time.Hour
			}
			ts := start(t, Options{Heartbeat: heartbeat, WriteTimeout: 100 * time.Millisecond})
			c := dialRaw(t, ts, row.tr, 0)
			defer c.Close()
			ts.subscribers(t, row.tr, 1)
			deafen(t, c)
			if row.publish {
				ts.publish(t, "t", 3)
			}
			// Seen from outside, by a connection of its own.
			until(t, "the server has let go of the client", func() bool {
				_, _, body := ts.do(t, "GET", "/stats", "")
				var got wire.Stats
				if err := json.Unmarshal([]byte(body), &got); err != nil {
					t.Fatal(err)
				}
				return got.Subscribers[row.tr] == 0 && got.Connections == 1
			})
		})
	}
}

// What is larger than the server's limits is refused and costs only the one
// who sent it: the others' streams go on. What is only announced is not waited
// for, nor is room made for it.
func TestOversizedInputHurtsNobodyElse(t *testing.T) {
	const upgrade = "GET /websocket?topic=t HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	post := func(length string) string {
		return "POST /publish?topic=t HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n\r\n"
	}
	tooBig := string(binary.BigEndian.AppendUint16([]byte{0x88, 2}, 1009))
	ts := start(t, Options{Heartbeat: time.Hour})
	var readers []client
	for _, tr := range wire.Transports() {
		c := dialers[tr](t, ts, "t", "0")
		defer c.close()
		readers = append(readers, c)
	}
	for i, row := range []struct {
		fact, first, send string
		tcp               bool
		want              string // in what the server says until it closes
	}{
		{"a WebSocket message over the limit", upgrade, "\x82\xfe\x10\x01mask", false, tooBig},
		{"fragments that are over the limit together", upgrade, "\x02\xfe\x10\x00mask" + strings.Repeat("x", 4096) + "\x80\x81mask", false, tooBig},
		{"a WebSocket frame of 2^62 bytes", upgrade, "\x82\xff\x40\x00\x00\x00\x00\x00\x00\x00mask", false, tooBig},
		{"a WebSocket frame of 2^63 bytes", upgrade, "\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00mask", false, string(binary.BigEndian.AppendUint16([]byte{0x88, 2}, 1002))},
		{"a ping of 126 bytes", upgrade, "\x89\xfe\x00\x7emask", false, string(binary.BigEndian.AppendUint16(nil, 1002))},
		{"a published line over the limit", "", post("Content-Length: 9000000") + strings.Repeat("x", wire.MaxPayload+1<<15), false, "400 Bad Request"},
		{"a published line over the limit, in chunks", "", post("Transfer-Encoding: chunked") + fmt.Sprintf("%x\r\n", 1<<30) + strings.Repeat("x", wire.MaxPayload+1<<15), false, "400 Bad Request"},
		{"a chunk of 2^64-1 bytes", "", post("Transfer-Encoding: chunked") + "ffffffffffffffff\r\n" + strings.Repeat("x", wire.MaxPayload+1<<15), false, "400 Bad Request"},
		{"a chunk's size of 17 digits", "", post("Transfer-Encoding: chunked") + "1ffffffffffffffff\r\nx\n", false, "400 Bad Request"},
		{"a body of more bytes than a number has", "", post("Content-Length: 18446744073709551616") + "1\n", false, "400 Bad Request"},
		{"a request's head over the limit", "", "GET /polling HTTP/1.1\r\nX: " + strings.Repeat("x", 64<<10), false, "431 Request Header Fields Too Large"},
		{"a request line over the limit", "", "GET /polling?topic=" + strings.Repeat("x", 64<<10), false, "431 Request Header Fields Too Large"},
		{"a line of the floor over the limit", "", strings.Repeat("x", 64<<10), true, "the line is longer than 127 bytes"},
	} {
		addr := ts.Ready().HTTP
		if row.tcp {
			addr = ts.Ready().TCP
		}
		said := say(t, addr, row.first, row.send)
		if !strings.Contains(said, row.want) {
			t.Errorf("%s: the server says %.300q, want %q", row.fact, said, row.want)
		}
		ts.publish(t, "t", 1)
		for _, c := range readers {
			expect(t, c, event(uint64(i+1), fmt.Sprintf(`{"n":%d}`, i+1)))
		}
	}
	if n := ts.stats.slow.Load() + ts.stats.gaps.Load(); n != 0 {
		t.Errorf("%d others were slow or missed events", n)
	}
}

// say sends what is first and, when that is answered, text, does not end the
// stream, and returns what the server says until it ends its own, or cuts the
// connection because there was more.
func say(t *testing.T, addr, first, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var head []byte
	if first != "" {
		head = make([]byte, 4096)
		if _, err := io.WriteString(c, first); err != nil {
			t.Fatal(err)
		}
		n, err := c.Read(head)
		if err != nil {
			t.Fatal(err)
		}
		head = head[:n]
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(c, text) // fails when the server has had enough
	}()
	said, err := io.ReadAll(c)
	if isTimeout(err) {
		t.Errorf("the server does not close: it has said %.300q", said)
	}
	c.Close()
	<-sent
	return string(head) + string(said)
}
