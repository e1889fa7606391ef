package machine

import (
	"path/filepath"
	"testing"
)

func TestFree(t *testing.T) {
	const meminfo = "MemTotal:  8000000 kB\nMemAvailable:    4000000 kB\n"
	group := map[string]string{"proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": mountUnified, "sys/fs/cgroup/a/b/cpu.max": "max 100000\n"}
	for _, test := range []struct {
		sentence string
		files    map[string]string
		want     uint64
	}{
		{"what is available", map[string]string{"proc/meminfo": meminfo}, 4_096_000_000},
		{"nothing is known without the kernel's word", map[string]string{"proc/meminfo": "MemFree: 12 kB\n"}, 0},
		{"a group may grant less", map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/a/b/memory.max": "3000\n", "sys/fs/cgroup/a/b/memory.current": "1000\n"}, 2000},
		{"or one above it", map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/a/memory.max": "3000\n", "sys/fs/cgroup/a/memory.current": "1000\n",
			"sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "10\n"}, 2000},
		{"a group that has used more than it may grants nothing", map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/a/b/memory.max": "3000\n", "sys/fs/cgroup/a/b/memory.current": "4000\n"}, 0},
		{"a group may grant more than there is", map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/a/b/memory.max": "9000000000\n", "sys/fs/cgroup/a/b/memory.current": "0\n"}, 4_096_000_000},
	} {
		for name, text := range group {
			test.files[name] = text
		}
		root := tree(t, test.files)
		if got := free(filepath.Join(root, "proc/meminfo"), groupBelow(root)); got != test.want {
			t.Errorf("%s: %d, want %d", test.sentence, got, test.want)
		}
	}
}
