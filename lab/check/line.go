package check

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"sync/atomic"
	"syscall"
	"time"
)

// mostKept is how many bytes of one connection are kept.
const mostKept = 64 << 20

// How waiting for the server ends, besides with errors of the connection.
var (
	errQuiet   = errors.New("nothing came in time")
	errClosed  = errors.New("the server closed the connection")
	errEnded   = errors.New("the server ended the answer")
	errTooMuch = fmt.Errorf("the server sent more than %d MiB", mostKept>>20)
)

// A line is a connection of which every byte that came is kept.
type line struct {
	net.Conn
	got   []byte // all that came
	taken int    // how much of it has been read
	over  error  // why no more comes
	given atomic.Bool
	free  func() bool // ends the watch over the context
}

// dial connects to the server. Until the line is closed it fails when ctx is done.
func (p *prober) dial(ctx context.Context) (*line, error) {
	limit, cancel := context.WithTimeout(ctx, p.limits.answer)
	defer cancel()
	c, err := new(net.Dialer).DialContext(limit, "tcp", p.Address)
	if err != nil {
		return nil, unreached(err)
	}
	if p.Dialect.TLS {
		secure := tls.Client(c, p.tls())
		if err := secure.HandshakeContext(limit); err != nil {
			c.Close()
			return nil, fmt.Errorf("TLS with %s: %w", p.Address, err)
		}
		c = secure
	}
	l := &line{Conn: c}
	l.free = context.AfterFunc(ctx, func() {
		l.given.Store(true)
		c.SetDeadline(time.Unix(1, 0))
	})
	return l, nil
}

// unreached is err without what only a program wants to know.
func unreached(err error) error {
	var op *net.OpError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED) && errors.As(err, &op):
		return fmt.Errorf("no server listens at %s", op.Addr)
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("the address does not answer")
	}
	return err
}

func (p *prober) tls() *tls.Config {
	name := p.Dialect.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	if name == "" {
		name, _, _ = net.SplitHostPort(p.Address) // it has been dialed
	}
	config := &tls.Config{ServerName: name, InsecureSkipVerify: p.Dialect.Insecure, NextProtos: []string{"http/1.1"}}
	if p.Cert != "" {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM([]byte(p.Cert))
	}
	return config
}

// fill reads more. The error is errQuiet when nothing came until the limit; any other
// stays.
func (l *line) fill(limit time.Time) error {
	if l.over != nil {
		return l.over
	}
	if len(l.got) >= mostKept {
		l.over = errTooMuch
		return l.over
	}
	err := l.SetReadDeadline(limit)
	if l.given.Load() {
		return context.Canceled
	}
	n := 0
	if err == nil {
		l.got = slices.Grow(l.got, 32<<10)
		n, err = l.Read(l.got[len(l.got):cap(l.got)])
		l.got = l.got[:len(l.got)+n]
	}
	switch {
	case n > 0:
		return nil // an error comes again
	case l.given.Load():
		return context.Canceled
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errQuiet
	case errors.Is(err, io.EOF):
		l.over = errClosed
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		l.over = fmt.Errorf("the server cut off the connection: %w", err)
	default:
		l.over = err
	}
	return l.over
}

// write sends text, for which the server has to make room within the limit.
func (l *line) write(text []byte, limit time.Time) error {
	err := l.SetWriteDeadline(limit)
	if l.given.Load() {
		return context.Canceled
	}
	if err == nil {
		_, err = l.Conn.Write(text)
	}
	return err
}

// rest is what has come and has not been read.
func (l *line) rest() []byte { return l.got[l.taken:] }

// close closes the connection. What came is kept.
func (l *line) close() {
	if l == nil {
		return
	}
	l.free()
	l.Close()
}
