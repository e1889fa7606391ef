package loadgen

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"pushbench/servers"
	"pushbench/servers/wire"
)

// The test binary is also the server process of benchmarks and of tests that
// stop or kill a server: with this variable set it serves until SIGTERM.
const serverEnv = "PUSHBENCH_TEST_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverEnv) != "" {
		if err := serverProcess(); err != nil {
			println(err.Error())
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func serverProcess() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := servers.Listen(servers.Options{})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(s.Ready()); err != nil {
		return err
	}
	return s.Serve(ctx)
}

// startServer starts a server in a process of its own, which ends with the
// test.
func startServer(t testing.TB) (Target, *os.Process) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serverEnv+"=1")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // a test may have killed it
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var r wire.Ready
	if err := json.Unmarshal(line, &r); err != nil {
		t.Fatal(err)
	}
	return Target{HTTP: r.HTTP, TCP: r.TCP, PID: cmd.Process.Pid}, cmd.Process
}
