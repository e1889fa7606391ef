package loadgen

import (
	"fmt"
	"os"
	"sync"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A session is one trial while it runs.
type session struct {
	*Options
	trial         *results.Trial
	rec           *account.Recorder
	web           *dialer // of the publisher, to the HTTP server
	dialer        *dialer // of the clients
	stats         *statsReader
	server        *group // nil: unknown
	front         *fronting
	carrier       *group // of the backplane between nodes; nil: there is none
	self          *meter
	publisher     source
	interpreter   *interpreter // nil: the target speaks our own routes
	clients       []*client
	attack        *attack
	clock         *clock.Wall
	cuts          cuts
	recovery      *recovery       // nil: a lost connection is a broken invariant
	slow          *laggards       // nil: no client reads slowly
	unbalanced    string          // what does not add up in a client's books
	mallocs       uint64          // of the server when all connections were open; 0: unknown
	retransmitted [2]int64        // what the server's ends had retransmitted at the edges of the window
	late          results.Counted // of a part: how late its counts of the window were read
	opening       [2]int64        // the instants at which the first client began to connect and the last one was open
	reading       sync.Mutex      // held while the server's processes are read
	receivers     sync.WaitGroup
	ending        chan struct{} // closed when clients are being disconnected on purpose

	mu        sync.Mutex
	handshake ledger.Totals // of the clients that are open
	isOpen    int           // how many these are
}

func newSession(o *Options, offsets []time.Duration) (*session, error) {
	v, wall := o.Variant, clock.NewWall()
	publisher := o.Target.Publisher
	if publisher == nil {
		publisher = o.Target.Clients
	}
	interpreter, err := newInterpreter(o)
	if err != nil {
		return nil, err
	}
	dial := func(via Dialer, address, cert string, secure, resume bool) (*dialer, error) {
		if interpreter != nil {
			return interpreter.dialer(wall, via, address, cert, resume)
		}
		return newDialer(wall, via, address, cert, secure, resume)
	}
	web, err := dial(publisher, o.Target.HTTP, o.Target.Cert, v.On(wire.TLS) && o.Target.Front == nil, false)
	if err != nil {
		return nil, err
	}
	address, cert := o.Target.HTTP, o.Target.Cert
	if v.Transport == wire.TCP {
		address = o.Target.TCP
	}
	if f := o.Target.Front; f != nil {
		address, cert = f.Address, f.Cert // TLS ends there
	}
	toServer, err := dial(o.Target.Clients, address, cert, v.On(wire.TLS), v.On(wire.Resume))
	if err != nil {
		return nil, err
	}
	toServer.lossy = o.Target.Silence > 0
	beginAt(toServer.via, o.part().Index)
	o.Target.Nodes.spread(v.Transport, toServer, web)
	figures := web
	if o.Target.Figures != "" {
		if figures, err = newDialer(wall, publisher, o.Target.Figures, "", false, false); err != nil {
			return nil, err
		}
	}
	s := &session{
		Options: o, web: web, dialer: toServer, interpreter: interpreter, clock: wall,
		stats:  newStatsReader(figures, o.Target.NoFigures == ""),
		rec:    account.New(wall, o.Clients, o.Topics, o.Retained*o.Topics, len(offsets)),
		ending: make(chan struct{}),
		trial:  o.Trial(time.Now()),
	}
	if o.Target.NoFigures != "" {
		s.trial.Absent = []results.Absent{{What: results.Figures, Reason: o.Target.NoFigures}}
	}
	switch {
	case o.Target.Warmed:
		s.trial.Absent = append(s.trial.Absent, results.Absent{What: results.Resident, Reason: "the server was warmed up, and may use memory again that it has taken for that"})
	case o.Target.Served:
		s.trial.Absent = append(s.trial.Absent, results.Absent{What: results.Resident, Reason: "the server has served earlier trials, and may use memory again that it has kept from them"})
	}
	s.rec.Trace, s.rec.ClosedLoop = o.Trace, o.Uncorrected
	s.recovery = newRecovery(o, s.rec)
	if o.Send > 0 {
		s.rec.Senders, s.rec.NoSplit = o.Clients/o.Topics, true // no server says when it had a message
	}
	if interpreter != nil {
		s.rec.Latest, s.rec.NoSplit = interpreter.latest, true
		interpreter.absent(s.trial)
	}
	if s.self, err = newMeter(os.Getpid()); err != nil {
		return nil, err
	}
	if s.server, err = newGroup(&o.Target); err != nil {
		return nil, fmt.Errorf("server process: %w", err)
	}
	if s.front, err = newFronting(o.Target.Front); err != nil {
		return nil, err
	}
	if s.front != nil {
		s.trial.Proxy = &results.Front{}
	}
	if s.carrier, err = newCarrier(o.Target.Nodes); err != nil {
		return nil, err
	}
	s.trial.Backplane = o.Target.Nodes.record()
	unknown := "it is not known which processes the server consists of"
	if o.Fault.Kind == results.FaultRestart {
		s.server, unknown = nil, "the server was started again in the window"
	}
	if s.server == nil {
		s.trial.Absent = append(s.trial.Absent, results.Absent{What: results.Outside, Reason: unknown})
	}
	for i := range o.Clients {
		if !o.part().Has(i) {
			continue
		}
		s.clients = append(s.clients, &client{Account: account.Account{Client: i, Topic: i % o.Topics}, coding: codingOf(v), rec: s.rec, cuts: &s.cuts, recovery: s.recovery})
	}
	if s.slow, err = s.newLaggards(address, cert, len(offsets)); err != nil {
		return nil, err
	}
	s.attack = newAttack(s.clients, s.rec)
	if o.Part != nil {
		s.attack.part, s.attack.all = o.Part.Part, o.Clients
		s.rec.Take(o.Part.Part, o.Clients)
		s.rec.NoSplit = s.rec.NoSplit || o.Part.Elsewhere
	}
	return s, nil
}

// receive starts the goroutine of a client to which the server pushes. It
// begins on a small stack of its own, not on the one that dialed.
func (s *session) receive(c *client) {
	s.receivers.Go(func() {
		for {
			if c.ahead != nil {
				if s, ok := c.stream.(interface{ endPiece() }); ok {
					s.endPiece() // not while it was opened: the line end is no part of the handshake
				}
				c.ahead.readAhead()
			}
			if err := c.stream.receive(); err != nil {
				if err = s.revive(c, err); err == nil {
					continue
				}
				select {
				case <-s.ending:
				default:
					s.rec.Fail(fmt.Errorf("client %d lost its connection: %w", c.Client, err))
				}
				return
			}
		}
	})
}

// interrupt ends the reads of every client.
func (s *session) interrupt() {
	for _, c := range s.clients {
		c.stop()
	}
}

// hangUp closes all connections, each with its protocol's goodbye.
func (s *session) hangUp() {
	select {
	case <-s.ending:
	default:
		close(s.ending)
	}
	for _, c := range s.everybody() {
		if c.conn == nil {
			continue
		}
		if c.leave != nil {
			c.leave()
		}
		c.link.hangUp()
	}
	s.receivers.Wait()
	for _, c := range s.everybody() {
		if c.release != nil {
			c.release()
		}
	}
}
