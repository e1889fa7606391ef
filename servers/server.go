package servers

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"pushbench/servers/backplane"
	"pushbench/servers/certificate"
	"pushbench/servers/wire"
)

// Options say how to serve. The zero value serves on loopback, on any port.
type Options struct {
	Addr         string              // of the HTTP server; "" is 127.0.0.1:0. Without a host it is loopback, or every interface when Expose is set
	TCPAddr      string              // of the tcp floor, likewise; "off" is none
	Expose       bool                // an address without a host means every interface
	TLS          bool                // serve HTTPS (TLS 1.3) with a certificate that is made at start; tcp stays plain
	Topics       int                 // most topics, 1024 when 0
	History      int                 // events kept per topic, 8192 when 0; also at most 64 MiB of payload
	Memory       int                 // bytes of payload kept of all topics together, 256 MiB when 0; the topic that holds most forgets first. The process holds more: some 160 bytes beside each event, and up to three times the payload where all transports are in use
	Answer       int                 // bytes of the largest answer to a poll, 64 MiB when 0; a larger event is answered alone
	Heartbeat    time.Duration       // between heartbeats on a silent stream, 15 s when 0; the first falls at a random moment within it, so that those of many clients spread
	Retry        time.Duration       // after which an EventSource is to reconnect, 2 s when 0
	WriteTimeout time.Duration       // a client that takes no bytes for this long is disconnected and counted as slow, after three times as long at most; 10 s when 0. One that does not even acknowledge them is gone after four times as long
	Origins      []string            // whose pages may use the server from another origin, each as ParseOrigin reads it
	Private      bool                // keep the server's own figures private: there is no /stats
	Log          *slog.Logger        // nil: silent
	Inject       Injections          // be worse on purpose, to test a gate
	Backplane    backplane.Backplane // to other nodes with the same events, which the caller closes after Serve; nil: there are none. A publisher waits for it for WriteTimeout at most
	Page         bool                // serve the demonstration page at / and publish a tick to the topic "ticks" about every second
}

// A Server answers over every transport. Make one with Listen.
type Server struct {
	o        Options
	origins  []Origin
	hub      *Hub
	http     *http.Server
	listener net.Listener
	returns  *returns
	tcp      net.Listener // nil: none
	ready    wire.Ready
	loopback bool // the HTTP server cannot be reached from elsewhere
	routes   map[string]route
	stats    counters
	work     activity
	conns    connections
	worse    *worse // nil: by nothing
	node     *node  // nil: there are no others
}

// Listen binds the addresses; Serve answers on them. Errors name the address
// or the option. A Server that is not served stays bound until the process
// ends.
func Listen(o Options) (*Server, error) {
	if o.History < 0 || o.Heartbeat < 0 || o.Retry < 0 || o.WriteTimeout < 0 {
		return nil, fmt.Errorf("history, heartbeat, retry and write timeout must not be negative: %d, %s, %s, %s",
			o.History, o.Heartbeat, o.Retry, o.WriteTimeout)
	}
	if o.Topics < 0 || o.Memory < 0 || o.Answer < 0 {
		return nil, fmt.Errorf("topics, memory and answer must not be negative: %d, %d, %d", o.Topics, o.Memory, o.Answer)
	}
	o.Topics = cmp.Or(o.Topics, DefaultTopics)
	o.History = cmp.Or(o.History, 8192)
	o.Memory = cmp.Or(o.Memory, DefaultMemory)
	o.Answer = cmp.Or(o.Answer, maxAnswer)
	o.Heartbeat = cmp.Or(o.Heartbeat, 15*time.Second)
	o.Retry = cmp.Or(o.Retry, 2*time.Second)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, 10*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, ready: wire.Ready{PID: os.Getpid()}}
	for _, text := range o.Origins {
		origin, err := ParseOrigin(text)
		if err != nil {
			return nil, err
		}
		s.origins = append(s.origins, origin)
	}
	s.hub = NewHub(Bounds{Topics: o.Topics, Events: o.History, Bytes: maxHistory, Memory: o.Memory})
	if o.Backplane != nil {
		s.node = newNode(s)
		s.hub.epoch = o.Backplane.Epoch()
	}
	if err := s.worsen(); err != nil {
		return nil, fmt.Errorf("inject: %w", err)
	}
	s.stats.init()
	s.routes = s.table()
	s.http = s.newHTTP()
	if err := s.bind(); err != nil {
		return nil, err
	}
	return s, nil
}

// Ready returns the addresses, and the certificate to trust.
func (s *Server) Ready() wire.Ready { return s.ready }

// Hub returns the server's events, for a publisher in the same process.
func (s *Server) Hub() *Hub { return s.hub }

func (s *Server) newHTTP() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Handler:           s,
		Protocols:         protocols,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams, WriteByteTimeout: s.o.WriteTimeout},
		ReadHeaderTimeout: helloTimeout,
		WriteTimeout:      s.o.WriteTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ConnState:         s.connState,
		ErrorLog:          slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
	if s.worse != nil {
		server.ConnContext = s.worse.connContext
	}
	return server
}

func (s *Server) bind() error {
	l, err := s.listen("HTTP", s.o.Addr)
	if err != nil {
		return err
	}
	s.ready.HTTP = l.Addr().String()
	s.loopback = l.Addr().(*net.TCPAddr).IP.IsLoopback()
	if s.o.TLS {
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
	s.listener, s.returns = l, newReturns(l.Addr())
	if s.o.TCPAddr == "off" {
		return nil
	}
	if s.tcp, err = s.listen("tcp", s.o.TCPAddr); err != nil {
		s.listener.Close()
		return err
	}
	s.ready.TCP = s.tcp.Addr().String()
	return nil
}

// listen binds addr. Keep-alive probes start later than heartbeats do, so
// that they find dead peers and do not add to the traffic of living ones. They
// are not sent while something is unacknowledged, such as a heartbeat: for that
// the kernel has a time of its own, which the accepted connections inherit
// (TCP_USER_TIMEOUT, tcp(7)). Without it a peer that vanished would be a
// subscriber for a quarter of an hour. It is four write timeouts, so that
// who is only slow is counted first: see patient.
func (s *Server) listen(what, addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(cmp.Or(addr, "127.0.0.1:0"))
	if err != nil {
		return nil, fmt.Errorf("listening for %s: %w", what, err)
	}
	config := net.ListenConfig{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: max(time.Minute, 2*s.o.Heartbeat)},
		Control: func(_, _ string, raw syscall.RawConn) error {
			return giveUpAfter(raw, 4*s.o.WriteTimeout)
		},
	}
	if host == "" && !s.o.Expose {
		host = "127.0.0.1"
	}
	l, err := config.Listen(context.Background(), "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("listening for %s: %w", what, err)
	}
	return patientListener{l, s.o.WriteTimeout}, nil
}
