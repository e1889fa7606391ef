package verdict

import (
	"cmp"
	"fmt"
	"slices"

	"pushbench/results"
)

// A judge has a record and its cells.
type judge struct {
	rec   *results.Record
	cells []results.Cell
}

// A place is where a comparison is made.
type place struct{ target, scenario, point string }

// criterion makes the comparisons of c, one at each place of what is judged.
func (j judge) criterion(s results.Statement, c results.Criterion) []Finding {
	if c.Kind == results.ObservationOf {
		return []Finding{j.observation(c)}
	}
	var all []Finding
	for _, p := range j.places(s, c.Of) {
		of := j.side(p, c.Of.Variant)
		var f Finding
		switch c.Kind {
		case results.WorksAt, results.FailsAt:
			f = j.working(c, of)
		case results.BoundOf:
			f = j.bound(c, of)
		case results.RatioOf, results.DifferenceOf:
			f = j.paired(c, of, j.side(j.opposite(p, c.To), c.To.Variant))
		}
		f.Target, f.Scenario, f.Point = p.target, p.scenario, p.point
		all = append(all, f)
	}
	if len(all) == 0 {
		return []Finding{{Answer: Untested, Of: Side{Variant: c.Of.Variant}, Reason: fmt.Sprintf("no scenario of the record has %s", c.Of.Variant)}}
	}
	return all
}

// places are where the subject can be found: every target, and every point of every
// scenario that has the variant.
func (j judge) places(s results.Statement, of results.Subject) (all []place) {
	for _, sc := range j.rec.Scenarios {
		if !slices.Contains(s.Scenarios, sc.Name) || of.Scenario != "" && of.Scenario != sc.Name || !slices.Contains(sc.Variants, of.Variant) {
			continue
		}
		for _, t := range j.rec.Targets {
			for _, point := range j.points(sc, of.Variant) {
				if of.Point == "" || of.Point == point {
					all = append(all, place{t.Name, sc.Name, point})
				}
			}
		}
	}
	return all
}

// points are those of a scenario at which the variant runs. A sweep over the poll interval
// touches each variant at one point, and others at none.
func (j judge) points(sc results.Scenario, variant string) []string {
	if sc.Sweep == "" {
		return []string{""}
	}
	if sc.Sweep != "interval" {
		return sc.Points
	}
	var own []string
	for _, c := range j.cells {
		if c.Scenario == sc.Name && c.Variant == variant && !slices.Contains(own, c.Point) {
			own = append(own, c.Point)
		}
	}
	return own
}

// opposite is where the other side of a comparison at p stands.
func (j judge) opposite(p place, to results.Subject) place {
	p.scenario, p.point = cmp.Or(to.Scenario, p.scenario), cmp.Or(to.Point, p.point)
	if j.cell(p, to.Variant) == nil && to.Point == "" { // the sweep may not touch it
		if alone := (place{p.target, p.scenario, ""}); j.cell(alone, to.Variant) != nil {
			return alone
		}
	}
	return p
}

// side is the cell of a variant at p. Without trials it has the names alone.
func (j judge) side(p place, variant string) Side {
	if c := j.cell(p, variant); c != nil {
		return Side{Variant: variant, Cell: *c}
	}
	return Side{Variant: variant, Cell: results.Cell{Scenario: p.scenario, Point: p.point, Target: p.target, Variant: variant}}
}

// cell is the cell of a variant at p; nil: none of its trials was run.
func (j judge) cell(p place, variant string) *results.Cell {
	i := slices.IndexFunc(j.cells, func(c results.Cell) bool {
		return c.Target == p.target && c.Scenario == p.scenario && c.Point == p.point && c.Variant == variant
	})
	if i < 0 {
		return nil
	}
	return &j.cells[i]
}

// absent says why a side has no valid trial; empty: it has.
func (j judge) absent(s Side) string {
	c := s.Cell
	if len(c.Trials) > 0 {
		return ""
	}
	if len(c.Failed) > 0 {
		return fmt.Sprintf("%s: all of %d failed: %s", c.Variant, len(c.Failed), c.Failed[0].Failed)
	}
	is := func(named, own string) bool { return named == "" || named == own }
	for _, n := range j.rec.NotRun {
		if n.Scenario == c.Scenario && is(n.Target, c.Target) && is(n.Point, c.Point) && is(n.Variant, c.Variant) {
			return n.Reason
		}
	}
	if j.rec.Partial != "" {
		return "the run is partial: " + j.rec.Partial
	}
	return fmt.Sprintf("%s: no trial is in the record", c.Variant)
}
