package pushtest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// The tests start this binary again to run BenchmarkFact, by the name of a fact, and that
// starts it once more as the server.
const (
	factEnv   = "PUSHTEST_FACT"
	engineEnv = "PUSHTEST_ENGINE" // how a server with an engine of its own behaves; empty: there is a handler
	pidsEnv   = "PUSHTEST_PIDS"   // file to which each server process adds its number
)

func TestMain(m *testing.M) {
	if os.Getenv(engineEnv) != "" {
		MainAddr(leaks{m}, engine)
	}
	Main(leaks{m}, newServer)
}

// leaks are tests that fail when a goroutine is left.
type leaks struct{ m *testing.M }

func (l leaks) Run() int {
	code := l.m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func engine(address string) error {
	switch os.Getenv(engineEnv) {
	case "blocks":
		return http.ListenAndServe(address, newServer())
	case "returns":
		l, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		go func() { _ = http.Serve(l, newServer()) }() // until the process ends
		return nil
	}
	return errors.New("the engine has no license")
}
