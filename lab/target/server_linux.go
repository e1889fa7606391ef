package target

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"pushbench/lab/process"
	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// endWithin is how soon a server of our routes has ended after it was asked to.
const endWithin = 5 * time.Second

// A Server is a target that answers: its processes or, of a target that runs already, its
// address. Its methods may be called concurrently, but Stop once.
type Server struct {
	wire.Ready                  // of a described target, HTTP and Cert alone
	Dialect    *dialect.Dialect // how it is spoken to; nil: it has our own routes

	// Processes returns the numbers of all processes that count as the server; nil: it is
	// PID or, of a described target, it is not known which they are.
	Processes func() ([]int, error)

	own      atomic.Pointer[process.Server]                 // nil: the target is described
	again    func(context.Context) (*process.Server, error) // starts own once more
	parts    []part
	gone     chan struct{} // closed when a process of parts has ended; nil: none was started
	watching sync.WaitGroup
}

// A part is the server of a described target, or the proxy in front of it.
type part struct {
	noun string
	file *targets.Process
	tree *process.Tree // nil: it runs already
}

// Open starts t under c where in says (nil: here) and waits until it can be used. The
// caller ends it with Stop. Of a described target the conditions are not used: its file
// says them. The error is that of ctx, an *Unready, or says what the server said last.
func (t Target) Open(ctx context.Context, c Conditions, in func(start func() error) error) (*Server, error) {
	if t.File != nil {
		return t.open(ctx, in)
	}
	start := func(ctx context.Context) (*process.Server, error) {
		return process.Start(ctx, process.Options{Host: c.Host, Command: t.Start(c), Env: c.environment(), In: in})
	}
	own, err := start(ctx)
	if err != nil {
		return nil, err
	}
	c.HTTP, c.TCP = own.HTTP, own.TCP
	s := &Server{Ready: own.Ready, again: start}
	s.own.Store(own)
	return s, nil
}

// environment is what a server needs besides this process's own environment.
func (c Conditions) environment() []string {
	if !c.Tunnels {
		return nil
	}
	const name = "GODEBUG"
	return []string{name + "=" + wire.Tunneling(os.Getenv(name))}
}

// open starts what the file of t says.
func (t Target) open(ctx context.Context, in func(start func() error) error) (_ *Server, err error) {
	f := t.File
	if err := f.Startable(); err != nil {
		return nil, &Unready{Err: err}
	}
	s := &Server{}
	defer func() {
		if err != nil {
			_ = s.Stop() // what went wrong before says more
		}
	}()
	client, err := newClient(f)
	if err != nil {
		return nil, err
	}
	server, err := s.begin(ctx, f, client, part{noun: "server", file: &f.Server}, "", in)
	if err != nil {
		return nil, err
	}
	proxy := 0
	if f.Proxy != nil {
		if proxy, err = s.begin(ctx, f, client, part{noun: "proxy", file: f.Proxy}, f.Server.Address(server), in); err != nil {
			return nil, err
		}
	}
	s.watch()
	e, err := f.Endpoint(server, proxy)
	if err != nil {
		return nil, err
	}
	s.Cert, s.Dialect = e.Cert, e.Dialect
	if s.HTTP, err = numeric(ctx, e.Address); err != nil {
		return nil, err
	}
	return s, s.count()
}

// watch closes gone when one of the parts has ended.
func (s *Server) watch() {
	var once sync.Once
	for _, p := range s.parts {
		if p.tree == nil {
			continue
		}
		if s.gone == nil {
			s.gone = make(chan struct{})
		}
		s.watching.Go(func() { // until Stop, at the latest
			<-p.tree.Exited()
			once.Do(func() { close(s.gone) })
		})
	}
}

// count finds out whose figures are those of the server: with a proxy in front, of both
// together, as far as they are known.
func (s *Server) count() error {
	var lists []func() ([]int, error)
	for _, p := range s.parts {
		names := p.file.Measure
		switch {
		case p.tree != nil:
			lists = append(lists, func() ([]int, error) { return p.tree.Processes(names) })
		case names != nil:
			lists = append(lists, func() ([]int, error) { return process.Named(names) })
		case p.noun == "server":
			return nil
		default:
			continue
		}
		if pids, err := lists[len(lists)-1](); err != nil {
			return err
		} else if len(pids) == 0 {
			return &Unready{Err: fmt.Errorf("no process of the %s is named %s", p.noun, strings.Join(names, " or ")), Hint: "measure: in the target file names the processes that count"}
		}
	}
	s.Processes = func() (all []int, err error) {
		for _, list := range lists {
			pids, err := list()
			if err != nil {
				return nil, err
			}
			all = append(all, pids...)
		}
		slices.Sort(all)
		return slices.Compact(all), nil
	}
	return nil
}

// Exited is closed when a process that was started has ended; nil: none was.
func (s *Server) Exited() <-chan struct{} {
	if own := s.own.Load(); own != nil {
		return own.Exited()
	}
	return s.gone
}

// Gone reports whether Exited is closed.
func (s *Server) Gone() bool {
	select {
	case <-s.Exited():
		return true
	default:
		return false
	}
}

// Signal sends a signal to all processes that were started.
func (s *Server) Signal(signal syscall.Signal) error {
	if own := s.own.Load(); own != nil {
		return own.Signal(signal)
	}
	for _, p := range s.parts {
		if p.tree != nil {
			if err := p.tree.Signal(signal); err != nil {
				return err
			}
		}
	}
	return nil
}

// Stop ends what was started, the proxy before the server. The error says how it ended
// when that was not as asked: it is process.ErrByItself when it had ended before.
func (s *Server) Stop() (err error) {
	if own := s.own.Load(); own != nil {
		return own.Stop(endWithin)
	}
	for _, p := range slices.Backward(s.parts) {
		if p.tree == nil {
			continue
		}
		end := p.tree.Stop()
		if end != nil && p.noun == "proxy" {
			end = fmt.Errorf("the proxy in front: %w", end)
		}
		if err == nil {
			err = end
		}
	}
	s.watching.Wait()
	return err
}

// numeric is an address with a number in place of a name: an IPv4 one, because the ledgers
// count the bytes of its headers.
func numeric(ctx context.Context, address string) (string, error) {
	host, port, err := splitHostPort(address)
	if err != nil {
		return "", err
	}
	all, err := lookup(ctx, host)
	if err != nil {
		return "", &Unready{Err: err}
	}
	if i := slices.IndexFunc(all, netip.Addr.Is4); i >= 0 {
		return netip.AddrPortFrom(all[i], port).String(), nil
	}
	return "", &Unready{Err: fmt.Errorf("%s has no IPv4 address, and bytes on the wire are counted for IPv4 alone", strconv.Quote(host)), Hint: "let the server listen at 127.0.0.1, too"}
}

// Remote reports whether the server is reached over a network, as far as its address tells.
func (s *Server) Remote() bool {
	at, err := netip.ParseAddrPort(s.HTTP)
	return s.own.Load() == nil && err == nil && !at.Addr().IsLoopback()
}
