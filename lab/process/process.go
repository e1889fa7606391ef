//go:build linux

package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pushbench/servers/wire"
)

const (
	readyWithin = 20 * time.Second // a server accepts connections
	endWithin   = 5 * time.Second  // one that never was ready has ended after SIGTERM
)

// Options say what to start, and where. Command is required.
type Options struct {
	Command []string   // writes wire.Ready as the first line of its standard output
	Files   []*os.File // inherited as descriptors 3 and on; they stay the caller's
	Host    string     // the IP address that the command tells the server to listen at; empty: any
	Env     []string   // NAME=value, besides this process's own environment

	// In, when set, calls start while the calling goroutine's thread is where
	// the server is to run, such as in a network namespace.
	In func(start func() error) error
}

// A Server is a server of our routes in a process of its own: its own group, so that
// Ctrl-C in a terminal reaches this process alone, and killed by the kernel should
// this process die. Its methods may be called concurrently, but Stop once.
type Server struct {
	wire.Ready
	*child
}

// ErrNoServer says that the command could not even be executed.
var ErrNoServer = errors.New("cannot start the server")

// ErrByItself says that the server's process ended before it was asked to.
var ErrByItself = errors.New("the server ended by itself")

// errEnded says that there is no server any more.
var errEnded = errors.New("the server ended before it was ready")

// listensAt checks that an address of a ready line is at the host that the server
// was told to listen at, where it was told: load goes nowhere else. An empty address
// is none.
func listensAt(host, address string) error {
	if address == "" {
		return nil
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil || at.Port() == 0 {
		return fmt.Errorf("the server's ready line has %.200q where an IP address and a port are wanted", address)
	}
	if host != "" && at.Addr().String() != host {
		return fmt.Errorf("the server's ready line names %s, and it was told to listen at %s", address, host)
	}
	return nil
}

// Start starts the server and waits for its ready line. The caller ends it
// with Stop. The error is ErrNoServer when there is no such command, else it
// says what the server said last.
func Start(ctx context.Context, o Options) (*Server, error) {
	if len(o.Command) == 0 {
		return nil, fmt.Errorf("%w: no command given", ErrNoServer)
	}
	cmd, output, first := exec.Command(o.Command[0], o.Command[1:]...), &tail{}, &firstLine{line: make(chan []byte, 1)}
	named(cmd)
	cmd.Stdout, cmd.Stderr = first, output
	cmd.ExtraFiles = o.Files
	cmd.Env = append(os.Environ(), o.Env...)
	c, err := launch(cmd, output, o.In)
	if err != nil {
		return nil, err
	}
	p := &Server{child: c}
	if err := p.await(ctx, first.line, o.Host); err != nil {
		if end := p.Stop(endWithin); end != nil && !errors.Is(err, errEnded) {
			err = fmt.Errorf("%w; %w", err, end)
		}
		return nil, err
	}
	return p, nil
}

// await reads the ready line.
func (p *Server) await(ctx context.Context, line <-chan []byte, host string) error {
	timeout := time.NewTimer(readyWithin)
	defer timeout.Stop()
	select {
	case b := <-line:
		if err := json.Unmarshal(b, &p.Ready); err != nil || p.HTTP == "" {
			return fmt.Errorf("the server's ready line cannot be read: %.200q", b)
		}
		for _, address := range []string{p.HTTP, p.TCP} {
			if err := listensAt(host, address); err != nil {
				return err
			}
		}
		if p.PID == 0 {
			p.PID = p.cmd.Process.Pid
		}
		return nil
	case <-p.exited:
		return fmt.Errorf("%w: %s", errEnded, p.last())
	case <-timeout.C:
		return fmt.Errorf("the server was not ready within %s%s", readyWithin, p.said())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Signal sends a signal to the process, if it is still there.
func (p *Server) Signal(s syscall.Signal) error { return p.cmd.Process.Signal(s) }

// Stop asks the process to end, kills it when it has not within so long, and
// waits for it; afterwards nothing of its group is left. The error says how it
// ended when that was not as asked.
func (p *Server) Stop(within time.Duration) error {
	pid := p.cmd.Process.Pid
	defer func() { _ = unix.Kill(-pid, unix.SIGKILL) }() // what it may have left behind; usually there is no such group any more
	if p.Gone() {
		return fmt.Errorf("%w: %s", ErrByItself, p.last())
	}
	_ = unix.Kill(-pid, unix.SIGTERM) // fails when it has ended just now, which exited tells
	_ = unix.Kill(-pid, unix.SIGCONT) // a stopped one would not notice
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	select {
	case <-p.exited:
	case <-timeout.C:
		_ = unix.Kill(-pid, unix.SIGKILL)
		<-p.exited
		return fmt.Errorf("the server did not end within %s of SIGTERM and was killed%s", within, p.said())
	}
	switch signal, ok := signaled(p.err); {
	case p.err == nil || ok && signal == syscall.SIGTERM:
		return nil
	case ok: // nobody here sent it: its connections were closed a moment before it was gone
		return fmt.Errorf("%w: %s", ErrByItself, p.last())
	}
	return fmt.Errorf("the server ended with an error: %s", p.last())
}

// A firstLine sends the first line that is written to it and drops the rest.
type firstLine struct {
	line chan []byte // buffered
	got  []byte
	done bool
}

func (f *firstLine) Write(b []byte) (int, error) {
	if f.done {
		return len(b), nil
	}
	f.got = append(f.got, b...)
	line, _, found := bytes.Cut(f.got, []byte("\n"))
	if found || len(f.got) > 64<<10 {
		f.line <- line
		f.done, f.got = true, nil
	}
	return len(b), nil
}
