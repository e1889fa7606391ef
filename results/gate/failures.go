package gate

import (
	"fmt"

	"pushbench/results"
)

// failures finds that trials of one side fail more often than those of the other.
func (d *decision) failures(blocks []Block, arms Arms) {
	var o often
	alone, reason := false, "" // head failed in a block in which base did not
	for _, b := range blocks {
		for _, name := range []string{arms.Base, arms.Again} {
			if s, ok := b.Arms[name]; ok {
				o.ofBase++
				o.base += one(s.Failed != "")
			}
		}
		if s, ok := b.Arms[arms.Head]; ok {
			o.ofHead++
			o.head += one(s.Failed != "")
			if s.Failed != "" {
				reason = s.Failed
				alone = alone || b.Arms[arms.Base].Failed == "" && b.Arms[arms.Again].Failed == ""
			}
		}
	}
	d.failed(blocks[0].Cell(), o, alone, reason)
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// failed adds the finding that so many trials failed, where that tells the sides
// apart. If head alone failed, and not so often that it cannot be chance, that is
// left open: a server that fails at times is found by more trials than there are.
func (d *decision) failed(c Cell, o often, alone bool, reason string) {
	f := d.finding(c, Rule{Unit: FailedTrials, title: "share of failed trials", kind: "share"})
	f.Exact, f.Gated, f.N = true, true, o.ofHead
	f.Base, f.Head = float64(o.base)/float64(max(1, o.ofBase)), float64(o.head)/float64(max(1, o.ofHead))
	f.Reason = fmt.Sprintf("%d of %d trials of head failed and %d of %d of base", o.head, o.ofHead, o.base, o.ofBase)
	if reason != "" {
		f.Reason += "; head: " + reason
	}
	switch {
	case o.more() <= chance:
		f.Verdict = Worse
	case o.fewer() <= chance:
		f.Verdict = Better
	case alone && o.moreShare():
		f.open(f.Reason)
	default:
		return
	}
	d.c.Findings = append(d.c.Findings, f)
}

// failuresApart is the same of the trials of two records.
func (d *decision) failuresApart(cell Cell, base, head []*results.Trial) {
	o := often{ofBase: len(base), ofHead: len(head)}
	reason := ""
	for _, t := range base {
		o.base += one(t.Failed != "")
	}
	for _, t := range head {
		if t.Failed != "" {
			o.head, reason = o.head+1, t.Failed
		}
	}
	d.failed(cell, o, o.head > 0, reason)
	for _, side := range []struct {
		name      string
		failed, n int
	}{{"base", o.base, o.ofBase}, {"head", o.head, o.ofHead}} {
		if side.failed > 0 {
			d.left(cell, side.failed == side.n, "%d of %d trials of %s failed and are left out", side.failed, side.n, side.name)
		}
	}
}
