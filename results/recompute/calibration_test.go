package recompute

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Of the calibration one number is judged again from the blocks alone: server CPU per
// event. What else is in a block counts for how many tests there are, and for when the
// gate stops.
const cpuPerEvent, judgedTitle = "server-cpu-sec/event", "Server CPU per delivered event"

// floors are the least changes of what may vary and decides.
var floors = map[string]float64{
	"p50-sec": 0.05, "age-sec": 0.05, "server-cpu-sec/event": 0.02, "open-sec": 0.05, "server-cpu-sec/conn": 0.05, "heap-B/conn": 0.01,
	"stacks-B/conn": 0.05, "data-B/event": 0.005, "requests/event": 0.005,
}

// untimed does not depend on whether the machine was quiet.
func untimed(unit string) bool {
	return slices.Contains([]string{"heap-B/conn", "stacks-B/conn", "data-B/event", "requests/event"}, unit)
}

const (
	longest = 18 // blocks of a run
	stops   = 6  // the gate may stop at multiples of it
)

type calibrated struct {
	Began      time.Time
	Provenance struct {
		CPU   string
		Cores int
	}
	Scenario struct{ Name, Hash string }
	Arms     []struct {
		Name    string
		Inject  []string
		Effects []struct {
			Variant, Metric string
			Size            float64
		}
	}
	Values, Counts []string
	blocks         []measuredBlock
}

type measuredBlock struct {
	Variant, Point string
	Number         int
	Arms           []*struct {
		Failed, Noise string
		V             []*float64
		N, W          [][]int64
	}
}

// calibrations reads the sessions of the machine of the one that began last, and of each
// scenario those of the last load.
func calibrations(t *testing.T, dir string) (all []*calibrated) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "blocks.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s has no blocks yet", dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var l struct {
			Session *calibrated
			Block   *measuredBlock
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		if l.Session != nil {
			all = append(all, l.Session)
		} else {
			s := all[len(all)-1]
			s.blocks = append(s.blocks, *l.Block)
		}
	}
	last := func(of func(*calibrated) bool) (last *calibrated) {
		for _, s := range all {
			if of(s) && (last == nil || !last.Began.After(s.Began)) {
				last = s
			}
		}
		return last
	}
	newest := last(func(*calibrated) bool { return true })
	var count []*calibrated
	for _, s := range all {
		load := last(func(o *calibrated) bool { return o.Scenario.Name == s.Scenario.Name })
		if s.Provenance == newest.Provenance && s.Scenario == load.Scenario {
			count = append(count, s)
		}
	}
	return count
}

// A judgedRun is eighteen blocks of each cell of a session.
type judgedRun struct {
	s     *calibrated
	place int                        // among the runs of the session
	cells map[string][]measuredBlock // by variant and point
	nulls map[string]float64         // by variant and number
}

// completed is the run with one of each other session, for the cells that the session
// does not have: of the same place, or the first that is not taken.
func (r *judgedRun) completed(all []*judgedRun, taken map[*judgedRun]bool) (parts []*judgedRun, whole bool) {
	parts = []*judgedRun{r}
	have, every := map[string]bool{}, map[string]bool{}
	for cell := range r.cells {
		have[cell] = true
	}
	var sessions []*calibrated
	for _, o := range all {
		if o.s.arm("same") >= 0 && !slices.Contains(sessions, o.s) {
			sessions = append(sessions, o.s)
		}
	}
	for _, s := range sessions {
		var free []*judgedRun
		for _, o := range all {
			if o.s == s && (taken == nil || !taken[o]) {
				free = append(free, o)
			}
		}
		overlap := false
		for _, o := range all {
			for cell := range o.cells {
				overlap = overlap || o.s == s && have[cell]
				if o.s == s {
					every[cell] = true
				}
			}
		}
		if overlap || len(free) == 0 {
			continue
		}
		next := free[0]
		if taken == nil {
			next = free[r.place%len(free)]
		}
		parts = append(parts, next)
		for cell := range next.cells {
			have[cell] = true
		}
	}
	return parts, len(have) >= len(every)
}

