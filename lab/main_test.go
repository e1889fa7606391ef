//go:build linux

package lab

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/lab/target"
	"pushbench/scenarios"
	"pushbench/servers"
	"pushbench/servers/null"
	"pushbench/servers/wire"
)

// asServer makes the test binary be a server process: the Runner's tests run
// real servers and have no others to start.
const asServer = "PUSHBENCH_TEST_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		os.Exit(serve(os.Args[1], os.Args[2:]))
	}
	if len(os.Args) > 1 { // as targets/pushbench.yaml starts it
		switch os.Args[1] {
		case "serve":
			os.Exit(serve("serve", os.Args[2:]))
		case "version":
			fmt.Println("of a test")
			os.Exit(0)
		}
	}
	goleak.VerifyTestMain(m)
}

// self is the command that starts this binary as a server of a kind.
func self(t *testing.T, kind string) []string {
	t.Setenv(asServer, "1")
	return []string{os.Args[0], kind}
}

// atOnce is how many runs of a table are under way at the same time.
const atOnce = 4

// each runs f as a test of its own for each row, several at a time: a run waits for most of
// its time. What f asserts may not depend on what else the machine does, and the caller
// looks for children that are left.
func each[R any](t *testing.T, name func(row R) string, rows []R, f func(t *testing.T, row R)) {
	t.Helper()
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(atOnce, len(rows)) {
		running.Go(func() {
			for i := next.Add(1); i <= int64(len(rows)); i = next.Add(1) {
				row := rows[i-1]
				t.Run(name(row), func(t *testing.T) { f(t, row) })
			}
		})
	}
	running.Wait()
}

func scenariosOf(s ...scenarios.Scenario) []scenarios.Scenario { return s }

// served is the target that this binary is as a server of a kind.
func served(t *testing.T, kind string) []target.Target {
	return []target.Target{target.Builtin(self(t, kind)...)}
}

func serve(kind string, args []string) int {
	switch kind {
	case "mute": // ends without a word on standard output
		fmt.Fprintln(os.Stderr, "cannot bind")
		return 3
	case "mortal": // ends when its first client comes
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 4
		}
		announce(wire.Ready{HTTP: l.Addr().String(), TCP: l.Addr().String(), PID: os.Getpid()})
		_, _ = l.Accept()
		fmt.Fprintln(os.Stderr, "out of luck")
		return 3
	case "foreign", "foreign-doubling", "foreign-mortal", "foreign-frail", "foreign-page":
		return serveForeign(kind, args[0], args[1])
	case "null":
		return serveNull(args)
	case "killed":
		go doom(syscall.SIGKILL)
	case "stopped":
		go doom(syscall.SIGSTOP)
	case "deaf": // says that it listens where nobody does
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 4
		}
		_ = l.Close()
		announce(wire.Ready{HTTP: l.Addr().String(), TCP: l.Addr().String(), PID: os.Getpid()})
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		<-asked
		return 0
	}
	var o servers.Options
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.StringVar(&o.Addr, "addr", "", "")
	f.StringVar(&o.TCPAddr, "tcp", "", "")
	f.BoolVar(&o.TLS, "tls", false, "")
	f.DurationVar(&o.Heartbeat, "heartbeat", time.Hour, "")
	f.IntVar(&o.History, "history", 0, "")
	f.BoolVar(&o.Private, "private", false, "")
	f.Bool("ready", false, "")
	f.Bool("expose", false, "")
	f.Int("topics", 0, "")
	address := f.String("backplane", "", "")
	asNATS := f.Bool("nats", false, "")
	f.Int("memory", 0, "")
	if err := f.Parse(args); err != nil {
		return 2
	}
	if *asNATS {
		return serveNATS(o.Addr)
	}
	if *address != "" {
		b, leave, err := openBackplane(*address)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer leave()
		o.Backplane = b
	}
	if kind == "reticent" { // has no tcp floor and keeps its figures to itself
		o.TCPAddr, o.Private = "off", true
	}
	if kind == "worse" { // on purpose
		o.Inject = servers.Injections{CPU: time.Microsecond, Memory: 4096}
	}
	s, err := servers.Listen(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	announce(s.Ready())
	if err := s.Serve(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serveNull(args []string) int {
	o := null.Options{Credit: os.NewFile(3, "credit")}
	f := flag.NewFlagSet("null", flag.ContinueOnError)
	f.StringVar(&o.Addr, "addr", "", "")
	f.StringVar(&o.TCPAddr, "tcp", "", "")
	f.BoolVar(&o.TLS, "tls", false, "")
	f.IntVar(&o.Payload, "payload", 0, "")
	if err := f.Parse(args); err != nil {
		return 2
	}
	s, err := null.Listen(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	announce(s.Ready())
	if err := s.Serve(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func announce(r wire.Ready) {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(b))
}

// noChildren fails the test when this process has a child.
func noChildren(t *testing.T) {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err == nil && len(b) > 0 { // an error: the thread has ended
			t.Errorf("child processes left: %s", b)
		}
	}
}
