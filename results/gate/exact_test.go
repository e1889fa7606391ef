package gate_test

import (
	"math"
	"slices"
	"testing"

	"pushbench/results"
	"pushbench/results/gate"
)

// count is n bytes of framing and the rest of payload, for each of so many events.
func count(n, framing, of int64) gate.Count {
	return gate.Count{N: n, Of: of, In: results.Bytes{results.Payload: n - framing, results.Framing: framing}}
}

// counted is blocks whose bytes per event are those of the lists, one after the
// other and again from the beginning.
func counted(n int, base, head []gate.Count) []gate.Block {
	return blocks(n, func(i int, b, again, h *gate.Sample) {
		b.Counts["data-B/event"] = base[2*i%len(base)]
		again.Counts["data-B/event"] = base[(2*i+1)%len(base)]
		h.Counts["data-B/event"] = head[i%len(head)]
	})
}

func TestVerdictsOfWhatIsExact(t *testing.T) {
	a, b, double := count(1480, 200, 10), count(1490, 210, 10), count(2960, 400, 20)
	usual := func(most, odd gate.Count) []gate.Count { return []gate.Count{most, most, most, odd, most, most} } // 10 of 12
	for _, c := range []struct {
		about      string
		n          int
		base, head []gate.Count
		exact      bool
		want       gate.Verdict
	}{
		{"a byte more for each event is worse", 12, []gate.Count{a}, []gate.Count{b}, true, gate.Worse},
		{"a byte less is better", 12, []gate.Count{b}, []gate.Count{a}, true, gate.Better},
		{"one byte in ten events is, too", 12, []gate.Count{a}, []gate.Count{count(1481, 201, 10)}, true, gate.Worse},
		{"one byte of a petabyte is, too", 12, []gate.Count{count(1<<50, 0, 3)}, []gate.Count{count(1<<50+1, 1, 3)}, true, gate.Worse},
		{"the same of twice as many events is the same", 12, []gate.Count{a}, []gate.Count{double}, true, gate.Same},
		{"five blocks are enough", 5, []gate.Count{a}, []gate.Count{b}, true, gate.Worse},
		{"four could be chance", 4, []gate.Count{a}, []gate.Count{b}, true, gate.Inconclusive},
		{"one block of equal counts is the same", 1, []gate.Count{a}, []gate.Count{a}, true, gate.Same},
		{"one odd trial in six does not matter", 12, usual(a, b), usual(b, a), true, gate.Worse},
		{"nor where nothing changed", 12, usual(a, b), usual(a, count(1500, 0, 10)), true, gate.Same},
		{"in few blocks it does", 6, usual(a, b), usual(b, a), true, gate.Inconclusive},
		{"two values in turn are not exact", 12, []gate.Count{a, b, b, a}, []gate.Count{a, b}, false, gate.Same},
		{"four of twelve of head alone leave it open", 12, []gate.Count{a}, []gate.Count{a, b, a}, true, gate.Inconclusive},
		{"two of twelve do, too", 12, []gate.Count{a}, usual(a, b), true, gate.Inconclusive},
		{"one does not", 12, []gate.Count{a}, append(slices.Repeat([]gate.Count{a}, 11), b), true, gate.Same},
		{"a count that was exact and is not any more is worse where it is larger", 12, []gate.Count{a}, []gate.Count{b, count(1500, 0, 10), a, count(1510, 0, 10)}, true, gate.Worse},
		{"also without a trial of the usual value", 12, []gate.Count{a}, []gate.Count{b, count(1500, 0, 10), count(1510, 0, 10)}, true, gate.Worse},
		{"and better where it is smaller", 12, []gate.Count{b}, []gate.Count{a, count(1470, 0, 10), b, count(1460, 0, 10)}, true, gate.Better},
		{"one that became exact is better where the others were larger", 12, []gate.Count{a, b, count(1500, 0, 10), count(1510, 0, 10)}, []gate.Count{a}, true, gate.Better},
		{"as often another value as in base is the same", 12, []gate.Count{a, b, a, a, a, a}, usual(a, count(1500, 0, 10)), true, gate.Same},
		{"another value in some trials after there was none is worse", 16, []gate.Count{count(0, 0, 10)}, []gate.Count{a, b, count(0, 0, 10)}, true, gate.Worse},
		{"1 % more is beyond the bar of half a percent then", 12, []gate.Count{a, count(1481, 201, 10), a}, []gate.Count{count(1500, 220, 10), count(1502, 222, 10)}, false, gate.Worse},
		{"something where there was nothing is worse", 12, []gate.Count{count(0, 0, 10)}, []gate.Count{a}, true, gate.Worse},
		{"nothing where there was something is better", 12, []gate.Count{a}, []gate.Count{count(0, 0, 10)}, true, gate.Better},
	} {
		got := gate.Decide(counted(c.n, c.base, c.head), arms, unknown)
		f := find(t, got, "data-B/event")
		if got.Verdict != c.want || f.Verdict != c.want || f.Exact != c.exact || !f.Gated || (f.Verdict == gate.Inconclusive) != (f.Needed > 0) {
			t.Errorf("%s: %s, want %s; %+v", c.about, got.Verdict, c.want, f)
		}
		if len(got.Flagged()) > 0 && c.exact {
			t.Errorf("%s: what is exact is to be confirmed", c.about)
		}
	}
}

