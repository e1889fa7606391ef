package servers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pushbench/servers/wire"
)

// A client that takes nothing for now holds on to none of the history that has
// moved on, whatever the transport: only what it was being sent is kept.
func TestASlowReaderHoldsNoHistory(t *testing.T) {
	const kept, size = 16, 1 << 20
	for _, tr := range wire.Transports() {
		for fact, size := range map[string]int{"large events": size, "small events": size / 64} {
			t.Run(fmt.Sprintf("%s/%s", tr, fact), func(t *testing.T) {
				history := kept << 20 / size
				ts := start(t, Options{History: history, WriteTimeout: time.Minute})
				topic := ts.topic(t, "t")
				var alive atomic.Int64
				publish := func() {
					alive.Add(1)
					runtime.AddCleanup(topic.Topic.Publish(jsonOf(size)), func(int) { alive.Add(-1) }, 0)
				}
				for range history {
					publish()
				}
				c := dialRaw(t, ts, tr, 0)
				defer c.Close()
				began := make([]byte, 1<<20) // the server is at it; the rest waits in the sockets and before them
				if _, err := io.ReadFull(c, began); err != nil {
					t.Fatal(err)
				}
				for range 2 * history {
					publish()
				}
				// The array behind the history wastes a quarter at most.
				most := int64(history + history/4 + 2 + batchSize/size)
				until(t, "what is not in the history is collected", func() bool {
					runtime.GC()
					return alive.Load() <= most
				})
			})
		}
	}
}

