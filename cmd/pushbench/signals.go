package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// A watch is what the first signal finds: whether the command is in a part that
// ends by itself when its context is done.
type watch struct{ heeding atomic.Int32 }

type watchKey struct{}

// attend has the first SIGINT or SIGTERM call stop. Where nobody heeds that, such
// as while a file is read or a report is drawn, the command ends at once. The
// signals' default is restored before anybody is told, so that the second one
// kills in any case.
func attend(ctx context.Context, stop func()) context.Context {
	w := &watch{}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		stop()
		if w.heeding.Load() == 0 {
			fmt.Fprintln(os.Stderr, "pushbench: interrupted")
			os.Exit(exitInterrupted)
		}
	}()
	return context.WithValue(ctx, watchKey{}, w)
}

// heed says that the command ends by itself when ctx is done, until the
// function returned is called.
func heed(ctx context.Context) (done func()) {
	w, ok := ctx.Value(watchKey{}).(*watch)
	if !ok { // a test that executes the command in its own process
		return func() {}
	}
	w.heeding.Add(1)
	return func() { w.heeding.Add(-1) }
}
