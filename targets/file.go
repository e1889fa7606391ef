package targets

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"pushbench/loadgen/dialect"
)

// A File is a server that is not pushbench's own. Make one with Lookup, Load, Parse or
// Quick, which check it. It is not changed afterwards and may be used concurrently.
type File struct {
	Name     string // the file's name without its directory and .yaml
	Path     string // where the text came from; BuiltinFile for an embedded one that is in no checkout
	Text     string // the YAML as it was read
	About    string // one sentence
	Like     *File  // the target that this one changes; nil: none
	Untested string // why it has not been run in pushbench's own tests; empty: it is

	Install Install
	Server  Process
	Proxy   *Process // in front of the server, to which all requests go; nil: none
	Version []string // a command whose first line tells the server's version, run in Server.Directory; nil: none
	Fresh   bool     // a new process for each trial

	// WarmUp is how long a process gets a transport's load before its first trial over that
	// transport, so that code is compiled and memory is taken that is needed only once.
	WarmUp time.Duration

	CA      string // path of a PEM certificate to trust; empty: the system's
	Dialect dialect.Dialect
	Known   []Known
}

// Install is what a machine needs before the server can be started.
type Install struct {
	Debian []string   // packages
	Run    [][]string // commands, in the directory of the file
}

// A Process is a program to start, or one that runs already.
type Process struct {
	Command     []string // with {port}, and of a proxy {server}; Own as the first word is pushbench itself; nil: it runs already
	Directory   string   // where it is started, absolute; empty: it is in the repository, and there is no checkout
	Environment []string // KEY=value, with the same values, besides that of this process
	URL         string   // the base of all paths; with {port} where the port is to be chosen
	Ready       Ready
	Stop        Stop

	// Measure are the names of the processes, of all that were started, whose memory and
	// CPU count; nil: every one. Of a server that runs already no other is looked at, and
	// nil means that its figures are not known.
	Measure []string
}

// Ready says when a process can be used: it answers GET Path with one of the statuses.
type Ready struct {
	Path     string
	Statuses []int // nil: any
	Within   time.Duration
}

// Stop says how a process is ended: by the signal, and after the grace by SIGKILL to its
// whole group.
type Stop struct {
	Signal string // TERM, INT, QUIT, HUP or KILL
	Grace  time.Duration
}

// Known is a fact of check that fails, and why.
type Known struct{ Fact, Why string }

// Runs reports whether p runs already, and is not to be started.
func (p *Process) Runs() bool { return p.Command == nil }

// Chosen reports whether the port of p is to be chosen by whoever starts it.
func (p *Process) Chosen() bool { return strings.Contains(p.URL, placePort) }

// Start returns the command and the environment of p at a port; that of a proxy also
// needs the address of the server, as host:port. The environment has PORT.
func (p *Process) Start(port int, server string) (command, environment []string) {
	fill := strings.NewReplacer("$"+placePort, "$"+placePort, "$"+placeServer, "$"+placeServer,
		placePort, strconv.Itoa(port), placeServer, server)
	for _, word := range p.Command {
		command = append(command, fill.Replace(word))
	}
	for _, word := range p.Environment {
		environment = append(environment, fill.Replace(word))
	}
	return command, append(environment, "PORT="+strconv.Itoa(port))
}

// Own stands in a command for the program that runs. Whoever starts the command puts it in.
const Own = "{pushbench}"

// What stands in a command, an environment or a URL for what is chosen later.
const (
	placePort   = "{port}"
	placeServer = "{server}"
)

// Base is the URL of p at a port. The port is not used where the URL has its own.
func (p *Process) Base(port int) *url.URL {
	u, err := url.Parse(strings.ReplaceAll(p.URL, placePort, strconv.Itoa(port)))
	if err != nil {
		panic(fmt.Sprintf("targets: %v", err)) // Parse has read it with a port
	}
	return u
}

// Address is the host and port of p.
func (p *Process) Address(port int) string { return address(p.Base(port)) }

func address(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// Asked is the URL by which p is asked whether it is ready.
func (p *Process) Asked(port int) string {
	return strings.TrimSuffix(p.Base(port).String(), "/") + p.Ready.Path
}

// Chosen reports whether all ports of f are to be chosen by whoever starts it.
func (f *File) Chosen() bool { return f.Server.Chosen() && (f.Proxy == nil || f.Proxy.Chosen()) }

// front is the process to which all requests go.
func (f *File) front() *Process {
	if f.Proxy != nil {
		return f.Proxy
	}
	return &f.Server
}

// An Endpoint is where the clients and the publisher of a trial connect to, and how they
// speak.
type Endpoint struct {
	Address string // host:port
	Dialect *dialect.Dialect
	Cert    string // PEM certificate to trust; empty: the system's
}

// Endpoint returns that of f: the proxy's where there is one, otherwise the server's. The
// ports are those that were chosen. The error is that of reading the certificate.
func (f *File) Endpoint(server, proxy int) (Endpoint, error) {
	port := server
	if f.Proxy != nil {
		port = proxy
	}
	u := f.front().Base(port)
	d := f.Dialect
	d.TLS, d.Host, d.Origin, d.Prefix = u.Scheme == "https", u.Host, u.Scheme+"://"+u.Host, u.EscapedPath()
	e := Endpoint{Address: address(u)}
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return e, fmt.Errorf("target %s: %w", f.Name, err)
		}
		e.Cert = string(pem)
	}
	var err error
	if e.Dialect, err = d.Prepare(); err != nil {
		return e, fmt.Errorf("target %s: %w", f.Name, err) // does not happen: Parse has done so
	}
	return e, nil
}
