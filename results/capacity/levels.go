package capacity

import "math"

// Levels are the loads that a search may try, ascending: start, those above it up to most,
// and those below it down to step. All of them are multiples of step, but for most, which
// is the last one in any case. From each to the next it is a factor of at most 1+resolution
// or, where that is less than a step, one step. Numbers are round where the resolution allows
// it: 10,800 and not 10,834.
//
// It needs 1 <= step <= start <= most and a resolution above 0.
func Levels(start, step, most int, resolution float64) (levels []int) {
	var below []int
	for v := start; ; {
		v = min(v-step, roundedUp(float64(v)/(1+resolution), step, resolution))
		if v < step {
			break
		}
		below = append(below, v)
	}
	for i := len(below) - 1; i >= 0; i-- {
		levels = append(levels, below[i])
	}
	for v := start; v < most; {
		levels = append(levels, v)
		v = max(v+step, roundedDown(float64(v)*(1+resolution), step, resolution))
	}
	return append(levels, most)
}

// grain is what levels near v are multiples of: step, or step times a power of ten that is
// at most half of what lies between two levels.
func grain(v float64, step int, resolution float64) float64 {
	half := v / float64(step) * resolution / 2
	return float64(step) * math.Pow(10, math.Floor(math.Log10(max(1, half))))
}

func roundedUp(v float64, step int, resolution float64) int {
	g := grain(v, step, resolution)
	return int(math.Ceil(v/g-1e-9) * g)
}

func roundedDown(v float64, step int, resolution float64) int {
	g := grain(v, step, resolution)
	return int(math.Floor(v/g+1e-9) * g)
}