// Readers that catch up on a long history make the server encode it, but not
// keep it in every encoding.
func TestCatchingUpKeepsNoEncodings(t *testing.T) {
	const events, size = 16 << 10, 1 << 10
	for _, tr := range wire.Transports() {
		t.Run(string(tr), func(t *testing.T) {
			ts := start(t, Options{History: 2 * events, WriteTimeout: time.Minute})
			topic := ts.topic(t, "t")
			for range events {
				topic.Publish(jsonOf(size))
			}
			before := heap()
			for range 3 {
				c := dialRaw(t, ts, tr, 0)
				defer c.Close()
				if n, err := io.CopyN(io.Discard, c, events*size*9/10); err != nil {
					t.Fatalf("after %d bytes: %v", n, err)
				}
			}
			if grown := int64(heap()) - int64(before); grown > events*size/4 {
				t.Errorf("%d bytes of history make the heap grow by %d", events*size, grown)
			}
			runtime.KeepAlive(topic)
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // what a sync.Pool holds is free after the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A poll's answer whose events leave the history before the client takes them
// ends there, the client is counted as slow, and its next poll is told of the
// gap.
func TestAnAnswerThatFallsOutOfTheHistoryIsCutOff(t *testing.T) {
	ts := start(t, Options{History: 32, WriteTimeout: time.Minute})
	topic := ts.topic(t, "t")
	fill := func() {
		for range 32 {
			topic.Publish(jsonOf(1 << 20))
		}
	}
	for i, tr := range []wire.Transport{wire.Polling, wire.LongPoll} {
		fill()
		c := dialRaw(t, ts, tr, topic.View().Newest()-32)
		defer c.Close()
		in := bufio.NewReader(c)
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := 32<<20 + 33 // payloads, brackets and commas
		if got := resp.ContentLength; got != int64(want) {
			t.Errorf("%s: a body of %d bytes, want %d", tr, got, want)
		}
		fill()
		n, err := io.Copy(io.Discard, resp.Body)
		if !errors.Is(err, io.ErrUnexpectedEOF) || n >= int64(want) {
			t.Errorf("%s: %d bytes of the answer, %v", tr, n, err)
		}
		if slow := ts.stats.slow.Load(); slow != uint64(i+1) {
			t.Errorf("%s: %d slow clients", tr, slow)
		}
		asked := topic.View().Newest() - 64
		status, _, body := ts.do(t, "GET", fmt.Sprintf("/%s?topic=t&after=%d", tr, asked), "")
		var gap wire.Gap
		if err := json.Unmarshal([]byte(body), &gap); err != nil || status != http.StatusGone || gap != (wire.Gap{After: asked, Oldest: asked + 33}) {
			t.Errorf("%s: %d %.100s", tr, status, body)
		}
	}
}

// A client that takes little, but something, is not slow, however long one
// event takes it; one that takes nothing for the write timeout is. The clock is
// synctest's.
func TestALittleIsNotNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		s := &Server{o: Options{WriteTimeout: 10 * time.Second}}
		c := s.track(&patient{closeWriter: pipe{server}, timeout: s.o.WriteTimeout})
		done := make(chan error, 1)
		write := func() {
			_, err := c.Write(jsonOf(1 << 20))
			done <- err
		}
		go write()
		for range 64 { // for ten minutes
			<-time.After(9 * time.Second)
			if _, err := io.ReadFull(client, make([]byte, 16<<10)); err != nil {
				t.Fatal(err)
			}
		}
		if err := <-done; err != nil {
			t.Errorf("cut off: %v", err)
		}
		began := time.Now()
		go write()
		if err := <-done; !isTimeout(err) || time.Since(began) > 13*time.Second {
			t.Errorf("%v after %s without a byte", err, time.Since(began))
		}
		client.Close()
	})
}

// A client that takes so little that the kernel makes no room for more within a
// timeout is not cut off either.
func TestVeryLittleIsNotNothing(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := errors.Join(client.(*net.TCPConn).SetReadBuffer(4<<10), server.(*net.TCPConn).SetWriteBuffer(64<<10)); err != nil {
		t.Fatal(err)
	}
	if _, known := unsent(server); !known {
		t.Skip("what waits in a socket is not told on this system")
	}
	const size, timeout = 300 << 10, 400 * time.Millisecond // beyond TCP's own timers
	done := make(chan error, 1)
	go func() {
		err := server.SetWriteDeadline(time.Now().Add(timeout))
		if err == nil {
			_, err = (&patient{closeWriter: server.(*net.TCPConn), timeout: timeout}).Write(make([]byte, size))
		}
		if done <- err; err != nil {
			server.Close()
		}
	}()
	pace := time.NewTicker(timeout / 8)
	defer pace.Stop()
	for taken := 0; taken < size; {
		<-pace.C
		n, err := client.Read(make([]byte, 4<<10))
		if err != nil {
			t.Fatalf("cut off after %d bytes: %v", taken, err)
		}
		taken += n
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A pipe is a connection whose halves end together.
type pipe struct{ net.Conn }

func (p pipe) CloseWrite() error { return p.Close() }

// One answer has a largest size; the cursor leads to the rest.
func TestAnswersHaveALargestSize(t *testing.T) {
	ts := start(t, Options{Answer: 30})
	for i := range 5 {
		ts.topic(t, "t").Publish(jsonOf(9 + i%2))
	}
	ts.topic(t, "t").Publish(jsonOf(100)) // alone is larger
	ts.topic(t, "t").Publish([]byte("7"))
	for _, route := range []string{"/polling?topic=t&after=", "/longpoll?topic=t&after="} {
		cursor := "0"
		for _, want := range []struct {
			size   int
			cursor string
		}{{9 + 10 + 3, "2"}, {9 + 10 + 3, "4"}, {11, "5"}, {102, "6"}, {3, "7"}} {
			status, head, body := ts.do(t, "GET", route+cursor, "")
			if cursor = head.Get(wire.HeaderCursor); status != http.StatusOK || len(body) != want.size || cursor != want.cursor || !json.Valid([]byte(body)) {
				t.Fatalf("%s: %d, cursor %s, %s; want %d bytes and cursor %s", route, status, cursor, body, want.size, want.cursor)
			}
		}
	}
	// At most, not about: 30 bytes fit.
	exact := start(t, Options{Answer: 30})
	for range 3 {
		exact.topic(t, "t").Publish(bytes.Repeat([]byte("1"), 9)) // 2 + 27 + 2 is 31
	}
	if _, head, _ := exact.do(t, "GET", "/polling?topic=t&after=0", ""); head.Get("Content-Length") != "21" {
		t.Errorf("an answer of %s bytes", head.Get("Content-Length"))
	}
}
