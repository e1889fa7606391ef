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
	Server   *Side // built here
	Scenario scenarios.Scenario
	Budget   time.Duration // of wall time
	Seed     uint64
	Links    int           // programs, each with another layout, from which the arms of a block are drawn; 0: 48
	Out      *power.Writer // takes each block when it is complete

	Command []string // for the provenance, as in lab.Runner
	Version string
	Commit  string

	Progress lab.Progress
	Stage    func(name string, r *lab.Runner)

	dir string // of the programs
}

const (
	linked    = 48   // programs, unless it is said how many
	perRun    = 16   // blocks that are measured in one go
	askShare  = 0.35 // of the time, for what asks
	pilotRuns = 3
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
	// The injections act on streams; of the other cells only what identical servers
	// differ by has to be known, and whether one more request is seen.
	streams := c.only(func(name string) bool { return slices.Contains([]string{"sse", "websocket"}, name) })
	asking := c.only(func(name string) bool { return !slices.Contains([]string{"sse", "websocket"}, name) })
	base, err := c.pilot(ctx, streams)
	if err != nil {
		return ended(ctx, err)
	}
	request := []power.Arm{{Name: "request", Inject: []string{"request=1"}, Effects: []power.Effect{{Variant: "longpoll", Metric: "requests/event", Size: 1, Exact: true}}}}
	whole := c.Budget - time.Since(began)
	if err := c.session(ctx, asking, request, time.Now().Add(time.Duration(askShare*float64(whole))), c.Seed); err != nil {
		return ended(ctx, err)
	}
	return ended(ctx, c.session(ctx, streams, worse(base), began.Add(c.Budget), c.Seed+1))
}

// ended is err unless it is that of a context that is done.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// only is the calibration's scenario on some variants.
func (c *Calibration) only(variants func(name string) bool) scenarios.Scenario {
	s := c.Scenario
	s.Variants = slices.DeleteFunc(slices.Clone(s.Variants), func(v wire.Variant) bool { return !variants(v.String()) })
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

// worse are the arms that are made worse, by sizes that are known from what the
// unchanged server takes.
func worse(base costs) []power.Arm {
	const delay, share = 500e-6, 0.10
	more := share * base.mean(func(c cost) float64 { return c.memory })
	arms := []power.Arm{
		{Name: "cpu-5"}, {Name: "cpu-10"},
		{Name: "rest", Inject: []string{injectTime("latency", delay), "memory=" + strconv.Itoa(int(more)), "bytes=1"}},
	}
	for i, share := range []float64{0.05, 0.10} {
		seconds := share * base.mean(func(c cost) float64 { return c.cpu })
		arms[i].Inject = []string{injectTime("cpu", seconds)}
		for _, v := range base.variants {
			arms[i].Effects = append(arms[i].Effects, power.Effect{Variant: v, Metric: "server-cpu-sec/event", Size: seconds / base.of[v].cpu})
		}
	}
	for _, v := range base.variants {
		arms[2].Effects = append(arms[2].Effects,
			power.Effect{Variant: v, Metric: "p50-sec", Size: delay / base.of[v].latency},
			power.Effect{Variant: v, Metric: "heap-B/conn", Size: more / base.of[v].heap},
			power.Effect{Variant: v, Metric: "data-B/event", Size: 1, Exact: true})
	}
	return arms
}

func injectTime(kind string, seconds float64) string {
	return kind + "=" + time.Duration(seconds*1e9).String()
}

// costs are what the unchanged server takes, by variant.
type costs struct {
	variants []string
	of       map[string]cost
}

// A cost is of one variant.
type cost struct {
	cpu     float64 // seconds for each event
	latency float64 // median, seconds
	heap    float64 // bytes for each connection
	memory  float64 // with stacks
}

// mean is that over the variants.
func (c costs) mean(f func(cost) float64) (sum float64) {
	for _, v := range c.variants {
		sum += f(c.of[v]) / float64(len(c.variants))
	}
	return sum
}

// pilot measures what the unchanged server takes.
func (c *Calibration) pilot(ctx context.Context, s scenarios.Scenario) (costs, error) {
	r := c.runner(s, unchanged(), pilotRuns, c.Seed+2)
	c.stage("how much does the unchanged server take?", r)
	rec, err := r.Run(ctx)
	if err != nil {
		return costs{}, err
	}
	all := costs{of: map[string]cost{}}
	for _, v := range s.Variants {
		median := func(unit string) float64 {
			m, _ := results.MetricByUnit(unit)
			var values []float64
			for _, t := range rec.Trials {
				if x, ok := m.Value(t); ok && t.Failed == "" && t.Variant == v.String() {
					values = append(values, x)
				}
			}
			if len(values) == 0 {
				return 0
			}
			slices.Sort(values)
			return values[len(values)/2]
		}
		one := cost{cpu: median("server-cpu-sec/event"), latency: median("p50-sec"), heap: median("heap-B/conn")}
		one.memory = one.heap + median("stacks-B/conn")
		if one.cpu <= 0 || one.latency <= 0 || one.heap <= 0 {
			return costs{}, fmt.Errorf("the unchanged server could not be measured on %s: %s", v, failures(rec))
		}
		all.variants = append(all.variants, v.String())
		all.of[v.String()] = one
	}
	return all, nil
}

// failures are the reasons of failed trials, the first of each kind.
func failures(rec *results.Record) string {
	for _, t := range rec.Trials {
		if t.Failed != "" {
			return t.Failed
		}
	}
	return "it tells no figures of its own"
}

func (c *Calibration) stage(name string, r *lab.Runner) {
	if c.Stage != nil {
		c.Stage(name, r)
	}
}

// session measures blocks until the deadline, with an order of its own in each run of them.
func (c *Calibration) session(ctx context.Context, s scenarios.Scenario, changed []power.Arm, deadline time.Time, seed uint64) error {
	arms := append(unchanged(), changed...)
	head := power.NewSession()
	head.Began, head.Seed, head.Layouts, head.Arms = time.Now().UTC(), seed, c.Links, arms
	head.Provenance = lab.Collect(c.Version, c.Commit, c.Command)
	head.Scenario = power.Scenario{Name: s.Name, Hash: s.Hash(), Text: s.Text}
	for _, v := range s.Variants {
		head.Variants = append(head.Variants, v.String())
	}
	begun := false
	blocks := 0
	for run := uint64(0); ctx.Err() == nil; run++ {
		began := time.Now()
		r := c.runner(s, arms, perRun, seed+run<<32)
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
			if each := time.Since(began) / time.Duration(rec.Duel.Blocks); unwritten != nil || time.Now().Add(each).After(deadline) {
				return results.StoppedBudget
			}
			return ""
		}
		c.stage(fmt.Sprintf("%d blocks of this session so far", blocks), r)
		rec, err := r.Run(ctx)
		if err = errors.Join(err, unwritten); err != nil {
			return err
		}
		if each := time.Since(began) / time.Duration(rec.Duel.Blocks); time.Now().Add(each).After(deadline) {
			return nil
		}
	}
	return ctx.Err()
}
