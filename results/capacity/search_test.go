package capacity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// ten are ten levels.
var ten = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}

// run carries a search out and returns its levels in order, each with + or - for how its
// trial came out.
func run(s *Search, holds func(level, trial int) bool) string {
	var path []string
	for {
		level, ok := s.Next()
		if !ok {
			return strings.Join(path, " ")
		}
		before := s.Tally(level)
		held := holds(level, before.trials())
		s.Add(level, held)
		sign := "-"
		if held {
			sign = "+"
		}
		path = append(path, fmt.Sprint(level, sign))
	}
}

func TestSearch(t *testing.T) {
	const never = math.MaxInt
	upTo := func(border int) func(int, int) bool { return func(level, _ int) bool { return level <= border } }
	// but is upTo, where some trials of a level come out otherwise: those of accidents.
	but := func(border int, accidents map[int][]int) func(int, int) bool {
		return func(level, trial int) bool { return (level <= border) != slices.Contains(accidents[level], trial) }
	}
	for _, row := range []struct {
		fact          string
		levels        []int
		start, trials int
		holds         func(level, trial int) bool
		path          string
		most, over    int
	}{
		{"it doubles, halves and confirms both ends", ten, 2, 3, upTo(6), "2+ 4+ 8- 8- 6+ 7- 7- 6+ 6+", 6, 7},
		{"with one trial each there is nothing to confirm", ten, 2, 1, upTo(6), "2+ 4+ 8- 6+ 7-", 6, 7},
		{"it goes down from a level that does not carry", ten, 8, 2, upTo(3), "8- 8- 4- 4- 2+ 3+ 3+", 3, 4},
		{"a trial that broke by accident is repeated", ten, 2, 3, but(6, map[int][]int{4: {0}}), "2+ 4- 4+ 4+ 8- 8- 6+ 7- 7- 6+ 6+", 6, 7},
		{"the highest level of all", ten, 4, 2, upTo(never), "4+ 8+ 10+ 10+", 10, 0},
		{"not even the lowest one", ten, 4, 3, upTo(0), "4- 4- 2- 2- 1- 1-", 0, 1},
		{"one level that carries", []int{7}, 7, 2, upTo(never), "7+ 7+", 7, 0},
		{"one level that does not", []int{7}, 7, 2, upTo(0), "7- 7-", 0, 7},
		{"no level", nil, 1, 2, upTo(never), "", 0, 0},
		{"the start may lie above all", []int{1, 2, 3}, 9, 1, upTo(never), "3+", 3, 0},
		{"a level at which some trials break is not confirmed: one step down",
			ten, 2, 4, but(6, map[int][]int{6: {3}}), "2+ 4+ 8- 8- 6+ 7- 7- 7- 6+ 6+ 6- 5+ 5+ 5+ 5+", 5, 7},
		{"then two steps down, and back up by halves",
			ten, 2, 4, but(8, map[int][]int{8: {1}, 7: {2}}),
			"2+ 4+ 8+ 10- 10- 9- 9- 9- 8- 8+ 7+ 7+ 7- 5+ 5+ 5+ 5+ 6+ 6+ 6+ 6+", 6, 9},
		{"a level at which half of the trials hold does not fail: the next one is tried",
			ten, 4, 4, func(level, trial int) bool { return level < 6 || level == 6 && trial >= 2 },
			"4+ 8- 8- 6- 6- 5+ 6+ 6+ 7- 7- 7- 5+ 5+ 5+", 5, 7},
	} {
		s := New(row.levels, row.start, row.trials)
		path := run(s, row.holds)
		found := s.Found()
		if path != row.path || found.Most != row.most || found.Over != row.over {
			t.Errorf("%s:\n got %s: %d to %d\nwant %s: %d to %d", row.fact, path, found.Most, found.Over, row.path, row.most, row.over)
		}
		if found.Contradicted {
			t.Errorf("%s: the trials contradict each other", row.fact)
		}
	}
}

// A search whose highest levels are out of reach ends with what there is.
func TestBound(t *testing.T) {
	s := New(ten, 2, 2)
	s.Bound(6)
	if path := run(s, func(int, int) bool { return true }); path != "2+ 4+ 5+ 5+" {
		t.Error(path)
	}
	s = New(ten, 8, 1)
	s.Bound(4)
	if path := run(s, func(int, int) bool { return true }); path != "3+" {
		t.Error(path)
	}
	s.Bound(0)
	if _, ok := s.Next(); ok || s.Found().Most != 3 {
		t.Error("it goes on, or what was found is lost")
	}
}

// Trials of levels that were made in whatever order say the same.
func TestOrderDoesNotMatter(t *testing.T) {
	a, b := New(ten, 2, 3), New(ten, 2, 3)
	run(a, func(level, _ int) bool { return level <= 6 })
	for _, l := range slices.Backward(a.Found().Levels) {
		for range l.Broke {
			b.Add(l.At, false)
		}
		for range l.Held {
			b.Add(l.At, true)
		}
	}
	if _, ok := b.Next(); ok || b.Found().Most != 6 || b.Found().Over != 7 || a.Trials() != b.Trials() {
		t.Errorf("%+v and %+v", a.Found(), b.Found())
	}
}

