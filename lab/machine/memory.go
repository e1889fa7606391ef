package machine

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
)

// Free is how many bytes of memory can still be taken without swapping: what the kernel
// calls available (proc(5)), or what the tightest control group still grants where that is
// less (version 2 alone, cgroups(7)); 0: not known.
func Free() uint64 { return free("/proc/meminfo", OwnGroup()) }

func free(meminfo string, g Group) uint64 {
	available := uint64(0)
	for line := range strings.Lines(text(meminfo)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemAvailable:" && f[2] == "kB" {
			kb, err := strconv.ParseUint(f[1], 10, 54)
			if err == nil {
				available = kb << 10
			}
		}
	}
	if left, limited := g.memory(); limited {
		available = min(available, left)
	}
	return available
}

// memory is what the tightest of the groups still grants; limited is false when none has a
// limit.
func (g Group) memory() (left uint64, limited bool) {
	left = math.MaxUint64
	for _, dir := range g.dirs {
		most, err := strconv.ParseUint(text(filepath.Join(dir, "memory.max")), 10, 64) // max is none
		used, errUsed := strconv.ParseUint(text(filepath.Join(dir, "memory.current")), 10, 64)
		if err == nil && errUsed == nil {
			left, limited = min(left, most-min(most, used)), true
		}
	}
	return left, limited
}
