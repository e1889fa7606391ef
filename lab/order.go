package lab

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// ordered returns plan in the order in which it is run, which the seed decides.
func (r *Runner) ordered(plan []Planned) []Planned {
	if r.Together {
		return sideBySide(plan, len(r.Targets), r.Seed)
	}
	order := interleave(plan, r.Seed)
	if r.Kin != nil {
		gather(order, r.Kin)
	}
	return order
}

// gather moves trials of kin, and within them those of a scenario, to the first of them in its
// block. Compared trials are then close in time, and their order stays random.
func gather(order []Planned, kin map[string]string) {
	for len(order) > 0 {
		end := slices.IndexFunc(order, func(p Planned) bool { return p.Number != order[0].Number })
		if end < 0 {
			end = len(order)
		}
		first := map[string]int{}
		for i, p := range slices.Backward(order[:end]) {
			first["kin "+kin[p.Scenario]], first["scenario "+p.Scenario] = i, i
		}
		slices.SortStableFunc(order[:end], func(a, b Planned) int {
			return cmp.Or(
				cmp.Compare(first["kin "+kin[a.Scenario]], first["kin "+kin[b.Scenario]]),
				cmp.Compare(first["scenario "+a.Scenario], first["scenario "+b.Scenario]),
			)
		})
		order = order[end:]
	}
}

// interleave returns plan in blocks: block t has trial t of every cell with
// so many trials, in a random order that seed decides. So a slow minute of
// the machine meets every variant, and an interrupted run has something of
// everything.
func interleave(plan []Planned, seed uint64) []Planned {
	var blocks [][]Planned
	for _, p := range plan {
		for len(blocks) < p.Number {
			blocks = append(blocks, nil)
		}
		blocks[p.Number-1] = append(blocks[p.Number-1], p)
	}
	random := rand.New(rand.NewPCG(seed, 0))
	var order []Planned
	for _, b := range blocks {
		random.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
		order = append(order, b...)
	}
	return order
}

// sideBySide returns plan in blocks as interleave does, where each cell's trials
// with one number stand together, in the order of their slots. Over the blocks,
// each target has each slot equally often, and of three targets each of the six
// orders comes equally often.
func sideBySide(plan []Planned, targets int, seed uint64) []Planned {
	cells := map[string][]Planned{} // all with one number, by cell
	var names []string
	blocks := 0
	for _, p := range plan {
		name := p.cell()
		if cells[name] == nil {
			names = append(names, name)
		}
		cells[name] = append(cells[name], p)
		blocks = max(blocks, p.Number)
	}
	random := rand.New(rand.NewPCG(seed, 0))
	orders := map[string][][]int{}
	for _, name := range names {
		orders[name] = repeated(targets, blocks, random)
	}
	var order []Planned
	for b := 1; b <= blocks; b++ {
		random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			group := slices.DeleteFunc(slices.Clone(cells[name]), func(p Planned) bool { return p.Number != b })
			slot := 0
			for _, i := range orders[name][b-1] {
				if i < len(group) {
					p := group[i]
					p.Slot = slot
					slot++
					order = append(order, p)
				}
			}
		}
	}
	return order
}

// Orders returns an order of n for each block: over the blocks each has each place
// equally often, and of three each of the six orders comes equally often.
func Orders(n, blocks int, seed uint64) [][]int {
	return repeated(n, blocks, rand.New(rand.NewPCG(seed, 0)))
}

func repeated(n, blocks int, random *rand.Rand) (orders [][]int) {
	for len(orders) < blocks {
		orders = append(orders, balanced(n, random)...)
	}
	return orders
}

// balanced returns orders of n in which each has each place equally often, in a
// random order: all six of three, n of any other number.
func balanced(n int, random *rand.Rand) (orders [][]int) {
	first := random.Perm(n)
	for turn := range n {
		order := make([]int, n)
		for i := range order {
			order[i] = first[(i+turn)%n]
		}
		orders = append(orders, order)
		if n == 3 { // the other direction, too
			back := slices.Clone(order)
			slices.Reverse(back)
			orders = append(orders, back)
		}
	}
	random.Shuffle(len(orders), func(i, j int) { orders[i], orders[j] = orders[j], orders[i] })
	return orders
}

// group is the first trials of plan that run at the same time.
func (r *Runner) group(plan []Planned) []Planned {
	n := 1
	for r.Together && n < len(plan) && plan[n].Number == plan[0].Number && plan[n].cell() == plan[0].cell() {
		n++
	}
	return plan[:n]
}

// cell names the cell of p, whoever answers.
func (p Planned) cell() string { return p.Scenario + "\x00" + p.Point + "\x00" + p.Variant.String() }
