package loadgen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Target is the server process that a trial is run against.
type Target struct {
	HTTP string // host:port
	TCP  string // host:port of the tcp floor
	Cert string // PEM certificate to trust, for variants with TLS
	PID  int    // the server process on this machine; 0: unknown, and its figures from outside are absent

	// Processes returns the numbers of all processes of this machine that together are the
	// server, and may change; nil: PID alone.
	Processes func() ([]int, error)

	// NoFigures says why the server tells no figures of its own; empty: it answers
	// GET /stats. Without them, what only they tell is absent from the trial.
	NoFigures string

	// Served says that the server has had clients before those of this trial, so that
	// its memory grows by less than they need.
	Served bool

	// Warmed says that the server has been warmed up, so that its memory grows by less, too.
	Warmed bool

	// Dialect is how the server is spoken to; nil: it has the routes of package wire.
	// It need not be prepared. The server then has no figures of its own but from Figures.
	Dialect *dialect.Dialect

	Nodes   *Nodes // the processes that are the server together; nil: it is one
	Figures string // host:port of who answers GET /stats for the server; empty: the server, at HTTP
	Front   *Front // the proxy to which the clients connect; nil: to the server

	Clients   Dialer          // the way from clients to server; nil: from where this process is
	Publisher Dialer          // the way of the publisher and of reading the server's own figures; nil: as Clients
	Gone      <-chan struct{} // closed when the server process has ended; nil: not known

	// Inside calls f while the calling thread is in the network namespace of the clients'
	// connections; nil: that is this process's.
	Inside func(f func() error) error

	// Silence is how long the clients' connections may be silent although nothing
	// is lost for good, because what was sent is lost on the path again and again
	// and TCP retransmits it; 0: the path loses nothing.
	Silence time.Duration

	// Retransmitted returns how many bytes the server's ends of the clients'
	// connections have retransmitted so far; nil: not known.
	Retransmitted func() (int64, error)
}

// An Act is something that is done to the server or the path during a trial.
// An error of Do fails the trial.
type Act struct {
	At time.Duration // from the beginning of the window
	Do func() error
}

// A Dialer connects. Both net.Dialer and a namespace of package path are one.
// Its connections must be *net.TCPConn and send no keep-alive probes. Only
// transports that are silent for long would send them, and the ledgers would
// differ.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// A Tracer is told what the generator saw, so that it can be compared with
// what others saw.
type Tracer interface {
	account.Tracer

	// Counted gives the ledger of one client's connection over the whole
	// trial, and both ends of it: two connections to different ports of a
	// server may have the same local port. Of a client that opened a new
	// connection these are the last one's, and the ledger is that of all. Its socket's counters were read between the instants from and to.
	Counted(client int, local, remote netip.AddrPort, whole results.Ledger, from, to time.Time)
}

