package proxy

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"pushbench/lab/process"
)

// A reload is how a program is told to reload its configuration: by a signal to its first
// process, which starts others that forward from then on, or by commands, which end when it
// is done.
type reload struct {
	signal   syscall.Signal
	commands func(file string, at Place) [][]string
}

// reloads are those of all programs, by name.
var reloads = map[string]reload{
	"nginx":   {signal: syscall.SIGHUP},
	"haproxy": {signal: syscall.SIGUSR2},
	"apache":  {signal: syscall.SIGUSR1}, // graceful: the other reload ends connections
	"caddy": {commands: func(file string, at Place) [][]string {
		return [][]string{{"caddy", "reload", "--adapter", "caddyfile", "--config", file,
			"--address", "unix/" + at.Dir + "/admin.sock", "--force"}} // though nothing has changed
	}},
	"varnish": {commands: func(file string, at Place) [][]string {
		order := func(words ...string) []string {
			return append([]string{"varnishadm", "-n", at.Dir + "/work"}, words...)
		}
		return [][]string{order("vcl.load", "again", file), order("vcl.use", "again")}
	}},
}

// Reload has the proxy reload its configuration, which is the same as before, and returns
// when it has. It was started for that, and is told so once. What becomes of open connections
// is the program's business. The error is that of ctx, or says what the program said last.
func (p *Proxy) Reload(ctx context.Context) error {
	how := reloads[p.at.Program]
	if how.signal != 0 {
		return p.renew(ctx, how.signal)
	}
	for _, c := range how.commands(p.file, p.at) {
		if err := p.order(ctx, c); err != nil {
			return fmt.Errorf("%s does not reload its configuration: %w", p.at, err)
		}
	}
	return nil
}

// order runs a command where the proxy is.
func (p *Proxy) order(ctx context.Context, command []string) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	binary, err := find(command[0])
	if err != nil {
		return err
	}
	run := func() error {
		_, err := process.Output(ctx, p.at.Dir, append([]string{"env", "HOME=" + p.at.Dir, binary}, command[1:]...))
		return err
	}
	if p.in != nil {
		return p.in(run)
	}
	return run()
}

// renew sends a signal to the first process, and waits until it has started another one.
func (p *Proxy) renew(ctx context.Context, signal syscall.Signal) error {
	before, err := p.tree.Processes(nil)
	if err != nil {
		return err
	}
	if err := p.tree.SignalFirst(signal); err != nil {
		return err
	}
	late := time.NewTimer(readyWithin)
	defer late.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := p.tree.Processes(nil)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(now, func(pid int) bool { return !slices.Contains(before, pid) }) {
			return nil
		}
		select {
		case <-tick.C:
		case <-late.C:
			return fmt.Errorf("%s has started no other process within %s to reload its configuration: %s", p.at, readyWithin, p.tree.Said())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
