//go:build linux

// Package reproduce measures what published numbers need beyond scenarios.
//
// It repeats texts over real connections whose bytes the kernel counts: numbers
// that rest on a request and an answer as an article prints them do not rest on
// a server of this module.
package reproduce

import (
	"context"
	"slices"
	"time"

	"pushbench/lab/process"
	"pushbench/results"
	"pushbench/results/published"
)

// Add measures what is in no scenario and adds the published numbers to the record. server
// is the command that starts a server. What could not be measured is listed in the
// record and costs no other number.
func Add(ctx context.Context, server []string, record *results.Record) {
	var m published.Measured
	missing := func(what string, err error) {
		switch {
		case ctx.Err() != nil:
			record.Partial = "interrupted after the last trial"
		case err != nil:
			record.NotRun = append(record.NotRun, results.NotRun{Scenario: what, Reason: err.Error()})
		}
	}
	polls, err := Run(ctx, Options{
		Request: published.Request2010, Answer: published.Answer2010, Clients: 1000, Interval: time.Second, Rounds: 5,
	})
	if err == nil {
		m.Polls = &published.Polls{Clients: polls.Clients, Exchanges: polls.Exchanges, Seconds: polls.Seconds, Out: polls.Out, In: polls.In}
	}
	missing("polls with the headers of 2010", err)
	frames, err := echo(ctx, server)
	for _, f := range frames {
		m.Frames = append(m.Frames, published.Frame(f))
	}
	missing("echo of WebSocket frames", err)
	record.Published = published.Of(record, m)
}

// echo measures frames against a server of its own.
func echo(ctx context.Context, server []string) (frames []Frame, err error) {
	running, err := process.Start(ctx, process.Options{Command: append(slices.Clone(server), "--addr", "127.0.0.1:0", "--tcp", "off")})
	if err != nil {
		return nil, err
	}
	defer func() {
		if end := running.Stop(5 * time.Second); err == nil {
			err = end
		}
	}()
	return Frames(ctx, running.HTTP, []int{125, 126, 65535, 65536})
}
