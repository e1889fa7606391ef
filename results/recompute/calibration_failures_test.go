package recompute

// failing reports whether the arm alone failed in a cell, more often than base and base
// again, and not so often that it is certain: the gate waits for more blocks then.
func failing(parts []*judgedRun, arm string, first int) bool {
	for i, r := range parts {
		head := r.s.arm(arm)
		if i > 0 {
			head = r.s.arm("same")
		}
		for _, blocks := range r.cells {
			failed := func(arm, block int) bool { a := blocks[block].Arms[arm]; return a != nil && a.Failed != "" }
			n, m, alone := 0, 0, false // failed trials of head, and of both bases
			for b := range blocks[:first] {
				before := m
				for _, base := range []int{r.s.arm("base"), r.s.arm("again")} {
					if failed(base, b) {
						m++
					}
				}
				if failed(head, b) {
					n, alone = n+1, alone || m == before
				}
			}
			if alone && 2*n > m && chanceOf(n, first, n+m, 3*first) > 0.002 {
				return true
			}
		}
	}
	return false
}

// chanceOf is the probability that of so many failed trials among all at least n are among
// the first ones, if they fall anywhere.
func chanceOf(n, first, failed, all int) (p float64) {
	ways := func(of, k int) float64 {
		w := 1.0
		for i := range k {
			w *= float64(of-i) / float64(i+1)
		}
		return w
	}
	for k := n; k <= min(first, failed); k++ {
		p += ways(first, k) * ways(all-first, failed-k) / ways(all, failed)
	}
	return p
}
