package scenarios

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/servers/wire"
)

// trial runs p against a fresh server. Whatever goes wrong with it is in the
// trial's Failed; the error is non-nil only when there is no trial: ctx is
// done, or the server's command cannot be executed.
func (r *Runner) trial(ctx context.Context, p Planned, progress func(float64)) (*results.Trial, error) {
	o := p.options(r.Seed)
	o.Progress = progress
	began := time.Now()
	server, err := startServer(ctx, r.command(p.cell))
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, errNoServer) {
			return nil, err
		}
		return p.label(failed(began, o, err.Error())), nil
	}
	o.Target = loadgen.Target{HTTP: server.HTTP, TCP: server.TCP, Cert: server.Cert, PID: server.PID}

	t, err := drive(ctx, server, o, 5*p.Estimate+time.Minute)
	gone := server.gone()
	end := server.stop(endWithin)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case gone:
		t = failed(began, o, fmt.Sprintf("in mid-trial %v", end))
	case err != nil && end != nil: // most likely it was just ending
		t = failed(began, o, fmt.Sprintf("in mid-trial %v; %v", end, err))
	case err != nil:
		t = failed(began, o, err.Error())
	case end != nil:
		t.Warnings = append(t.Warnings, results.Warning{Code: "server-end", Text: fmt.Sprintf("After the trial %v.", end)})
	}
	t.Pack()
	return p.label(t), nil
}

// drive runs the load; it gives up when the server ends or when limit is
// over, which is many times what the trial should take.
func drive(ctx context.Context, server *process, o loadgen.Options, limit time.Duration) (*results.Trial, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-server.exited:
			cancel()
		case <-ctx.Done():
		}
	}()
	t, err := loadgen.Run(ctx, o)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the trial was not over after %s: %w", limit.Round(time.Second), err)
	}
	cancel()
	<-watched
	return t, err
}

// options says to the load generator what p is.
func (p Planned) options(seed uint64) loadgen.Options {
	s := p.cell.Scenario
	return loadgen.Options{
		Variant:  p.Variant,
		Clients:  s.Clients,
		Topics:   s.Topics,
		Rate:     s.Events.Rate,
		Arrival:  s.Events.Arrival,
		Burst:    s.Events.Burst,
		Payload:  s.Events.Payload,
		Retained: s.Events.Retained,
		Seed:     trialSeed(seed, s.Name, p.Number),
		Warmup:   s.Warmup,
		Window:   s.Duration,
		Opening:  s.Opening,
	}
}

// trialSeed makes the arrivals of one trial: the same for every variant and
// point, so that they meet the same events, and others in the next trial.
func trialSeed(seed uint64, scenario string, number int) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %d", seed, scenario, number)
	return h.Sum64()
}

// command is the command that starts a server for c.
func (r *Runner) command(c cell) []string {
	args := append([]string(nil), r.Server...)
	args = append(args, "--addr", "127.0.0.1:0", "--tcp", "127.0.0.1:0",
		"--heartbeat", wire.Duration(c.Scenario.Heartbeat), "--history", strconv.Itoa(c.history()))
	if c.Variant.TLS {
		args = append(args, "--tls")
	}
	return args
}

// history is how many events of a topic a server must keep so that a slow
// client never meets a gap: all of a trial, and half as many again for
// arrivals that come thick.
func (c cell) history() int {
	s := c.Scenario
	all := s.Events.Rate * (s.Warmup + s.Duration).Seconds() / float64(s.Topics)
	return s.Events.Retained + s.Events.Burst + int(1.5*all) + 256
}

// failed is the trial that did not come about.
func failed(began time.Time, o loadgen.Options, reason string) *results.Trial {
	t := &results.Trial{
		Variant:   o.Variant.String(),
		Transport: string(o.Variant.Transport),
		Began:     began.UTC(),
		Failed:    reason,
		Load: results.Workload{
			Clients: o.Clients, Topics: o.Topics, Rate: o.Rate, Arrival: o.Arrival, Payload: o.Payload,
			Retained: o.Retained, Warmup: o.Warmup.Seconds(), Window: o.Window.Seconds(),
			Interval: o.Variant.Interval.Seconds(), Opening: o.Opening,
		},
	}
	if o.Arrival == loadgen.Bursts {
		t.Load.Burst = o.Burst
	}
	return t
}

// label says in t which trial of which scenario it is.
func (p Planned) label(t *results.Trial) *results.Trial {
	t.Scenario, t.Sweep, t.Point, t.Number = p.Scenario, p.Sweep, p.Point, p.Number
	t.Load.Heartbeat = p.cell.Scenario.Heartbeat.Seconds()
	return t
}
