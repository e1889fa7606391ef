package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"pushbench/lab/broker"
	"pushbench/lab/target"
	"pushbench/loadgen"
	"pushbench/scenarios"
)

// nodes are what a trial has of a server of several processes. Nil is a server of one.
type nodes struct {
	broker   *broker.Broker
	all      []*target.Server
	gone     chan struct{} // closed when one of the nodes has ended
	once     sync.Once     // closes gone
	watching sync.WaitGroup
}

// openBroker starts what carries events between the nodes of s; nil: there are none. The caller
// adds nodes with open, and ends it with stop.
func openBroker(ctx context.Context, s scenarios.Scenario, in func(start func() error) error) (*nodes, error) {
	if s.Backplane == "" {
		return nil, nil
	}
	b, err := broker.Start(ctx, broker.Options{Kind: s.Backplane, In: in})
	if err != nil {
		return nil, fmt.Errorf("the backplane: %w", err)
	}
	return &nodes{broker: b, gone: make(chan struct{})}, nil
}

// url is what the nodes are told; empty: they are alone.
func (n *nodes) url() string {
	if n == nil {
		return ""
	}
	return n.broker.URL
}

// open starts the other nodes beside first, count with it, and watches them all.
func (n *nodes) open(count int, first *target.Server, start func() (*target.Server, error)) error {
	n.all = []*target.Server{first}
	for len(n.all) < count {
		s, err := start()
		if err != nil {
			return fmt.Errorf("node %d: %w", len(n.all)+1, err)
		}
		n.all = append(n.all, s)
	}
	for _, s := range n.all {
		n.watching.Go(func() { // until stop, at the latest
			<-s.Exited()
			n.once.Do(func() { close(n.gone) })
		})
	}
	return nil
}

// stop ends the other nodes and the broker. last ends the first node, before the broker. The
// error says how the first of them ended that did not end as it was asked to.
func (n *nodes) stop(last func() error) error {
	if n == nil {
		return last()
	}
	var first error
	note := func(what string, err error) {
		if err != nil && first == nil {
			first = fmt.Errorf("%s: %w", what, err)
		}
	}
	for i, s := range slices.Backward(n.all) {
		if i > 0 {
			note(fmt.Sprintf("node %d", i+1), s.Stop())
		}
	}
	if err := last(); first == nil {
		first = err
	}
	note("the backplane", n.broker.Stop())
	n.watching.Wait()
	return first
}

// equip says to the load generator which nodes there are.
func (n *nodes) equip(t *loadgen.Target) {
	if n == nil {
		return
	}
	all := &loadgen.Nodes{Backplane: n.broker.Processes}
	var certs []string
	var pids []int
	for _, s := range n.all {
		all.HTTP, all.TCP = append(all.HTTP, s.HTTP), append(all.TCP, s.TCP)
		certs, pids = append(certs, s.Cert), append(pids, s.PID)
	}
	t.Nodes, t.Cert, t.Gone = all, strings.Join(certs, ""), n.gone
	t.Processes = func() ([]int, error) { return pids, nil }
}

// setUpNodes starts the servers of a trial: one, or several behind a backplane.
func (r *Runner) setUpNodes(ctx context.Context, p Planned, host string, in func(start func() error) error) (o opened, n *nodes, err error) {
	s := p.Cell.Scenario
	if n, err = openBroker(ctx, s, in); err != nil {
		return o, nil, err
	}
	c := r.conditions(p.Cell, host)
	c.Backplane = n.url()
	if o, err = r.kept.open(ctx, p.Target, s.Fresh, c, in); err != nil {
		return o, nil, errors.Join(err, n.stop(func() error { return nil }))
	}
	if n == nil {
		return o, nil, nil
	}
	stop := o.stop
	err = n.open(s.Nodes, o.Server, func() (*target.Server, error) { return p.Target.Open(ctx, c, in) })
	o.stop = func(failed bool) error { return n.stop(func() error { return stop(failed) }) }
	if err != nil {
		_ = o.stop(true) // why it did not start says more
	}
	return o, n, err
}
