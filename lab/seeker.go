package lab

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"pushbench/lab/machine"
	"pushbench/lab/target"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/results/capacity"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// A seeker carries a Seek out.
type seeker struct {
	*Runner
	ask    Seek
	base   scenarios.Scenario
	lowest scenarios.Scenario // base at the lowest level
	unit   int                // every level is a multiple of it
	start  int                // level that is tried first
	levels []int
	climbs []*climb
	not    []results.NotRun
	ends   []results.End

	observed, estimated time.Duration // wall time of the trials so far
}

// A climb is the search for one variant of one target.
type climb struct {
	Planned // its trial at the lowest level
	search  *capacity.Search
	cells   map[int]scenarios.Cell // by level
	bytes   float64                // of memory for each client, on both sides, in the heaviest trial so far; 0: not known
	weighed int                    // clients of that trial
}

// seeker prepares a search. What scenario and machine forbid is among its ends.
func (r *Runner) seeker(s Seek) (*seeker, error) {
	if len(r.Scenarios) != 1 {
		return nil, errors.New("the load of one scenario can be raised")
	}
	k := &seeker{Runner: r, ask: s, base: r.Scenarios[0], unit: 1}
	if s.Of == scenarios.SweepRate {
		k.start = max(1, int(k.base.Events.Rate))
	} else {
		k.unit = k.base.Topics // so that each topic has equally many
		k.start = max(k.unit, k.base.Clients-k.base.Clients%k.unit)
		if k.Load != nil && k.base.Clients >= k.Load.Size() { // each agent has a client
			k.start = max(k.start, (k.Load.Size()+k.unit-1)/k.unit*k.unit)
		}
	}
	if err := k.choose(); err != nil {
		return nil, err
	}
	k.lowest, _ = k.base.At(s.Of, float64(k.levels[0]))
	own := *r
	own.Scenarios, own.Trials = []scenarios.Scenario{k.lowest}, 1
	limits := machine.OwnLimits()
	plan, not := own.plan(limits)
	k.not = not
	for _, p := range plan {
		c := &climb{Planned: p, search: capacity.New(k.levels, k.start, s.Trials), cells: map[int]scenarios.Cell{}}
		k.climbs = append(k.climbs, c)
		k.forbid(c, limits)
	}
	return k, nil
}

// choose makes the levels: those that a scenario may ask for, and that agents can share out.
func (k *seeker) choose() error {
	may := func(level int) error {
		_, err := k.base.At(k.ask.Of, float64(level))
		clients := k.base.Clients
		if k.ask.Of == scenarios.SweepClients {
			clients = level
		}
		if err == nil && k.Load != nil {
			err = (&loadgen.Options{Clients: clients}).Undivided(k.Load.Size())
		}
		return err
	}
	if err := may(k.start); err != nil {
		return err
	}
	most := k.ask.Most
	if most == 0 {
		most = results.MostLevel
	}
	if most -= most % k.unit; most < k.start {
		return fmt.Errorf("the search begins with the scenario's %d %s, which is more than %d",
			k.start, k.ask.Noun(), k.ask.Most)
	}
	if may(most) != nil { // then the highest that may be asked for, by halves
		low, high := k.start/k.unit, most/k.unit
		for high-low > 1 {
			if middle := (low + high) / 2; may(middle*k.unit) == nil {
				low = middle
			} else {
				high = middle
			}
		}
		most = low * k.unit
	}
	all := capacity.Levels(k.start, k.unit, most, k.ask.Resolution)
	k.levels = slices.DeleteFunc(all, func(level int) bool { return may(level) != nil })
	return nil
}

// forbid ends the search of c below the first level for which the machine has too little,
// or says that a scenario may go no further.
func (k *seeker) forbid(c *climb, limits machine.Limits) {
	end := results.End{Target: c.Target.Name, Variant: c.Variant.String()}
	for _, level := range k.levels {
		if end.Resource, end.Reason = k.missing(c.Target, k.cell(c, level), limits); end.Reason != "" {
			end.Level = level
			break
		}
	}
	top := k.levels[len(k.levels)-1]
	if end.Reason == "" && top+k.unit > k.ask.Most && k.ask.Most > 0 {
		return
	}
	if end.Reason == "" {
		_, err := k.base.At(k.ask.Of, float64(top+k.unit))
		end.Level, end.Resource, end.Reason = top+k.unit, results.Asked, err.Error()
	}
	k.ends = append(k.ends, end)
	c.search.Bound(end.Level)
}