// Options say what one trial does. Clients, Payload, Window and Variant are
// required when there are events; the other zero values are defaults.
type Options struct {
	Target  Target
	Variant wire.Variant

	Clients  int           // simulated subscribers, at least 1
	Topics   int           // 0: one; client i subscribes to topic i mod Topics
	Send     float64       // events per second that each client publishes to its topic, over its own connection where the transport can; Rate is then that of all together. 0: a publisher apart from them does
	Rate     float64       // events per second over all topics; 0: none beyond the retained ones
	Arrival  string        // Constant (also ""), Poisson or Bursts
	Burst    int           // events per burst; the rate stays the mean
	Spacing  time.Duration // from one event of a burst to the next
	Filler   wire.Filler   // of the payloads; empty: wire.Pangram
	Payload  int           // bytes, wire.MinPayload to wire.MaxPayload
	Retained int           // events in each topic's history before the first client connects
	Seed     uint64        // of Poisson arrivals

	Warmup  time.Duration // published and received, but in no histogram; with polling at least an interval, for until then the clients are not in step with the schedule
	Window  time.Duration // the measured time
	Opening int           // connections being opened at a time; 0: one, so that the phases have no queueing in them

	// Together has the trial run side by side with others, each of which has a Slot
	// of its own; nil: it runs alone. The load generator's own figures are then of
	// all of them.
	Together *Together
	Slot     int

	// Part has Run carry out one of several parts of the trial; nil: all of it.
	Part *Part

	// answersWithin is how long a client may take to be opened and, with a dialect, to be
	// proved, and how long a request to publish may take at most; 0: openTimeout.
	answersWithin time.Duration

	Fault     Fault      // what befalls the clients' connections in mid-trial
	Reconnect *Reconnect // what clients do that have lost theirs; nil: it fails the trial
	Slow      Slow       // clients beside these that read slowly

	Acts  []Act  // what happens in mid-trial
	Trace Tracer // may be nil

	// Uncorrected has the trial also keep what a generator would have reported
	// that waits for each event before it sends the next.
	Uncorrected bool

	// Progress, when set, is called from time to time with the share of the
	// trial that is over, from one goroutine at a time.
	Progress func(fraction float64)
}

// schedule is when each event is due: none where the server has events of its own. The
// options are prepared.
func (o *Options) schedule() ([]time.Duration, error) {
	if d := o.Target.Dialect; d != nil && d.Publish.By == dialect.ByServer {
		return nil, nil
	}
	return Schedule(o.Rate, o.Arrival, o.Burst, o.Spacing, o.Warmup, o.Window, o.Seed)
}

func (o *Options) prepare() error {
	if o.Topics == 0 {
		o.Topics = 1
	}
	if o.Opening == 0 {
		o.Opening = 1
	}
	if o.answersWithin == 0 && o.Target.Front != nil {
		o.answersWithin = frontTimeout + o.Target.Silence
	}
	if o.answersWithin == 0 {
		o.answersWithin = openTimeout
	}
	if o.Arrival == "" {
		o.Arrival = results.Constant
	}
	if o.Send > 0 {
		o.Rate = o.Send * float64(o.Clients)
	}
	if o.Burst == 0 {
		o.Burst = 1
	}
	if o.Variant.Transport == wire.Polling {
		o.Warmup = max(o.Warmup, o.Variant.Duration(wire.Interval))
	}
	if o.Progress == nil {
		o.Progress = func(float64) {}
	}
	if o.Variant.Transport == wire.TCP && o.Target.TCP == "" {
		return errors.New("the tcp floor needs the address of a tcp server")
	}
	for _, rule := range []struct {
		ok   bool
		text string
	}{
		{o.Variant.Transport.Known(), "the variant has no transport"},
		{o.Target.HTTP != "", "the target has no HTTP address"},
		{o.Clients >= 1, "at least one client is needed"},
		{o.Topics >= 1 && o.Topics <= o.Clients, "the number of topics is between 1 and the number of clients"},
		{o.Retained >= 0, "the number of retained events is negative"},
		{o.Rate == 0 && o.Retained == 0 || o.Payload >= wire.MinPayload && o.Payload <= wire.MaxPayload,
			fmt.Sprintf("a payload is between %d and %d bytes", wire.MinPayload, wire.MaxPayload)},
		{o.Warmup >= 0 && o.Window > 0, "the window must be longer than 0 and the warm-up not negative"},
		{o.Opening >= 1, "at least one connection is opened at a time"},
	} {
		if !rule.ok {
			return errors.New(rule.text)
		}
	}
	if err := o.sendsProblem(); err != nil {
		return err
	}
	if err := o.Reconnect.problem(o); err != nil {
		return err
	}
	if err := o.Part.problem(o); err != nil {
		return err
	}
	if err := o.Fault.problem(o); err != nil {
		return err
	}
	if err := o.Slow.problem(o); err != nil {
		return err
	}
	if o.Target.Dialect != nil {
		return o.translate()
	}
	return nil
}
