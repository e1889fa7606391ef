//go:build linux

package lab

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pushbench/lab/broker"
	"pushbench/scenarios"
	"pushbench/servers/backplane"
	"pushbench/servers/backplane/nats"
	"pushbench/servers/backplane/redis"
	"pushbench/servers/wire"
)

// openBackplane connects a server that this binary is.
func openBackplane(address string) (backplane.Backplane, func(), error) {
	log := slog.New(slog.DiscardHandler)
	if strings.HasPrefix(address, "nats:") {
		b, err := nats.Open(context.Background(), address, 8192, log)
		if err != nil {
			return nil, nil, err
		}
		return b, b.Close, nil
	}
	b, err := redis.Open(context.Background(), address, log)
	return b, func() { _ = b.Close() }, err
}

// serveNATS makes this binary be a NATS server.
func serveNATS(addr string) int {
	n, err := broker.ListenNATS(addr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	announce(wire.Ready{HTTP: n.Addr(), PID: os.Getpid()})
	if err := n.Serve(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Clients are spread over the nodes, and those whose connection is cut go on at another one:
// nothing is missed, and every byte is accounted for.
func TestNodes(t *testing.T) {
	for _, kind := range []string{scenarios.BackplaneRedis, scenarios.BackplaneNATS} {
		t.Run(kind, func(t *testing.T) {
			if missing := broker.Missing(kind); missing != "" {
				if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
					t.Fatal(missing)
				}
				t.Skip(missing)
			}
			nodes := "nodes: 3\nbackplane: " + kind + "\nclients: 6\ntopics: 2\n" +
				"events: {rate: 40, payload: 64, retained: 2}\nwarm-up: 50ms\ntrials: 1\n"
			all := []scenarios.Scenario{parse(t, nodes+"duration: 200ms\nvariants: [longpoll]\n")}
			if kind == scenarios.BackplaneNATS {
				all = []scenarios.Scenario{parse(t, nodes+"duration: 200ms\nvariants: [tcp]\n")}
			} else if uncut() == "" {
				cut := parse(t, nodes+"duration: 1200ms\nvariants: [sse/tls]\nfault: {cut: 100ms}\nreconnect: {after: 20ms}\n")
				cut.Name = "cut"
				all = append(all, cut)
			}
			rec, err := (&Runner{Scenarios: all, Targets: served(t, "serve")}).Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, trial := range rec.Trials {
				if trial.Failed != "" {
					t.Errorf("%s of %s: %s", trial.Variant, trial.Scenario, trial.Failed)
					continue
				}
				if b := trial.Backplane; b == nil || b.Name != kind || b.Nodes != 3 || b.CPU <= 0 {
					t.Errorf("%s: the backplane is %+v", trial.Variant, b)
				}
				if r := trial.Recovery; trial.Scenario == "cut" && (r == nil || r.Lost != 6 || r.Opened != 6 || trial.Deliveries.Missed != 0) {
					t.Errorf("%s: %+v, %d missed", trial.Variant, r, trial.Deliveries.Missed)
				}
			}
			if n := rec.Scenarios[0].Nodes; n == nil || n.Count != 3 || n.Backplane != kind || n.Version == "" {
				t.Errorf("the record has the nodes %+v", n)
			}
			noChildren(t)
		})
	}
}

// A target that is described by a file has no nodes, and says so.
func TestNodesOfADescribedTarget(t *testing.T) {
	s := parse(t, "nodes: 2\nbackplane: nats\nvariants: [sse]\n")
	if reason := unjoinedBy(served(t, "serve")[0], s.Cells()[0]); reason != "" {
		t.Error(reason)
	}
	if reason := (&Runner{Audit: true}).unjoined(s.Cells()[0]); !strings.HasPrefix(reason, "an audit captures") {
		t.Error(reason)
	}
}

// A node that ends by itself ends the trial.
func TestANodeEndsByItself(t *testing.T) {
	s := parse(t, "nodes: 2\nbackplane: nats\nvariants: [sse]\nclients: 4\nevents: {rate: 50, payload: 5000}\nwarm-up: 50ms\nduration: 1500ms\ntrials: 1\n")
	t.Setenv(doomFile, filepath.Join(t.TempDir(), "doom"))
	r := &Runner{Scenarios: []scenarios.Scenario{s}, Targets: served(t, "killed")}
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if trial := rec.Trials[0]; !strings.Contains(trial.Failed, "signal: killed") || trial.Backplane == nil {
		t.Errorf("%q, %+v", trial.Failed, trial.Backplane)
	}
	noChildren(t)
}
