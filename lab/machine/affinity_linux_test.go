package machine

import "testing"

func TestList(t *testing.T) {
	for want, in := range map[string][]int{"": nil, "0": {0}, "0-3": {0, 1, 2, 3}, "1,3-4,7": {1, 3, 4, 7}} {
		set := map[int]bool{}
		for _, i := range in {
			set[i] = true
		}
		if got := list(func(i int) bool { return set[i] }, 8); got != want {
			t.Errorf("%v is %q, want %q", in, got, want)
		}
	}
}
