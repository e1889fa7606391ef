package servers

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"testing"

	"pushbench/servers/wire"
)

// BenchmarkFanOut is one event of 128 bytes to 200 clients, over raw sockets
// that are read in the same way on every transport. The time includes the
// clients' reads, so differences between transports are the servers'.
func BenchmarkFanOut(b *testing.B) {
	const clients = 200
	for _, tr := range wire.Transports() {
		b.Run("transport="+string(tr), func(b *testing.B) {
			ts := start(b, Options{})
			topic := ts.topic(b, "t")
			var event sync.WaitGroup
			conns, readers := make([]net.Conn, clients), sync.WaitGroup{}
			event.Add(clients) // the marks in what opens the streams
			topic.Publish(wire.AppendPayload(nil, 0, 128))
			for i := range conns {
				conns[i] = dialRaw(b, ts, tr, 0)
				readers.Go(func() { countMarks(conns[i], &event) })
			}
			event.Wait()
			b.ReportAllocs()
			cursor := uint64(1)
			for b.Loop() {
				event.Add(clients)
				if tr == wire.LongPoll {
					askAll(b, conns, tr, cursor)
				}
				topic.Publish(wire.AppendPayload(nil, cursor, 128))
				if tr == wire.Polling {
					askAll(b, conns, tr, cursor)
				}
				event.Wait()
				cursor++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/clients, "ns/delivery")
			for _, c := range conns {
				c.Close()
			}
			readers.Wait()
		})
	}
}

// dialRaw opens a connection and asks for the events after cursor.
func dialRaw(b testing.TB, ts *testServer, tr wire.Transport, cursor uint64) net.Conn {
	addr := ts.Ready().HTTP
	if tr == wire.TCP {
		addr = ts.Ready().TCP
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	askAll(b, []net.Conn{c}, tr, cursor)
	return c
}

func askAll(b testing.TB, conns []net.Conn, tr wire.Transport, cursor uint64) {
	request := fmt.Appendf(nil, "GET /%s?topic=t&after=%d HTTP/1.1\r\nHost: localhost\r\n\r\n", tr, cursor)
	switch tr {
	case wire.WebSocket:
		request = append(request[:len(request)-2], "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"...)
	case wire.TCP:
		request = fmt.Appendf(nil, "t %d\n", cursor)
	}
	for _, c := range conns {
		if _, err := c.Write(request); err != nil {
			b.Fatal(err)
		}
	}
}

// countMarks counts down for every event that is read, until the connection
// ends. A closing brace is only found at the end of a payload.
func countMarks(c net.Conn, event *sync.WaitGroup) {
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		event.Add(-bytes.Count(buf[:n], []byte("}")))
		if err != nil {
			return
		}
	}
}

// BenchmarkPublish is the path of one event of 128 bytes from its line to the
// Hub and its acknowledgement, without a socket.
func BenchmarkPublish(b *testing.B) {
	line := append(wire.AppendPayload(nil, 1, 128), '\n')
	topic := newTopic(8192, maxHistory)
	in := newLineReader(repeat(line))
	p := &publisher{}
	b.ReportAllocs()
	for b.Loop() {
		payload, err := in.next()
		if err != nil {
			b.Fatal(err)
		}
		p.acks = p.acks[:0]
		p.acknowledge(topic.Publish(payload).ID, 1)
	}
}

// repeat reads as the same line without end.
type repeat []byte

func (r repeat) Read(b []byte) (int, error) {
	n := 0
	for n+len(r) <= len(b) {
		n += copy(b[n:], r)
	}
	return n, nil
}
