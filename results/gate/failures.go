package gate

import "pushbench/results"

// failures finds that one side fails where the other does not, in at least half
// of the blocks, and in two at least.
func (d *decision) failures(blocks []Block, arms Arms) {
	var n, base, head int // blocks, and those in which this side alone failed
	reason := ""
	for _, b := range blocks {
		s, missing := b.of(arms)
		if missing != "" {
			continue
		}
		n++
		switch failed := s[0].Failed != "" || s[1].Failed != ""; {
		case s[2].Failed != "" && !failed:
			head++
			reason = s[2].Failed
		case s[2].Failed == "" && failed:
			base++
		}
	}
	f := d.failed(blocks[0].Cell(), base, head)
	f.N, f.Verdict = n, Better
	if head > base {
		f.Verdict, f.Reason = Worse, reason
	}
	if most := max(base, head); base != head && most >= 2 && 2*most >= n {
		d.c.Findings = append(d.c.Findings, f)
	}
}

// failed is the finding that so many trials failed.
func (d *decision) failed(c Cell, base, head int) Finding {
	f := d.finding(c, Rule{Unit: FailedTrials, title: "failed trials", kind: "count"})
	f.Exact, f.Gated, f.Base, f.Head = true, true, float64(base), float64(head)
	return f
}

// failuresApart finds that at least half of the trials of one side fail, two at
// least, and fewer of the other.
func (d *decision) failuresApart(cell Cell, base, head []*results.Trial) {
	count := func(trials []*results.Trial) (n int, often bool, reason string) {
		for _, t := range trials {
			if t.Failed != "" {
				n, reason = n+1, t.Failed
			}
		}
		return n, n >= 2 && 2*n >= len(trials), reason
	}
	nb, before, _ := count(base)
	nh, after, reason := count(head)
	f := d.failed(cell, nb, nh)
	f.N, f.Verdict = min(len(base), len(head)), Better
	if after {
		f.Verdict, f.Reason = Worse, reason
	}
	if before != after {
		d.c.Findings = append(d.c.Findings, f)
	}
	for _, side := range []struct {
		name      string
		failed, n int
	}{{"base", nb, len(base)}, {"head", nh, len(head)}} {
		if side.failed > 0 {
			d.missing(cell, "", "%d of %d trials of %s failed and are left out", side.failed, side.n, side.name)
		}
	}
}
