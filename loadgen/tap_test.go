package loadgen

import (
	"bytes"
	"context"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// A tap is a proxy between clients and server, and the clients' way to it. It
// keeps what the server sends, so that the ledger can be compared with the bytes
// themselves: how many events are in a write, and how many digits are in a head,
// is for the server's and the machine's load to say.
type tap struct {
	listener net.Listener
	server   string
	work     sync.WaitGroup
	mu       sync.Mutex
	came     [][]byte // by connection, which is by client: they are opened one after the other
}

// tapped puts a tap in front of the target's clients until the test ends.
func tapped(t *testing.T, target *Target) *tap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &tap{listener: l, server: target.HTTP}
	target.Clients, target.Publisher = p, direct
	p.work.Go(func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.came = append(p.came, nil)
			p.mu.Unlock()
			p.work.Go(func() { p.join(c, n) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.work.Wait()
	})
	return p
}

// DialContext connects to the tap, whatever the address.
func (p *tap) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return direct.DialContext(ctx, network, p.listener.Addr().String())
}

func (p *tap) join(c net.Conn, n int) {
	defer c.Close()
	up, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer up.Close()
	var asking sync.WaitGroup
	defer asking.Wait()
	asking.Go(func() {
		_, _ = io.Copy(up, c)
		up.Close()
	})
	buf := make([]byte, 64<<10)
	for {
		k, err := up.Read(buf)
		p.mu.Lock()
		p.came[n] = append(p.came[n], buf[:k]...)
		p.mu.Unlock()
		if _, broken := c.Write(buf[:k]); err != nil || broken != nil {
			c.Close()
			return
		}
	}
}

// first returns the first size bytes that the server sent to a client.
func (p *tap) first(client int, size int64) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.came[client][:size])
}

// unchunk returns what is in the chunks of b, which may be cut off anywhere, and
// how many there are.
func unchunk(t *testing.T, b []byte) (content []byte, chunks int) {
	t.Helper()
	for len(b) > 0 {
		line, rest, ok := bytes.Cut(b, []byte("\r\n"))
		if !ok {
			break
		}
		size, err := strconv.ParseInt(string(line), 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		chunks++
		size = min(size, int64(len(rest)))
		content = append(content, rest[:size]...)
		b = rest[size:]
		b = b[min(len(b), len("\r\n")):]
	}
	return content, chunks
}
