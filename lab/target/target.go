// Package target describes who answers the clients of a trial.
package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// A Target is a command that starts a server or, made with Described, a server of somebody
// else. The command's server speaks the routes of package wire and writes wire.Ready as its
// first line; it is started for each trial, with the flags that Conditions have. Make one
// with Builtin or Named.
type Target struct {
	Name    string   // as the record and the reports call it
	Command []string // the program and its arguments, without the flags of a trial; of a described target as its file has it

	File *targets.File // how the server is started and spoken to; nil: Command starts it, and it has our routes

	Revision string // commit that it is built of; empty: not known

	// Link gives the command of the trials with one number, and the seed with which it
	// was laid out when it was linked. Nil: Command is that of all trials. Command then
	// says what it is, for people. The calls never overlap. An error says what could not
	// be linked.
	Link func(ctx context.Context, number int) (command []string, layout uint64, err error)

	dialect *dialect.Dialect // of File, prepared
}

// Linked is the command of the trials with one number, and its layout; 0: not known.
func (t Target) Linked(ctx context.Context, number int) (command []string, layout uint64, err error) {
	if t.Link == nil {
		return t.Command, 0, nil
	}
	return t.Link(ctx, number)
}

// Builtin is our own servers, started by command.
func Builtin(command ...string) Target { return Target{Name: results.Builtin, Command: command} }

// Named is a target that its user names. The error says what is wrong with the name
// or the command.
func Named(name string, command []string) (Target, error) {
	switch {
	case strings.EqualFold(name, results.Builtin):
		return Target{}, fmt.Errorf("%s is the name of pushbench's own servers: choose another", name)
	case name == "":
		return Target{}, errors.New("a target has no name")
	case strings.ContainsRune("._-", rune(name[0])):
		return Target{}, fmt.Errorf("the name %q does not begin with a letter or a digit", name)
	case strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", r)
	}):
		return Target{}, fmt.Errorf("a name has letters, digits, dots, dashes and underscores only, not %q", name)
	case len(name) > maxName:
		return Target{}, fmt.Errorf("the name %q is longer than %d characters", name, maxName)
	case len(command) == 0:
		return Target{}, fmt.Errorf("target %s has no command", name)
	}
	return Target{Name: name, Command: command}, nil
}

const maxName = 40

// Described is the server that a file describes. The error is that of a certificate that
// the file names.
func Described(f *targets.File) (Target, error) {
	e, err := f.Endpoint(anyPort, anyPort)
	return Target{Name: f.Name, Command: f.Server.Command, File: f, dialect: e.Dialect}, err
}

// anyPort is for what does not depend on it.
const anyPort = 1

// Dialect is how clients speak with t; nil: by our own routes.
func (t Target) Dialect() *dialect.Dialect { return t.dialect }

// Kept reports whether one server answers in all trials.
func (t Target) Kept() bool { return t.File != nil && !t.File.Fresh }

// WarmUp is how long each process of t gets a transport's load before its first trial over
// that transport; 0: it gets none.
func (t Target) WarmUp() time.Duration {
	if t.File == nil {
		return 0
	}
	return t.File.WarmUp
}

// Started reports whether t is started here, and does not run already.
func (t Target) Started() bool { return t.File == nil || !t.File.Server.Runs() }

// Remote reports whether t runs already and is reached over a network, as far as its file tells.
func (t Target) Remote() bool {
	if t.Started() {
		return false
	}
	host := t.File.Server.Base(anyPort).Hostname()
	at, err := netip.ParseAddr(host)
	if err != nil {
		return host != "localhost"
	}
	return !at.IsLoopback()
}

// Fails is why t is expected to fail on a transport, or nothing.
func (t Target) Fails(on wire.Transport) string {
	d := t.dialect
	switch {
	case d == nil:
	case on == wire.SSE && d.SSE != nil:
		return d.SSE.Fails
	case on == wire.WebSocket && d.WebSocket != nil:
		return d.WebSocket.Fails
	case on == wire.LongPoll && d.LongPoll != nil:
		return d.LongPoll.Fails
	case on == wire.Polling && d.Polling != nil:
		return d.Polling.Fails
	}
	return ""
}

// Unready is the error of a described target that cannot be used.
type Unready struct {
	Err  error
	Hint string // what may help; may be empty
}

// Error is that of Err.
func (u *Unready) Error() string { return u.Err.Error() }

// Unwrap returns Err.
func (u *Unready) Unwrap() error { return u.Err }

// Own reports whether t is pushbench's own servers.
func (t Target) Own() bool { return t.Name == results.Builtin }

// Conditions are what a trial asks of its target.
type Conditions struct {
	Host      string        // address to listen at, without a port
	HTTP, TCP string        // addresses with a port, of a server that is started again; empty: any port of Host
	Heartbeat time.Duration // of a silent stream
	History   int           // events of each topic to keep
	Topics    int
	Memory    int    // MiB of events to keep of all topics together
	TLS       bool   // speak TLS
	Tunnels   bool   // take WebSockets over HTTP/2, which a server in Go does if its environment says so
	Expose    bool   // Host is not on loopback, but in a network namespace of our own
	Backplane string // address of what carries events between this server and others; empty: it is alone
}

// Start is the whole command that starts t under c.
func (t Target) Start(c Conditions) []string {
	command := append(append([]string(nil), t.Command...), "--addr", cmp.Or(c.HTTP, c.Host+":0"), "--tcp", cmp.Or(c.TCP, c.Host+":0"),
		"--heartbeat", wire.Duration(c.Heartbeat), "--history", strconv.Itoa(c.History), "--topics", strconv.Itoa(c.Topics),
		"--memory", strconv.Itoa(c.Memory))
	if c.TLS {
		command = append(command, "--tls")
	}
	if c.Expose {
		command = append(command, "--expose")
	}
	if c.Backplane != "" {
		command = append(command, "--backplane", c.Backplane)
	}
	return command
}
