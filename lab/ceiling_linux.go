package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"pushbench/lab/process"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// nearCeiling is the share of the ceiling from which a trial says so.
const nearCeiling = 0.7

// endWithin is how soon a null server has ended after it was asked to.
const endWithin = 5 * time.Second

// A ceiling is what was found out about a kind of load.
type ceiling struct {
	loadgen.Limit
	err error // why it is not known
}

// ceiling is how many deliveries or answers per second the generator takes at
// most of trials like c; ok is false where that is not asked for. It is
// measured before the first such trial, once more if that goes wrong, and
// remembered. The error is that of ctx or of a command that cannot be executed.
func (r *Runner) ceiling(ctx context.Context, c scenarios.Cell) (known ceiling, ok bool, err error) {
	k, ok := r.kindOf(c)
	if !ok {
		return ceiling{}, false, nil
	}
	if known, ok := r.ceilings[k]; ok {
		return known, true, nil
	}
	if err := k.lacks(); err != nil {
		return ceiling{err: err}, true, nil
	}
	for range 2 {
		var limit *loadgen.Limit
		if limit, err = r.measureCeiling(ctx, k); err == nil {
			known = ceiling{Limit: *limit}
			break
		}
		if ctx.Err() != nil || errors.Is(err, process.ErrNoServer) {
			return ceiling{}, false, err
		}
		known = ceiling{err: err}
	}
	if r.ceilings == nil {
		r.ceilings = map[loadKind]ceiling{}
	}
	r.ceilings[k] = known
	return known, true, nil
}

func (r *Runner) measureCeiling(ctx context.Context, k loadKind) (limit *loadgen.Limit, err error) {
	credit, err := loadgen.NewCredit(k.clients)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, credit.Close()) }()
	command := append(append([]string(nil), r.Null...), "--addr", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--payload", strconv.Itoa(k.payload))
	if k.variant.On(wire.TLS) {
		command = append(command, "--tls")
	}
	server, err := process.Start(ctx, process.Options{Host: "127.0.0.1", Command: command, Files: []*os.File{credit.File()}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop(endWithin)) }()
	return loadgen.Ceiling(ctx, loadgen.CeilingOptions{
		Target: loadgen.Target{HTTP: server.HTTP, TCP: server.TCP, Cert: server.Cert, PID: server.PID, Gone: server.Exited()},
		Credit: credit, Variant: k.variant, Clients: k.clients, Payload: k.payload, Time: ceilingTime,
	})
}

// compare says in t how near the generator came to its ceiling.
func (c ceiling) compare(t *results.Trial) {
	if c.err != nil {
		t.Warnings = append(t.Warnings, results.Warning{Code: "ceiling-unknown",
			Text: fmt.Sprintf("it is not known how near the load generator was to its own limit: %v", c.err)})
		return
	}
	t.Trust.Ceiling, t.Trust.CeilingIdle = c.PerSecond, c.Idle
	if len(c.Slices) > 0 {
		t.Trust.CeilingSpread = 1 - slices.Min(c.Slices)/c.PerSecond
	}
	if share, ok := t.OfCeiling(); ok && share > nearCeiling {
		t.Warnings = append(t.Warnings, results.Warning{Code: "ceiling",
			Text: fmt.Sprintf("the load generator was above %.0f %% of its own ceiling: the numbers may show the generator, not the server", 100*nearCeiling)})
	}
}
