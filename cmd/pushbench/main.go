// Command pushbench measures how late, how costly and how heavy events are on
// polling, long-polling, SSE and WebSocket.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit statuses. Scripts rely on them: a broken expectation is not bad input.
const (
	exitFine        = 0
	exitFailed      = 1   // a trial failed, an expectation broke, a check of doctor failed, a server became worse
	exitUsage       = 2   // bad input, or it could not be run at all, or not compared
	exitVoid        = 3   // a comparison cannot be believed
	exitInterrupted = 130 // ended by Ctrl-C, with what there is
)

func main() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	// A pipe that nobody reads any more is an error to tell, and none to die of
	// while a run goes on.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	os.Exit(run(attend(ctx, stop), os.Args[1:], os.Stdout, os.Stderr))
}

// run executes one command line and returns its exit status. Results go to
// stdout; progress, doubts and errors go to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out := &output{w: stdout}
	root := newRoot(args, out, stderr)
	err := out.failure(root.ExecuteContext(ctx))
	if err == nil {
		return exitFine
	}
	var e *exitError
	if !errors.As(err, &e) {
		e = &exitError{status: exitUsage, err: err}
	}
	if e.err != nil {
		complain(stderr, e.err)
	}
	if e.hint != "" {
		say(stderr, "hint: %s", e.hint)
	}
	return e.status
}

// An exitError ends the command with a status. With a nil err, all that needs
// saying has been said.
type exitError struct {
	status int
	err    error
	hint   string // what to do about it
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage is bad input, with a hint that says what would be right.
func usage(hint, format string, args ...any) error {
	return &exitError{status: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}
