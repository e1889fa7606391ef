//go:build linux

package process

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"pushbench/servers"
)

// asServer makes the test binary be a server process.
const asServer = "PUSHBENCH_TEST_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		os.Exit(serve(os.Args[1]))
	}
	goleak.VerifyTestMain(m)
}

// self is the command that starts this binary as a server of a kind.
func self(t *testing.T, kind string) []string {
	t.Setenv(asServer, "1")
	return []string{os.Args[0], kind}
}

func serve(kind string) int {
	switch kind {
	case "mute": // ends without a word on standard output
		fmt.Fprintln(os.Stderr, "cannot bind")
		return 3
	case "garbled":
		fmt.Println("hello")
		select {}
	case "runner": // starts a server and lives on
		p, err := Start(context.Background(), Options{Command: []string{os.Args[0], "serve"}})
		if err != nil {
			return 4
		}
		fmt.Println(p.PID)
		select {}
	case "removed": // starts a server after its own file is gone, and says of which kind that is
		if err := os.Remove(os.Args[0]); err != nil {
			return 4
		}
		p, err := Start(context.Background(), Options{Command: []string{Self, "serve"}})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 5
		}
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.PID))
		if err == nil {
			fmt.Printf("%q\n", name)
			err = p.Stop(endWithin)
		}
		if err != nil {
			return 6
		}
		return 0
	case "inherits": // says which file and which variable it was given
		var b [5]byte
		n, _ := os.NewFile(3, "given").ReadAt(b[:], 0)
		fmt.Fprintf(os.Stderr, "given %q and %q\n", b[:n], os.Getenv("PUSHBENCH_TEST_GIVEN"))
		return 3
	case "stubborn": // does not end when it is asked to
		signal.Ignore(syscall.SIGTERM)
	}
	s, err := servers.Listen(servers.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx := context.Background()
	if kind != "stubborn" {
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, syscall.SIGTERM)
		defer stop()
	}
	if err := json.NewEncoder(os.Stdout).Encode(s.Ready()); err != nil {
		return 1
	}
	if err := s.Serve(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
