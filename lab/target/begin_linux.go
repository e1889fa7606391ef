package target

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"pushbench/lab/process"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// attempts is how often a program is started when another one has taken its port.
const attempts = 3

// begin starts one part, in front of the server at an address where it is a proxy, and
// waits until it is ready. It returns its port; of one that runs already 0.
func (s *Server) begin(ctx context.Context, f *targets.File, client *client, p part, server string, in func(start func() error) error) (port int, err error) {
	if p.file.Runs() {
		if err := client.probe(ctx, p.file.Asked(0), p.file.Ready.Statuses); err != nil {
			return 0, unready(ctx, f, fmt.Errorf("the %s that should run already does not answer: %w", p.noun, err), "start it, or say in a target file how it is started")
		}
		s.parts = append(s.parts, p)
		return 0, nil
	}
	for attempt := 1; ; attempt++ {
		if port, err = choosePort(p.file); err != nil {
			return 0, err
		}
		if at := p.file.Address(port); !p.file.Chosen() && accepts(ctx, at) {
			return 0, unready(ctx, f, fmt.Errorf("the %s cannot be started at %s: another program listens there", p.noun, at), takenHint)
		}
		command, environment := p.file.Start(port, server)
		command = withOwn(command)
		p.tree, err = process.Program{
			Command: command, Directory: p.file.Directory, Environment: environment,
			Signal: unix.SignalNum("SIG" + p.file.Stop.Signal), Grace: p.file.Stop.Grace, In: in,
		}.Start()
		if err != nil {
			hint := installing(ctx, f, true)
			if hint == "" && f.Untested == "" {
				hint = starting(err)
			}
			return 0, unready(ctx, f, err, hint)
		}
		late := client.await(ctx, p.tree, p.file, port)
		if late == nil {
			s.parts = append(s.parts, p)
			return port, nil
		}
		ended, hint := p.tree.Gone(), ""
		if !ended && errors.Is(late, syscall.ECONNREFUSED) {
			hint = elsewhere(p.tree, p.file, port)
		}
		end := p.tree.Stop() // afterwards it has said its last words
		switch {
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case ended && process.Taken(p.tree.Said()) && p.file.Chosen() && attempt < attempts:
			continue
		case ended:
			hint = installing(ctx, f, true)
			switch {
			case hint != "":
			case process.Taken(p.tree.Said()):
				hint = takenHint
			case strings.HasPrefix(p.tree.Last(), "exit status 0"):
				hint = "the command must stay in the foreground: pushbench takes its end for the end of the " + p.noun
			}
			return 0, unready(ctx, f, fmt.Errorf("the %s ended before it was ready: %s", p.noun, p.tree.Last()), hint)
		}
		err = fmt.Errorf("the %s was not ready within %s: %w%s", p.noun, wire.Duration(p.file.Ready.Within), late, said(p.tree))
		if end != nil {
			err = fmt.Errorf("%w; %w", err, end)
		}
		if hint == "" {
			hint = installing(ctx, f, false)
		}
		return 0, unready(ctx, f, err, hint)
	}
}

// withOwn is a command with this very program in place of targets.Own.
func withOwn(command []string) []string {
	if command[0] == targets.Own {
		return append([]string{process.Self}, command[1:]...)
	}
	return command
}

// takenHint helps where a port that the file gives is another program's.
const takenHint = "end that program, or let pushbench choose the port: write {port} in start:, and leave url: out"

// said is what a program said last, behind a colon.
func said(t *process.Tree) string {
	if text := t.Said(); text != "" {
		return ": " + text
	}
	return ""
}

// starting says what helps against an error of starting a program; it may be nothing.
func starting(err error) string {
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "start: in the target file names a command of $PATH, or a file with a / in its name, such as ./server"
	case errors.Is(err, fs.ErrNotExist):
		return "paths in a target file begin in the directory of that file"
	case errors.Is(err, fs.ErrPermission):
		return "chmod +x makes a file executable"
	case errors.Is(err, syscall.ENOEXEC):
		return "the first line of a script names its interpreter: #!/bin/sh"
	}
	return ""
}
