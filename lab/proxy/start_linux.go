package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"pushbench/lab/process"
	"pushbench/servers/certificate"
	"pushbench/servers/wire"
)

// Options say what to start, and where. All but Via and In are required.
type Options struct {
	Setup  Setup
	Host   string // the IP address at which it listens
	Server string // host:port of the server behind it, which answers already
	Via    Dialer // the way to Host; nil: from where this process is

	// In, when set, calls start while the calling goroutine's thread is where the proxy is
	// to run, such as in a network namespace.
	In func(start func() error) error
}

// A Dialer connects, as a net.Dialer does.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// A Proxy is a program that forwards to a server. Its methods may be called concurrently,
// but Stop and Reload once.
type Proxy struct {
	Address string // host:port for clients
	Cert    string // PEM certificate to trust; empty: without TLS

	tree *process.Tree
	at   Place
	file string // its configuration
	in   func(start func() error) error
}

// attempts is how often a program is started when another one has taken its port.
const attempts = 3

// Start starts a proxy and waits until it has forwarded a request. The caller ends it with
// Stop. The error is that of ctx, or says what the program said last.
func Start(ctx context.Context, o Options) (_ *Proxy, err error) {
	if missing := Missing(o.Setup.Proxy); missing != "" {
		return nil, errors.New(missing)
	}
	dir, err := os.MkdirTemp("", "pushbench-proxy-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir) // what went wrong before says more
		}
	}()
	if err := os.Chmod(dir, 0o755); err != nil { // for workers that root starts as another user
		return nil, err
	}
	cert := ""
	if o.Setup.TLS {
		if cert, err = certify(o.Host, filepath.Join(dir, "tls.pem")); err != nil {
			return nil, err
		}
	}
	for attempt := 1; ; attempt++ {
		p, again, err := begin(ctx, o, dir, cert)
		if err == nil || !again || attempt == attempts {
			return p, err
		}
	}
}

// begin starts the proxy at a free port. Again says that another program has taken it.
func begin(ctx context.Context, o Options, dir, cert string) (_ *Proxy, again bool, err error) {
	port, err := process.FreePort()
	if err != nil {
		return nil, false, err
	}
	at := Place{
		Setup: o.Setup, Listen: net.JoinHostPort(o.Host, strconv.Itoa(port)), Server: o.Server,
		Dir: dir, Root: os.Geteuid() == 0,
	}
	known := programs[at.Program]
	file := filepath.Join(dir, known.file)
	if err := os.WriteFile(file, []byte(at.Text()), 0o644); err != nil {
		return nil, false, err
	}
	binary, err := find(known.binary)
	if err != nil {
		return nil, false, err
	}
	// Nothing that it has is kept, and some programs wait for clients that have left.
	tree, err := process.Program{
		Command: append([]string{binary}, known.command(file, at)...), Directory: dir, Signal: syscall.SIGKILL, In: o.In,
		Environment: []string{"HOME=" + dir, "XDG_CONFIG_HOME=" + dir, "XDG_DATA_HOME=" + dir, "TMPDIR=" + dir},
	}.Start()
	if err != nil {
		return nil, false, err
	}
	late := tree.Await(ctx, process.Probe{
		Client: asking(o.Via, cert, at.HTTP2), URL: at.base() + wire.RouteStats, Within: known.within, Port: port,
		Statuses: []int{http.StatusOK, http.StatusNotFound}, // a server may keep its figures to itself
	})
	if late == nil {
		return &Proxy{Address: at.Listen, Cert: cert, tree: tree, at: at, file: file, in: o.In}, false, nil
	}
	ended := tree.Gone()
	end := tree.Stop() // afterwards it has said its last words
	switch {
	case ctx.Err() != nil:
		return nil, false, ctx.Err()
	case ended:
		return nil, process.Taken(tree.Said()), fmt.Errorf("%s ended before it was ready: %s", at, tree.Last())
	}
	err = fmt.Errorf("%s was not ready within %s: %w", at, wire.Duration(known.within), late)
	if said := tree.Said(); said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	if end != nil {
		err = fmt.Errorf("%w; %w", err, end)
	}
	return nil, false, err
}

// certify writes a new certificate for a host and its key into a file, and returns the
// certificate in PEM.
func certify(host, file string) (string, error) {
	pair, cert, err := certificate.New(&net.TCPAddr{IP: net.ParseIP(host)})
	if err != nil {
		return "", err
	}
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		return "", err
	}
	text := cert + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	return cert, os.WriteFile(file, []byte(text), 0o600)
}

// asking is a client that goes a way and trusts a certificate. With http2 it speaks HTTP/2
// without TLS.
func asking(via Dialer, cert string, http2 bool) *http.Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(cert))
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots}}
	if http2 {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
	}
	if via != nil {
		transport.DialContext = via.DialContext
	}
	return &http.Client{Transport: transport}
}

// Processes returns the numbers of all its processes.
func (p *Proxy) Processes() ([]int, error) { return p.tree.Processes(nil) }

// Stop ends the proxy. The error says how it ended when that was not as asked: it is
// process.ErrByItself when it had ended before.
func (p *Proxy) Stop() error {
	end := p.tree.Stop()
	if err := os.RemoveAll(p.at.Dir); end == nil {
		end = err
	}
	return end
}