// A count that is not deterministic, but has one of two values by chance, is at
// times the same in most trials of each side and not the same of both. However
// likely the values are, the probability of that is below a thousandth: all
// outcomes are counted out.
func TestAnExactChangeIsHardlyEverChance(t *testing.T) {
	two, three := gate.Count{N: 2, Of: 1}, gate.Count{N: 3, Of: 1}
	dealt := func(n, threes int) []gate.Count {
		return append(slices.Repeat([]gate.Count{three}, threes), slices.Repeat([]gate.Count{two}, n-threes)...)
	}
	binomial := func(n, k int, p float64) float64 {
		v := 1.0
		for i := range k {
			v *= float64(n-i) / float64(i+1)
		}
		return v * math.Pow(p, float64(k)) * math.Pow(1-p, float64(n-k))
	}
	for _, n := range []int{5, 6, 7, 8, 10, 12, 20} {
		alarm := map[[2]int]bool{} // by how often base and head have the second value
		for b := range 2*n + 1 {
			for h := range n + 1 {
				f := find(t, gate.Decide(counted(n, dealt(2*n, b), dealt(n, h)), arms, unknown), "data-B/event")
				if f.Exact && (f.Verdict == gate.Worse || f.Verdict == gate.Better) {
					alarm[[2]int{b, h}] = true
				}
			}
		}
		for share := 0.05; share < 1; share += 0.05 {
			p := 0.0
			for at := range alarm {
				p += binomial(2*n, at[0], share) * binomial(n, at[1], share)
			}
			if p > 0.001 || len(alarm) == 0 {
				t.Errorf("%d blocks, share %.2f: a change is found with a probability of %v", n, share, p)
			}
		}
	}
}

func TestAnExactChangeSaysWhatMoved(t *testing.T) {
	f := find(t, gate.Decide(counted(6, []gate.Count{count(1480, 200, 10)}, []gate.Count{count(1490, 210, 10)}), arms, unknown), "data-B/event")
	want := []gate.Moved{{Kind: "framing", Direction: "in", Base: 20, Head: 21}}
	if !slices.Equal(f.Moved, want) || f.Base != 148 || f.Head != 149 || f.Change != math.Log(149.0/148) || f.N != 6 {
		t.Errorf("%+v", f)
	}
	if f.Title != "bytes per event, without TCP/IP headers" || f.Kind != "bytes" {
		t.Errorf("%+v", f)
	}
}

func TestACountThatIsNotExactInTheWindowMayBeOnTheWhole(t *testing.T) {
	all := counted(12, []gate.Count{count(1480, 200, 10), count(1490, 210, 10)}, []gate.Count{count(1480, 200, 10), count(1490, 210, 10)})
	for _, b := range all {
		for name, s := range b.Arms {
			s.Whole = map[string]gate.Count{"data-B/event": count(20000, 0, 100)}
			if name == arms.Head {
				s.Whole["data-B/event"] = count(20001, 1, 100)
			}
			b.Arms[name] = s
		}
	}
	c := gate.Decide(all, arms, unknown)
	if f := find(t, c, "data-B/event"); c.Verdict != gate.Worse || !f.Exact || !f.Whole || f.Title != "bytes per event, without TCP/IP headers, of the whole trial after opening" {
		t.Errorf("%s; %+v", c.Verdict, f)
	}
}

