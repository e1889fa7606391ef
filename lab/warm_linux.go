package lab

import (
	"context"
	"time"

	"pushbench/lab/check"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// The load of a warm-up whose scenario has no events: that of the scenario broadcast.
const (
	warmClients = 50
	warmRate    = 50.0 // events a second
	warmPayload = 128  // bytes
)

// warmInterval is the longest from one poll to the next in a warm-up: a compiler counts
// requests, and not seconds.
const warmInterval = 50 * time.Millisecond

// warming is the load that takes d to warm a server up for the trial of o.
func warming(o loadgen.Options, d time.Duration) loadgen.Options {
	o.Together, o.Slot, o.Progress = nil, 0, nil
	o.Warmup, o.Window, o.Retained = 0, d, 0
	if o.Rate == 0 {
		o.Clients, o.Topics, o.Rate, o.Payload = warmClients, 1, warmRate, warmPayload
		o.Arrival, o.Burst, o.Spacing = results.Constant, 1, 0
	}
	if o.Variant.Transport == wire.Polling {
		o.Variant = o.Variant.With(wire.Interval, min(warmInterval, o.Variant.Duration(wire.Interval)))
	}
	return o
}

// warmUp gives the server of s, if its file asks for that, the load of p before its first
// trial over p's transport. Nothing that comes of it is kept: if it fails, the trial says so
// itself. The error is that of ctx.
func (r *Runner) warmUp(ctx context.Context, p Planned, o loadgen.Options, s *testbed) error {
	on, d := p.Variant.Transport, p.Target.WarmUp()
	if d == 0 || s.server.warm[on] {
		return nil
	}
	o = warming(o, d)
	s.equip(&o, scenarios.Stall{}, r.known[p.Target.Name])
	_, err := r.drive(ctx, o, 5*d+time.Minute)
	for i := 0; i < 2 && err == nil && !s.server.Gone() && ctx.Err() == nil; i++ {
		// It is to notice now that these clients have left, and to forget them.
		_ = check.Farewell(ctx, check.Server{Name: p.Target.Name, Address: s.server.HTTP, Dialect: s.server.Dialect, Cert: s.server.Cert})
		rest(ctx, goneWithin)
	}
	s.server.warm[on] = true
	return ctx.Err()
}

// rest waits.
func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
