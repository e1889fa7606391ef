package agents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Hire brings the crew together: it starts a NATS server for agents of this machine, or takes
// all into service that have joined at another. It is called once, and the caller must call
// Close after it. The error says who cannot be taken, and why.
func (c *Crew) Hire(ctx context.Context) error {
	if err := c.attach(); err != nil || c.hub != nil {
		return err
	}
	all, err := c.roll(ctx)
	if err != nil {
		return err
	}
	c.members = all
	return c.enlist(all)
}

// attach connects the coordinator, and has it answer who asks whether it is there.
func (c *Crew) attach() (err error) {
	if c.URL == "" {
		if c.hub, err = newHub(); err != nil {
			return err
		}
		c.URL, c.Token = c.hub.url, c.hub.token
	}
	if c.conn, c.ended, err = connect(c.URL, c.Token, "coordinator of run "+c.run); err != nil {
		return err
	}
	subjects := map[string]chan *nats.Msg{subjectRun(c.run): c.said}
	if c.hub != nil {
		subjects[subjectJoined] = c.joined
	}
	for subject, to := range subjects {
		if _, err := c.conn.ChanSubscribe(subject, to); err != nil {
			return err
		}
	}
	here := func(m *nats.Msg) { _ = m.Respond(nil) } // an error ends the connection
	if _, err := c.conn.Subscribe(subjectHere(c.run), here); err != nil {
		return err
	}
	return c.conn.FlushTimeout(answerWithin)
}

// rollTime is how long agents may take to say that they are there. Where it is known how many there
// are, those that are slow are waited for as long as any answer may take.
const rollTime = time.Second

// roll asks who has joined.
func (c *Crew) roll(ctx context.Context) (all []member, err error) {
	inbox := c.conn.NewInbox()
	here := make(chan *nats.Msg, 4096)
	sub, err := c.conn.ChanSubscribe(inbox, here)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := c.conn.PublishRequest(subjectRoll, inbox, nil); err != nil {
		return nil, err
	}
	least, most := time.NewTimer(rollTime), time.NewTimer(answerWithin)
	defer least.Stop()
	defer most.Stop()
	for early := true; early || len(all) < c.Count; {
		select {
		case m := <-here:
			if len(m.Data) == 0 { // the NATS server says that there is none
				return nil, c.nobody()
			}
			h, err := readHello(m)
			if err != nil {
				return nil, err
			}
			all = append(all, member{hello: h})
		case <-least.C:
			early = false
		case <-most.C:
			return nil, c.miscounted(all)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if c.Count > 0 && len(all) > c.Count {
		return nil, c.miscounted(all)
	}
	if len(all) == 0 {
		return nil, c.nobody()
	}
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// miscounted is the error of agents that are not as many as there must be.
func (c *Crew) miscounted(all []member) error {
	var names []string
	for _, m := range all {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	do := fmt.Sprintf("end the others, or ask for %d", len(all))
	if len(all) < c.Count {
		do = fmt.Sprintf("start the others (pushbench agent --join %s), or look whether they are stopped", c.URL)
	}
	return fmt.Errorf("agents asked for: %d; answered at %s: %d (%s); %s",
		c.Count, c.URL, len(all), strings.Join(names, ", "), do)
}

func (c *Crew) nobody() error {
	return fmt.Errorf("no agent has joined at %s (pushbench agent --join %s)", c.URL, c.URL)
}

func readHello(m *nats.Msg) (h hello, err error) {
	if err := json.Unmarshal(m.Data, &h); err != nil || !goodName.MatchString(h.Name) {
		return h, fmt.Errorf("an agent says something that cannot be read: %.200q", m.Data)
	}
	return h, nil
}

// enlist takes all into service, or says who cannot be.
func (c *Crew) enlist(all []member) error {
	var errs []error
	for i, m := range all {
		switch {
		case i > 0 && m.Name == all[i-1].Name:
			errs = append(errs, fmt.Errorf("two agents are named %s: on machine %s process %d, and on machine %s process %d",
				m.Name, all[i-1].Host, all[i-1].PID, m.Host, m.PID))
		case m.Build != c.Build:
			errs = append(errs, fmt.Errorf("%s is %s, and this is %s: numbers of different programs are not added up",
				m.hello, m.Build, c.Build))
		default:
			if _, err := ask(c.conn, m.Name, order{Ask: enlist, Run: c.run}); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", m.hello, err))
			}
		}
	}
	return errors.Join(errs...)
}
