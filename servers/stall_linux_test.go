package servers

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pushbench/lab/broker"
	"pushbench/scenarios"
	"pushbench/servers/backplane"
)

// What the backplane does not take is not acknowledged: the publisher is told.
func TestABackplaneThatStalls(t *testing.T) {
	for kind, started := range map[string]func(testing.TB) *broker.Broker{
		"redis": startRedis, "nats": func(t testing.TB) *broker.Broker { return startBroker(t, scenarios.BackplaneNATS) },
	} {
		t.Run(kind, func(t *testing.T) { stalls(t, started(t)) })
	}
}

func stalls(t *testing.T, b *broker.Broker) {
	open := (&testBroker{url: b.URL}).group(t)
	ts := startNode(t, Options{WriteTimeout: 200 * time.Millisecond}, open)
	c := dialSSE(t, ts, "t", "0")
	defer c.close()
	ts.publish(t, "t", 1)
	expect(t, c, `event 1 {"n":1}`)
	if err := b.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	pids, err := b.Processes()
	if err != nil || len(pids) == 0 {
		t.Fatal(pids, err)
	}
	for _, pid := range pids {
		until(t, "the broker stands still", func() bool { return stopped(t, pid) })
	}
	status, _, body := ts.do(t, "POST", "/publish?topic=t", "2\n")
	if status != 503 || body != `{"error":"the backplane did not take an event: no answer within 200ms"}`+"\n" {
		t.Errorf("status %d, %s", status, body)
	}
	if err := b.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	// It may have taken the event all the same: then everybody gets it.
	until(t, "the backplane takes events again", func() bool {
		status, _, _ := ts.do(t, "POST", "/publish?topic=t", "3\n")
		return status == 200
	})
	expectAtLast(t, c, 2, "2", "3")
}

// stopped reports whether every thread of a process stands still, which is some time after SIGSTOP
// was sent.
func stopped(t *testing.T, pid int) bool {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("process %d has no threads: %v", pid, err)
	}
	return !slices.ContainsFunc(threads, func(file string) bool {
		b, err := os.ReadFile(file)
		return err == nil && !bytes.Contains(b, []byte(") T ")) && !bytes.Contains(b, []byte(") t "))
	})
}

// expectAtLast expects an event with the number next or a later one. Until then events may come
// that were not acknowledged.
func expectAtLast(t *testing.T, c client, next uint64, unsure, last string) {
	t.Helper()
	for ; ; next++ {
		switch got := c.next(); got {
		case event(next, unsure):
		case event(next, last):
			return
		default:
			t.Fatalf("got %s as event %d", got, next)
		}
	}
}

// natsAt runs a NATS server at a port, 0 for any, with what is in a directory. The caller ends it.
func natsAt(t *testing.T, dir string, port int) (end func(), at int) {
	t.Helper()
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	end = func() {
		s.Shutdown()
		s.WaitForShutdown()
	}
	if !s.ReadyForConnections(20 * time.Second) {
		end()
		t.Fatal("the NATS server is not ready")
	}
	return end, s.Addr().(*net.TCPAddr).Port
}

// While NATS is away nothing is acknowledged. When it was started again it has kept the numbers: the
// clients of all nodes get what is published from then on, without a gap.
func TestNATSThatRestarts(t *testing.T) {
	dir := t.TempDir()
	end, port := natsAt(t, dir, 0)
	address := fmt.Sprintf("nats://127.0.0.1:%d", port)
	open := func() backplane.Backplane { return openNode(t, address) }
	o := Options{WriteTimeout: 300 * time.Millisecond}
	first, second := startNode(t, o, open), startNode(t, o, open)
	first.publish(t, "t", 2)
	c := dialSSE(t, second, "t", "1")
	defer c.close()
	expect(t, c, `event 2 {"n":2}`)
	end()
	if status, _, body := first.do(t, "POST", "/publish?topic=t", "9\n"); status != 503 {
		t.Errorf("status %d, %s", status, body)
	}
	end, _ = natsAt(t, dir, port)
	t.Cleanup(end)
	until(t, "the backplane takes events again", func() bool {
		status, _, _ := first.do(t, "POST", "/publish?topic=t", "3\n")
		return status == 200
	})
	expectAtLast(t, c, 3, "9", "3") // what was not acknowledged may have been taken all the same
}
