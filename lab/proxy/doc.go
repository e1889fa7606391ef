// Package proxy starts a real proxy in front of a server.
//
// The programs and their configurations are those of package front. Each has a template in
// the directory config, out of which the configuration of a trial is made. Everything that
// a program writes is in a temporary directory, it listens at a port that is free, and it
// needs no privileges. With TLS it has a certificate that is made at its start, and offers
// HTTP/2 to clients; without TLS it speaks either HTTP/1 or HTTP/2 with them. It speaks HTTP/1
// with the server, without TLS.
package proxy
