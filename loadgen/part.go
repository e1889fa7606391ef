package loadgen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pushbench/loadgen/account"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Part has Run carry out one of several parts of a trial. The others are carried out by
// load generators in other processes. Each opens its own clients, publishes the events of its
// own topics, and measures by its own clock the deliveries of these events to its clients.
//
// The figures of the server are nobody's part: see Observer.
type Part struct {
	account.Part

	// Elsewhere says that the server is on another machine, whose clock is another.
	Elsewhere bool

	// Meet is called at each Stage of the trial, in order, and returns when all parts have
	// come to it. At the stage Ready it returns the instant at which all of them begin, by
	// this process's clock, and not before that.
	Meet func(ctx context.Context, at Stage) (began int64, err error)

	here int // of an observer: the clients that are on the server's machine, as it is
}

// A Stage is a point at which parts of a trial wait for each other.
type Stage int

// The stages, in order.
const (
	Empty  Stage = iota // the retained events are published, and no client is open
	Opened              // all clients are open
	Held                // clients of long-polling have sent the requests that the server is to hold
	Ready               // the memory of the load generator is read
)

// Stages are all of them, in order.
var Stages = []Stage{Empty, Opened, Held, Ready}

// String is what is true at the stage.
func (s Stage) String() string {
	return [...]string{"no client is open", "all clients are open", "all requests are pending", "all is ready"}[s]
}

// meet waits at a stage for the other parts, or for the trials beside this one, and returns
// when they go on together.
func (o *Options) meet(ctx context.Context, at Stage) (int64, error) {
	switch {
	case o.Part != nil:
		return o.Part.Meet(ctx, at)
	case at == Opened:
		return 0, nil // trials side by side have one meeting for this and the next stage
	}
	return o.Together.meet(ctx)
}

// divided reports whether other load generators carry out parts of the trial.
func (o *Options) divided() bool { return o.Part != nil && o.Part.Part != account.Nothing }

// part is which part of the trial is carried out.
func (o *Options) part() account.Part {
	if o.Part == nil {
		return account.Part{}
	}
	return o.Part.Part
}

// endsHere is how many ends of a connection are on this machine, in the mean over all: the
// server's, and the client's if it is here.
func (o *Options) endsHere() float64 {
	if o.Part == nil || o.divided() {
		return 2
	}
	return 1 + float64(o.Part.here)/float64(o.Clients)
}

// fillPart fills what there is of a part besides its share of all counts. Times are before and
// after instants on which all parts agree.
func (s *session) fillPart() {
	if s.Part == nil {
		return
	}
	p := s.trial.Parts
	p.Counted = s.late
	before := func(at int64) float64 { return max(0, time.Duration(s.rec.From-at).Seconds()) }
	if s.divided() && s.trial.Lacks(results.Opening) == "" {
		p.Dialed, p.Opened = before(s.opening[0]), before(s.opening[1])
	}
}

// Undivided says why the trial cannot be carried out in so many parts, or nothing.
func (o *Options) Undivided(parts int) error {
	switch {
	case parts < 1:
		return fmt.Errorf("a trial has at least one part, not %d", parts)
	case parts > o.Clients:
		return fmt.Errorf("%d clients cannot be shared out among %d agents", o.Clients, parts)
	case o.Together != nil:
		return errors.New("trials that run side by side have one load generator")
	case o.Target.Dialect != nil:
		return errors.New("agents speak with servers that have the routes of pushbench alone")
	case o.Target.Front != nil:
		return errors.New("a trial through a proxy has one load generator")
	case o.Target.Clients != nil || o.Target.Publisher != nil:
		return errors.New("the path between network namespaces begins in this process, and agents are others")
	case o.Send > 0:
		return errors.New("clients that publish into one topic in turn are in one load generator")
	case o.Fault.Kind != "" && o.Fault.Kind != results.FaultCut:
		return errors.New("a server that is started again, or a proxy that reloads, has one load generator")
	case o.Reconnect != nil && o.Reconnect.Forget:
		return errors.New("what is lost to clients that begin with new events is told by one load generator")
	case o.Variant.On(wire.Resume):
		return errors.New("clients that resume TLS sessions have them from the first one, and are in one load generator")
	case o.Variant.Number(wire.Streams) > 1:
		return errors.New("clients that share a connection are in one load generator")
	case o.Slow.Clients > 0:
		return errors.New("clients that read slowly are beside all others, in one load generator")
	case o.Trace != nil:
		return errors.New("a capture is compared with one load generator")
	}
	return nil
}

// problem says why the part cannot be carried out.
func (p *Part) problem(o *Options) error {
	if !o.divided() {
		return nil
	}
	if p.Index < 0 || p.Index >= p.Of || p.Meet == nil {
		return fmt.Errorf("there is no part %d of %d", p.Index, p.Of)
	}
	return o.Undivided(p.Of)
}

// A Share is what the plan of a trial gives to one of its parts.
type Share struct {
	Clients, Topics int
	Events          int64 // that it publishes, retained ones included
	Expected        int64 // deliveries to its clients
	Measured        int64 // of these: of events that are due in the window
}

// Shares cuts the trial into so many parts. It depends on the options alone.
func (o Options) Shares(parts int) ([]Share, error) {
	if err := o.prepare(); err != nil {
		return nil, err
	}
	if err := o.Undivided(parts); err != nil {
		return nil, err
	}
	offsets, err := o.schedule()
	if err != nil {
		return nil, err
	}
	all := o.Retained*o.Topics + len(offsets)
	events := func(topic int) int64 { return int64((all - topic + o.Topics - 1) / o.Topics) }
	measured := make([]int64, o.Topics)
	for i, due := range offsets {
		if due >= o.Warmup && due < o.Warmup+o.Window {
			measured[i%o.Topics]++ // the retained ones before them are as many in each topic
		}
	}
	shares := make([]Share, parts)
	for i := range shares {
		p, s := account.Part{Index: i, Of: parts}, &shares[i]
		for topic := range o.Topics {
			if p.Has(topic) {
				s.Topics++
				s.Events += events(topic)
			}
		}
		for client := range o.Clients {
			if p.Has(client) {
				s.Clients++
				s.Expected += events(client % o.Topics)
				s.Measured += measured[client%o.Topics]
			}
		}
	}
	return shares, nil
}

// Length is how long a trial takes from the instant at which its parts begin until the end of
// its window.
func (o Options) Length() (time.Duration, error) {
	if err := o.prepare(); err != nil {
		return 0, err
	}
	return lead + o.Warmup + o.Window, nil
}
