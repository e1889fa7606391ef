package recompute

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A judgment is what the gate says of one number. It is precise if the gate needs no more
// blocks for its sake.
type judgment struct {
	tested
	word    string // worse, better, void, or empty: none of these
	precise bool
}

// judge judges the first blocks of these runs together. An arm that is worse is so in
// the first run; in the others the third base takes its place.
func judge(parts []*judgedRun, arm string, first int, others []*judgedRun) (all []judgment) {
	var p []float64
	for i, r := range parts {
		head := arm
		if i > 0 {
			head = "same"
		}
		for _, x := range r.tests(head, first) {
			if x.gated {
				all, p = append(all, judgment{tested: x}), append(p, probability(x.change))
			}
		}
	}
	enough := 1 + int(math.Ceil(math.Log2(float64(len(all))/0.05))) // blocks of which the least p passes
	for i := range all {
		x := &all[i]
		known := quantile(others, parts, x.variant, x.unit)
		bar := max(math.Log(1+floors[x.unit]), known)
		lo, hi := bounds(x.change)
		apart := math.Abs(middle(walsh(x.null)))
		explained := bar + apart/2 // what the null arm's difference can do to the change
		moved := !math.IsInf(lo, 0) && apart > bar && lo <= explained && hi >= -explained
		switch {
		case x.noisy || moved && apart > 1.5*known:
			x.word = "void"
		case moved:
		case lo > bar && significant(p, i):
			x.word = "worse"
		case hi < -bar && significant(p, i):
			x.word = "better"
		}
		within := -bar <= lo && hi <= bar
		x.precise = x.complete >= stops && len(x.change) >= stops && hi-lo < bar && (within || len(x.change) >= enough)
	}
	return all
}

// cpu judges the number in each cell where the gate stops.
func cpu(parts []*judgedRun, arm string, others []*judgedRun) map[string]string {
	all := map[string]string{}
	for first := stops; first <= longest; first += stops {
		judged := judge(parts, arm, first, others)
		open := func(x judgment) bool { return !x.precise }
		if first < longest && (slices.ContainsFunc(judged, open) || failing(parts, arm, first)) {
			continue
		}
		for _, x := range judged {
			if x.unit == cpuPerEvent {
				all[x.cell] = x.word
			}
		}
		break
	}
	return all
}

// few is how many runs are too few for a cell to have a bar of its own, unless it is
// the largest.
const few = 6

// quantile is the largest null of the other runs, or what a normal distribution of their
// spread exceeds once in a hundred times, if that is more. A cell without any has the
// largest of other cells. One with few has the largest of the cells with more, if that
// is larger.
func quantile(runs, but []*judgedRun, variant, unit string) float64 {
	of := func(name string) (q, n float64) {
		var squares, most float64
		for _, r := range runs {
			if v, ok := r.nulls[name]; ok && !slices.Contains(but, r) {
				squares, most, n = squares+v*v, max(most, v), n+1
			}
		}
		if n == 0 {
			return 0, 0
		}
		return max(most, student(n)*math.Sqrt(squares/n)), n
	}
	own, n := of(variant + " " + unit)
	if n >= few {
		return own
	}
	if unit == "data-B/event" || unit == "requests/event" { // a count borrows nothing
		return 0
	}
	most := own
	for _, r := range runs {
		for other := range r.nulls {
			if !strings.HasSuffix(other, " "+unit) {
				continue
			}
			if q, theirs := of(other); n == 0 || theirs >= few {
				most = max(most, q)
			}
		}
	}
	return most
}

// student is what Student's t with n degrees of freedom exceeds once in a hundred times,
// without its sign. With t = √n tan a the density is that of cosⁿ⁻¹ a.
func student(n float64) float64 {
	if t, ok := students[n]; ok {
		return t
	}
	area := func(end float64) (sum float64) { // by Simpson's rule
		const steps = 1000
		for i := range steps + 1 {
			weight := float64(2 + 2*(i%2))
			if i == 0 || i == steps {
				weight = 1
			}
			sum += weight * math.Pow(math.Cos(end*float64(i)/steps), n-1)
		}
		return sum * end / steps / 3
	}
	lo, hi, all := 0.0, math.Pi/2, area(math.Pi/2)
	for range 50 {
		if middle := (lo + hi) / 2; area(middle) < 0.99*all {
			lo = middle
		} else {
			hi = middle
		}
	}
	students[n] = math.Sqrt(n) * math.Tan(lo)
	return students[n]
}

