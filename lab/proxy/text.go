package proxy

import (
	"embed"
	"fmt"
	"net"
	"strings"
	"text/template"

	"pushbench/scenarios/front"
)

//go:embed config
var files embed.FS

var templates = template.Must(template.ParseFS(files, "config/*.tmpl"))

// A Setup is how a proxy is set up. Setups can be compared.
type Setup struct {
	front.Proxy
	TLS     bool // clients speak TLS with it, and HTTP/2 where they choose that by ALPN
	HTTP2   bool // clients speak HTTP/2 without TLS, from the first byte on (RFC 9113 section 3.3)
	Reloads bool // it can be told to reload its configuration
}

// A Place is where a proxy stands.
type Place struct {
	Setup
	Listen string // host:port for clients
	Server string // host:port behind it
	Dir    string // for all that it writes; with TLS its certificate and key are there, in tls.pem
	Root   bool   // it is started by root
}

// Shown is the place that a record shows. Addresses and directory are other ones in each
// trial.
func Shown(s Setup) Place {
	return Place{Setup: s, Listen: "127.0.0.1:8080", Server: "127.0.0.1:9000", Dir: "/tmp/proxy"}
}

// Cured reports whether the configuration has the cures of its program, but perhaps that for
// Upgrade.
func (p Place) Cured() bool { return p.Forwards() || p.Config == front.Plain }

// Forwards reports whether the configuration has the cure for Upgrade, too.
func (p Place) Forwards() bool { return p.Config == front.Tuned || p.Config == front.Idle }

// Wait is how long a configuration with cures waits for the next byte.
func (p Place) Wait() string {
	if p.Config == front.Idle {
		return "2s"
	}
	return "1h"
}

// Host is that of Listen.
func (p Place) Host() string { host, _, _ := net.SplitHostPort(p.Listen); return host }

// Port is that of Listen.
func (p Place) Port() string { _, port, _ := net.SplitHostPort(p.Listen); return port }

// ServerHost is that of Server.
func (p Place) ServerHost() string { host, _, _ := net.SplitHostPort(p.Server); return host }

// ServerPort is that of Server.
func (p Place) ServerPort() string { _, port, _ := net.SplitHostPort(p.Server); return port }

// Text returns the configuration of the proxy.
func (p Place) Text() string {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, p.Program+".tmpl", p); err != nil {
		panic(fmt.Sprintf("proxy: %v", err)) // every program has a template, which a test executes
	}
	return b.String()
}

// base is the beginning of its URLs.
func (p Place) base() string {
	if p.TLS {
		return "https://" + p.Listen
	}
	return "http://" + p.Listen
}
