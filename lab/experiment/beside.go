//go:build linux

package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"sync"
	"time"

	"pushbench/lab/browser"
	"pushbench/lab/process"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A crowd is the load beside which a page gets its events.
type crowd struct {
	clients int // of the load generator
	page    int // of the page
	rate    float64
	warmup  time.Duration // the events that are due in it are not counted
	window  time.Duration
}

// crowded is the load as it is published.
var crowded = crowd{clients: 500, page: 5, rate: 10, warmup: 800 * time.Millisecond, window: 2 * time.Second}

// besideTransports are those that a page has several clients of.
var besideTransports = []wire.Transport{wire.SSE, wire.WebSocket}

// Beside finds out how late events are in a page of a real browser while the load generator has
// many clients at the same server, which subscribe to the same topic, and how late they are for
// these. Both count from when an event was due by the generator's schedule. Server is the command
// that starts the server, anew for each transport.
func Beside(ctx context.Context, server []string) (all []results.Observation) {
	for _, k := range browser.Kinds() {
		all = append(all, crowded.beside(ctx, k, server)...)
	}
	return all
}

func (c crowd) beside(ctx context.Context, k browser.Kind, server []string) []results.Observation {
	var all []results.Observation
	want := func(name, about string, arguments ...any) {
		all = append(all, results.Observation{
			Name: string(k) + "-beside-" + name, Kind: "sec", About: k.String() + ": " + fmt.Sprintf(about, arguments...) + ".",
		})
	}
	for _, t := range besideTransports {
		want(string(t), "median latency in a page of %d clients beside %d of the load generator, by %s, "+
			"from when an event was due until the script had it", c.page, c.clients, t.Label())
		want(string(t)+"-generator", "median latency of the load generator's %d clients meanwhile, by %s, "+
			"from when an event was due until it had reached the machine", c.clients, t.Label())
	}
	want("error", "what the latencies in the page can be wrong by, because its clock is another")
	if err := c.measure(ctx, k, server, all); err != nil {
		for i := range all {
			if len(all[i].Values) == 0 {
				all[i].Reason = err.Error()
			}
		}
	}
	return all
}

// measure fills what beside wants, in that order.
func (c crowd) measure(ctx context.Context, k browser.Kind, server []string, all []results.Observation) (err error) {
	b, err := browser.Start(ctx, k)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	worst := 0.0
	for i, t := range besideTransports {
		page, others, wrong, err := c.attend(ctx, b, server, t)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		all[2*i].Values, all[2*i+1].Values = []float64{page}, []float64{others}
		worst = max(worst, wrong)
	}
	all[len(all)-1].Values = []float64{worst}
	return nil
}

// attend starts a server and has the page and the generator's clients get its events. It returns
// the median latency of each, and the error of the first.
func (c crowd) attend(
	ctx context.Context, b *browser.Browser, server []string, t wire.Transport,
) (page, others, wrong float64, err error) {
	command := append(slices.Clone(server), "--addr", "127.0.0.1:0", "--tcp", "off")
	running, err := process.Start(ctx, process.Options{Command: command})
	if err != nil {
		return 0, 0, 0, err
	}
	defer func() { err = errors.Join(err, running.Stop(5*time.Second)) }()
	// The generator's only topic.
	a := browser.Audience{Address: running.HTTP, Topic: "t0", Transport: t, Clients: c.page}
	late, wrong, err := b.Attend(ctx, a, func(ctx context.Context) (due []time.Time, err error) {
		due, others, err = c.load(ctx, loadgen.Target{HTTP: running.HTTP, PID: running.PID}, t)
		return due, err
	})
	if err != nil {
		return 0, 0, 0, err
	}
	return late[(len(late)-1)/2], others, wrong, nil
}

// load has the generator carry out one trial. It returns when the events were due, which has no
// time for those of the warm-up, and the median latency.
func (c crowd) load(ctx context.Context, at loadgen.Target, t wire.Transport) (due []time.Time, median float64, err error) {
	v, err := wire.ParseVariant(string(t))
	if err != nil {
		return nil, 0, err
	}
	seen := &dues{at: map[uint64]time.Time{}}
	trial, err := loadgen.Run(ctx, loadgen.Options{
		Target: at, Variant: v, Clients: c.clients, Rate: c.rate, Payload: 128,
		Warmup: c.warmup, Window: c.window, Opening: 16, Trace: seen,
	})
	switch {
	case err != nil:
		return nil, 0, err
	case trial.Failed != "":
		return nil, 0, errors.New(trial.Failed)
	}
	due = make([]time.Time, trial.Deliveries.Offered)
	for seq, at := range seen.at {
		// By the schedule: the instants are those of the wall clock, and are rounded.
		if after := math.Round(float64(seq) / c.rate * float64(time.Second)); time.Duration(after) >= c.warmup {
			due[seq] = at
		}
	}
	return due, trial.Latency.Quantile(0.5), nil
}

// dues note when each event was due, as the first client is told.
type dues struct {
	mu sync.Mutex
	at map[uint64]time.Time
}

func (d *dues) Received(client int, seq uint64, due, _ time.Time) {
	if client > 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at[seq] = due
}

func (*dues) Counted(int, netip.AddrPort, netip.AddrPort, results.Ledger, time.Time, time.Time) {}
