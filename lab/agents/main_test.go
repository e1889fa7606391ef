//go:build linux

package agents

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/loadgen"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// asAgent makes the test binary be an agent: its arguments are those of pushbench agent.
const asAgent = "PUSHBENCH_TEST_AGENT"

func TestMain(m *testing.M) {
	if os.Getenv(asAgent) != "" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		o := Options{URL: os.Args[2], Name: os.Args[4], Token: os.Getenv(TokenVariable), Build: testBuild, Host: "here"}
		if err := Join(ctx, o); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(0)
	}
	if err := os.Setenv(asAgent, "1"); err != nil { // for those that are started
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

var testBuild = NewBuild("test", "abc")

// local hires agents of this machine.
func local(t *testing.T, n int, silence time.Duration) *Crew {
	t.Helper()
	c := New(CrewOptions{Local: n, Command: []string{os.Args[0]}, Build: testBuild, Host: "here", Silence: silence})
	t.Cleanup(c.Close)
	if err := c.Hire(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// served is a fresh server in this process.
func served(t *testing.T) loadgen.Target {
	t.Helper()
	s, err := servers.Listen(servers.Options{Addr: "127.0.0.1:0", TCPAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return loadgen.Target{HTTP: s.Ready().HTTP, TCP: s.Ready().TCP, PID: os.Getpid()}
}

// options are of a short trial.
func options(t *testing.T, variant string, clients, topics int) loadgen.Options {
	t.Helper()
	v, err := wire.ParseVariant(variant)
	if err != nil {
		t.Fatal(err)
	}
	return loadgen.Options{
		Target: served(t), Variant: v, Clients: clients, Topics: topics, Rate: 60, Payload: 100,
		Warmup: 100 * time.Millisecond, Window: 300 * time.Millisecond,
	}
}
