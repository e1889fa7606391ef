package agents

import (
	"context"
	"errors"
	"slices"
	"time"

	"pushbench/loadgen"
	"pushbench/loadgen/clock"
	"pushbench/results"
)

// An attempt is one trial of a crew. Its fields belong to the goroutine that carries it out.
type attempt struct {
	*Crew
	members []member
	parts   []results.Part
	states  []state
	started int64              // instant of the start; 0: it is not yet told
	over    int64              // until this instant agents say nothing
	dead    <-chan *worker     // has the processes that have ended; nil: there are none
	tell    func(over float64) // how far the trial is, before the start; may be nil
}

// A state is how far an agent has come.
type state struct {
	at    int // stages that it has come to
	done  bool
	told  bool       // it has reported, or why it cannot
	heard int64      // instant of the last message
	over  float64    // share of the trial that is over for it, by what it said last
	clock comparison // with our clock, before the start
	known bool       // clock is
}

func newAttempt(c *Crew, members []member, dead <-chan *worker, shares []loadgen.Share) *attempt {
	a := &attempt{Crew: c, members: members, dead: dead, states: make([]state, len(members))}
	for i, m := range members {
		s := shares[i]
		a.parts = append(a.parts, results.Part{
			Agent: results.Agent{
				Number: i, Name: m.Name, Host: m.Host, PID: m.PID, Cores: m.Cores,
				Clients: s.Clients, Topics: s.Topics, Expected: s.Expected,
			},
			Events: s.Events, Measured: s.Measured,
		})
		a.states[i].heard = clock.Now()
	}
	return a
}

// carryOut has the agents carry the trial out and fills the parts. The error is the
// observer's, or that of ctx.
func (a *attempt) carryOut(ctx context.Context, o loadgen.Options, observer *loadgen.Observer) error {
	a.tell = o.Progress
	length, err := o.Length()
	if err != nil {
		return err
	}
	a.assign(o)
	for _, stage := range loadgen.Stages {
		come := func(s state) bool { return s.at > int(stage) }
		if err := a.until(ctx, nil, func() bool { return a.idle() || a.all(come) }); err != nil {
			return err
		}
		if a.idle() {
			return a.giveUp(ctx)
		}
		if stage == loadgen.Ready {
			break
		}
		if err := observer.At(ctx, stage); err != nil {
			return errors.Join(err, a.giveUp(ctx))
		}
		for _, m := range a.members {
			a.order(m.Name, order{Ask: proceed, Run: a.run, Trial: a.trials, Stage: stage})
		}
	}
	if !a.begin(length) {
		return a.giveUp(ctx)
	}
	window := make(chan error, 1)
	var broken error
	go func() { window <- observer.Window(ctx, a.started) }() // waited for by until
	if err := a.until(ctx, window, nil); err != nil {
		broken = err
	}
	if err := a.until(ctx, nil, a.finished); err != nil {
		return err
	}
	a.drifted()
	return broken
}

// assign gives each agent its part.
func (a *attempt) assign(o loadgen.Options) {
	for i, m := range a.members {
		t := newTask(o, i, len(a.members), a.Host)
		_, err := ask(a.conn, m.Name, order{Ask: begin, Run: a.run, Trial: a.trials, Task: t})
		var refused refusal
		switch {
		case errors.As(err, &refused):
			a.fail(i, err.Error())
		case err != nil:
			a.lose(i, err.Error())
		}
	}
}

// startLead is how long before the start the agents are told of it, and roundTrips of the
// slowest one come on top.
const (
	startLead  = 300 * time.Millisecond
	roundTrips = 10
)

// begin tells all agents when to begin, by their own clocks. It reports whether all are there.
func (a *attempt) begin(length time.Duration) bool {
	slowest := int64(0)
	for i, m := range a.members {
		c, err := compareWith(a.conn, m.Name)
		if err != nil {
			a.lose(i, err.Error())
			return false
		}
		a.states[i].clock, a.states[i].known = c, true
		p := &a.parts[i]
		slowest = max(slowest, c.bound)
		p.Offset, p.Bound = time.Duration(c.wall).Seconds(), time.Duration(c.bound).Seconds()
	}
	a.started = clock.Now() + int64(startLead) + roundTrips*2*slowest
	a.over = a.started + int64(length)
	for i, m := range a.members {
		at := a.started + a.states[i].clock.offset
		a.order(m.Name, order{Ask: proceed, Run: a.run, Trial: a.trials, Stage: loadgen.Ready, At: at})
	}
	return a.conn.FlushTimeout(answerWithin) == nil
}

// drifted compares the clocks of the agents that are there once more.
func (a *attempt) drifted() {
	for i, m := range a.members {
		if !a.states[i].known || a.parts[i].Lost != "" {
			continue
		}
		c, err := compareWith(a.conn, m.Name)
		if err != nil { // it has reported, so that only this is missing
			a.fail(i, "its clock could not be compared after the trial: "+err.Error())
			continue
		}
		p := &a.parts[i]
		p.Drift, p.BoundAfter = time.Duration(c.offset-a.states[i].clock.offset).Seconds(), time.Duration(c.bound).Seconds()
	}
}

// giveUp has all agents give the trial up and waits until they have.
func (a *attempt) giveUp(ctx context.Context) error {
	for _, m := range a.members {
		a.order(m.Name, order{Ask: abort, Run: a.run, Trial: a.trials})
	}
	a.over = 0
	return a.until(ctx, nil, a.finished)
}

// end has the agents give up what they still do of the trial: all that have not reported, those
// that are lost, too. One that was only stopped would go on with its load.
func (a *attempt) end() {
	ordered := false
	for i, m := range a.members {
		if !a.states[i].told {
			a.order(m.Name, order{Ask: abort, Run: a.run, Trial: a.trials})
			ordered = true
		}
	}
	if ordered {
		_ = a.conn.FlushTimeout(answerWithin) // they are killed or find out by themselves
	}
}

// finished reports whether all agents have reported or are lost.
func (a *attempt) finished() bool { return a.all(func(s state) bool { return s.done }) }

// idle reports whether an agent does no more, so that the trial cannot go on.
func (a *attempt) idle() bool {
	return slices.ContainsFunc(a.states, func(s state) bool { return s.done })
}

func (a *attempt) all(f func(state) bool) bool {
	return !slices.ContainsFunc(a.states, func(s state) bool { return !f(s) })
}