func (s *calibrated) runs() (all []*judgedRun) {
	cells := map[string]bool{}
	rounds := map[int][]measuredBlock{}
	for _, b := range s.blocks {
		cells[b.Variant+" "+b.Point] = true
		rounds[b.Number] = append(rounds[b.Number], b)
	}
	var numbers []int
	for n, round := range rounds {
		if len(round) == len(cells) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for ; len(numbers) >= longest; numbers = numbers[longest:] {
		r := &judgedRun{s: s, place: len(all), cells: map[string][]measuredBlock{}, nulls: map[string]float64{}}
		for _, n := range numbers[:longest] {
			for _, b := range rounds[n] {
				key := b.Variant + " " + b.Point
				r.cells[key] = append(r.cells[key], b)
			}
		}
		for _, x := range r.tests("again", longest) {
			if name := x.variant + " " + x.unit; x.gated && !x.noisy {
				r.nulls[name] = max(r.nulls[name], math.Abs(middle(walsh(x.null))))
			}
		}
		all = append(all, r)
	}
	return all
}

// A tested number is one that is not exact.
type tested struct {
	cell, variant, unit string
	change, null        []float64
	gated, noisy        bool
	complete            int // blocks of the cell
}

func (s *calibrated) arm(name string) int {
	for i, a := range s.Arms {
		if a.Name == name {
			return i
		}
	}
	return -1
}

// tests are the numbers that vary, of the arm against base and again in the first blocks.
func (r *judgedRun) tests(arm string, first int) (all []tested) {
	at := []int{r.s.arm("base"), r.s.arm("again"), r.s.arm(arm)}
	for cell, blocks := range r.cells {
		noisy, complete := 0, 0
		values := map[string][][3]float64{}
		counts := map[string][2][][2]int64{} // base's with again's, and the arm's
		for _, b := range blocks[:first] {
			if slices.ContainsFunc(at, func(i int) bool { return b.Arms[i] == nil || b.Arms[i].Failed != "" }) {
				continue
			}
			complete++
			for _, i := range at {
				if b.Arms[i].Noise != "" {
					noisy++
					break
				}
			}
			for k, unit := range r.s.Values {
				var v [3]float64
				for j, i := range at {
					if p := b.Arms[i].V[k]; p != nil {
						v[j] = *p
					}
				}
				values[unit] = append(values[unit], v)
			}
			for k, unit := range r.s.Counts {
				var v [3]float64
				for j, i := range at {
					x := b.Arms[i]
					for whole, columns := range [][][]int64{x.N, x.W} {
						if columns == nil || columns[k] == nil {
							continue
						}
						n, of := columns[k][0], columns[k][1]
						name := fmt.Sprint(unit, whole)
						lists := counts[name]
						lists[j/2] = append(lists[j/2], [2]int64{n, of})
						counts[name] = lists
						if whole == 0 {
							v[j] = float64(n) / float64(of)
						}
					}
				}
				values[unit] = append(values[unit], v)
			}
		}
		for unit, rows := range values {
			if floors[unit] == 0 || constant(counts[unit+"0"]) || constant(counts[unit+"1"]) {
				continue
			}
			x := tested{cell: cell, variant: blocks[0].Variant, unit: unit, noisy: 2*noisy > complete && !untimed(unit), complete: complete}
			for _, v := range rows {
				if v[0] > 0 && v[1] > 0 && v[2] > 0 {
					x.change = append(x.change, math.Log(v[2]/math.Sqrt(v[0]*v[1])))
					x.null = append(x.null, math.Log(v[1]/v[0]))
				}
			}
			if x.gated = 5*len(x.change) >= 4*complete; len(x.change) > 0 {
				all = append(all, x)
			}
		}
	}
	return all
}

// constant reports whether four of five values of each side are one and the same ratio.
func constant(sides [2][][2]int64) bool {
	for _, side := range sides {
		most := 0
		for _, a := range side {
			same := 0
			for _, b := range side {
				if a[0]*b[1] == b[0]*a[1] {
					same++
				}
			}
			most = max(most, same)
		}
		if most == 0 || 5*most < 4*len(side) {
			return false
		}
	}
	return true
}
