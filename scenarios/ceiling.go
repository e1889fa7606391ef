package scenarios

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios/process"
	"pushbench/servers/wire"
)

const (
	ceilingClients = 100                    // of a measurement of the generator's ceiling
	ceilingTime    = 250 * time.Millisecond // of it
	ceilingTotal   = 450 * time.Millisecond // with its server's start and end
	nearCeiling    = 0.7                    // of the ceiling, from which a trial says so
)

// A loadKind is what the generator's ceiling depends on.
type loadKind struct {
	transport wire.Transport
	tls       bool
	payload   int
}

// kindOf is that of a trial; ok is false for one without events.
func kindOf(c cell) (k loadKind, ok bool) {
	return loadKind{c.Variant.Transport, c.Variant.TLS, c.Scenario.Events.Payload}, c.Scenario.Events.Rate > 0
}

func (k loadKind) variant() wire.Variant {
	v, err := wire.ParseVariant(string(k.transport))
	if err != nil {
		panic(err) // a transport's name alone is a variant
	}
	v.TLS = k.tls
	return v
}

// ceiling is how many deliveries or answers per second the generator takes at
// most of trials like c; 0 where it is not asked for. It is measured before the
// first such trial and remembered.
func (r *Runner) ceiling(ctx context.Context, c cell) (float64, error) {
	k, ok := kindOf(c)
	if !ok || len(r.Null) == 0 {
		return 0, nil
	}
	if known, ok := r.ceilings[k]; ok {
		return known, nil
	}
	got, err := r.measureCeiling(ctx, k)
	if err != nil {
		return 0, fmt.Errorf("measuring the load generator's ceiling: %w", err)
	}
	if r.ceilings == nil {
		r.ceilings = map[loadKind]float64{}
	}
	r.ceilings[k] = got
	return got, nil
}

func (r *Runner) measureCeiling(ctx context.Context, k loadKind) (perSecond float64, err error) {
	credit, err := loadgen.NewCredit(ceilingClients)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, credit.Close()) }()
	command := append(append([]string(nil), r.Null...), "--addr", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--payload", strconv.Itoa(k.payload))
	if k.tls {
		command = append(command, "--tls")
	}
	server, err := process.Start(ctx, process.Options{Command: command, Files: []*os.File{credit.File()}})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.Stop(endWithin)) }()
	limit, err := loadgen.Ceiling(ctx, loadgen.CeilingOptions{
		Target: loadgen.Target{HTTP: server.HTTP, TCP: server.TCP, Cert: server.Cert, PID: server.PID, Gone: server.Exited()},
		Credit: credit, Variant: k.variant(), Clients: ceilingClients, Payload: k.payload, Time: ceilingTime,
	})
	if err != nil {
		return 0, err
	}
	return limit.PerSecond, nil
}

// compareCeiling says in t how near the generator came to its ceiling.
func compareCeiling(t *results.Trial, ceiling float64) {
	t.Trust.Ceiling = ceiling
	if share, ok := t.OfCeiling(); ok && share > nearCeiling {
		t.Warnings = append(t.Warnings, results.Warning{Code: "ceiling",
			Text: fmt.Sprintf("the load generator was above %.0f %% of what it takes from a server that does nothing else: it is what is measured", 100*nearCeiling)})
	}
}
