package machine

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	before := Affinity()
	generator, servers, ok := Split()
	if !ok {
		t.Skip("this process has one CPU only")
	}
	if n := runtime.NumCPU(); generator.Count()+servers.Count() != n || servers.Count() != n/2 {
		t.Errorf("%d CPUs are divided into %s and %s", n, generator, servers)
	}
	release, err := generator.Confine()
	if err != nil {
		t.Fatal(err)
	}
	if n := runtime.GOMAXPROCS(0); n != generator.Count() {
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
	if n := runtime.GOMAXPROCS(0); n != runtime.NumCPU() {
		t.Errorf("GOMAXPROCS stays %d", n)
	}
}
