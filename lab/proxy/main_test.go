//go:build linux

package proxy

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"pushbench/scenarios/front"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// need skips the test of a program that is not installed; with PUSHBENCH_REQUIRE=all it fails.
func need(t *testing.T, p front.Proxy) {
	t.Helper()
	missing := Missing(p)
	if missing == "" {
		return
	}
	if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}

// noChildren fails the test when this process has a child.
func noChildren(t *testing.T) {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		b, err := os.ReadFile(list)
		if err == nil && len(b) > 0 { // an error: the thread has ended
			t.Errorf("child processes left: %s", b)
		}
	}
}
