package agents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"pushbench/loadgen/clock"
)

// Options say what an agent is. URL, Name, Build and Host are required.
type Options struct {
	URL   string // of the NATS server: nats://host:port
	Token string // by which the server knows its clients; empty: it does not ask
	Name  string // of the agent: letters, digits, - and _
	Build Build
	Host  string   // the machine since it was started: what has the same has one clock
	Allow []string // hosts to which load may go besides this machine

	// Tell is told in a few words what the agent does; it may be nil.
	Tell func(what string)
}

var goodName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// errConnection is the end of an agent whose connection has ended.
var errConnection = errors.New("the connection to the NATS server is lost: " +
	"nobody can tell the agent what to do, or hear what it has measured")

// An agent carries out parts of trials, one after the other, for one run at a time.
type agent struct {
	Options
	conn *nats.Conn
	ctx  context.Context // of Join; callbacks of the client have no other way to it

	mu      sync.Mutex
	run     string // for which it works; empty: none
	work    *work  // the trial under way; nil: none
	working sync.WaitGroup
}

// Join joins the agents at a NATS server and carries out what coordinators order until ctx is
// done, which is no error, or the connection has ended. An agent whose name is taken is
// refused.
func Join(ctx context.Context, o Options) error {
	if !goodName.MatchString(o.Name) {
		return fmt.Errorf("an agent's name has up to 64 letters, digits, - and _, and is not %q", o.Name)
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	conn, ended, err := connect(o.URL, o.Token, o.Name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &agent{Options: o, conn: conn, ctx: ctx}
	defer func() {
		a.mu.Lock() // no more work is begun
		cancel()
		a.mu.Unlock()
		a.working.Wait()
		conn.Close()
		<-ended
	}()
	if err := a.join(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-ended:
		return errConnection
	}
}

// join makes sure that the name is free, and listens to orders.
func (a *agent) join() error {
	switch had, err := ask(a.conn, a.Name, order{Ask: askHello}); {
	case err == nil:
		return fmt.Errorf("%s has joined already: choose another --name", had.Hello)
	case !errors.Is(err, errNobody):
		const words = "an agent named %s has joined already, and does not answer: choose another --name (%w)"
		return fmt.Errorf(words, a.Name, err)
	}
	text, err := json.Marshal(a.hello())
	if err != nil {
		return err
	}
	if _, err := a.conn.Subscribe(subjectOf(a.Name), a.obey); err != nil {
		return err
	}
	present := func(m *nats.Msg) { _ = m.Respond(text) } // an error ends the connection
	if _, err := a.conn.Subscribe(subjectRoll, present); err != nil {
		return err
	}
	if err := a.conn.Publish(subjectJoined, text); err != nil {
		return err
	}
	if err := a.conn.FlushTimeout(answerWithin); err != nil {
		return err
	}
	a.Tell(fmt.Sprintf("joined %s as %s", a.conn.ConnectedUrlRedacted(), a.Name))
	return nil
}

func (a *agent) hello() hello {
	return hello{Name: a.Name, Build: a.Build, Host: a.Host, PID: os.Getpid(), Cores: runtime.GOMAXPROCS(0)}
}

// obey carries out one order; the next one waits until it returns.
func (a *agent) obey(m *nats.Msg) {
	now, wall := clock.Now(), time.Now().UnixNano()
	var o order
	back := answer{Hello: a.hello(), Instant: now, Wall: wall}
	err := json.Unmarshal(m.Data, &o)
	if err == nil {
		err = a.do(o)
	}
	if err != nil {
		back.Refused = err.Error()
	}
	if m.Reply == "" {
		return
	}
	if text, err := json.Marshal(back); err == nil {
		_ = m.Respond(text) // an error ends the connection
	}
}

// do does what an order asks for. The error says why it does not.
func (a *agent) do(o order) error {
	switch o.Ask {
	case askHello, tellTime:
		return nil
	case enlist:
		return a.enlist(o.Run)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case o.Run != a.run:
		return fmt.Errorf("it does not work for the run %s", o.Run)
	case o.Ask == dismiss:
		a.run = ""
		a.Tell("the run is over")
		return nil
	case o.Ask == begin:
		return a.begin(o)
	case a.work == nil || a.work.trial != o.Trial:
		return nil // the trial is over
	case o.Ask == proceed:
		a.work.released <- o
		return nil
	case o.Ask == abort:
		a.work.told.Store(true)
		a.work.cancel()
		return nil
	}
	return fmt.Errorf("there is no order %q", o.Ask)
}

// enlist has the agent work for a run, unless it does for another whose coordinator is there.
func (a *agent) enlist(run string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.run != "" && a.run != run && a.present(a.run) {
		return fmt.Errorf("it works for another coordinator, whose run is %s: wait until that is over, "+
			"or have agents at another NATS server", a.run)
	}
	if a.work != nil {
		return errors.New("it still works on a trial of another run: try again in some seconds, or start it again")
	}
	a.run = run
	a.Tell("working for the run " + run)
	return nil
}

// present reports whether the coordinator of a run may be there.
func (a *agent) present(run string) bool {
	_, err := a.conn.Request(subjectHere(run), nil, presentWithin)
	return !errors.Is(err, nats.ErrNoResponders)
}

// begin starts the work on a part. It is called with the lock.
func (a *agent) begin(o order) error {
	if a.work != nil {
		return fmt.Errorf("it still works on trial %d", a.work.trial)
	}
	if a.ctx.Err() != nil {
		return errors.New("it is about to leave")
	}
	if o.Task == nil {
		return errors.New("the order has no task")
	}
	if err := o.Task.permitted(a.Allow); err != nil {
		return err
	}
	w, err := newWork(a, o)
	if err != nil {
		return err
	}
	a.work = w
	a.working.Go(func() {
		w.carryOut()
		a.mu.Lock()
		defer a.mu.Unlock()
		a.work = nil
	})
	return nil
}
