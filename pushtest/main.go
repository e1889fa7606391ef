package pushtest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"pushbench/servers/wire"
)

// serverEnv is the environment variable by which Run starts the test binary as the
// server. Its first inherited file is the listener of the figures.
const serverEnv = "PUSHTEST_SERVER"

// started is set by Main and MainAddr: the test binary can be the server.
var started bool

// connectWithin bounds how long a server that has its own engine needs to listen.
const connectWithin = 15 * time.Second

// Main runs the tests and benchmarks, and exits. Call it first in TestMain:
//
//	func TestMain(m *testing.M) { pushtest.Main(m, newServer) }
//
// [Run] starts the test binary once more, for each measurement, and there Main does
// not run tests. It calls newServer and serves its handler by net/http, until the
// measurement is over. So newServer is called in that process only.
//
// m is a *testing.M, or what wraps one.
func Main(m interface{ Run() int }, newServer func() http.Handler) {
	started = true
	if os.Getenv(serverEnv) == "" {
		os.Exit(m.Run())
	}
	serve(func(ready func(net.Addr) error) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		server := &http.Server{Handler: newServer()}
		if err := ready(l.Addr()); err != nil {
			return err
		}
		return server.Serve(l)
	})
}

// MainAddr is [Main] for a server that listens by itself, such as one with an engine
// of its own. listen gets an address, such as 127.0.0.1:40123. It serves there, and
// returns when it is listening or when it has ended. An error ends the measurement.
func MainAddr(m interface{ Run() int }, listen func(address string) error) {
	started = true
	if os.Getenv(serverEnv) == "" {
		os.Exit(m.Run())
	}
	serve(func(ready func(net.Addr) error) error {
		at, err := freeAddress()
		if err != nil {
			return err
		}
		failed := make(chan error, 1)
		go func() {
			if err := listen(at.String()); err != nil {
				failed <- err
			}
		}()
		if err := connect(at, failed); err != nil {
			return err
		}
		if err := ready(at); err != nil {
			return err
		}
		return <-failed
	})
}

// serve is the server process. It never returns: the server runs until the process is
// ended, or exits with what is wrong on standard error. run does not return nil.
func serve(run func(ready func(net.Addr) error) error) {
	os.Unsetenv(serverEnv) // what it starts is no server
	ready := os.Stdout
	os.Stdout = os.Stderr // what the server prints does not get into the ready line
	err := serveFigures(os.NewFile(3, "figures"))
	if err == nil {
		err = run(func(at net.Addr) error {
			return json.NewEncoder(ready).Encode(wire.Ready{HTTP: at.String(), PID: os.Getpid()})
		})
	}
	fmt.Fprintf(os.Stderr, "pushtest: the server: %v\n", err)
	os.Exit(1)
}

// freeAddress is a loopback address at which nobody listened a moment ago.
func freeAddress() (net.Addr, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.Addr(), nil
}

// connect waits until a server listens at the address, or has failed.
func connect(at net.Addr, failed <-chan error) error {
	for end := time.Now().Add(connectWithin); ; {
		c, err := net.Dial(at.Network(), at.String())
		if err == nil {
			return c.Close()
		}
		if time.Now().After(end) {
			return fmt.Errorf("it does not listen at %s within %s: %w", at, connectWithin, err)
		}
		select {
		case err := <-failed:
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}
