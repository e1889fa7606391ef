//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"errors"
	"fmt"
	"net/netip"
	"os"
	"sync"
)

// A Path is a client's and a server's network namespace and the link between
// them. It may be used concurrently.
type Path struct {
	client, server *Namespace
	tunnel         *tunnel // nil: a veth pair

	mu       sync.Mutex
	closed   bool
	final    Stats // once it is closed
	errFinal error // why final is not known
}

// Possible returns nil, or why this process cannot open a Path, with a hint
// for its user. It finds out by opening one of each kind.
func Possible() error {
	for _, l := range []link.Link{{}, {Rate: 1 << 30}} {
		p, err := Open(l)
		if err != nil {
			return err
		}
		if err := p.Close(); err != nil {
			return err
		}
	}
	return nil
}

// Open makes a Path and blocks until both ends can reach each other. The
// caller closes it. A Link without delay, rate and loss is a veth pair, any
// other a tunnel through this process, which handshakes and acknowledgments
// pass as well.
func Open(l link.Link) (_ *Path, err error) {
	if err := l.Validate(); err != nil {
		return nil, fmt.Errorf("link: %w", err)
	}
	p := &Path{}
	defer func() {
		if err != nil {
			_ = p.release() // the error that led here says more
		}
	}()
	if p.client, err = newNamespace(netip.MustParsePrefix("10.0.0.1/24")); err != nil {
		return nil, err
	}
	if p.server, err = newNamespace(netip.MustParsePrefix("10.0.0.2/24")); err != nil {
		return nil, err
	}
	if l.Plain() {
		err = openVeth(p.client, p.server, l.Largest())
	} else {
		p.tunnel, err = openTunnel(p.client, p.server, l)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Client is the end that connects.
func (p *Path) Client() *Namespace { return p.client }

// Server is the end that listens.
func (p *Path) Server() *Namespace { return p.server }

// Stats returns what has passed the link so far; after Close, what had. An
// error says that the counts cannot be read or that the tunnel has stopped.
func (p *Path) Stats() (Stats, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return p.final, p.errFinal
	}
	return p.count()
}

// Cut takes the link down permanently: what is sent, or is on its way through a
// tunnel, is lost, and nobody is told.
func (p *Path) Cut() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return fmt.Errorf("cut a path: %w", os.ErrClosed)
	case p.tunnel != nil:
		p.tunnel.cut()
		return nil
	}
	return errors.Join(p.client.blackhole(), p.server.blackhole())
}

// Close takes the path away, and waits until it is gone. Connections may be
// open: their sockets stay, in a namespace without a link. It returns what
// went wrong with the tunnel before. Close is idempotent.
func (p *Path) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	p.final, p.errFinal = p.count()
	return p.release()
}

// count needs mu.
func (p *Path) count() (Stats, error) {
	client, err := p.client.end()
	if err != nil {
		return Stats{}, err
	}
	server, err := p.server.end()
	if err != nil {
		return Stats{}, err
	}
	fromClient, fromServer := client.Attrs().Statistics, server.Attrs().Statistics
	if p.tunnel != nil {
		return p.tunnel.stats(fromClient, fromServer)
	}
	clientCut, errClient := p.client.swallowed()
	serverCut, errServer := p.server.swallowed()
	return vethStats(fromClient, fromServer, clientCut, serverCut), errors.Join(errClient, errServer)
}

// release undoes what Open has done so far.
func (p *Path) release() error {
	var errs []error
	if p.tunnel != nil {
		errs = append(errs, p.tunnel.close())
	}
	for _, n := range []*Namespace{p.client, p.server} {
		if n == nil {
			continue
		}
		if p.tunnel == nil {
			errs = append(errs, n.drop())
		}
		errs = append(errs, n.close())
	}
	return errors.Join(errs...)
}
