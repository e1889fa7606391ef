//go:build linux

package process

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/servers"
)

// asServer makes the test binary be a server process.
const asServer = "PUSHBENCH_TEST_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		os.Exit(serve(os.Args[1]))
	}
	goleak.VerifyTestMain(m)
}

// self is the command that starts this binary as a server of a kind.
func self(t *testing.T, kind string) []string {
	t.Setenv(asServer, "1")
	return []string{os.Args[0], kind}
}

func serve(kind string) int {
	switch kind {
	case "mute": // ends without a word on standard output
		fmt.Fprintln(os.Stderr, "cannot bind")
		return 3
	case "garbled":
		fmt.Println("hello")
		select {}
	case "runner": // starts a server and lives on
		p, err := Start(context.Background(), Options{Command: []string{os.Args[0], "serve"}})
		if err != nil {
			return 4
		}
		fmt.Println(p.PID)
		select {}
	case "removed": // starts a server after its own file is gone, and says of which kind that is
		if err := os.Remove(os.Args[0]); err != nil {
			return 4
		}
		p, err := Start(context.Background(), Options{Command: []string{Self, "serve"}})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 5
		}
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.PID))
		if err == nil {
			fmt.Printf("%q\n", name)
			err = p.Stop(endWithin)
		}
		if err != nil {
			return 6
		}
		return 0
	case "lingers": // stays, whatever it is asked
		signal.Ignore(syscall.SIGTERM)
		time.Sleep(time.Hour)
		return 0
	case "family": // has a child in its group and one that has left it, and ends without them
		return family()
	case "daemon": // stays, and tells the test when that is its parent
		for strconv.Itoa(os.Getppid()) != os.Args[2] {
			runtime.Gosched()
		}
		signal.Ignore(syscall.SIGTERM)
		tellTest()
		time.Sleep(time.Hour)
		return 0
	case "keeper": // starts a family and lives on
		if _, err := (Program{Command: []string{os.Args[0], "family"}}).Start(); err != nil {
			return 4
		}
		time.Sleep(time.Hour)
		return 0
	case "status": // tells by its status which signal it got
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		tellTest()
		<-signals
		return 128 + int(syscall.SIGTERM)
	case "inherits": // says which file and which variable it was given
		var b [5]byte
		n, _ := os.NewFile(3, "given").ReadAt(b[:], 0)
		fmt.Fprintf(os.Stderr, "given %q and %q\n", b[:n], os.Getenv("PUSHBENCH_TEST_GIVEN"))
		return 3
	case "stubborn": // does not end when it is asked to
		signal.Ignore(syscall.SIGTERM)
	}
	s, err := servers.Listen(servers.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx := context.Background()
	if kind != "stubborn" {
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, syscall.SIGTERM)
		defer stop()
	}
	if err := json.NewEncoder(os.Stdout).Encode(s.Ready()); err != nil {
		return 1
	}
	if err := s.Serve(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// tellAddress names the address of the test, to which a process tells that it is ready.
const tellAddress = "PUSHBENCH_TEST_TELL"

// tellTest tells the test numbers of processes, and returns when it has them.
func tellTest(pids ...int) {
	c, err := net.Dial("tcp", os.Getenv(tellAddress))
	if err != nil {
		panic(err)
	}
	defer c.Close()
	if err := json.NewEncoder(c).Encode(append([]int{os.Getpid()}, pids...)); err != nil {
		panic(err)
	}
}

func family() int {
	var pids []int
	for _, apart := range []bool{false, true} {
		child := exec.Command(os.Args[0], "lingers")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: apart}
		if err := child.Start(); err != nil {
			return 4
		}
		pids = append(pids, child.Process.Pid)
	}
	fmt.Println("family of", len(pids)+1)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	tellTest(pids...)
	<-signals
	return 0
}