func TestContradiction(t *testing.T) {
	s := New(ten, 2, 2)
	for _, level := range []int{4, 4} {
		s.Add(level, false)
	}
	for _, level := range []int{3, 3, 6, 6} {
		s.Add(level, true)
	}
	if f := s.Found(); !f.Contradicted || f.Most != 3 || f.Over != 4 {
		t.Errorf("%+v", f)
	}
}

// With a border that no trial is wrong about, the search finds it exactly.
func TestSearchIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := Levels(rapid.IntRange(1, 3000).Draw(t, "start"), 1, 20_000, rapid.Float64Range(0.02, 1).Draw(t, "resolution"))
		start := rapid.SampledFrom(levels).Draw(t, "first")
		trials := rapid.IntRange(1, 10).Draw(t, "trials")
		border := rapid.IntRange(0, 25_000).Draw(t, "border")
		s := New(levels, start, trials)
		want, cost := s.Cost(border, func(int) float64 { return 2 })
		run(s, func(level, _ int) bool { return level <= border })
		most, over := 0, 0
		for _, level := range levels {
			if level <= border {
				most = level
			} else if over == 0 {
				over = level
			}
		}
		if f := s.Found(); f.Most != most || f.Over != over {
			t.Fatalf("found %d to %d, want %d to %d", f.Most, f.Over, most, over)
		}
		if s.Trials() != want || cost != 2*float64(want) {
			t.Fatalf("%d trials, and %d with a cost of %v were foretold", s.Trials(), want, cost)
		}
		if all := s.Borders(); !slices.Contains(all, most) || len(all) != 1 {
			t.Fatalf("the border may be at %v, and is at %d", all, most)
		}
	})
}

// With trials that are wrong the more often the nearer they are to the border, the search
// ends, and its interval keeps what it promises.
func TestSearchAmongNoise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		levels := Levels(rapid.IntRange(1, 3000).Draw(t, "start"), 1, 20_000, rapid.Float64Range(0.02, 1).Draw(t, "resolution"))
		trials := rapid.IntRange(1, 10).Draw(t, "trials")
		sure := rapid.IntRange(0, 20_000).Draw(t, "all hold up to")
		hopeless := sure + rapid.IntRange(1, 10_000).Draw(t, "none holds beyond")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		s := New(levels, rapid.SampledFrom(levels).Draw(t, "first"), trials)
		run(s, func(level, trial int) bool {
			if trial >= trials {
				t.Fatalf("more than %d trials at level %d", trials, level)
			}
			return random.Float64() > float64(level-sure)/float64(hopeless-sure)
		})
		f := s.Found()
		for _, l := range f.Levels {
			if l.At == f.Most && (l.Held != trials || l.Broke > 0) || l.At == f.Over && 2*l.Broke <= trials {
				t.Fatalf("%+v bounds %d to %d", l, f.Most, f.Over)
			}
		}
		highest, lowest := 0, 0 // that all trials hold at, and that none holds at
		for _, level := range levels {
			if level <= sure {
				highest = level
			}
			if level >= hopeless && lowest == 0 {
				lowest = level
			}
		}
		if f.Most < highest || f.Over == 0 && lowest > 0 || lowest > 0 && f.Over > lowest || f.Over > 0 && f.Most >= f.Over {
			t.Fatalf("found %d to %d, but up to %d all trials hold, and from %d on none", f.Most, f.Over, highest, lowest)
		}
	})
}

func TestState(t *testing.T) {
	for _, row := range []struct {
		held, broke, asked int
		want               State
	}{
		{0, 0, 1, Open}, {1, 0, 1, Confirmed}, {0, 1, 1, Failed},
		{5, 0, 6, Open}, {6, 0, 6, Confirmed}, {5, 1, 6, Mixed}, {3, 3, 6, Mixed}, {2, 4, 6, Failed}, {0, 4, 6, Failed}, {0, 3, 6, Open},
		{1, 1, 2, Mixed}, {0, 2, 2, Failed}, {2, 0, 1, Confirmed},
	} {
		if got := (Tally{row.held, row.broke}).State(row.asked); got != row.want {
			t.Errorf("%d held and %d broke of %d: %s, want %s", row.held, row.broke, row.asked, got, row.want)
		}
	}
}

func TestAtLeast(t *testing.T) {
	for n, want := range map[int]float64{0: 0, 1: 0.05, 6: 0.607, 10: 0.741} {
		if got := AtLeast(n); math.Abs(got-want) > 0.0005 {
			t.Errorf("of %d trials: %v, want %v", n, got, want)
		}
	}
}
