package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"pushbench/lab/path"
)

func TestMain(m *testing.M) {
	testscript.Main(leakless{m}, map[string]func(){"pushbench": main})
}

// leakless fails the package when a test leaves a goroutine behind.
type leakless struct{ m *testing.M }

func (l leakless) Run() int {
	status := l.m.Run()
	if err := goleak.Find(); err != nil && status == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}

// TestScript runs testdata/script: one file for each behavior of the command.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Values[natsKey{}] = &scriptServer{}
			// The race detector makes each process wait for a second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			for name, dir := range map[string]string{
				"BASELINE": "../../results/baseline", "CALIBRATION": "../../plots/power/testdata", "EXAMPLES": "../../examples",
			} {
				whole, err := filepath.Abs(dir)
				if err != nil {
					return err
				}
				env.Setenv(name, whole)
			}
			cache, err := goCache() // a script has a home of its own
			env.Setenv("GOCACHE", cache)
			return err
		},
		Condition: func(name string) (bool, error) {
			if name != "skipped" { // truth is, where nothing can be compared
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return path.Possible() != nil && os.Getenv("PUSHBENCH_REQUIRE") != "all", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":    scriptStatus,
			"interrupt": scriptInterrupt,
			"width":     scriptWidth,
			"nats":      scriptNATS,
			"joined":    scriptJoined,
		},
	})
}

// goCache is where the go command keeps what it compiled.
var goCache = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	return strings.TrimSpace(string(out)), err
})

// scriptStatus is `status N command...`: run it and demand exit status N.
func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command...")
	}
	checkStatus(ts, ts.Exec(args[1], args[2:]...), args[0])
}

func checkStatus(ts *testscript.TestScript, err error, want string) {
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit status %d, want %s", got, want)
	}
}

// scriptInterrupt is `interrupt N pattern command...`: run the command, send
// it SIGINT when a line of its stderr matches the pattern, wait for it, and
// demand exit status N. What it wrote is in the files interrupted.stdout and
// interrupted.stderr.
func scriptInterrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: interrupt N pattern command...")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	cmd := exec.Command(args[2], args[3:]...)
	cmd.Dir = ts.MkAbs(".")
	var stdout, stderr bytes.Buffer
	cmd.Stdout = &stdout
	pipe, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	signaled := false
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		stderr.WriteString(lines.Text() + "\n")
		if !signaled && pattern.MatchString(lines.Text()) {
			signaled = true
			ts.Check(cmd.Process.Signal(syscall.SIGINT))
		}
	}
	err = cmd.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("interrupted.stdout"), stdout.Bytes(), 0o666))
	ts.Check(os.WriteFile(ts.MkAbs("interrupted.stderr"), stderr.Bytes(), 0o666))
	ts.Logf("[stdout]\n%s[stderr]\n%s", stdout.String(), stderr.String())
	if !signaled {
		ts.Fatalf("no line of stderr matches %s", pattern)
	}
	checkStatus(ts, err, args[0])
}

// scriptWidth is `width N file...`: no line has more than N columns.
func scriptWidth(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: width N file...")
	}
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	for _, file := range args[1:] {
		for i, line := range strings.Split(ts.ReadFile(file), "\n") {
			if n := len([]rune(line)); n > most {
				ts.Fatalf("%s:%d: %d columns: %s", file, i+1, n, line)
			}
		}
	}
}