// A number of trials that is judged only where it is exact decides nothing else.
func TestACountThatVariesMayBeShownOnly(t *testing.T) {
	c := gate.Decide(blocks(12, func(i int, base, again, head *gate.Sample) {
		for k, s := range []*gate.Sample{base, again, head} {
			s.Values[cpu] = 1
			s.Counts["handshake-data-B/conn"] = gate.Count{N: 1000 + int64(i+k)%3 + int64(k)*100, Of: 1}
		}
	}), arms, unknown)
	if f := find(t, c, "handshake-data-B/conn"); f.Exact || f.Gated || f.Verdict != "" || c.Verdict != gate.Same {
		t.Errorf("%s; %+v", c.Verdict, f)
	}
}

func TestFailedTrials(t *testing.T) {
	of := func(failed map[string]int) *gate.Comparison {
		all := changed(12, 1, 1)
		for i, b := range all {
			for name, n := range failed {
				if i < n {
					b.Arms[name] = gate.Sample{Failed: "an event was missed"}
				}
			}
		}
		return gate.Decide(all, arms, unknown)
	}
	for _, c := range []struct {
		about       string
		failed      map[string]int
		want        gate.Verdict
		finding     bool
		left, valid int
	}{
		{"head fails in half of the blocks", map[string]int{arms.Head: 6}, gate.Worse, true, 1, 6},
		{"in all", map[string]int{arms.Head: 12}, gate.Worse, true, 1, 0},
		{"in five of twelve, which could be chance", map[string]int{arms.Head: 5}, gate.Inconclusive, true, 1, 7},
		{"in one", map[string]int{arms.Head: 1}, gate.Inconclusive, true, 1, 11},
		{"both bases fail in half of the blocks", map[string]int{arms.Base: 6, arms.Again: 6}, gate.Same, false, 1, 6},
		{"both bases fail in more", map[string]int{arms.Base: 8, arms.Again: 7}, gate.Inconclusive, true, 1, 4},
		{"base alone fails in half of them: head has half as many trials", map[string]int{arms.Base: 6}, gate.Same, false, 1, 6},
		{"base again does", map[string]int{arms.Again: 7}, gate.Inconclusive, false, 1, 5},
		{"all fail alike", map[string]int{arms.Base: 6, arms.Head: 6}, gate.Same, false, 1, 6},
		{"everything fails", map[string]int{arms.Base: 12, arms.Head: 12}, gate.Void, false, 1, 0},
	} {
		got := of(c.failed)
		found := slices.ContainsFunc(got.Findings, func(f gate.Finding) bool { return f.Metric == gate.FailedTrials })
		if got.Verdict != c.want || found != c.finding || len(got.Missing) != c.left || got.Blocks != c.valid {
			t.Errorf("%s: %s, want %s; %+v; %d blocks", c.about, got.Verdict, c.want, got.Missing, got.Blocks)
		}
	}
	if got := of(map[string]int{arms.Head: 6}).Missing[0].Reason; got != "6 of 12 blocks are left out: head failed: an event was missed" {
		t.Error(got)
	}
}

