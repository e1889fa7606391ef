package lab

import (
	"fmt"
	"slices"
	"testing"

	"pushbench/lab/target"
	"pushbench/scenarios"
)

// Side by side, each block has every cell once, its targets stand together in the
// order of their slots, and over the blocks every order comes equally often.
func TestSideBySide(t *testing.T) {
	s := parse(t, "trials: 12\nvariants: [longpoll, sse, websocket]\n")
	for _, targets := range []int{1, 2, 3, 5, 7} {
		r := &Runner{Scenarios: []scenarios.Scenario{s}, Together: true, Seed: 5}
		for i := range targets {
			r.Targets = append(r.Targets, target.Target{Name: fmt.Sprint(i)})
		}
		plan := r.Plan()
		if len(plan) != 12*3*targets {
			t.Fatalf("%d targets: %d trials", targets, len(plan))
		}
		orders, places := map[string]int{}, map[string]int{}
		for i := 0; i < len(plan); {
			group := r.group(plan[i:])
			if len(group) != targets {
				t.Fatalf("%d targets: a group of %d", targets, len(group))
			}
			order := ""
			for slot, p := range group {
				if p.Slot != slot || p.Number != 1+i/(3*targets) {
					t.Fatalf("%d targets: trial %d has slot %d and number %d", targets, i, p.Slot, p.Number)
				}
				order += p.Target.Name
				places[fmt.Sprint(p.Variant, p.Target.Name, slot)]++
			}
			orders[group[0].Variant.String()+order]++
			i += len(group)
		}
		if targets == 3 && (len(orders) != 3*6 || slices.ContainsFunc(values(orders), func(n int) bool { return n != 2 })) {
			t.Errorf("the orders of three targets in twelve blocks: %v", orders)
		}
		if 12%targets == 0 && slices.ContainsFunc(values(places), func(n int) bool { return n != 12/targets }) {
			t.Errorf("%d targets: their places: %v", targets, places)
		}
		if !slices.EqualFunc(plan, r.Plan(), func(a, b Planned) bool { return a.Target.Name == b.Target.Name && a.Variant == b.Variant }) {
			t.Errorf("%d targets: the same seed gives another order", targets)
		}
	}
}

func values(m map[string]int) (all []int) {
	for _, n := range m {
		all = append(all, n)
	}
	return all
}
