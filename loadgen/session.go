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
	self          *meter
	publisher     source
	interpreter   *interpreter // nil: the target speaks our own routes
	clients       []*client
	attack        *attack
	clock         *clock.Wall
	cuts          cuts
	unbalanced    string   // what does not add up in a client's books
	mallocs       uint64   // of the server when all connections were open; 0: unknown
	retransmitted [2]int64 // what the server's ends had retransmitted at the edges of the window
	receivers     sync.WaitGroup
	ending        chan struct{} // closed when clients are being disconnected on purpose

	mu        sync.Mutex
	handshake ledger.Totals // of the clients that are open
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
	dial := func(via Dialer, address string, resume bool) (*dialer, error) {
		if interpreter != nil {
			return interpreter.dialer(wall, via, address, o.Target.Cert, resume)
		}
		return newDialer(wall, via, address, o.Target.Cert, v.On(wire.TLS), resume)
	}
	web, err := dial(publisher, o.Target.HTTP, false)
	if err != nil {
		return nil, err
	}
	address := o.Target.HTTP
	if v.Transport == wire.TCP {
		address = o.Target.TCP
	}
	toServer, err := dial(o.Target.Clients, address, v.On(wire.Resume))
	if err != nil {
		return nil, err
	}
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
	if o.Target.Served {
		s.trial.Absent = append(s.trial.Absent, results.Absent{What: results.Resident, Reason: "the server has served earlier trials, and may use memory again that it has kept from them"})
	}
	s.rec.Trace, s.rec.ClosedLoop = o.Trace, o.Uncorrected
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
	if s.server == nil {
		s.trial.Absent = append(s.trial.Absent, results.Absent{What: results.Outside, Reason: "it is not known which processes the server consists of"})
	}
	for i := range o.Clients {
		s.clients = append(s.clients, &client{Account: account.Account{Client: i, Topic: i % o.Topics}, rec: s.rec, cuts: &s.cuts})
	}
	s.attack = newAttack(s.clients, s.rec)
	return s, nil
}

// receive starts the goroutine of a client to which the server pushes. It
// begins on a small stack of its own, not on the one that dialed.
func (s *session) receive(c *client) {
	s.receivers.Go(func() {
		for {
			if err := c.stream.receive(); err != nil {
				c.stream.flush()
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
	for _, c := range s.clients {
		if c.conn == nil {
			continue
		}
		if c.leave != nil {
			c.leave()
		}
		c.conn.stream.Close()
	}
	s.receivers.Wait()
}
