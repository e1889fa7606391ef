package loadgen

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"pushbench/servers"
	"pushbench/servers/null"
	"pushbench/servers/wire"
)

// The test binary is also the server process of benchmarks and of tests that
// stop or kill a server: with this variable set it serves until SIGTERM. With
// the other, which holds the options, it is a null server, whose credit is its
// first inherited file.
const (
	serverEnv = "PUSHBENCH_TEST_SERVER"
	nullEnv   = "PUSHBENCH_TEST_NULL"
)

// Both processes, and the tests, run where net/http takes WebSockets over HTTP/2: it looks at
// its environment once, before anything here could change that.
func TestMain(m *testing.M) {
	const name = "GODEBUG"
	if given := os.Getenv(name); wire.Tunneling(given) != given {
		err := os.Setenv(name, wire.Tunneling(given))
		if err == nil {
			err = syscall.Exec("/proc/self/exe", os.Args, os.Environ())
		}
		println(err.Error())
		os.Exit(1)
	}
	for env, process := range map[string]func(context.Context) error{serverEnv: serverProcess, nullEnv: nullProcess} {
		if os.Getenv(env) == "" {
			continue
		}
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		if err := process(ctx); err != nil {
			println(err.Error())
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// atOnce is how many trials of a table run at the same time: as few as leave a busy machine
// room for what it has to do in a window.
const atOnce = 2

// each runs f as a test of its own for each row, several at a time: a trial waits for most
// of its time. What f asserts may not depend on what else the machine does.
func each[R any](t *testing.T, name func(row R) string, rows []R, f func(t *testing.T, row R)) {
	t.Helper()
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(atOnce, len(rows)) {
		running.Go(func() {
			for i := next.Add(1); i <= int64(len(rows)); i = next.Add(1) {
				row := rows[i-1]
				t.Run(strings.ReplaceAll(name(row), "/", ","), func(t *testing.T) { f(t, row) })
			}
		})
	}
	running.Wait()
}

func itself(name string) string { return name }

func serverProcess(ctx context.Context) error {
	s, err := servers.Listen(servers.Options{})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(s.Ready()); err != nil {
		return err
	}
	return s.Serve(ctx)
}

func nullProcess(ctx context.Context) error {
	var o null.Options
	if err := json.Unmarshal([]byte(os.Getenv(nullEnv)), &o); err != nil {
		return err
	}
	o.Credit = os.NewFile(3, "credit")
	s, err := null.Listen(o)
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
	return startProcess(t, serverEnv+"=1")
}

// startNull starts a null server in a process of its own, which ends with the
// test.
func startNull(t testing.TB, credit *Credit, o null.Options) (Target, *os.Process) {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return startProcess(t, nullEnv+"="+string(text), credit.File())
}

func startProcess(t testing.TB, env string, files ...*os.File) (Target, *os.Process) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env)
	cmd.ExtraFiles = files
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
	return Target{HTTP: r.HTTP, TCP: r.TCP, Cert: r.Cert, PID: cmd.Process.Pid}, cmd.Process
}

// event is the payload of the event with that number, 40 bytes.
func event(seq uint64) []byte { return wire.AppendPayload(nil, seq, 40) }
