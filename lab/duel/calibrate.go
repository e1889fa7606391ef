package duel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/power"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// A Calibration measures the gate itself: servers of one revision, of which some are
// made worse by a known size. It is used once.
type Calibration struct {
	Server    *Side                // built here
	Scenarios []scenarios.Scenario // no variant is in two of them
	Budget    time.Duration        // of wall time
	Seed      uint64
	Links     int           // programs, each with another layout, from which the arms of a block are drawn; 0: 48
	PerRun    int           // blocks that are measured in one go, and judged together; 0: as power says
	Out       *power.Writer // takes each block when it is complete

	Command []string // for the provenance, as in lab.Runner
	Version string
	Commit  string

	Progress lab.Progress
	Stage    func(name string, r *lab.Runner)

	dir string // of the programs
}

const (
	linked    = 48 // programs, unless it is said how many
	pilotRuns = 6
)

// Run measures until the budget is over or ctx is done; both are no error. What is
// complete has been appended.
func (c *Calibration) Run(ctx context.Context) error {
	if !c.Server.Built() {
		return errors.New("a calibration builds its servers: it needs a revision or the working tree")
	}
	c.Links = cmp.Or(c.Links, linked)
	began := time.Now()
	var err error
	if c.dir, err = os.MkdirTemp("", "pushbench-pool-"); err != nil {
		return err
	}
	defer os.RemoveAll(c.dir)
	if err := c.link(ctx); err != nil {
		return ended(ctx, err)
	}
	sessions, err := c.sessions(ctx)
	if err != nil {
		return ended(ctx, err)
	}
	shares := 0.0
	for i, one := range sessions {
		shares += one.share
		one.seed = c.Seed + uint64(i)
	}
	whole := c.Budget - time.Since(began)
	from := time.Now()
	for _, one := range sessions {
		from = from.Add(time.Duration(one.share / shares * float64(whole)))
		if err := c.session(ctx, one, from); err != nil {
			return ended(ctx, err)
		}
	}
	return nil
}

// A session is a part of a calibration: some cells of one scenario, and how servers are
// made worse there.
type session struct {
	scenario scenarios.Scenario // with these cells only
	changed  []power.Arm
	share    float64 // of the time, in proportion to the others'
	seed     uint64
}

// sessions plans the calibration. The injections act on streams, each with sizes of its
// own, and at most two servers are worse at a time, so that the machine is not much
// busier than it is with three. Of the other cells only what identical servers differ by
// has to be known, and whether one more request is seen.
func (c *Calibration) sessions(ctx context.Context) (all []*session, err error) {
	var asking []*session
	for _, s := range c.Scenarios {
		var others []wire.Variant
		for _, v := range s.Variants {
			if v.String() != string(wire.SSE) && v.String() != string(wire.WebSocket) {
				others = append(others, v)
				continue
			}
			one := of(s, v)
			base, err := c.pilot(ctx, one)
			if err != nil {
				return nil, err
			}
			cpu5, cpu10, rest := worse(base)
			all = append(all, &session{scenario: one, share: 1.5, changed: []power.Arm{cpu5, rest}},
				&session{scenario: one, share: 1.5, changed: []power.Arm{cpu5, cpu10}})
		}
		if len(others) > 0 {
			o := &session{scenario: of(s, others...), share: float64(len(others))}
			if slices.ContainsFunc(others, func(v wire.Variant) bool { return v.String() == string(wire.LongPoll) }) {
				o.changed = []power.Arm{{Name: "request", Inject: []string{"request=1"},
					Effects: []power.Effect{{Variant: string(wire.LongPoll), Metric: "requests/event", Size: 1, Exact: true}}}}
			}
			asking = append(asking, o)
		}
	}
	return append(all, asking...), nil
}

// ended is err unless it is that of a context that is done.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// of is the scenario on some of its variants.
func of(s scenarios.Scenario, variants ...wire.Variant) scenarios.Scenario {
	s.Variants = variants
	return s
}

// link makes the pool of programs, each with another layout.
func (c *Calibration) link(ctx context.Context) error {
	if c.Server.source.Report != nil {
		c.Server.source.Report(fmt.Sprintf("linking %d programs, each with another layout", c.Links))
	}
	var linking sync.WaitGroup
	var mu sync.Mutex
	var first error
	next := 0
	for range runtime.NumCPU() {
		linking.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				stop := i >= c.Links || first != nil
				mu.Unlock()
				if stop {
					return
				}
				if err := c.Server.source.Link(ctx, c.layout(i), c.program(i)); err != nil {
					mu.Lock()
					first = cmp.Or(first, err)
					mu.Unlock()
				}
			}
		})
	}
	linking.Wait()
	return first
}

