//go:build linux

package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestServerEnds(t *testing.T) {
	tests := []struct {
		sentence, kind string
		within         time.Duration
		want           string // of the error of stop; empty: none
	}{
		{"a server ends when it is asked to", "serve", time.Minute, ""},
		{"one that does not is killed", "stubborn", time.Millisecond, "the server did not end within 1ms of SIGTERM and was killed"},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			p, err := Start(t.Context(), Options{Command: self(t, test.kind)})
			if err != nil {
				t.Fatal(err)
			}
			if p.PID != p.cmd.Process.Pid || p.HTTP == "" || p.TCP == "" {
				t.Errorf("ready line %+v of process %d", p.Ready, p.cmd.Process.Pid)
			}
			err = p.Stop(test.within)
			if got := text(err); test.want == "" && err != nil || !strings.HasPrefix(got, test.want) {
				t.Errorf("ended with %q, want %q", got, test.want)
			}
			if !p.Gone() {
				t.Error("not waited for")
			}
			noChildren(t)
		})
	}
}

func TestServerInherits(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("hello"); err != nil {
		t.Fatal(err)
	}
	_, err = Start(t.Context(), Options{Command: self(t, "inherits"), Files: []*os.File{f}, Env: []string{"PUSHBENCH_TEST_GIVEN=a=b"}})
	if !strings.Contains(text(err), `given "hello" and "a=b"`) {
		t.Errorf("got %v", err)
	}
}

// What runs is what is started, though its file has been removed meanwhile, and
// it has the same name.
func TestServerIsOfTheImageThatRuns(t *testing.T) {
	image, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "pushbench")
	if err := os.WriteFile(name, image, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(asServer, "1")
	cmd := exec.Command(name, "removed")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, cmd.Stderr)
	}
	if want := fmt.Sprintf("%q\n", name+"\x00serve\x00"); string(out) != want {
		t.Errorf("started %s, want %s", out, want)
	}
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its file is still there: %v", err)
	}
}

// Where the way back from its place is barred, the server does not stay.
func TestServerIsStartedWhereItIsTold(t *testing.T) {
	in := 0
	barred := errors.New("barred")
	_, err := Start(t.Context(), Options{Command: self(t, "serve"), In: func(start func() error) error {
		in++
		return errors.Join(start(), barred)
	}})
	if in != 1 || !errors.Is(err, barred) {
		t.Errorf("called %d times, %v", in, err)
	}
	noChildren(t)
}

func TestServerDoesNotStart(t *testing.T) {
	tests := []struct {
		sentence string
		command  []string
		want     string
	}{
		{"one that ends says why", self(t, "mute"), "the server ended before it was ready: exit status 3: cannot bind"},
		{"one that is no server is quoted", self(t, "garbled"), `the server's ready line cannot be read: "hello"`},
		{"a command that is not there is an error of its own", []string{"/nonexistent/pushbench"}, "cannot start the server: fork/exec /nonexistent/pushbench"},
		{"so is none at all", nil, "cannot start the server: no command given"},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			_, err := Start(t.Context(), Options{Command: test.command})
			if !strings.HasPrefix(text(err), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			noChildren(t)
		})
	}
}

func TestServerStartIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Options{Command: self(t, "stubborn")}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that of the context", err)
	}
	noChildren(t)
}

func TestServerDiesWithItsRunner(t *testing.T) {
	command := self(t, "runner")
	runner := exec.Command(command[0], command[1:]...)
	out, err := runner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Start(); err != nil {
		t.Fatal(err)
	}
	var pid, server int
	if _, err = fmt.Fscan(out, &pid); err == nil {
		server, err = unix.PidfdOpen(pid, 0)
	}
	if kill := runner.Process.Kill(); kill != nil {
		t.Error(kill)
	}
	_ = runner.Wait() // says that it was killed
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(server)
	awaitEnd(t, server)
	reap(pid) // it may be left to this process
}

func TestTail(t *testing.T) {
	var end tail
	for range 10_000 {
		if _, err := end.Write([]byte("0123456789\n")); err != nil {
			t.Fatal(err)
		}
	}
	if got := end.String(); len(got) > outputKept || !strings.HasSuffix(got, "0123456789\n0123456789") {
		t.Errorf("kept %d bytes ending in %q", len(got), got[len(got)-20:])
	}
}

func TestFirstLineInPieces(t *testing.T) {
	f := &firstLine{line: make(chan []byte, 1)}
	for _, s := range []string{"on", "e\ntw", "o\nthree\n"} {
		if n, err := f.Write([]byte(s)); n != len(s) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
	if got := string(<-f.line); got != "one" {
		t.Errorf("first line %q", got)
	}
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

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Load goes to the address that the server was told to listen at, and nowhere else.
func TestListensAt(t *testing.T) {
	for _, c := range []struct{ fact, host, address, want string }{
		{"the address that it was told", "127.0.0.1", "127.0.0.1:80", ""},
		{"without a tcp server", "127.0.0.1", "", ""},
		{"nobody told it one", "", "10.0.0.1:80", ""},
		{"another machine's", "127.0.0.1", "192.0.2.1:80", "names 192.0.2.1:80, and it was told to listen at 127.0.0.1"},
		{"a name, which somebody would have to look up", "127.0.0.1", "localhost:80", "where an IP address and a port are wanted"},
		{"no port", "127.0.0.1", "127.0.0.1:0", "where an IP address and a port are wanted"},
	} {
		err := listensAt(c.host, c.address)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.want)
		}
	}
}
