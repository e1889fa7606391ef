// Package front describes the proxy in front of a server.
package front

import "slices"

// A Proxy is a program in front of the server, set up in one of its ways. The zero value
// is none. Proxies can be compared.
type Proxy struct {
	Program string // a Program's name
	Config  string // the name of one of its configurations
}

// String is p in short: nginx/tuned.
func (p Proxy) String() string { return p.Program + "/" + p.Config }

// About says in one sentence how p is set up, without a full stop; empty where there is no such
// configuration.
func (p Proxy) About() string {
	program, _ := Find(p.Program)
	if i := slices.IndexFunc(program.Configs, func(c Config) bool { return c.Name == p.Config }); i >= 0 {
		return program.Configs[i].About
	}
	return ""
}

// A Program is a proxy that people use.
type Program struct {
	Name    string // as a scenario has it
	Package string // of Debian
	Streams int    // of HTTP/2 that it allows on a connection at a time, as it comes
	TLS     bool   // it speaks TLS with clients, and HTTP/2 over that; without TLS every program speaks HTTP/2
	Configs []Config
}

// A Config is one way to set up a program.
type Config struct {
	Name  string
	About string // a sentence about it, which begins with "it", without its full stop
}

// The configurations that every program has but for Idle, which only some have.
const (
	Default = "default" // as the program comes, with only what forwards to the server
	Tuned   = "tuned"   // with the smallest cures for all four transports
	Plain   = "plain"   // tuned, but that it does not forward Upgrade: what speaks HTTP alone
	Idle    = "idle-2s" // tuned, but with an idle timeout of two seconds
)

// Programs returns all programs. The caller owns what it gets.
func Programs() []Program {
	const comes = "it is as the program comes, with only what forwards requests to the server"
	const plain = "it speaks HTTP alone: it does not forward the Upgrade header, and is otherwise tuned"
	const idle = "it is tuned, but cuts what has been idle for two seconds instead of an hour"
	// Our servers ask nginx not to buffer, by a header of the answer. To see what one line of
	// the configuration does, nginx is told to take no notice of the header.
	const deaf = ", and takes no notice of the server's X-Accel-Buffering: no"
	return []Program{
		{"nginx", "nginx", 128, true, []Config{
			{Default, comes},
			{Tuned, "it forwards Upgrade, speaks HTTP/1.1 to the server, buffers no answer and waits an hour for the next byte"},
			{Plain, plain},
			{"buffered", "it is as the program comes" + deaf + ": what a server meets that does not send it"},
			{"http11", "it has proxy_http_version 1.1 alone" + deaf},
			{"unbuffered", "it has proxy_buffering off alone" + deaf},
			{"notes", "it has the set that many guides give: HTTP/1.1 to the server, an empty Connection header, no buffering, " +
				"no cache, no chunks" + deaf},
			{Idle, idle},
		}},
		{"haproxy", "haproxy", 100, true, []Config{
			{Default, comes},
			{Tuned, "it sends each piece of an answer at once (option http-no-delay) and waits an hour for the next byte"},
			{Plain, plain},
			{Idle, idle},
		}},
		{"apache", "apache2", 100, true, []Config{
			{Default, comes},
			{Tuned, "it forwards Upgrade (upgrade=websocket), waits an hour for the next byte and has workers for 1,000 connections"},
			{Plain, plain},
		}},
		{"caddy", "caddy", 250, true, []Config{
			{Default, comes},
			{Tuned, "it is as the program comes, which needs no cure"},
			{Plain, plain},
		}},
		{"varnish", "varnish", 100, false, []Config{
			{Default, comes},
			{Tuned, "it passes requests without its cache, pipes those with Upgrade and waits an hour for the next byte"},
			{Plain, plain},
		}},
	}
}

// Find returns the program of that name; ok is false where there is none.
func Find(name string) (p Program, ok bool) {
	for _, p := range Programs() {
		if p.Name == name {
			return p, true
		}
	}
	return Program{}, false
}
