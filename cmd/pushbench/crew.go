package main

import (
	"context"
	"io"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/agents"
	"pushbench/lab/process"
	"pushbench/plots/text"
)

// A crewing says which agents carry out the load of a run.
type crewing struct {
	agents  string // a number, or the address of a NATS server; empty: none
	address string // of this machine, for agents on others
}

// mostAgents is how many agents one machine starts at most, and mostJoined how many can have
// joined.
const (
	mostAgents = 256
	mostJoined = 4096
)

func (o *crewing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.agents, "agents", "", "have `AGENTS` carry out the load together: 8 starts eight processes here; nats://HOST:PORT takes all who have joined there (pushbench agent), and with ?n=8 behind it there must be eight")
	f.StringVar(&o.address, "address", "", "servers listen at this `IP` of this machine, so that agents on other machines reach them")
}

// countFlag takes agents of this machine alone.
func (o *crewing) countFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.agents, "agents", "", "have `N` processes of this machine carry out the load together, where one has too few descriptors or too little time")
}

// counted refuses agents that are elsewhere.
func (o crewing) counted(cmd *cobra.Command) error {
	if _, err := strconv.Atoi(o.agents); o.agents != "" && err != nil {
		return usage("--agents 4", "--agents of %s must be a number, not %q: what ended a search is told by this machine's CPU time and memory, and so all agents are here", cmd.CommandPath(), o.agents)
	}
	return nil
}

// hire has the runner's load carried out by the agents that are asked for. Of a dry run they only
// say what they cannot carry out, and nobody is asked. The caller must call release.
func (o crewing) hire(ctx context.Context, r *lab.Runner, stderr io.Writer, quiet, dry bool) (release func(), err error) {
	if o.agents == "" {
		if o.address != "" {
			return nil, usage("add --agents nats://HOST:PORT", "--address is for agents on other machines, and there are none")
		}
		return func() {}, nil
	}
	c := agents.CrewOptions{Command: []string{process.Self, "agent", "--quiet"}}
	if n, err := strconv.Atoi(o.agents); err == nil {
		if n < 1 || n > mostAgents {
			return nil, usage("each is a process with a part of the clients", "--agents must be from 1 to %d, not %d", mostAgents, n)
		}
		c.Local = n
	} else if c.URL, c.Count, err = joinedAt(o.agents); err != nil {
		return nil, err
	} else {
		c.Token = os.Getenv(agents.TokenVariable)
	}
	if o.address != "" {
		ip, err := netip.ParseAddr(o.address)
		if err != nil || !ip.Is4() || ip.IsUnspecified() {
			return nil, usage("the address by which the agents reach this machine", "--address must be an IPv4 address, not %q", o.address)
		}
		r.Host = ip.String()
	}
	c.Build, c.Host = ownBuild()
	crew := agents.New(c)
	r.Load = crew
	if dry {
		return func() {}, nil
	}
	if err := crew.Hire(ctx); err != nil {
		crew.Close()
		return nil, err
	}
	if away := crew.Elsewhere(); away != "" && o.address == "" {
		crew.Close()
		return nil, usage("add --address and the IP of this machine", "%s does not reach servers at 127.0.0.1 of this machine", away)
	}
	if !quiet && c.URL != "" {
		say(stderr, "load from %s: %s", text.Count(crew.Size(), "agent"), strings.Join(crew.Names(), ", "))
	}
	return crew.Close, nil
}

// joinedAt reads nats://HOST:PORT, with how many agents must have joined there behind it: ?n=8.
func joinedAt(asked string) (address string, count int, err error) {
	address, query, some := strings.Cut(asked, "?")
	if err := isNATS("--agents, if it is no number,", address); err != nil || !some {
		return address, 0, err
	}
	number, named := strings.CutPrefix(query, "n=")
	if count, err = strconv.Atoi(number); !named || err != nil || count < 1 || count > mostJoined {
		return "", 0, usage(address+"?n=8", "behind the address of --agents is how many there must be, from 1 to %d, not %q", mostJoined, query)
	}
	return address, count, nil
}

// isNATS refuses what is no address of a NATS server. A password in it would be in the record.
func isNATS(flag, text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "nats" && u.Scheme != "tls" || u.Hostname() == "" || u.RawQuery != "":
		return usage("nats://HOST:4222", "%s must be the address of a NATS server, not %q", flag, text)
	case u.User != nil:
		return usage("put a token into "+agents.TokenVariable, "%s has a user or a password in it, and is kept in the record", flag)
	}
	return nil
}

// ownBuild is this program, and the machine that it runs on since that was started.
func ownBuild() (agents.Build, string) {
	p := lab.Collect(version, commit, nil)
	return agents.NewBuild(p.Version, p.Commit), lab.Booted()
}