// missing says what there is too little of for trials of c against t, and why; or nothing.
func (k *seeker) missing(t target.Target, c scenarios.Cell, l machine.Limits) (resource, reason string) {
	if resource, reason = k.short(c, l); reason != "" {
		return resource, reason
	}
	if reason = oneAddress(c, l.Ports); reason != "" && t.Remote() {
		return results.Ports, reason
	}
	if reason = k.lacks(t, c, l); reason != "" {
		return results.Asked, reason
	}
	return "", ""
}

// cell is that of the trials of c at a level.
func (k *seeker) cell(c *climb, level int) scenarios.Cell {
	if known, ok := c.cells[level]; ok {
		return known
	}
	s, _ := k.base.At(k.ask.Of, float64(level)) // choose has left out what is an error
	cells := s.Matching(k.Variants)
	i := slices.IndexFunc(cells, func(cell scenarios.Cell) bool { return cell.Variant == c.Variant })
	c.cells[level] = cells[i]
	return cells[i]
}

// planned is the next trial of c at a level.
func (k *seeker) planned(c *climb, level int) Planned {
	t := c.search.Tally(level)
	p := c.Planned
	p.Cell = k.cell(c, level)
	p.Point, p.Number, p.Estimate = p.Cell.Point, 1+t.Held+t.Broke, k.time(c, level)
	return p
}

// time is the wall time of a trial of c at a level. The generator's ceiling is measured
// before the first one.
func (k *seeker) time(c *climb, level int) time.Duration {
	cell := k.cell(c, level)
	d := k.trialTime(cell) + preparing(c.Target)
	kind, ok := k.kindOf(cell)
	if ok && kind.lacks() == nil && c.Target.File == nil && c.search.Tally(level) == (capacity.Tally{}) {
		d += ceilingTrial(cell)
	}
	return d
}

// cost is how many trials the search of c takes from here on when the border is known, and
// how long.
func (k *seeker) cost(c *climb, border int) (trials int, d time.Duration) {
	trials, total := c.search.Cost(border, func(level int) float64 { return float64(k.time(c, level)) })
	return trials, time.Duration(total)
}

// left is how long the searches will take from here on, when each border is in the middle of
// where it can still be.
func (k *seeker) left() (d time.Duration) {
	for _, c := range k.climbs {
		borders := c.search.Borders()
		_, rest := k.cost(c, borders[len(borders)/2])
		d += rest
	}
	if k.estimated > 0 {
		d = time.Duration(float64(d) * float64(k.observed) / float64(k.estimated))
	}
	return d
}

// A Route is what a search would do.
type Route struct {
	Climbs            []Climb
	NotRun            []results.NotRun
	Shortest, Longest time.Duration // of wall time, by where the borders are
}

// A Climb is the search for one variant of one target.
type Climb struct {
	Target             string
	Variant            wire.Variant
	Least, Start, Most int         // levels
	Fewest, Maximum    int         // trials, by where the border is
	End                results.End // why it can go no higher; without a reason: no more is asked for
}

// Route tells what Seek would do, and for how long, if no trials contradict each other.
func (r *Runner) Route(s Seek) (out Route, err error) {
	k, err := r.seeker(s)
	if err != nil {
		return out, err
	}
	out.NotRun = k.not
	for _, c := range k.climbs {
		one := Climb{Target: c.Target.Name, Variant: c.Variant, Least: k.levels[0], Start: k.start}
		var shortest, longest time.Duration
		for i, border := range c.search.Borders() {
			n, d := k.cost(c, border)
			if i == 0 {
				one.Fewest, shortest = n, d
			}
			one.Most = max(one.Most, border)
			one.Fewest, one.Maximum = min(one.Fewest, n), max(one.Maximum, n)
			shortest, longest = min(shortest, d), max(longest, d)
		}
		one.Start = min(one.Start, one.Most)
		for _, e := range k.ends {
			if e.Target == one.Target && e.Variant == one.Variant.String() {
				one.End = e
			}
		}
		out.Climbs = append(out.Climbs, one)
		out.Shortest += shortest
		out.Longest += longest
	}
	return out, nil
}
