package broker

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"pushbench/lab/process"
	"pushbench/scenarios"
)

// Each broker answers where it says, and nothing of it is left behind.
func TestStart(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for _, kind := range []string{scenarios.BackplaneRedis, scenarios.BackplaneNATS} {
		t.Run(kind, func(t *testing.T) {
			if missing := Missing(kind); missing != "" {
				if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
					t.Fatal(missing)
				}
				t.Skip(missing)
			}
			b, err := Start(t.Context(), Options{Kind: kind})
			if err != nil {
				t.Fatal(err)
			}
			scheme, address, _ := strings.Cut(b.URL, "://")
			if scheme != kind {
				t.Errorf("its address is %s", b.URL)
			}
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
			} else {
				c.Close()
			}
			if pids, err := b.Processes(); err != nil || len(pids) != 1 {
				t.Errorf("processes %v, %v", pids, err)
			}
			if err := b.Stop(); err != nil {
				t.Error(err)
			}
			if left, err := filepath.Glob(filepath.Join(tmp, "*")); err != nil || len(left) > 0 {
				t.Errorf("left behind: %q, %v", left, err)
			}
			if version := Version(t.Context(), kind); !strings.Contains(version, ".") {
				t.Errorf("version %q", version)
			}
		})
	}
}

// A broker that is gone before it is stopped has ended by itself.
func TestStopOfWhatIsGone(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // it cannot remove what it has kept
	b, err := Start(t.Context(), Options{Kind: scenarios.BackplaneNATS})
	if err != nil {
		t.Fatal(err)
	}
	pids, err := b.Processes()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for syscall.Kill(pids[0], 0) == nil {
	}
	if err := b.Stop(); !errors.Is(err, process.ErrByItself) {
		t.Errorf("%v", err)
	}
}

func TestStartRefuses(t *testing.T) {
	if _, err := Start(t.Context(), Options{Kind: "kafka"}); err == nil {
		t.Error("there is a broker of an unknown kind")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if Missing(scenarios.BackplaneRedis) == "" {
		if _, err := Start(ended, Options{Kind: scenarios.BackplaneRedis}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	}
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:x"} {
		if _, err := ListenNATS(addr); err == nil {
			t.Errorf("it listens at %s", addr)
		}
	}
}
