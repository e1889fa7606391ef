package agents

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// start starts the agents of this machine and takes them into service. The caller must stop
// those that it returns.
func (c *Crew) start(ctx context.Context) (all []member, dead chan *worker, err error) {
	defer func() {
		if err != nil {
			stop(all)
		}
	}()
	dead = make(chan *worker, c.Local)
	for i := range c.Local {
		command := append(slices.Clone(c.Command), "--join", c.URL, "--name", c.name(i))
		w, err := startWorker(command, TokenVariable+"="+c.Token, dead)
		if err != nil {
			return all, dead, err
		}
		all = append(all, member{worker: w})
	}
	limit := time.NewTimer(startWithin)
	defer limit.Stop()
	for missing := c.Local; missing > 0; {
		select {
		case m := <-c.joined:
			h, err := readHello(m)
			if err != nil {
				return all, dead, err
			}
			i := slices.IndexFunc(all, func(m member) bool { return m.worker.pid() == h.PID })
			if i < 0 {
				continue // of an earlier trial
			}
			all[i].hello = h
			missing--
		case w := <-dead:
			return all, dead, fmt.Errorf("an agent ended before it joined: %s", w.end())
		case <-c.ended:
			return all, dead, errControl
		case <-limit.C:
			return all, dead, fmt.Errorf("%d of %d agents have not joined within %s: the machine is too busy to start so many; "+
				"ask for fewer with --agents", missing, c.Local, startWithin)
		case <-ctx.Done():
			return all, dead, ctx.Err()
		}
	}
	return all, dead, c.enlist(all)
}

// startWithin is how soon an agent that was started has joined.
const startWithin = 20 * time.Second

// name is that of the i-th agent that is started for the present trial.
func (c *Crew) name(i int) string { return fmt.Sprintf("trial-%d-agent-%d", c.trials, i) }

// stop ends the processes of agents that were started.
func stop(all []member) {
	for _, m := range all {
		m.worker.kill()
	}
}
