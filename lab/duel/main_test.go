//go:build linux

package duel

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"pushbench/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program is the pushbench command, built once for all tests of the package.
func program(t *testing.T) string {
	t.Helper()
	file, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var built = sync.OnceValues(func() (string, error) {
	// In the package's own temporary directory of go test, which is removed with it.
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	file := filepath.Join(filepath.Dir(exe), "pushbench")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", file, "./cmd/pushbench")
	cmd.Dir = filepath.Join(dir, "..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return file, nil
})

// fromRepository skips a test that builds the command from the repository's revisions where
// there are none: an archive of the files has no .git, and -short asks for less. Under
// PUSHBENCH_REQUIRE=all it fails.
func fromRepository(t *testing.T) {
	t.Helper()
	_, err := os.Stat("../../.git")
	if testing.Short() {
		err = errors.New("-short is given")
	}
	if err == nil {
		return
	}
	if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
		t.Fatalf("the command is not built from the repository: %v", err)
	}
	t.Skipf("the command is not built from the repository: %v", err)
}

// small is a load of some tenths of a second on few clients.
func small(t *testing.T, variants string) []scenarios.Scenario {
	return []scenarios.Scenario{load(t, "small", 4, variants)}
}

func load(t *testing.T, name string, clients int, variants string) scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse(name, name+".yaml", []byte("about: Small.\nclients: "+strconv.Itoa(clients)+"\nevents: {rate: 25, payload: 64}\n"+
		"heartbeat: 24h\nwarm-up: 50ms\nduration: 240ms\ntrials: 6\nvariants: ["+variants+"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func side(t *testing.T, text string) *Side {
	t.Helper()
	// The tree may be somebody else's, as a checkout in a container is.
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "safe.directory")
	t.Setenv("GIT_CONFIG_VALUE_0", "*")
	s, err := OpenSide(t.Context(), "../..", text, []string{program(t), "serve", "--ready"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
