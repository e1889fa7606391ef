package broker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"pushbench/lab/process"
	"pushbench/scenarios"
)

// Options say what to start. Kind is required.
type Options struct {
	Kind string // as a scenario names the backplane

	// In, when set, calls start while the calling goroutine's thread is where the broker is
	// to run, such as on CPUs of its own.
	In func(start func() error) error
}

// A Broker runs on loopback in a process of its own. Its methods may be called concurrently,
// but Stop once.
type Broker struct {
	URL       string                // of the nodes' --backplane
	Processes func() ([]int, error) // the numbers of its processes
	Signal    func(syscall.Signal) error
	stop      func() error
}

// Stop ends the broker. The error says how it ended when that was not as asked: it is
// process.ErrByItself when it had ended before.
func (b *Broker) Stop() error { return b.stop() }

const (
	host        = "127.0.0.1"
	endWithin   = 5 * time.Second
	readyWithin = 10 * time.Second
	attempts    = 3 // of starting Redis, when another program has taken its port
)

// Start starts a broker and waits until it can be used. The caller ends it with Stop. The error
// is that of ctx, or says what the broker said last.
func Start(ctx context.Context, o Options) (*Broker, error) {
	switch o.Kind {
	case scenarios.BackplaneNATS:
		return startNATS(ctx, o)
	case scenarios.BackplaneRedis:
		for attempt := 1; ; attempt++ {
			b, again, err := startRedis(ctx, o)
			if err == nil || !again || attempt == attempts {
				return b, err
			}
		}
	}
	return nil, fmt.Errorf("there is no broker %q", o.Kind)
}

// startNATS has this very program be the server, in a process of its own.
func startNATS(ctx context.Context, o Options) (*Broker, error) {
	s, err := process.Start(ctx, process.Options{Command: []string{process.Self, "serve", "--ready", "--nats", "--addr", host + ":0"}, Host: host, In: o.In})
	if err != nil {
		return nil, err
	}
	return &Broker{
		URL: "nats://" + s.HTTP, Signal: s.Signal, stop: func() error { return s.Stop(endWithin) },
		Processes: func() ([]int, error) { return []int{s.PID}, nil },
	}, nil
}

// startRedis starts Redis at a free port, without a file for what it keeps. Again says that
// another program has taken the port.
func startRedis(ctx context.Context, o Options) (_ *Broker, again bool, err error) {
	if missing := Missing(scenarios.BackplaneRedis); missing != "" {
		return nil, false, errors.New(missing)
	}
	port, err := process.FreePort()
	if err != nil {
		return nil, false, err
	}
	dir, err := os.MkdirTemp("", "pushbench-redis-")
	if err != nil {
		return nil, false, err
	}
	tree, err := process.Program{
		Command: []string{redisServer, "--bind", host, "--port", strconv.Itoa(port), "--dir", dir, "--save", "", "--appendonly", "no"},
		// Nothing that it has is kept.
		Directory: dir, Signal: syscall.SIGKILL, In: o.In,
	}.Start()
	if err != nil {
		return nil, false, errors.Join(err, os.RemoveAll(dir))
	}
	stop := func() error { return errors.Join(tree.Stop(), os.RemoveAll(dir)) }
	address := net.JoinHostPort(host, strconv.Itoa(port))
	late := awaitPong(ctx, address, func() bool { return tree.ListensAt(port) }, tree.Exited())
	if late == nil {
		return &Broker{
			URL: "redis://" + address, Signal: tree.Signal, stop: stop,
			Processes: func() ([]int, error) { return tree.Processes(nil) },
		}, false, nil
	}
	ended := tree.Gone()
	end := stop()
	switch {
	case ctx.Err() != nil:
		return nil, false, ctx.Err()
	case ended:
		return nil, process.Taken(tree.Said()), fmt.Errorf("redis ended before it was ready: %s", tree.Last())
	}
	return nil, false, errors.Join(fmt.Errorf("redis was not ready within %s: %w", readyWithin, late), end)
}

// awaitPong asks a Redis until it answers and is ours, has ended or its time is over.
func awaitPong(ctx context.Context, address string, ours func() bool, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for wait := 2 * time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		err := ping(ctx, address)
		if err == nil && !ours() {
			err = errors.New("another program answers at its port")
		}
		if err == nil {
			return nil
		}
		select {
		case <-time.After(wait):
		case <-exited:
			return err
		case <-ctx.Done():
			return err
		}
	}
}

// ping asks once, by an inline command of the protocol, and waits for the answer for a second.
func ping(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	deadline, _ := ctx.Deadline()
	if err := c.SetDeadline(deadline); err != nil {
		return err
	}
	if _, err := io.WriteString(c, "PING\r\n"); err != nil {
		return err
	}
	const pong = "+PONG\r\n"
	got := make([]byte, len(pong))
	if _, err := io.ReadFull(c, got); err != nil {
		return err
	}
	if string(got) != pong {
		return fmt.Errorf("the answer to PING is %q", got)
	}
	return nil
}
