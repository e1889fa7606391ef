package machine

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	before, procs := Affinity(), runtime.GOMAXPROCS(0)
	generator, servers, ok := Split()
	if !ok {
		t.Skip("this process has one CPU only")
	}
	if n := runtime.NumCPU(); generator.Count()+servers.Count() != n {
		t.Errorf("%d CPUs are divided into %s and %s", n, generator, servers)
	}
	release, err := generator.Confine()
	if err != nil {
		t.Fatal(err)
	}
	if n := runtime.GOMAXPROCS(0); n != min(procs, generator.Count()) {
		t.Errorf("GOMAXPROCS is %d on %s", n, generator)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var out []byte
	if err := servers.Do(func() (err error) {
		out, err = exec.Command("grep", "Cpus_allowed_list", "/proc/self/status").Output()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); len(got) != 2 || got[1] != servers.String() {
		t.Errorf("a process runs on %q instead of %s", out, servers)
	}
	if got := Affinity(); got != generator.String() {
		t.Errorf("this process runs on %s instead of %s", got, generator)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		text, err := os.ReadFile("/proc/self/task/" + task.Name() + "/status")
		if err != nil {
			continue // it has ended
		}
		if !strings.Contains(string(text), "Cpus_allowed_list:\t"+before+"\n") {
			t.Errorf("thread %s is not back on %s", task.Name(), before)
		}
	}
	if n := runtime.GOMAXPROCS(0); n != procs {
		t.Errorf("GOMAXPROCS stays %d", n)
	}
}

// The threads of a core are on one side, whatever their numbers.
func TestHalves(t *testing.T) {
	far := func(cpu int) string { return strconv.Itoa(cpu % 4) }  // 0 and 4 are one core
	near := func(cpu int) string { return strconv.Itoa(cpu / 2) } // 0 and 1 are
	for _, c := range []struct {
		fact          string
		cpus          []int
		core          func(int) string
		first, second []int
	}{
		{"siblings have numbers far apart", []int{0, 1, 2, 3, 4, 5, 6, 7}, far, []int{0, 4, 1, 5}, []int{2, 6, 3, 7}},
		{"or next to each other", []int{0, 1, 2, 3}, near, []int{0, 1}, []int{2, 3}},
		{"of three cores the generator has two", []int{0, 1, 2}, strconv.Itoa, []int{0, 1}, []int{2}},
		{"one core has two threads", []int{2, 3}, near, []int{2}, []int{3}},
		{"one CPU is not divided", []int{5}, near, []int{5}, nil},
	} {
		if first, second := halves(c.cpus, c.core); !slices.Equal(first, c.first) || !slices.Equal(second, c.second) {
			t.Errorf("%s: %v and %v, want %v and %v", c.fact, first, second, c.first, c.second)
		}
	}
}
