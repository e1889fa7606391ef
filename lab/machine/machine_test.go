package machine

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// tree makes files below a directory and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const (
	mountUnified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
	mountCPU     = "33 32 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
	statTwo      = "usage_usec 9\nnr_periods 7\nnr_throttled 3\nthrottled_usec 40000\n"
)

func TestGroup(t *testing.T) {
	for _, test := range []struct {
		sentence string
		files    map[string]string
		quota    float64
		times    int64
		stood    time.Duration
	}{
		{"no control groups, no quota", nil, 0, 0, 0},
		{"half a core", map[string]string{
			"proc/self/cgroup": "0::/job\n", "proc/self/mountinfo": mountUnified,
			"sys/fs/cgroup/job/cpu.max": "50000 100000\n", "sys/fs/cgroup/job/cpu.stat": statTwo,
		}, 0.5, 3, 40 * time.Millisecond},
		{"max is none", map[string]string{
			"proc/self/cgroup": "0::/job\n", "proc/self/mountinfo": mountUnified, "sys/fs/cgroup/job/cpu.max": "max 100000\n",
		}, 0, 0, 0},
		{"the tightest of those above counts, and all that throttle", map[string]string{
			"proc/self/cgroup": "0::/slice/job/task\n", "proc/self/mountinfo": mountUnified,
			"sys/fs/cgroup/slice/cpu.max": "100000 100000", "sys/fs/cgroup/slice/cpu.stat": statTwo,
			"sys/fs/cgroup/slice/job/cpu.max": "300000 100000", "sys/fs/cgroup/slice/job/cpu.stat": statTwo,
			"sys/fs/cgroup/slice/job/task/cpu.max": "max 100000",
		}, 1, 6, 80 * time.Millisecond},
		{"a container that is its own root", map[string]string{
			"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": mountUnified, "sys/fs/cgroup/cpu.max": "150000 100000",
		}, 1.5, 0, 0},
		{"a container that is told its path on the machine", map[string]string{
			"proc/self/cgroup":      "0::/docker/abc/inner\n",
			"proc/self/mountinfo":   "30 23 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
			"sys/fs/cgroup/cpu.max": "200000 100000", "sys/fs/cgroup/inner/cpu.max": "25000 50000",
		}, 0.5, 0, 0},
		{"version 1 counts in nanoseconds", map[string]string{
			"proc/self/cgroup": "4:memory:/m\n3:cpu,cpuacct:/job\n0::/\n", "proc/self/mountinfo": mountUnified + mountCPU,
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "20000", "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "10000",
			"sys/fs/cgroup/cpu,cpuacct/job/cpu.stat": "nr_periods 5\nnr_throttled 2\nthrottled_time 7000000\n",
		}, 2, 2, 7 * time.Millisecond},
		{"version 1 without a quota", map[string]string{
			"proc/self/cgroup": "3:cpu:/\n", "proc/self/mountinfo": "33 32 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n",
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
		}, 0, 0, 0},
		{"nonsense is no quota", map[string]string{
			"proc/self/cgroup": "::\n0::/job\n\n", "proc/self/mountinfo": "x\n - \n" + mountUnified,
			"sys/fs/cgroup/job/cpu.max": "fast 0", "sys/fs/cgroup/job/cpu.stat": "nr_throttled many\nx\n",
		}, 0, 0, 0},
	} {
		g := groupBelow(tree(t, test.files))
		if got := g.Quota(); got != test.quota {
			t.Errorf("%s: %v cores, want %v", test.sentence, got, test.quota)
		}
		if got := g.Throttled(); got != (Throttle{test.times, test.stood}) {
			t.Errorf("%s: throttled %+v, want %d and %s", test.sentence, got, test.times, test.stood)
		}
	}
	if d := (Throttle{5, time.Second}).Sub(Throttle{3, time.Millisecond}); d != (Throttle{2, 999 * time.Millisecond}) {
		t.Errorf("a difference of %+v", d)
	}
}

// What the environment says is what is told, in this process and in others.
func TestOwnRuntime(t *testing.T) {
	const asked = "PUSHBENCH_TEST_RUNTIME"
	if os.Getenv(asked) != "" {
		if r := OwnRuntime(); r != (Runtime{Procs: 1, GC: -1, MemoryLimit: 1 << 30, Debug: "gctrace=0"}) {
			t.Errorf("got %+v", r)
		}
		return
	}
	if r := OwnRuntime(); r.Procs != runtime.GOMAXPROCS(0) || os.Getenv("GOGC") == "" && r.GC != 100 || os.Getenv("GOMEMLIMIT") == "" && r.MemoryLimit != 0 {
		t.Errorf("got %+v", r)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOwnRuntime$")
	cmd.Env = append(os.Environ(), asked+"=1", "GOMAXPROCS=1", "GOGC=off", "GOMEMLIMIT=1GiB", "GODEBUG=gctrace=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestReservedPorts(t *testing.T) {
	for ports, want := range map[string]int{"": 0, "80": 0, "40000": 1, "40000,50000-50009": 11, "100-32769": 2, "60999-70000": 1, "x,-,5-": 0} {
		if got := reserved(ports, 32768, 60999); got != want {
			t.Errorf("%q: %d, want %d", ports, got, want)
		}
	}
}

func TestOwn(t *testing.T) {
	if l := OwnLimits(); l.Files == 0 || l.Ports < 0 {
		t.Errorf("limits %+v", l)
	}
	if q := OwnGroup().Quota(); q < 0 {
		t.Errorf("quota %v", q)
	}
	if a := Affinity(); a == "" || strings.Trim(a, "0123456789,-") != "" {
		t.Errorf("affinity %q", a)
	}
}
