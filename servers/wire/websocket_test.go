package wire

import "testing"

// RFC 6455 section 5.2: 7 bits, 16 bits or 64 bits of length.
func TestWebSocketHead(t *testing.T) {
	for _, c := range []struct{ n, down, up int }{
		{0, 2, 6}, {125, 2, 6}, {126, 4, 8}, {65535, 4, 8}, {65536, 10, 14},
	} {
		if down, up := WebSocketHead(c.n, false), WebSocketHead(c.n, true); down != c.down || up != c.up {
			t.Errorf("%d bytes: %d and %d masked, want %d and %d", c.n, down, up, c.down, c.up)
		}
	}
}

func TestWebSocketHeader(t *testing.T) {
	for _, c := range []struct {
		fact, head string
		sized      int // bytes until the size is known
		size       uint64
		shortest   bool
		final      bool
		opcode     byte
	}{
		{"text without a mask", "\x81\x03", 2, 3, true, true, 1},
		{"an empty frame", "\x81\x00", 2, 0, true, true, 1},
		{"the largest in one byte", "\x82\x7d", 2, 125, true, true, 2},
		{"the smallest in two bytes", "\x82\x7e\x00\x7e", 4, 126, true, true, 2},
		{"the smallest in eight bytes", "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10, 1 << 16, true, true, 2},
		{"all bits of a length", "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10, 1<<64 - 1, true, true, 2},
		{"two bytes where one does", "\x82\x7e\x00\x7d", 4, 125, false, true, 2},
		{"eight bytes where two do", "\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10, 65535, false, true, 2},
		{"a mask follows the length", "\x81\x83mask", 2, 3, true, true, 1},
		{"a mask after eight bytes of length", "\x81\xff\x00\x00\x00\x00\x00\x01\x00\x00mask", 10, 1 << 16, true, true, 1},
		{"a first fragment", "\x01\x01", 2, 1, true, false, 1},
		{"a continuation", "\x00\x01", 2, 1, true, false, 0},
		{"a ping", "\x89\x02", 2, 2, true, true, 9},
		{"a reserved bit is in no opcode", "\xc2\x01", 2, 1, true, true, 2},
	} {
		var h WebSocketHeader
		for range 2 { // one head after the other
			for i := range len(c.head) {
				sized, complete := h.Add(c.head[i])
				if sized != (i+1 == c.sized) || complete != (i+1 == len(c.head)) || h.Partial() == complete {
					t.Errorf("%s: after %d bytes the length is there: %v, the head: %v", c.fact, i+1, sized, complete)
				}
			}
			size, shortest := h.Size()
			if size != c.size || shortest != c.shortest || h.Final() != c.final || h.Opcode() != c.opcode || h.Len() != len(c.head) {
				t.Errorf("%s: %d bytes, shortest %v, final %v, opcode %d, head of %d", c.fact, size, shortest, h.Final(), h.Opcode(), h.Len())
			}
		}
	}
}

// The example of RFC 6455 section 5.7: a single frame with a masked text.
func TestWebSocketUnmask(t *testing.T) {
	for head, data := range map[string]string{"\x81\x85\x37\xfa\x21\x3d": "\x7f\x9f\x4d\x51\x58", "\x81\x05": "Hello"} {
		var h WebSocketHeader
		for i := range len(head) {
			h.Add(head[i])
		}
		b := []byte(data)
		if h.Unmask(b); string(b) != "Hello" {
			t.Errorf("%q after the head %q is %q", data, head, b)
		}
	}
}

// A head has as many bytes as WebSocketHead says, if its length is the shortest.
func FuzzWebSocketHeader(f *testing.F) {
	f.Add([]byte("\x82\x7f\x80\x00\x00\x00\x00\x01\x00\x00"))
	f.Add([]byte("\x81\x83mask"))
	f.Add([]byte("\x81\x7e\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var h WebSocketHeader
		sized := false
		for i := range b {
			now, complete := h.Add(b[i])
			if now && sized {
				t.Fatalf("the length of %x is there twice", b)
			}
			if sized = sized || now; !complete {
				continue
			}
			n, shortest := h.Size()
			if want := WebSocketHead(int(min(n, 1<<62)), b[1]&128 != 0); !sized || h.Len() != i+1 || (h.Len() == want) != shortest {
				t.Errorf("a head of %d bytes for %d bytes of data, want %d: %x", h.Len(), n, want, b[:i+1])
			}
			return
		}
		if len(b) >= 14 {
			t.Errorf("no head in %x", b)
		}
	})
}

// What GODEBUG says already stays, and the setting is there once.
func TestTunneling(t *testing.T) {
	for given, want := range map[string]string{
		"": "http2xconnect=1", "gctrace=1": "gctrace=1,http2xconnect=1", "http2xconnect=1,gctrace=1": "http2xconnect=1,gctrace=1",
	} {
		if got := Tunneling(given); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
	for name, want := range map[string]bool{"websocket": false, "websocket/http=2": true, "websocket/http=2/streams=3/tls": true, "sse/http=2": false} {
		if v, err := ParseVariant(name); err != nil || v.Tunnels() != want {
			t.Errorf("%s: %v, %v", name, v.Tunnels(), err)
		}
	}
}
