package loadgen

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// The figures of several processes are sums, and do not fall when one of them ends.
func TestGroup(t *testing.T) {
	child := exec.Command("sleep", "3600")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	over := false
	end := func() {
		if !over {
			over = true
			_ = child.Process.Kill()
			_ = child.Wait() // says that it was killed
		}
	}
	defer end()
	pids := []int{os.Getpid()}
	g, err := newGroup(&Target{Processes: func() ([]int, error) { return pids, nil }})
	if err != nil {
		t.Fatal(err)
	}
	alone, err := g.read()
	if err != nil || alone.cpu <= 0 || alone.resident <= 0 || alone.descriptors <= 0 {
		t.Fatalf("%+v, %v", alone, err)
	}
	pids = append(pids, child.Process.Pid)
	if err := g.refresh(); err != nil || len(g.all) != 2 {
		t.Fatalf("%d processes, %v", len(g.all), err)
	}
	one, err := g.all[1].read()
	if err != nil || one.descriptors < 3 {
		t.Fatalf("%+v, %v", one, err)
	}
	both, err := g.read()
	if err != nil || both.cpu < alone.cpu || both.resident <= one.resident || both.descriptors <= one.descriptors {
		t.Errorf("%+v of both, %+v of one, %v", both, one, err)
	}

	// It has ended, and nobody has said so yet.
	end()
	cpu, err := g.cpu()
	if err != nil || cpu < both.cpu {
		t.Errorf("CPU time fell from %d to %d, %v", both.cpu, cpu, err)
	}
	if _, err := g.read(); err != nil || g.ended != 0 {
		t.Errorf("%v, %d ended", err, g.ended)
	}
	pids = pids[:1]
	after, err := g.read()
	if err != nil || g.ended != 1 || len(g.all) != 1 || after.cpu < both.cpu || after.voluntary < both.voluntary {
		t.Errorf("%+v after %+v, %v, %d ended", after, both, err, g.ended)
	}

	errList := errors.New("no list")
	g.list = func() ([]int, error) { return nil, errList }
	if _, err := g.read(); !errors.Is(err, errList) {
		t.Error(err)
	}
}

// One process is not looked for again, and its end is an error.
func TestGroupOfOne(t *testing.T) {
	if g, err := newGroup(&Target{}); g != nil || err != nil {
		t.Errorf("%v, %v of a server that is not known", g, err)
	}
	child := exec.Command("sleep", "3600")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	g, err := newGroup(&Target{PID: child.Process.Pid})
	if err == nil {
		_, err = g.read()
	}
	if err != nil {
		t.Error(err)
	}
	_ = child.Process.Kill()
	_ = child.Wait() // says that it was killed
	if _, err := g.read(); !errors.Is(err, errEnded) {
		t.Errorf("a process that has ended: %v", err)
	}
	if _, err := g.cpu(); !errors.Is(err, errEnded) {
		t.Errorf("its CPU time: %v", err)
	}
}

// A process has memory of its own, which the proportional set counts once.
func TestProportional(t *testing.T) {
	g, err := newGroup(&Target{Processes: func() ([]int, error) { return []int{os.Getpid()}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	u, err := g.read()
	if err != nil {
		t.Fatal(err)
	}
	n, err := g.proportional()
	if err != nil || n <= 0 || n > 2*u.resident {
		t.Errorf("%d of %d bytes, %v", n, u.resident, err)
	}
}
