package examples

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// Each benchmark of this package runs, and what it expects holds.
func TestBenchmarksRun(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=.", "-test.benchtime=50x")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"SSE", "WebSocket/gorilla", "WebSocket/coder"} {
		line := regexp.MustCompile(`(?m)^Benchmark` + name + `(-\d+)?\s+50\s.* p99-sec.* protocol-B/event`)
		if !line.Match(out) {
			t.Errorf("no numbers of %s:\n%s", name, out)
		}
	}
}
