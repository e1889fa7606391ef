//go:build linux

package broker

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"pushbench/servers/wire"
)

// A broker of the kind NATS is this very program.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		os.Exit(serve(os.Args[len(os.Args)-1]))
	}
	goleak.VerifyTestMain(m)
}

func serve(addr string) int {
	n, err := ListenNATS(addr)
	if err != nil {
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if json.NewEncoder(os.Stdout).Encode(wire.Ready{HTTP: n.Addr(), PID: os.Getpid()}) != nil || n.Serve(ctx) != nil {
		return 1
	}
	return 0
}