var students = map[float64]float64{} // that were computed

// A detection is how often a number was called worse, of how many runs.
type detection struct {
	found, of int
	asked     []asked
}

type asked struct {
	size   float64
	inject string
}

// detections judges each arm that takes more CPU, by arm and cell.
func detections(runs []*judgedRun) map[[2]string]*detection {
	scenarios := map[string]bool{}
	for _, r := range runs {
		scenarios[r.s.Scenario.Name] = true
	}
	rows := map[[2]string]*detection{}
	for _, r := range runs {
		parts, _ := r.completed(runs, nil)
		for _, a := range r.s.Arms {
			sizes := map[string]float64{} // by variant; of the empty one: of all
			for _, e := range a.Effects {
				if e.Metric == cpuPerEvent {
					sizes[e.Variant] = e.Size
				}
			}
			if len(sizes) == 0 {
				continue
			}
			for cell, verdict := range cpu(parts, a.Name, runs) {
				variant := strings.Fields(cell)[0]
				size, ok := sizes[variant]
				if !ok {
					size, ok = sizes[""]
				}
				if _, own := r.cells[cell]; !own || !ok {
					continue
				}
				name := [2]string{a.Name, variant}
				if len(scenarios) > 1 {
					name[1] = r.s.Scenario.Name + " " + variant
				}
				if rows[name] == nil {
					rows[name] = &detection{}
				}
				d := rows[name]
				d.of, d.asked = d.of+1, append(d.asked, asked{size, strings.Join(a.Inject, ", ")})
				if verdict == "worse" {
					d.found++
				}
			}
		}
	}
	return rows
}

// begin is how the row begins: with the injection of the run whose size is in the middle.
func (d *detection) begin(cell string) string {
	slices.SortStableFunc(d.asked, func(a, b asked) int { return cmp.Compare(a.size, b.size) })
	return fmt.Sprintf("| %s | %s | %s | ", d.asked[(len(d.asked)-1)/2].inject, judgedTitle, cell)
}

// unchanged counts the verdicts on the third base, in runs that share no block.
func unchanged(runs []*judgedRun) map[string]int {
	same := map[string]int{}
	taken := map[*judgedRun]bool{}
	for _, r := range runs {
		if taken[r] || r.s.arm("same") < 0 {
			continue
		}
		parts, whole := r.completed(runs, taken)
		if !whole {
			continue
		}
		for _, part := range parts {
			taken[part] = true
		}
		for _, verdict := range cpu(parts, "same", runs) {
			same[verdict]++
		}
	}
	return same
}

// The page of the calibration counts alarms and detections of server CPU as the blocks
// do. A calibration that was made up is read, too, since it has everything.
func TestCalibration(t *testing.T) {
	for name, dir := range map[string]string{"measured": "../calibration", "made up": "../../plots/power/testdata"} {
		t.Run(name, func(t *testing.T) {
			var runs []*judgedRun
			for _, s := range calibrations(t, dir) {
				runs = append(runs, s.runs()...)
			}
			text, err := os.ReadFile(filepath.Join(dir, "report.md"))
			if err != nil {
				t.Fatal(err)
			}
			same, rows := unchanged(runs), detections(runs)
			all := same["worse"] + same["better"] + same["void"] + same[""]
			if all == 0 || len(rows) == 0 {
				t.Errorf("%d cells of a third base and %d arms that take more CPU: nothing is held to the blocks", all, len(rows))
			}
			if want := fmt.Sprintf("\n| %s | %d | %d | %d | ", judgedTitle, all, same["worse"]+same["better"], same["void"]); !strings.Contains(string(text), want) {
				t.Errorf("the page has no row %q", want)
			}
			for name, n := range rows {
				begin := n.begin(name[1])
				_, rest, _ := strings.Cut(string(text), begin)
				fields := append(strings.Split(rest, " | "), "", "", "")
				if want := fmt.Sprintf("(%d of %d)", n.found, n.of); !strings.HasSuffix(fields[2], want) {
					t.Errorf("the row %q says %q, want %q", begin, fields[2], want)
				}
			}
		})
	}
}
