//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestDo(t *testing.T) {
	for name, l := range kinds {
		t.Run(name, func(t *testing.T) {
			p := open(t, l)
			for _, n := range []*Namespace{p.Client(), p.Server()} {
				if got := interfaces(t, n); !slices.Equal(got, []string{"lo", n.Interface()}) {
					t.Errorf("interfaces %v, want loopback and the link's end alone", got)
				}
				if err := n.Do(loopbackAnswers); err != nil {
					t.Error(err)
				}
			}
			if client, server := namespaceOf(t, p.Client()), namespaceOf(t, p.Server()); client == server || client == here(t) || server == here(t) {
				t.Errorf("client in %s, server in %s, test in %s: want three namespaces", client, server, here(t))
			}
		})
	}
}

// loopbackAnswers refuses a connection that nobody listens for.
func loopbackAnswers() error {
	_, err := net.Dial("tcp", "127.0.0.1:1")
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("loopback: %v, want a refusal", err)
	}
	return nil
}

func namespaceOf(t *testing.T, n *Namespace) (id string) {
	t.Helper()
	if err := n.Do(func() error { id = here(t); return nil }); err != nil {
		t.Fatal(err)
	}
	return id
}

// here is the namespace of the calling thread.
func here(t *testing.T) string {
	t.Helper()
	id, err := os.Readlink(threadNamespace)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestTheThreadComesHome holds its thread, so that it looks at the one that
// was away.
func TestTheThreadComesHome(t *testing.T) {
	p := open(t, link.Link{})
	addr := echo(t, p)
	dead, die := context.WithCancel(t.Context())
	die()
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home := here(t)
	for _, tt := range []struct {
		name string
		trip func()
	}{
		{"from a function", func() { _ = p.Client().Do(func() error { return nil }) }},
		{"from an error", func() { _ = p.Client().Do(func() error { return os.ErrInvalid }) }},
		{"from a panic", func() {
			defer func() { _ = recover() }()
			_ = p.Client().Do(func() error { panic("on purpose") })
		}},
		{"from a namespace in a namespace", func() {
			_ = p.Client().Do(func() error {
				client := here(t)
				if err := p.Server().Do(func() error { return nil }); err != nil {
					return err
				}
				if here(t) != client {
					t.Error("the inner Do does not return to the outer one's namespace")
				}
				return nil
			})
		}},
		{"from a connection", func() { connect(t, p, addr) }},
		{"from a refused connection", func() { _ = dialError(t, p.Client(), "10.0.0.2:1") }},
		{"from a canceled context, without a socket", func() { _, _ = p.Client().DialContext(dead, "tcp", addr) }},
		{"from a deadline that is over", func() { _, _ = p.Client().DialContext(late, "tcp", addr) }},
		{"from an address of the other family", func() { _, _ = p.Client().DialContext(t.Context(), "tcp6", addr) }},
	} {
		tt.trip()
		if got := here(t); got != home {
			t.Fatalf("%s the thread came to %s, want %s", tt.name, got, home)
		}
	}
}

func TestAProcessStartedInDoIsInTheNamespace(t *testing.T) {
	p := open(t, link.Link{})
	var out []byte
	if err := p.Server().Do(func() (err error) {
		out, err = exec.CommandContext(t.Context(), "readlink", "/proc/self/ns/net").Output()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.TrimSpace(string(out)), namespaceOf(t, p.Server()); got != want {
		t.Errorf("the process is in %s, want %s", got, want)
	}
}

func dialError(t *testing.T, n *Namespace, addr string) error {
	t.Helper()
	c, err := n.DialContext(t.Context(), "tcp", addr)
	if err == nil {
		_ = c.Close()
	}
	return err
}

func TestDialContextRefuses(t *testing.T) {
	p := open(t, link.Link{})
	for _, tt := range []struct {
		name, network, address string
		want                   string
	}{
		{"a name", "tcp", "localhost:80", "not a literal address"},
		{"no port", "tcp", "10.0.0.2", "not a literal address"},
		{"a port's name", "tcp", "10.0.0.2:http", "not a literal address"},
		{"an address that is none", "tcp", "[::]:80", ":: is no address to connect to"},
		{"datagrams", "udp", "10.0.0.2:80", "unknown network udp"},
		{"a port that nobody listens on", "tcp", "10.0.0.2:1", "connection refused"},
		{"a network without a route", "tcp", "192.0.2.1:1", "network is unreachable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := p.Client().DialContext(t.Context(), tt.network, tt.address)
			if err == nil {
				_ = c.Close()
				t.Fatal("connected")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q, want %q in it", err, tt.want)
			}
		})
	}
}

func TestAWaitingDialHoldsNoThreadInTheNamespace(t *testing.T) {
	p := open(t, link.Link{Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := p.Client().DialContext(ctx, "tcp", netip.AddrPortFrom(p.Server().Addr(), 1).String())
		done <- err
	}()
	for sent := int64(0); sent == 0; {
		s, err := p.Stats()
		if err != nil {
			t.Fatal(err)
		}
		sent = s.ToServer.Packets
	}
	tasks := strangers(t)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the dial ended with %v, want the context's error", err)
	}
	if tasks != 0 {
		t.Errorf("%d threads are in another namespace while a connection is waited for", tasks)
	}
}

// strangers counts the threads that are not in the calling one's namespace.
func strangers(t *testing.T) (n int) {
	t.Helper()
	home := here(t)
	all, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range all {
		if id, err := os.Readlink("/proc/self/task/" + task.Name() + "/ns/net"); err == nil && id != home {
			n++
		}
	}
	return n
}

func TestAStrandedThreadEndsWithItsGoroutine(t *testing.T) {
	p := open(t, link.Link{})
	var wg sync.WaitGroup
	var strand func()
	strand = func() {
		runtime.LockOSThread()
		if unix.Gettid() == os.Getpid() { // the main thread cannot end: hold it and let another one try
			defer runtime.UnlockOSThread()
			done := make(chan struct{})
			wg.Go(func() { defer close(done); strand() })
			<-done
			return
		}
		v, err := p.Client().visit()
		if err != nil {
			t.Error(err)
			return
		}
		_ = v.home.Close() // no way back
		for range 2 {
			if err := v.leave(); err == nil || !strings.Contains(err.Error(), "cannot leave a network namespace") {
				t.Errorf("error %v, want that the thread cannot leave", err)
			}
		}
		runtime.UnlockOSThread() // of this function's own lock
	}
	wg.Go(strand)
	wg.Wait()
	for began := time.Now(); strangers(t) > 0; {
		if time.Since(began) > 30*time.Second {
			t.Fatal("the thread has not ended")
		}
	}
}

func TestDialWithoutAPortLeft(t *testing.T) {
	p := open(t, link.Link{})
	addr := echo(t, p)
	if err := p.Client().Do(func() error {
		return os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte("40000 40001"), 0)
	}); err != nil {
		t.Fatal(err)
	}
	connect(t, p, addr)
	connect(t, p, addr)
	if err := dialError(t, p.Client(), addr); err == nil || !strings.Contains(err.Error(), "no local port is left") {
		t.Errorf("error %v, want it to say that no port is left", err)
	}
}