// How many failures of head are a verdict is a matter of how many trials there are.
func TestFailuresAreTrials(t *testing.T) {
	for _, c := range []struct {
		n, base, again, head int
		want                 gate.Verdict // empty: no finding
	}{
		{16, 0, 0, 7, gate.Worse},
		{16, 0, 0, 6, gate.Worse},
		{16, 0, 0, 3, gate.Inconclusive},
		{16, 0, 0, 1, gate.Inconclusive},
		{4, 0, 0, 2, gate.Inconclusive},
		{4, 0, 0, 4, gate.Inconclusive}, // as four different numbers are
		{5, 0, 0, 5, gate.Worse},
		{16, 0, 0, 0, ""},
		{16, 16, 16, 16, ""},
		{16, 4, 4, 4, ""},
		{16, 12, 12, 0, gate.Better},
		{16, 16, 16, 8, gate.Better},
	} {
		all := changed(c.n, 1, 1)
		for name, failed := range map[string]int{arms.Base: c.base, arms.Again: c.again, arms.Head: c.head} {
			for i := range failed {
				all[i].Arms[name] = gate.Sample{Failed: "an event was missed"}
			}
		}
		got, findings := gate.Verdict(""), gate.Decide(all, arms, unknown).Findings
		if i := slices.IndexFunc(findings, func(f gate.Finding) bool { return f.Metric == gate.FailedTrials }); i >= 0 {
			got = findings[i].Verdict
		}
		if got != c.want {
			t.Errorf("of %d blocks %d of base, %d of base again, %d of head failed: %q, want %q", c.n, c.base, c.again, c.head, got, c.want)
		}
	}
}

// Of what should never happen the trials with any are compared.
func TestMishaps(t *testing.T) {
	for _, c := range []struct {
		base, head []int64
		want       gate.Verdict
	}{
		{[]int64{0}, []int64{0}, gate.Same},
		{[]int64{0}, []int64{3, 17, 0, 9}, gate.Worse},
		{[]int64{0}, []int64{1, 0, 0, 0, 0, 0, 0, 0}, gate.Inconclusive},
		{[]int64{0}, []int64{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, gate.Same},
		{[]int64{5, 0, 9, 3}, []int64{0}, gate.Better},
		{[]int64{5, 0, 9, 3}, []int64{4, 4, 8, 0}, gate.Same},
		{[]int64{0, 0, 2}, []int64{4}, gate.Worse},
	} {
		all := blocks(16, func(i int, base, again, head *gate.Sample) {
			base.Counts["reopened-connections"] = gate.Count{N: c.base[i%len(c.base)], Of: 1}
			again.Counts["reopened-connections"] = gate.Count{N: c.base[(i+1)%len(c.base)], Of: 1}
			head.Counts["reopened-connections"] = gate.Count{N: c.head[i%len(c.head)], Of: 1}
		})
		got := gate.Decide(all, arms, unknown)
		if f := find(t, got, "reopened-connections"); f.Verdict != c.want || !f.Exact || !f.Gated || got.Precise() == (c.want == gate.Inconclusive) {
			t.Errorf("%v, then %v: precise %v, %+v", c.base, c.head, got.Precise(), f)
		}
	}
}

func TestABlockWithoutAnArmIsLeftOut(t *testing.T) {
	all := changed(7, 1, 1)
	delete(all[6].Arms, arms.Head)
	c := gate.Decide(all, arms, unknown)
	if c.Blocks != 6 || len(c.Missing) != 1 || c.Missing[0].Reason != "1 of 7 blocks are left out: there is no trial of head" {
		t.Errorf("%d blocks; %+v", c.Blocks, c.Missing)
	}
}

func TestFindingsAreInTheOrderOfCertaintyAndSize(t *testing.T) {
	all := blocks(12, func(i int, base, again, head *gate.Sample) {
		for k, s := range []*gate.Sample{base, again, head} {
			jitter := 1 + wobble(i, k)
			s.Values[cpu], s.Values["p50-sec"], s.Values["age-sec"], s.Values["open-sec"], s.Values["p99-sec"] = jitter, jitter, jitter, jitter, 1
			s.Counts["data-B/event"], s.Counts["requests/event"] = count(1480, 200, 10), gate.Count{N: 1, Of: 1}
		}
		head.Values[cpu] *= 1.1
		head.Values["p50-sec"] *= 2
		head.Values["age-sec"] *= 0.8
		head.Values["open-sec"] *= 1.05
		head.Counts["data-B/event"] = count(1490, 210, 10)
	})
	var got []string
	for _, f := range gate.Decide(all, arms, unknown).Findings {
		got = append(got, string(f.Verdict)+" "+f.Metric)
	}
	want := []string{"worse data-B/event", "worse p50-sec", "worse " + cpu, "better age-sec", "inconclusive open-sec", "same requests/event", " p99-sec"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
