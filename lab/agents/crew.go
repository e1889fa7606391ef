package agents

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"pushbench/loadgen"
	"pushbench/results"
)

// CrewOptions say who carries out the trials of a run. Build and Host are required, and either
// Local with Command or URL.
type CrewOptions struct {
	Local   int      // processes of this machine that are started for each trial
	Command []string // that starts one: it is told --join, --name and, in its environment, TokenVariable

	URL   string // of the NATS server at which agents have joined: nats://host:port
	Token string // by which it knows its clients; empty: it does not ask
	Count int    // how many must have joined; 0: as many as have

	Build Build
	Host  string // the machine since it was started: what has the same has one clock

	// Silence is how long nothing may be heard of an agent outside of the window until it
	// counts as lost; 0: ten seconds.
	Silence time.Duration
}

// TokenVariable is the environment variable with the token of a NATS server.
const TokenVariable = "PUSHBENCH_AGENT_TOKEN"

// A Crew is the agents of a run. It carries out trials, one after the other, once it is hired. New
// makes one.
type Crew struct {
	CrewOptions
	run     string
	hub     *hub // nil: the NATS server is somebody else's
	conn    *nats.Conn
	ended   <-chan struct{} // closed when conn has ended
	said    chan *nats.Msg  // by agents, about trials
	joined  chan *nats.Msg  // by agents that were started and have come
	members []member        // in the order of their numbers; nil while local ones are not there
	trials  int
	short   string // an agent that was lost for good, and how
}

// A member is an agent of a crew.
type member struct {
	hello
	worker *worker // its process; nil: it has joined by itself
}

// New returns a crew that is not there yet: it only says which trials it cannot carry out.
func New(o CrewOptions) *Crew {
	o.Silence = cmp.Or(o.Silence, 10*time.Second)
	return &Crew{CrewOptions: o, run: rand.Text(), said: make(chan *nats.Msg, 4096), joined: make(chan *nats.Msg, 4096)}
}

// Size is how many agents carry a trial out. Of those that join by themselves and are not hired
// yet there will be one, at least.
func (c *Crew) Size() int {
	switch {
	case c.Local > 0:
		return c.Local
	case c.members != nil:
		return len(c.members)
	}
	return max(1, c.Count)
}

// Lacks says why the crew cannot carry out a trial, or nothing.
func (c *Crew) Lacks(o loadgen.Options) error { return o.Undivided(c.Size()) }

// Run carries out a trial as loadgen.Run does, in as many parts as there are agents. A trial
// in which an agent is lost has failed, and says so.
func (c *Crew) Run(ctx context.Context, o loadgen.Options) (*results.Trial, error) {
	select {
	case <-c.ended:
		return nil, errControl
	default:
	}
	if c.short != "" {
		return nil, fmt.Errorf("nobody takes the part of an agent that is not there: %s; "+
			"start it again (pushbench agent --join %s), then the run", c.short, c.URL)
	}
	shares, err := o.Shares(c.Size())
	if err != nil {
		return nil, err
	}
	observer, err := loadgen.Observe(o, c.near(shares))
	if err != nil {
		return nil, err
	}
	defer observer.Close()
	c.trials++
	var dead chan *worker // has the processes that have ended; nil: there are none
	if c.Local > 0 {
		if c.members, dead, err = c.start(ctx); err != nil {
			return nil, err
		}
		defer func() {
			stop(c.members)
			c.members = nil
		}()
	}
	a := newAttempt(c, c.members, dead, shares)
	defer a.end()
	broken := a.carryOut(ctx, o, observer)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	t := observer.Trial(ctx, broken)
	t.Parts.Host = c.Host
	t.Merge(a.parts)
	for _, p := range a.parts {
		if p.Lost != "" && c.Local == 0 {
			c.short = fmt.Sprintf("%s was lost %s", p.Name, p.Lost)
		}
	}
	return t, nil
}

// near is how many clients are on the coordinator's machine.
func (c *Crew) near(shares []loadgen.Share) (clients int) {
	for i, s := range shares {
		if c.Local > 0 || c.members[i].Host == c.Host {
			clients += s.Clients
		}
	}
	return clients
}

// Close lets the agents go and ends the NATS server if it is the crew's.
func (c *Crew) Close() {
	if c.conn != nil {
		if c.hub == nil {
			for _, m := range c.members {
				c.order(m.Name, order{Ask: dismiss, Run: c.run})
			}
			_ = c.conn.FlushTimeout(answerWithin) // agents find out by themselves, too
		}
		c.conn.Close()
		<-c.ended
	}
	c.hub.close()
}

// order sends an order whose answer nobody waits for. An error ends the connection, of which
// the next that waits for somebody hears.
func (c *Crew) order(agent string, o order) {
	if text, err := json.Marshal(o); err == nil {
		_ = c.conn.Publish(subjectOf(agent), text)
	}
}

// Names are those of the agents that have joined; none while they are started for each trial.
func (c *Crew) Names() (names []string) {
	for _, m := range c.members {
		names = append(names, m.Name)
	}
	return names
}

// Elsewhere names an agent that is on another machine; empty: there is none.
func (c *Crew) Elsewhere() string {
	for _, m := range c.members {
		if m.Host != c.Host {
			return m.hello.String()
		}
	}
	return ""
}
