package machine

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// Affinity is the CPUs that this process may run on, as the kernel writes lists
// of them: 0-3,8. Empty: unknown.
func Affinity() string {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return ""
	}
	return list(set.IsSet, 64*len(set))
}

// list writes the numbers below n that are in.
func list(in func(int) bool, n int) string {
	var parts []string
	for i := 0; i < n; i++ {
		if !in(i) {
			continue
		}
		first := i
		for i+1 < n && in(i+1) {
			i++
		}
		part := fmt.Sprint(first)
		if i > first {
			part = fmt.Sprintf("%d-%d", first, i)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}
