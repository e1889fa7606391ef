package power

import (
	"math"
	"math/rand/v2"
	"slices"

	"pushbench/results/gate"
	"pushbench/results/rank"
)

// What the curves show.
var (
	curveMetrics = []string{"server-cpu-sec/event", "p50-sec", "heap-B/conn"}
	curveSizes   = []float64{0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.10, 0.15, 0.20}
	curveLengths = []int{BlocksPerRun / 3, BlocksPerRun, 2 * BlocksPerRun} // blocks of a run that is resampled
)

// Resampling: how many runs of each length, and the seed of the choice of blocks.
const (
	draws    = 200
	drawSeed = 1
)

var sameArms = gate.Arms{Base: Base, Again: Again, Head: Same}

// A tally counts by metric, cell, length of a run and size.
type tally struct{ curves []Curve }

// add counts what the comparison of these blocks says when one number of head in one
// of the cells is larger by each of the sizes.
func (t *tally) add(c *gate.Comparison, blocks []gate.Block, length int, counts func(gate.Finding) bool) {
	for _, metric := range curveMetrics {
		for _, f := range c.Findings {
			if f.Metric != metric || !f.Gated || f.Exact || f.N == 0 || !counts(f) {
				continue
			}
			changes := changesOf(blocks, f)
			points := t.points(f, length)
			found := 0 // a larger change moves no block down, so that what found a smaller one finds it
			for i := range points {
				if found == 0 {
					found = slower(c, f, changes, points[i].Size)
				}
				points[i].N++
				points[i].K += found
			}
		}
	}
}

// points are those of the finding's curve.
func (t *tally) points(f gate.Finding, length int) []Point {
	cell := cellOf(f)
	i := slices.IndexFunc(t.curves, func(c Curve) bool { return c.Metric == f.Metric && c.Cell == cell && c.Blocks == length })
	if i < 0 {
		i = len(t.curves)
		c := Curve{Metric: f.Metric, Title: titleOf(f), Cell: cell, Blocks: length}
		for _, s := range curveSizes {
			c.Points = append(c.Points, Point{Size: s})
		}
		t.curves = append(t.curves, c)
	}
	return t.curves[i].Points
}

// sorted orders the curves by metric, then by cell, then by length.
func (t *tally) sorted(cells []gate.Cell) []Curve {
	slices.SortStableFunc(t.curves, func(a, b Curve) int {
		if d := slices.Index(curveMetrics, a.Metric) - slices.Index(curveMetrics, b.Metric); d != 0 {
			return d
		}
		if d := slices.Index(cells, a.Cell) - slices.Index(cells, b.Cell); d != 0 {
			return d
		}
		return a.Blocks - b.Blocks
	})
	return t.curves
}

// changesOf are the logarithms of the finding's ratios, as package gate defines them,
// one for each block that has the number in all arms.
func changesOf(blocks []gate.Block, f gate.Finding) (changes []float64) {
	for _, b := range blocks {
		if b.Cell() != cellOf(f) {
			continue
		}
		var logs [3]float64
		complete := true
		for i, name := range []string{Base, Again, Same} {
			v := b.Arms[name].Values[f.Metric]
			complete = complete && v > 0
			logs[i] = math.Log(v)
		}
		if complete {
			changes = append(changes, logs[2]-(logs[0]+logs[1])/2)
		}
	}
	return changes
}

// slower is 1 if the gate would call the finding's number worse with head's values
// larger by the share, and all else as it is; else 0. The logarithms of the ratios
// move by one and the same amount then, and with them the interval. The null arm and
// the bar stay. A test holds it to package gate.
func slower(c *gate.Comparison, f gate.Finding, changes []float64, size float64) int {
	by, least := math.Log1p(size), f.Bar
	if apart := math.Abs(f.Null); apart > f.Bar {
		least += apart / 2 // what the null arm may have moved the change by
	} else if f.Verdict == gate.Void {
		return 0 // the machine was not quiet
	}
	if f.Unbounded || f.Lo+by <= least {
		return 0
	}
	shifted := make([]float64, len(changes))
	for i, v := range changes {
		shifted[i] = v + by
	}
	p := []float64{rank.Signed(shifted).P}
	for _, o := range c.Findings {
		itself := o.Metric == f.Metric && cellOf(o) == cellOf(f)
		if o.Gated && !o.Exact && !itself {
			p = append(p, o.P)
		}
	}
	if rank.Holm(p)[0] > gate.Significance {
		return 0
	}
	return 1
}

// curves counts on the runs, with all of their blocks.
func (e *evaluation) curves() {
	var t tally
	for i, r := range e.runs {
		if r.has(Same) {
			s, _ := e.suite(i, nil)
			t.add(s.all(sameArms), r.blocks(), e.t.BlocksPerRun, s.own)
		}
	}
	for _, c := range t.sorted(e.t.Cells) {
		for i, p := range c.Points {
			c.Points[i].Share = share(p.K, p.N)
		}
		e.t.Curves = append(e.t.Curves, c)
	}
}

// resample counts on runs of several lengths whose rounds are drawn with replacement,
// those of each cell from one session, each session as often as it has runs. The bars
// are those of all runs.
func (e *evaluation) resample(known []gate.Known) {
	var runs []int
	rounds := map[*Session][][]gate.Block{}
	for i, r := range e.runs {
		if r.has(Same) {
			runs = append(runs, i)
			rounds[r.session] = append(rounds[r.session], r.rounds...)
		}
	}
	if len(runs) == 0 {
		return
	}
	var t tally
	random := rand.New(rand.NewPCG(drawSeed, 0))
	for _, length := range curveLengths {
		for range draws {
			s, _ := e.suite(runs[random.IntN(len(runs))], nil)
			var blocks []gate.Block
			for _, i := range s.parts {
				from := rounds[e.runs[i].session]
				for range length {
					blocks = append(blocks, from[random.IntN(len(from))]...)
				}
			}
			all := func(gate.Finding) bool { return true }
			t.add(gate.Decide(blocks, sameArms, gate.Options{Known: known}), blocks, length, all)
		}
	}
	e.t.Resampled = t.sorted(e.t.Cells)
}
