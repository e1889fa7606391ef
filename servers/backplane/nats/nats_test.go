package nats

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"pushbench/servers/backplane"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a NATS server at a port, 0 for any, that keeps what it has in a directory.
func serve(t *testing.T, dir string, port int) (s *server.Server, at int) {
	t.Helper()
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server is not ready")
	}
	return s, s.Addr().(*net.TCPAddr).Port
}

func end(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// A listener writes down what a node is told.
type listener struct {
	mu      sync.Mutex
	told    []string
	changed chan struct{} // closed and made again with each
}

func (l *listener) tell(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, text)
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *listener) Place(topic string, number uint64, payload []byte) {
	l.tell(fmt.Sprintf("%s %d %s", topic, number, payload))
}
func (l *listener) Lose(topic string, number uint64) {
	l.tell(fmt.Sprintf("%s lost %d", topic, number))
}
func (l *listener) Joined() { l.tell("joined") }

// await waits until the node was told something, and returns all.
func (l *listener) await(t *testing.T, text string) []string {
	t.Helper()
	return l.awaitTimes(t, 1, text)
}

func (l *listener) awaitTimes(t *testing.T, times int, text string) []string {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		l.mu.Lock()
		told, changed := slices.Clone(l.told), l.changed
		l.mu.Unlock()
		if n := len(slices.DeleteFunc(slices.Clone(told), func(s string) bool { return s != text })); n >= times {
			return told
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("it was told %q and not %q", told, text)
		}
	}
}

// join opens a node that listens until the test ends.
func join(t *testing.T, url string) (*Backplane, *listener) {
	t.Helper()
	b, err := Open(t.Context(), url, 100, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{changed: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	received := make(chan error, 1)
	go func() { received <- b.Receive(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-received; err != nil {
			t.Error(err)
		}
		b.Close()
	})
	return b, l
}

func publish(t *testing.T, b *Backplane, topic, payload string, want uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if n, err := b.Publish(ctx, topic, []byte(payload)); n != want || err != nil {
		t.Fatalf("%s of topic %s is number %d, %v; want %d", payload, topic, n, err, want)
	}
}

// A NATS server that is started again has kept the events and their numbers. Nodes go on where
// they were, and one that comes later has all.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	s, port := serve(t, dir, 0)
	defer func() { end(s) }()
	url := fmt.Sprintf("nats://127.0.0.1:%d", port)
	b, l := join(t, url)
	l.await(t, "joined")
	publish(t, b, "t", "one", 1)
	publish(t, b, "a.b", "other", 1)
	l.await(t, "a.b 1 other")
	end(s)
	s, _ = serve(t, dir, port)
	l.awaitTimes(t, 2, "joined") // what is sent before that may be lost
	publish(t, b, "t", "two", 2)
	l.await(t, "t 2 two")
	if epoch := b.Epoch(); len(epoch) != 8 || strings.Trim(epoch, "0123456789abcdef") != "" {
		t.Errorf("the epoch is %q", epoch)
	}
	late, l := join(t, url)
	if want, got := []string{"t 1 one", "a.b 1 other", "t 2 two", "joined"}, l.await(t, "joined"); !slices.Equal(want, got) {
		t.Errorf("a node that comes later is told %q, want %q", got, want)
	}
	if late.Epoch() != b.Epoch() {
		t.Errorf("the epochs are %s and %s", b.Epoch(), late.Epoch())
	}
}

// A NATS server that comes back with nothing while an event is being published takes it, and its
// number is far above those that were lost.
func TestAnEventMeanwhile(t *testing.T) {
	s, port := serve(t, t.TempDir(), 0)
	defer func() { end(s) }()
	b, l := join(t, fmt.Sprintf("nats://127.0.0.1:%d", port))
	l.await(t, "joined")
	publish(t, b, "t", "one", 1)
	l.await(t, "t 1 one")
	away, shut := make(chan error, 2), b.conn.DisconnectErrHandler() // the test's end is the second time
	b.conn.SetDisconnectErrHandler(func(c *nats.Conn, err error) {
		shut(c, err)
		away <- err
	})
	end(s)
	<-away
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), answer)
		defer cancel()
		n, err := b.Publish(ctx, "t", []byte("two"))
		if err == nil && n <= backplane.Jump {
			err = fmt.Errorf("it is number %d", n)
		}
		done <- err
	}()
	s, _ = serve(t, t.TempDir(), port)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A NATS server that comes back without the end of what it had does not give its numbers to others,
// and a node gets what comes then.
func TestALostEnd(t *testing.T) {
	dir, before := t.TempDir(), t.TempDir()
	s, port := serve(t, dir, 0)
	defer func() { end(s) }()
	b, l := join(t, fmt.Sprintf("nats://127.0.0.1:%d", port))
	l.await(t, "joined")
	publish(t, b, "t", "one", 1)
	l.await(t, "t 1 one")
	end(s)
	if err := os.CopyFS(before, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	s, _ = serve(t, dir, port)
	l.awaitTimes(t, 2, "joined")
	publish(t, b, "t", "two", 2)
	publish(t, b, "t", "three", 3)
	l.await(t, "t 3 three")
	end(s)
	s, _ = serve(t, before, port)
	l.awaitTimes(t, 3, "joined")
	late, m := join(t, fmt.Sprintf("nats://127.0.0.1:%d", port)) // which has not had them
	m.await(t, "joined")
	publish(t, late, "t", "four", 3+backplane.Jump+1)
	l.await(t, fmt.Sprintf("t %d four", 3+backplane.Jump+1))
}

// Two servers that share one NATS by other names have events of their own.
func TestNames(t *testing.T) {
	s, port := serve(t, t.TempDir(), 0)
	defer end(s)
	url := fmt.Sprintf("nats://127.0.0.1:%d", port)
	one, l := join(t, url+"#one")
	other, m := join(t, url+"#other")
	l.await(t, "joined")
	m.await(t, "joined")
	publish(t, one, "t", "x", 1)
	publish(t, other, "t", "y", 1)
	if got := l.await(t, "t 1 x"); slices.Contains(got, "t 1 y") {
		t.Errorf("it was told %q", got)
	}
	m.await(t, "t 1 y")
}

// A server without JetStream is none to keep events, and says so.
func TestOpenRefuses(t *testing.T) {
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server is not ready")
	}
	defer end(s)
	url := fmt.Sprintf("nats://%s", s.Addr())
	for _, bad := range []string{url, url + "#a.b", "nats://127.0.0.1:1"} {
		if _, err := Open(t.Context(), bad, 100, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s is opened", bad)
		}
	}
}
