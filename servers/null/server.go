//go:build linux

package null

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"pushbench/servers/certificate"
	"pushbench/servers/wire"
)

// Options say how to serve. The zero value answers polls on loopback, on any
// port.
type Options struct {
	Addr    string   // of the HTTP server; "" is 127.0.0.1:0. Without a host it is loopback, or every interface when Expose is set
	TCPAddr string   // of the tcp floor, likewise; "off" is none
	Expose  bool     // an address without a host means every interface
	TLS     bool     // serve HTTPS (TLS 1.3) with a certificate that is made at start; tcp stays plain
	Payload int      // bytes of an event, wire.MinPayload when 0
	Credit  *os.File // what the clients have taken, see the package; the caller's to close after Serve. Nil: polls get any number of events, and streams are refused
}

// A Server answers over every transport. Make one with Listen.
type Server struct {
	payload  int
	listener net.Listener
	tcp      net.Listener // nil: none
	ready    wire.Ready
	credit   *credit // nil: none

	subscribers atomic.Pointer[[]*subscriber] // in a slice that is never changed
	joined      chan struct{}                 // there may be the first subscriber

	mu    sync.Mutex
	conns map[net.Conn]struct{} // nil: the server is stopping
	work  sync.WaitGroup        // goroutines of connections
}

// Listen binds the addresses; Serve answers on them. Errors name the address
// or the option. A Server that is not served stays bound until the process
// ends.
func Listen(o Options) (*Server, error) {
	s := &Server{
		payload: cmp.Or(o.Payload, wire.MinPayload),
		ready:   wire.Ready{PID: os.Getpid()},
		joined:  make(chan struct{}, 1),
		conns:   make(map[net.Conn]struct{}),
	}
	if s.payload < wire.MinPayload || s.payload > wire.MaxPayload {
		return nil, fmt.Errorf("a payload is between %d and %d bytes, not %d", wire.MinPayload, wire.MaxPayload, s.payload)
	}
	s.subscribers.Store(new([]*subscriber))
	if o.Credit != nil {
		var err error
		if s.credit, err = mapCredit(o.Credit); err != nil {
			return nil, err
		}
	}
	if err := s.bind(o); err != nil {
		s.credit.unmap()
		return nil, err
	}
	return s, nil
}

// Ready returns the addresses, and the certificate to trust.
func (s *Server) Ready() wire.Ready { return s.ready }

func (s *Server) bind(o Options) error {
	l, err := listen("HTTP", o.Addr, o.Expose)
	if err != nil {
		return err
	}
	s.ready.HTTP = l.Addr().String()
	if o.TLS {
		cert, pem, err := certificate.New(l.Addr())
		if err != nil {
			l.Close()
			return err
		}
		s.ready.Cert = pem
		l = tls.NewListener(l, &tls.Config{
			Certificates: []tls.Certificate{cert},
			MinVersion:   tls.VersionTLS13,
			NextProtos:   []string{"h2", "http/1.1"},
		})
	}
	s.listener = l
	if o.TCPAddr == "off" {
		return nil
	}
	if s.tcp, err = listen("tcp", o.TCPAddr, o.Expose); err != nil {
		s.listener.Close()
		return err
	}
	s.ready.TCP = s.tcp.Addr().String()
	return nil
}

func listen(what, addr string, expose bool) (net.Listener, error) {
	host, port, err := net.SplitHostPort(cmp.Or(addr, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("listening for %s: %w", what, err)
	}
	if host == "" && !expose {
		host = "127.0.0.1"
	}
	config := net.ListenConfig{KeepAlive: -1}
	l, err := config.Listen(context.Background(), "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("listening for %s: %w", what, err)
	}
	return l, nil
}
