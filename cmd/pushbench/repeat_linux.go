package main

import (
	"context"
	"time"

	"pushbench/results"
	"pushbench/results/claims"
	"pushbench/scenarios"
	"pushbench/scenarios/exchange"
	"pushbench/scenarios/process"
)

// repeat measures what is not in a scenario, and adds the claims to the record.
// What could not be measured is listed in it, and costs no other claim.
func repeat(ctx context.Context, r *scenarios.Runner, record *results.Record) {
	var m claims.Measured
	missing := func(what string, err error) {
		switch {
		case ctx.Err() != nil:
			record.Partial = "interrupted after the last trial"
		case err != nil:
			record.NotRun = append(record.NotRun, results.NotRun{Scenario: what, Reason: err.Error()})
		}
	}
	polls, err := exchange.Run(ctx, exchange.Options{
		Request: claims.Request2010, Answer: claims.Answer2010, Clients: 1000, Interval: time.Second, Rounds: 5,
	})
	if err == nil {
		m.Polls = &claims.Polls{Clients: polls.Clients, Exchanges: polls.Exchanges, Seconds: polls.Seconds, Out: polls.Out, In: polls.In}
	}
	missing("polls with the headers of 2010", err)
	frames, err := echo(ctx, r)
	for _, f := range frames {
		m.Frames = append(m.Frames, claims.Frame(f))
	}
	missing("echo of WebSocket frames", err)
	record.Claims = claims.Of(record, m)
}

// echo measures frames against a server of its own.
func echo(ctx context.Context, r *scenarios.Runner) (frames []exchange.Frame, err error) {
	server, err := process.Start(ctx, process.Options{Command: append(r.Server, "--addr", "127.0.0.1:0", "--tcp", "off")})
	if err != nil {
		return nil, err
	}
	defer func() {
		if end := server.Stop(5 * time.Second); err == nil {
			err = end
		}
	}()
	return exchange.Frames(ctx, server.HTTP, []int{125, 126, 65535, 65536})
}
