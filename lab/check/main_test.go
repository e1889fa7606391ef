package check

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/servers"
)

// TestMain makes the test binary be pushbench's server where a target file starts it.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		os.Exit(serve(os.Args[2:]))
	}
	goleak.VerifyTestMain(m)
}

// serve serves with the flags that targets/pushbench.yaml has.
func serve(args []string) int {
	var o servers.Options
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.StringVar(&o.Addr, "addr", "", "")
	f.StringVar(&o.TCPAddr, "tcp", "", "")
	f.BoolVar(&o.Private, "private", false, "")
	f.Bool("ready", false, "")
	f.IntVar(&o.History, "history", 0, "")
	if err := f.Parse(args); err != nil {
		return 2
	}
	o.Heartbeat = 15 * time.Second
	s, err := servers.Listen(o)
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		err = s.Serve(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
