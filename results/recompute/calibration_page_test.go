package recompute

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cpu judges the number in each cell of these runs together: worse, better, void or
// none of these. A session that does not have the arm has its third base instead.
func cpu(parts []*judgedRun, arm string, others []*judgedRun) map[string]string {
	var tests []tested
	var p []float64
	for _, r := range parts {
		head := arm
		if r.s.arm(arm) < 0 {
			head = "same"
		}
		for _, x := range r.tests(head) {
			if x.gated {
				tests, p = append(tests, x), append(p, probability(x.change))
			}
		}
	}
	all := map[string]string{}
	for i, x := range tests {
		if x.unit != judged {
			continue
		}
		bar := max(math.Log(1+floors[judged]), 1.5*quantile(others, parts, x.variant+" "+judged))
		lo, hi := bounds(x.change)
		least, most := bounds(x.null)
		switch null := middle(walsh(x.null)); {
		case x.noisy || math.Abs(null) > bar || !math.IsInf(least, 0) && (least > bar || most < -bar):
			all[x.cell] = "void"
		case lo > bar && significant(p, i):
			all[x.cell] = "worse"
		case hi < -bar && significant(p, i):
			all[x.cell] = "better"
		default:
			all[x.cell] = ""
		}
	}
	return all
}

// quantile is the largest null of fewer than a hundred other runs, else the one that
// 99 % of them do not exceed. A cell without any has the largest of other cells.
func quantile(runs, but []*judgedRun, name string) float64 {
	of := func(name string) float64 {
		var seen []float64
		for _, r := range runs {
			if v, ok := r.nulls[name]; ok && !slices.Contains(but, r) {
				seen = append(seen, v)
			}
		}
		slices.Sort(seen)
		switch n := len(seen); {
		case n == 0:
			return 0
		case n < 100:
			return seen[n-1]
		default:
			return seen[(99*n+99)/100-1]
		}
	}
	if v := of(name); v > 0 {
		return v
	}
	most := 0.0
	for _, r := range runs {
		for other := range r.nulls {
			if strings.HasSuffix(other, " "+judged) {
				most = max(most, of(other))
			}
		}
	}
	return most
}

// A detection is how often a number was called worse, of how many runs.
type detection struct{ found, of int }

// detections judges each arm that takes more CPU, by the beginning of its row on the
// page.
func detections(runs []*judgedRun) map[string]*detection {
	rows := map[string]*detection{}
	for _, r := range runs {
		parts, _ := r.completed(runs, nil)
		for _, a := range r.s.Arms {
			var variants []string // in which the arm takes more; empty: all
			for _, e := range a.Effects {
				if e.Metric == judged {
					variants = append(variants, e.Variant)
				}
			}
			if variants == nil {
				continue
			}
			for cell, verdict := range cpu(parts, a.Name, runs) {
				variant := strings.Fields(cell)[0]
				if _, own := r.cells[cell]; !own || !slices.Contains(variants, "") && !slices.Contains(variants, variant) {
					continue
				}
				name := fmt.Sprintf("| %s | %s | %s | ", strings.Join(a.Inject, ", "), judgedTitle, variant)
				if rows[name] == nil {
					rows[name] = &detection{}
				}
				rows[name].of++
				if verdict == "worse" {
					rows[name].found++
				}
			}
		}
	}
	return rows
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
			for begin, n := range rows {
				_, rest, _ := strings.Cut(string(text), begin)
				fields := append(strings.Split(rest, " | "), "", "", "")
				if want := fmt.Sprintf("(%d of %d)", n.found, n.of); !strings.HasSuffix(fields[2], want) {
					t.Errorf("the row %q says %q, want %q", begin, fields[2], want)
				}
			}
		})
	}
}
