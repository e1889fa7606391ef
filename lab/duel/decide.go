package duel

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/lab/build"
	"pushbench/results"
	"pushbench/results/gate"
)

// Decide gives the verdict of a duel's record, as [gate.Of] does, and says what the
// machine that measured could not tell. A second measurement that was interrupted
// confirms nothing.
func Decide(rec, confirm *results.Record, o gate.Options) (*gate.Comparison, error) {
	if d := rec.Duel; d != nil && d.Stopped == results.StoppedBudget && d.Blocks < leastBlocks {
		return nil, &gate.Incomparable{Reason: fmt.Sprintf(
			"the time was over after block %d, and %d blocks are needed (--time)", d.Blocks, leastBlocks)}
	}
	whole := confirm
	if confirm != nil && confirm.Partial != "" {
		whole = nil
	}
	c, err := gate.Of(rec, whole, o)
	if err != nil {
		return nil, err
	}
	if whole != confirm {
		unconfirmed(c)
	}
	for _, n := range Shared(rec.NotRun) {
		reason := n.Reason
		if n.Target != "" {
			reason = n.Target + ": " + reason
		}
		cell := gate.Cell{Scenario: n.Scenario, Point: n.Point, Variant: n.Variant}
		c.Missing = append(c.Missing, gate.Missing{Cell: strings.TrimSpace(cell.String()), Reason: reason})
	}
	if cores := cores(rec.Provenance); cores > 0 && cores < 2 {
		c.Notes = append(c.Notes, fmt.Sprintf("The servers and the load generator had less than two cores (%.3g): "+
			"times and CPU cannot be believed, counts can.", cores))
	}
	for _, s := range []gate.Side{c.Base, c.Head} {
		if commit, dirty := strings.CutSuffix(s.Revision, build.Dirty); dirty {
			c.Notes = append(c.Notes, fmt.Sprintf("Files of %s had been changed since commit %.12s. They are in no commit, "+
				"so that this comparison cannot be repeated exactly.", s.Name, commit))
		}
	}
	return c, nil
}

// Shared is what could not be run, where what holds for all three arms is there once and
// names none of them.
func Shared(not []results.NotRun) (all []results.NotRun) {
	nobody := func(n results.NotRun) results.NotRun {
		n.Target = ""
		return n
	}
	arms := map[results.NotRun]int{}
	for _, n := range not {
		arms[nobody(n)]++
	}
	for _, n := range not {
		if arms[nobody(n)] == 3 {
			n = nobody(n)
		}
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// unconfirmed says that what changed was not measured a second time.
func unconfirmed(c *gate.Comparison) {
	c.Confirm(nil, gate.Arms{Base: Base, Again: Again, Head: Head})
	c.Notes = append(c.Notes, "The second measurement did not come to its end, so that no change is confirmed.")
}

// cores is how many the processes of a measurement had together; 0: not known.
func cores(p results.Provenance) float64 {
	n := float64(p.Cores)
	if quota := p.Granted.Quota; quota > 0 {
		n = min(n, quota)
	}
	return n
}
