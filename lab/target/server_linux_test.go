package target

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"pushbench/lab/process"
	"pushbench/results"
	"pushbench/targets"
)

// described is the target of a file: this binary as a server of a kind, and more lines.
func described(t *testing.T, kind, more string) Target {
	t.Helper()
	return parsed(t, fmt.Sprintf("start:\n  command: [%q, '{port}', %q]\n  environment: {%s: %s}\n", os.Args[0], t.TempDir(), asServer, kind)+more)
}

func parsed(t *testing.T, text string) Target {
	t.Helper()
	for _, usual := range []struct{ key, line string }{
		{"about", "about: a server of somebody else\n"}, {"publish", "publish: POST /publish\n"}, {"sse", "sse: /events\n"},
	} {
		if !strings.Contains("\n"+text, "\n"+usual.key+":") {
			text += usual.line
		}
	}
	f, err := targets.Parse("mine", "mine.yaml", t.TempDir(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	target, err := Described(f)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// A server in Go takes WebSockets over HTTP/2 if its environment says so.
func TestEnvironment(t *testing.T) {
	t.Setenv("GODEBUG", "gctrace=0")
	if got := (Conditions{}).environment(); got != nil {
		t.Errorf("%q", got)
	}
	if got := (Conditions{Tunnels: true}).environment(); !slices.Equal(got, []string{"GODEBUG=gctrace=0,http2xconnect=1"}) {
		t.Errorf("%q", got)
	}
}

func open(t *testing.T, target Target) *Server {
	t.Helper()
	s, err := target.Open(t.Context(), Conditions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const up = "ready: {path: /up, status: 204}\n"

// A described target is started at a port of our choice, and nothing of it is left.
func TestOpenDescribed(t *testing.T) {
	for _, c := range []struct {
		fact, kind, more string
		processes        int
	}{
		{"a server", "plain", up, 1},
		{"all processes count", "workers", up, 3},
		{"those of a name count", "workers", up + "measure: [sleep]\n", 2},
		{"another port is tried when one is taken", "unlucky", up, 1},
		{"any answer will do where nothing is said", "plain", "", 1},
	} {
		t.Run(c.fact, func(t *testing.T) {
			s := open(t, described(t, c.kind, c.more))
			if _, err := get(t, s.HTTP, "/up"); err != nil {
				t.Error(err)
			}
			if s.Dialect == nil || s.Dialect.Host != s.HTTP || s.Remote() || s.Gone() {
				t.Errorf("%+v", s)
			}
			pids, err := s.Processes()
			if err != nil || len(pids) != c.processes {
				t.Errorf("processes %d, %v", pids, err)
			}
			if err := s.Stop(); err != nil {
				t.Error(err)
			}
			if !s.Gone() {
				t.Error("it is not gone")
			}
			left, err := process.Named([]string{"sleep"})
			if err != nil || slices.ContainsFunc(pids, func(pid int) bool { return slices.Contains(left, pid) }) {
				t.Errorf("of the processes %d there are %d, %v", pids, left, err)
			}
			noChildren(t)
		})
	}
}

// With a proxy in front all requests go to it, and both count together.
func TestOpenProxy(t *testing.T) {
	s := open(t, described(t, "plain", up+fmt.Sprintf(
		"proxy:\n  start:\n    command: [%q, '{port}', '{server}']\n    environment: {%s: proxy}\n  ready: {path: /up, status: 204}\n", os.Args[0], asServer)))
	if head, err := get(t, s.HTTP, "/up"); err != nil || head.Get("Via") != "test" {
		t.Errorf("%v, %v", head, err)
	}
	if pids, err := s.Processes(); err != nil || len(pids) != 2 {
		t.Errorf("processes %d, %v", pids, err)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	noChildren(t)
}

// What runs already is neither started nor ended, and has no figures unless its processes
// are named.
func TestOpenAddress(t *testing.T) {
	running := open(t, described(t, "plain", up))
	s := open(t, parsed(t, "url: http://"+strings.Replace(running.HTTP, "127.0.0.1", "localhost", 1)+"\n"))
	if s.Processes != nil || s.Exited() != nil || s.Gone() || s.HTTP != running.HTTP || !strings.HasPrefix(s.Dialect.Host, "localhost:") {
		t.Errorf("%+v", s)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	named := open(t, parsed(t, "url: http://"+running.HTTP+"\nmeasure: [target.test]\n"))
	if pids, err := named.Processes(); err != nil || len(pids) < 2 { // this one, too
		t.Errorf("processes %d, %v", pids, err)
	}
	if err := named.Stop(); err != nil {
		t.Error(err)
	}
	if running.Gone() {
		t.Error("what runs already was ended")
	}
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
	noChildren(t)
}

// A target that cannot be used gets one clear sentence, with what helps where that is known.
func TestOpenUnready(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	l.Close()
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	const install = "install: {debian: [pushbench-nonexistent], run: [npm ci --prefix x]}\n"
	for _, c := range []struct {
		fact       string
		target     Target
		want, hint string
	}{
		{"it ends", described(t, "dies", up), "the server ended before it was ready: exit status 3: no configuration", ""},
		{"it goes into the background", parsed(t, "start: sh -c 'sleep 3600 &'\n"), "the server ended before it was ready: exit status 0", "the command must stay in the foreground"},
		{"and may not be installed", described(t, "dies", up+install), "the server ended before it was ready: exit status 3: no configuration",
			"install what it needs: apt-get install pushbench-nonexistent, and npm ci --prefix x in "},
		{"there is no such program", parsed(t, "start: pushbench-nonexistent {port}\n"+install), `cannot start the server: exec: "pushbench-nonexistent": executable file not found`,
			"install what it needs: apt-get install pushbench-nonexistent, and npm ci --prefix x in "},
		{"nobody has run it", parsed(t, "start: pushbench-nonexistent {port}\nuntested: put it on the path\n"), "cannot start the server: ", "put it on the path"},
		{"another status", described(t, "plain", "ready: {path: /other, within: 300ms}\n"), "the server was not ready within 300ms: GET http://127.0.0.1:", ""},
		{"it does not listen", parsed(t, "start: sleep 3600\nready: {path: /, within: 300ms}\n"), "connection refused", "the program listens at no port: ready: {within: 1m}"},
		{"it listens elsewhere", described(t, "elsewhere", "ready: {path: /, within: 300ms}\n"), "connection refused", "the program listens at "},
		{"another program has its port", parsed(t, "start: sleep 3600\nurl: http://"+other.Addr().String()+"\n"),
			"the server cannot be started at " + other.Addr().String() + ": another program listens there", "end that program"},
		{"its file is not there", parsed(t, "start: ./nonexistent {port}\n"), "cannot start the server: fork/exec ./nonexistent: no such file", "paths in a target file begin in"},
		{"it may not be executed", parsed(t, "start: /dev/null {port}\n"), "cannot start the server: fork/exec /dev/null: permission denied", "chmod +x"},
		{"it is no program", parsed(t, "start: "+script(t, "exit 0\n")+"\n"), "exec format error", "the first line of a script"},
		{"there is no such command", parsed(t, "start: pushbench-nonexistent {port}\n"), "cannot start the server: exec:", "start: in the target file names a command of $PATH"},
		{"it does not answer", described(t, "silent", "ready: {path: /, within: 300ms}\n"), "was not answered", ""},
		{"it does not end, either", described(t, "stubborn", "ready: {path: /other, within: 300ms}\nstop: {grace: 0s}\n"), "was answered with status 404, not 200; the server did not end within 0s of SIGTERM and was killed", ""},
		{"no process has the name", described(t, "plain", up+"measure: [nginx]\n"), "no process of the server is named nginx", "measure: in the target file"},
		{"nothing runs at the address", parsed(t, "url: "+nobody+"\n"), "the server that should run already does not answer: GET " + nobody + "/: dial tcp", "start it"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			_, err := c.target.Open(t.Context(), Conditions{}, nil)
			noChildren(t)
			var u *Unready
			if !errors.As(err, &u) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(u.Hint, c.hint) || c.hint == "" && u.Hint != "" {
				t.Errorf("%v, hint %q, want %q, hint %q", err, u, c.want, c.hint)
			}
		})
	}
}

// script is the path of an executable file with a text.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// A status says more than the probe that the end of the waiting has cut off.
func TestStatusOutlivesTheLastProbe(t *testing.T) {
	target := described(t, "once", "ready: {path: /other, within: 500ms}\n")
	_, err := target.Open(t.Context(), Conditions{}, nil)
	if err == nil || !strings.Contains(err.Error(), "was answered with status 404, not 200") {
		t.Error(err)
	}
	noChildren(t)
}

// The answer of a program that has taken the port is not that of the server.
func TestAnswerOfAnother(t *testing.T) {
	told := filepath.Join(t.TempDir(), "told")
	if err := unix.Mkfifo(told, 0o600); err != nil {
		t.Fatal(err)
	}
	tell := sync.OnceFunc(func() { _ = os.WriteFile(told, []byte("\n"), 0) }) // waits for the reader
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { tell() }))
	defer other.Close()
	target := parsed(t, "start: x\nurl: "+other.URL+"\n")
	tree, err := process.Program{Command: []string{"sh", "-c", "read -r _ <" + told + "; exit 1"}}.Start()
	if err != nil {
		t.Fatal(err)
	}
	client, err := newClient(target.File)
	if err != nil {
		t.Fatal(err)
	}
	port := other.Listener.Addr().(*net.TCPAddr).Port
	if err := client.await(t.Context(), tree, &target.File.Server, port); err == nil || !tree.Gone() {
		t.Errorf("it was taken for ready, %v", err)
	}
	_ = tree.Stop() // says that it has ended
	noChildren(t)
}

func TestOpenIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := described(t, "silent", "").Open(ctx, Conditions{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that of the context", err)
	}
	noChildren(t)
}

// A server that dies is noticed, and tells its last words.
func TestDescribedEndsByItself(t *testing.T) {
	s := open(t, described(t, "leaves", up))
	if _, err := get(t, s.HTTP, "/leave"); err == nil {
		t.Error("it did not leave")
	}
	<-s.Exited()
	if err := s.Stop(); !errors.Is(err, process.ErrByItself) || !strings.HasSuffix(err.Error(), "exit status 3: out of luck") {
		t.Error(err)
	}
	noChildren(t)
}

// What a record keeps of a described target.
func TestAskDescribed(t *testing.T) {
	for _, c := range []struct {
		fact, more, version string
		lacks               []string
	}{
		{"its version", up + "version: printf '1.2, \\n3'\n", "1.2", []string{results.Floor, results.Figures}},
		{"none is told", up, "", []string{results.Floor, results.Figures}},
		{"it cannot be told", up + "version: sh -c 'echo no >&2; exit 3'\n", "", []string{results.Floor, results.Figures, results.Version}},
		{"events of its own", up + "publish: none\n", "", []string{results.Floor, results.Figures, results.Due}},
	} {
		t.Run(c.fact, func(t *testing.T) {
			target := described(t, "plain", c.more)
			s := open(t, target)
			known, err := target.Ask(t.Context(), s)
			if err := s.Stop(); err != nil {
				t.Error(err)
			}
			if err != nil || known.Name != "mine" || known.Text != target.File.Text || known.File != "mine.yaml" || known.Version != c.version || len(known.Traits) < 4 {
				t.Errorf("%+v, %v", known, err)
			}
			var lacks []string
			for _, a := range known.Absent {
				lacks = append(lacks, a.What)
			}
			if !slices.Equal(lacks, c.lacks) {
				t.Errorf("it lacks %v", known.Absent)
			}
		})
	}
	noChildren(t)
}

// Load goes to an IPv4 address, because the ledgers count the bytes of its headers.
func TestNumeric(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:80": "127.0.0.1:80", "localhost:80": "127.0.0.1:80", "[::ffff:127.0.0.1]:80": "127.0.0.1:80",
		"[::1]:80": "", "127.0.0.1": "", "127.0.0.1:http": "",
	} {
		if got, err := numeric(t.Context(), address); got != want || (err == nil) != (want != "") {
			t.Errorf("%s is %q, %v", address, got, err)
		}
	}
}
