package agents

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"pushbench/loadgen"
	"pushbench/servers/wire"
)

// A task is a part of a trial as an order has it: what loadgen.Options say, without what is
// the coordinator's.
type task struct {
	Index, Of int
	Host      string // the coordinator's machine, on which the server is

	HTTP, TCP, Cert string
	NodesHTTP       []string `json:",omitempty"` // where several nodes are the server
	NodesTCP        []string `json:",omitempty"`
	Silence         time.Duration

	Variant     string
	Clients     int
	Topics      int
	Rate        float64
	Arrival     string
	Burst       int
	Spacing     time.Duration
	Filler      string
	Payload     int
	Retained    int
	Seed        uint64
	Warmup      time.Duration
	Window      time.Duration
	Opening     int
	Uncorrected bool
	Fault       string        `json:",omitempty"` // its kind
	FaultAfter  time.Duration `json:",omitempty"`
	FaultShare  float64       `json:",omitempty"`
	Reconnect   *loadgen.Reconnect
}

// newTask is the part of o with that index.
func newTask(o loadgen.Options, index, of int, host string) *task {
	t := &task{
		Index: index, Of: of, Host: host,
		HTTP: o.Target.HTTP, TCP: o.Target.TCP, Cert: o.Target.Cert, Silence: o.Target.Silence,
		Variant: o.Variant.String(), Clients: o.Clients, Topics: o.Topics, Rate: o.Rate, Arrival: o.Arrival, Burst: o.Burst,
		Spacing: o.Spacing, Filler: string(o.Filler), Payload: o.Payload, Retained: o.Retained, Seed: o.Seed,
		Warmup: o.Warmup, Window: o.Window, Opening: o.Opening, Uncorrected: o.Uncorrected,
		Fault: o.Fault.Kind, FaultAfter: o.Fault.After, FaultShare: o.Fault.Share, Reconnect: o.Reconnect,
	}
	if n := o.Target.Nodes; n != nil {
		t.NodesHTTP, t.NodesTCP = n.HTTP, n.TCP
	}
	return t
}

// options are what the load generator is to do, without its part.
func (t *task) options() (o loadgen.Options, err error) {
	v, err := wire.ParseVariant(t.Variant)
	if err != nil {
		return o, err
	}
	var nodes *loadgen.Nodes // the backplane is the coordinator's
	if len(t.NodesHTTP) > 0 {
		nodes = &loadgen.Nodes{HTTP: t.NodesHTTP, TCP: t.NodesTCP}
	}
	return loadgen.Options{
		Target: loadgen.Target{
			HTTP: t.HTTP, TCP: t.TCP, Cert: t.Cert, Silence: t.Silence, Nodes: nodes,
			NoFigures: "the coordinator reads them", // for all parts
		},
		Variant: v, Clients: t.Clients, Topics: t.Topics, Rate: t.Rate, Arrival: t.Arrival, Burst: t.Burst,
		Spacing: t.Spacing, Filler: wire.Filler(t.Filler), Payload: t.Payload, Retained: t.Retained, Seed: t.Seed,
		Warmup: t.Warmup, Window: t.Window, Opening: t.Opening, Uncorrected: t.Uncorrected,
		Fault: loadgen.Fault{Kind: t.Fault, After: t.FaultAfter, Share: t.FaultShare}, Reconnect: t.Reconnect,
	}, nil
}

// permitted says that load may go to the addresses of the task: to this machine, and to hosts
// that the agent's user has named.
func (t *task) permitted(allowed []string) error {
	all := slices.Concat([]string{t.HTTP, t.TCP}, t.NodesHTTP, t.NodesTCP)
	for _, address := range all {
		if address == "" {
			continue
		}
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return fmt.Errorf("the server's address %q is none", address)
		}
		ip, err := netip.ParseAddr(host)
		if err == nil && ip.IsLoopback() && ip.Zone() == "" || slices.Contains(allowed, host) {
			continue
		}
		return fmt.Errorf("it does not load %s: its user has not allowed that (pushbench agent --allow %s)", host, host)
	}
	return nil
}
