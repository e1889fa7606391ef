//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"fmt"
	"os"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// asOwner makes the test binary open a path of the kind that it names, say
// which descriptor is the client's namespace, and wait to be killed.
const asOwner = "PUSHBENCH_TEST_PATH"

func TestMain(m *testing.M) {
	if kind := os.Getenv(asOwner); kind != "" {
		p, err := Open(kinds[kind])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(p.client.file.Fd())
		select {}
	}
	goleak.VerifyTestMain(m)
}

var possible = sync.OnceValue(Possible)

// open opens a Path that is closed with the test.
func open(t testing.TB, l link.Link) *Path {
	t.Helper()
	if err := possible(); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatalf("no path is tested: %v", err)
		}
		t.Skipf("no path is tested: %v", err)
	}
	p, err := Open(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}
