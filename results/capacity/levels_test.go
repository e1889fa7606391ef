package capacity

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLevels(t *testing.T) {
	for _, row := range []struct {
		fact              string
		start, step, most int
		resolution        float64
		want              []int
	}{
		{"one level", 5, 5, 5, 0.1, []int{5}},
		{"single steps where the resolution is finer", 3, 1, 6, 0.1, []int{1, 2, 3, 4, 5, 6}},
		{"a factor at most of one and the resolution", 100, 1, 200, 0.5, []int{1, 2, 3, 4, 6, 8, 11, 16, 23, 34, 50, 70, 100, 150, 200}},
		{"multiples of the step", 40, 20, 110, 0.5, []int{20, 40, 60, 80, 110}},
		{"round numbers", 10_000, 1000, 14_000, 0.1, []int{1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000, 11_000, 12_000, 13_000, 14_000}},
		{"round to a power of ten", 10_000, 1, 12_500, 0.1, []int{10_000, 11_000, 12_100, 12_500}},
	} {
		got := Levels(row.start, row.step, row.most, row.resolution)
		if row.fact == "round to a power of ten" {
			got = got[slices.Index(got, row.start):]
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.fact, got, row.want)
		}
	}
}

func TestLevelsAscend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.IntRange(1, 500).Draw(t, "step")
		start := step * rapid.IntRange(1, 2000).Draw(t, "start")
		most := start + rapid.IntRange(0, 2_000_000).Draw(t, "beyond")
		resolution := rapid.Float64Range(0.01, 1).Draw(t, "resolution")
		all := Levels(start, step, most, resolution)
		if all[0] != step || all[len(all)-1] != most || !slices.Contains(all, start) {
			t.Fatalf("%v: from %d to %d, with %d", all, step, most, start)
		}
		for i := 1; i < len(all); i++ {
			gap := all[i] - all[i-1]
			if gap <= 0 || all[i] != most && all[i]%step != 0 {
				t.Fatalf("%v: %d after %d", all, all[i], all[i-1])
			}
			if gap > step && float64(gap) > resolution*float64(all[i-1])*(1+1e-9) {
				t.Fatalf("%v: from %d to %d is more than %v", all, all[i-1], all[i], resolution)
			}
		}
	})
}
