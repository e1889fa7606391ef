package agents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"pushbench/loadgen/clock"
)

// errControl is the end of the coordinator's own connection.
var errControl = errors.New("the connection to the NATS server is lost: nothing is heard of the agents any more; " +
	"see why the server has ended it, then start the run again")

// until listens to the agents until enough is true or, where window is not nil, until it has
// an error to return. It also returns when ctx is done, with its error, after the window.
func (a *attempt) until(ctx context.Context, window <-chan error, enough func() bool) error {
	leave := func(err error) error {
		if window != nil {
			<-window
		}
		return err
	}
	look := time.NewTicker(a.Silence / 10)
	defer look.Stop()
	for enough == nil || !enough() {
		select {
		case m := <-a.said:
			a.hear(m)
		case w := <-a.dead:
			i := slices.IndexFunc(a.members, func(m member) bool { return m.worker == w })
			a.lose(i, w.end())
		case <-look.C:
			a.miss()
		case err := <-window:
			return err
		case <-a.ended:
			for i := range a.members {
				a.fail(i, errControl.Error())
			}
			return leave(errControl)
		case <-ctx.Done():
			return leave(ctx.Err())
		}
	}
	return nil
}

// hear takes what an agent says.
func (a *attempt) hear(raw *nats.Msg) {
	var m message
	if err := json.Unmarshal(raw.Data, &m); err != nil {
		m.Error = "it says something that cannot be read: " + err.Error()
	}
	i := slices.IndexFunc(a.members, func(one member) bool { return one.Name == m.Agent })
	if i < 0 || m.Trial != a.trials || a.states[i].done {
		return // of an earlier trial, or of one that was lost
	}
	s, p := &a.states[i], &a.parts[i]
	s.heard = clock.Now()
	switch m.Say {
	case sayStage:
		s.at = int(m.Stage) + 1
	case sayAlive:
		s.over = m.Over
		a.progress()
	case sayReport:
		s.told = true
		if m.Left {
			a.lose(i, m.Error)
			return
		}
		s.done = true
		p.Report, p.GaveUp, p.Start = m.Report, m.GaveUp, time.Duration(m.Start).Seconds()
	}
	if m.Error != "" {
		a.fail(i, m.Error)
	}
}

// progress tells how far the trial is. From the start on the observer does.
func (a *attempt) progress() {
	if a.tell == nil || a.started != 0 {
		return
	}
	over, clients := 0.0, 0
	for i, s := range a.states {
		over += s.over * float64(a.parts[i].Clients)
		clients += a.parts[i].Clients
	}
	a.tell(over / float64(clients))
}

// miss loses the agents of which nothing has been heard for too long. Between the start and
// the end of the window there is nothing to be heard.
func (a *attempt) miss() {
	for more := true; more; { // it may have been busy with something else
		select {
		case m := <-a.said:
			a.hear(m)
		default:
			more = false
		}
	}
	now := clock.Now()
	for i, s := range a.states {
		since := max(s.heard, a.over)
		if !s.done && now-since > int64(a.Silence) {
			last := time.Now().Add(-time.Duration(now - s.heard))
			a.lose(i, fmt.Sprintf("nothing was heard of it since %s", said(last)))
		}
	}
}

// lose notes that an agent is lost, and when. One that has reported is not missed.
func (a *attempt) lose(i int, why string) {
	if i < 0 || a.states[i].done {
		return
	}
	when := "before the start"
	if now := clock.Now(); a.started != 0 {
		when = fmt.Sprintf("%.3f s after the start", time.Duration(now-a.started).Seconds())
	}
	a.states[i].done = true
	a.parts[i].Lost = fmt.Sprintf("at %s, %s: %s", said(time.Now()), when, why)
}

// fail notes why an agent's part has failed, and that no more is to come of it.
func (a *attempt) fail(i int, why string) {
	a.states[i].done = true
	if a.parts[i].Failed == "" {
		a.parts[i].Failed = why
	}
}