// layout is never 0, and the linker takes a signed number.
func (c *Calibration) layout(i int) uint64 { return (c.Seed<<8 + uint64(i) + 1) & math.MaxInt64 }

func (c *Calibration) program(i int) string { return filepath.Join(c.dir, strconv.Itoa(i)) }

// targets are the arms. Those of a block take different programs of the pool.
func (c *Calibration) targets(arms []power.Arm, seed uint64) (all []target.Target) {
	for place, arm := range arms {
		args := slices.Clone(c.Server.Args)
		for _, inject := range arm.Inject {
			args = append(args, "--inject", inject)
		}
		all = append(all, target.Target{
			Name: arm.Name, Revision: c.Server.Revision, Command: append([]string{"pushbench"}, args...),
			Link: func(_ context.Context, number int) ([]string, uint64, error) {
				i := rand.New(rand.NewPCG(seed, uint64(number))).Perm(c.Links)[place]
				return append([]string{c.program(i)}, args...), c.layout(i), nil
			},
		})
	}
	return all
}

func unchanged() []power.Arm { return []power.Arm{{Name: Base}, {Name: Again}, {Name: power.Same}} }

func (c *Calibration) runner(s scenarios.Scenario, arms []power.Arm, blocks int, seed uint64) *lab.Runner {
	return &lab.Runner{
		Scenarios: []scenarios.Scenario{s}, Seed: seed, Trials: blocks, Together: true, Targets: c.targets(arms, seed),
		Duel:     &results.Duel{Base: Base, Again: Again, Head: power.Same, Relinked: true, Generator: results.GeneratorOne, Stopped: results.StoppedAsked},
		Progress: c.Progress, Command: c.Command, Version: c.Version, Commit: c.Commit,
	}
}

func (c *Calibration) stage(name string, r *lab.Runner) {
	if c.Stage != nil {
		c.Stage(name, r)
	}
}

// session measures runs of blocks for as long as a whole one fits before the deadline, one
// at least. Each has an order of its own.
func (c *Calibration) session(ctx context.Context, one *session, deadline time.Time) error {
	s := one.scenario
	head := power.NewSession()
	head.Began, head.Seed, head.Layouts, head.Arms = time.Now().UTC(), one.seed, c.Links, append(unchanged(), one.changed...)
	head.Provenance = lab.Collect(c.Version, c.Commit, c.Command)
	head.Scenario = power.Scenario{Name: s.Name, Hash: c.hash(s.Name), Text: s.Text}
	for _, v := range s.Variants {
		head.Variants = append(head.Variants, v.String())
	}
	begun := false
	blocks := 0
	for run := uint64(0); ctx.Err() == nil; run++ {
		began := time.Now()
		r := c.runner(s, head.Arms, c.blocks(), one.seed+run<<32)
		var unwritten error
		r.Enough = func(rec *results.Record) string {
			if !begun {
				unwritten = c.Out.Begin(head)
				begun = true
			}
			for _, b := range gate.Blocks(rec) {
				if b.Number == rec.Duel.Blocks && unwritten == nil {
					b.Number = blocks + 1
					unwritten = c.Out.Append(b)
				}
			}
			blocks++
			if unwritten != nil {
				return results.StoppedInterrupted
			}
			return ""
		}
		c.stage(fmt.Sprintf("%s: %d blocks so far", strings.Join(head.Variants, ", "), blocks), r)
		_, err := r.Run(ctx)
		if err = errors.Join(err, unwritten); err != nil {
			return err
		}
		if took := time.Since(began); time.Now().Add(took).After(deadline) {
			return nil
		}
	}
	return ctx.Err()
}

// hash is that of the load of the whole scenario, whatever cells of it are measured.
func (c *Calibration) hash(name string) string {
	return c.Scenarios[slices.IndexFunc(c.Scenarios, func(s scenarios.Scenario) bool { return s.Name == name })].Hash()
}

// blocks is how many a run has.
func (c *Calibration) blocks() int { return cmp.Or(c.PerRun, power.BlocksPerRun) }
