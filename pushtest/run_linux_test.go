package pushtest

import (
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pushbench/loadgen/dialect"
)

// facts are the benchmarks that TestRun runs, each in a process of its own.
var facts = map[string]func(*testing.B){
	"stream": func(b *testing.B) {
		Run(b, few(SSE("/events")))
		Expect(b, "protocol-B/event == 14", "missed-events == 0")
	},
	"socket": func(b *testing.B) {
		Run(b, few(WebSocket("/socket")))
		Expect(b, "protocol-B/event == 4")
	},
	"poll": func(b *testing.B) {
		after := dialect.Cursor{Name: "after", First: "0", Pointer: Pointer("/cursor")}
		Run(b, few(Poll("/poll?after={cursor.after}", 50*time.Millisecond, after)))
		Expect(b, "requests/event > 0")
	},
	"wait": func(b *testing.B) {
		after := dialect.Cursor{Name: "after", First: "0", Header: "X-Cursor"}
		Run(b, few(LongPoll("/wait?after={cursor.after}", after)))
		Expect(b, "requests/event <= 1.5")
	},
	"report": func(b *testing.B) {
		l := few(SSE("/events"))
		l.Report = []string{"spread-sec", "requests/event"}
		Run(b, l)
	},
	"memory": func(b *testing.B) {
		l := few(SSE("/events"))
		l.Clients = 0
		Run(b, l)
	},
	"address": func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		server := &http.Server{Handler: newServer()}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = server.Serve(l)
		}()
		defer func() {
			server.Close()
			<-ended
		}()
		there := few(SSE("/events"))
		there.Address = l.Addr().String()
		Run(b, there)
	},
	"subs": func(b *testing.B) {
		for _, path := range []string{"/events", "/doubled"} {
			b.Run(path[1:], func(b *testing.B) { Run(b, few(SSE(path))) })
		}
	},
	"unmet": func(b *testing.B) {
		Run(b, few(SSE("/events")))
		b.Logf("after %d iterations", b.N)
		Expect(b, "protocol-B/event == 13", "requests/event <= 1", "protocol-B/event == 14")
	},
	"unreadable": func(b *testing.B) {
		Run(b, few(SSE("/events")))
		b.Logf("after %d iterations", b.N)
		Expect(b, "p50-sec = 1")
	},
	"early": func(b *testing.B) {
		Expect(b, "p50-sec <= 1")
		Run(b, few(SSE("/events")))
	},
	"doubled": func(b *testing.B) {
		Run(b, few(SSE("/doubled")))
		Expect(b, "p50-sec <= 1")
	},
	"loop": func(b *testing.B) {
		for b.Loop() {
			Run(b, few(SSE("/events")))
		}
	},
	"twice": func(b *testing.B) {
		for range b.N {
			Run(b, few(SSE("/events")))
		}
	},
	"panics":    func(b *testing.B) { Run(b, few(SSE("/panics"))) },
	"plain":     func(b *testing.B) { Run(b, few(SSE("/events"))) },
	"lossy":     func(b *testing.B) { Run(b, few(SSE("/lossy"))) },
	"page":      func(b *testing.B) { Run(b, few(SSE("/page"))) },
	"nothing":   func(b *testing.B) { Run(b, few(SSE("/nothing"))) },
	"cursor":    func(b *testing.B) { Run(b, few(LongPoll("/wait?after={cursor.id}"))) },
	"no server": func(b *testing.B) { Run(b, few(SSE("/events"))) },
	"fatal": func(b *testing.B) {
		l := few(SSE("/events"))
		l.Publish = POST("/fatal")
		Run(b, l)
	},
	"refused": func(b *testing.B) {
		l := few(SSE("/events"))
		l.Publish = POST("/nothing")
		Run(b, l)
	},
	"no main": func(b *testing.B) {
		started = false
		Run(b, few(SSE("/events")))
	},
}

// few is a load of three clients.
func few(s Subscription) Load {
	return Load{Subscribe: s, Publish: POST("/publish"), Clients: 3, Rate: 20}
}

func BenchmarkFact(b *testing.B) {
	f := facts[os.Getenv(factEnv)]
	if f == nil {
		b.Skip("TestRun runs it, with a fact")
	}
	f(b)
}

// A run is what came of one fact.
type run struct {
	out     string
	failed  bool
	servers int // processes that were the server
}

// runFact runs BenchmarkFact in a process of its own, and checks that no server is left.
func runFact(t *testing.T, fact, engine string, flags ...string) run {
	t.Helper()
	pids := filepath.Join(t.TempDir(), "pids")
	if err := os.WriteFile(pids, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^$", "-test.bench=^BenchmarkFact$"}, flags...)...)
	cmd.Env = append(os.Environ(), factEnv+"="+fact, engineEnv+"="+engine, pidsEnv+"="+pids)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text, err := os.ReadFile(pids)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Fields(string(text))
	if fact != "address" { // there the benchmark is the server
		for _, word := range all {
			pid, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			if err := unix.Kill(pid, 0); !errors.Is(err, unix.ESRCH) {
				t.Errorf("server %d is still there: %v", pid, err)
			}
		}
	}
	slices.Sort(all)
	return run{string(out), exit != nil, len(slices.Compact(all))}
}

func TestRun(t *testing.T) {
	const once, twenty = "-test.benchtime=1x", "-test.benchtime=20x"
	for _, row := range []struct {
		sentence     string
		fact, engine string
		flags        string
		servers      int  // processes; -1: any number
		fails        bool // the benchmark
		want, not    []string
	}{
		{"an event stream has numbers, and no ns/op", "stream", "", twenty, 1, false,
			[]string{`BenchmarkFact(-\d+)?\s+20\s`, `\s14\.00 protocol-B/event`, `\d p50-sec`, "server-allocs/event"},
			[]string{"ns/op", "resident-B/conn", "requests/event"}},
		{"a WebSocket has them, too", "socket", "", twenty, 1, false, []string{`\s4\.000 protocol-B/event`}, nil},
		{"polling counts requests", "poll", "", twenty, 1, false, []string{"requests/event"}, nil},
		{"so does long-polling", "wait", "", twenty, 1, false, []string{"requests/event", "server-allocs/event"}, nil},
		{"each of several counts is a fresh process", "plain", "", twenty + " -test.count=3", 3, false,
			[]string{`(?s)\s20\s.*\s20\s.*\s20\s`}, nil},
		{"the time of the iterations decides how many there are, and nothing is measured to find it out", "stream", "",
			"-test.benchtime=300ms", 1, false, []string{`BenchmarkFact(-\d+)?\s+\d\d?\s`}, nil},
		{"so at each number of CPUs", "plain", "", "-test.benchtime=100ms -test.cpu=1,2", 2, false,
			[]string{`BenchmarkFact\s`, `BenchmarkFact-2\s`}, nil},
		{"a load says which metrics are printed", "report", "", once, 1, false, []string{"spread-sec"},
			[]string{"p50-sec", "requests/event", "ns/op"}},
		{"100 clients are enough for what is held", "memory", "", once, 1, false, []string{"open-sec", "fds/conn"}, nil},
		{"a server that runs already has no CPU time", "address", "", once, 1, false,
			[]string{"p50-sec"}, []string{"server-cpu"}},
		{"benchmarks below a benchmark are judged each", "subs", "", once, 2, true,
			[]string{`BenchmarkFact/events\S*\s+1\s`, "FAIL: BenchmarkFact/doubled"}, []string{"FAIL: BenchmarkFact/events"}},

		{"an engine that serves until its end", "plain", "blocks", once, 1, false, []string{"p50-sec"}, nil},
		{"an engine that serves in the background", "plain", "returns", once, 1, false, []string{"p50-sec"}, nil},
		{"an engine that fails", "plain", "fails", once, 0, true,
			[]string{"the server ended before it was ready: exit status 1: .*the engine has no license"}, nil},

		{"expectations are judged once, in the last run", "unmet", "", twenty, 1, true,
			[]string{`(?s)after 1 iterations\n.*after 20 iterations\n.*== 13 does not hold: protocol-B/event is 14 `,
				"only polling and longpoll can have it"},
			[]string{"== 14 does not hold", `(?s)does not hold.*after 20 iterations`}},
		{"an expectation that cannot be read is said at once", "unreadable", "", twenty, 0, true,
			[]string{`the expectation "p50-sec = 1" cannot be read: the form is metric`}, []string{"after 20"}},
		{"an expectation needs a measurement", "early", "", once, 0, true, []string{"Expect comes after Run"}, nil},

		{"an event that comes twice", "doubled", "", once, 1, true,
			[]string{`received event \d+ twice`}, []string{"p50-sec", "Expect"}},
		{"events that never come", "lossy", "", once, 1, true,
			[]string{"deliveries are missing|before event"}, []string{"p50-sec"}},
		{"a handler that panics is shown", "panics", "", "-test.benchtime=5x", 1, true,
			[]string{"(?s)lost its connection.*the server printed last: .*there is no third event"}, nil},
		{"Run is no body of a loop", "loop", "", once, 0, true, []string{"call it once in a benchmark, and in no loop"}, nil},
		{"of no other loop either", "twice", "", twenty, 1, true,
			[]string{"call it once in a benchmark, and in no loop"}, nil},
		{"a page instead of a stream", "page", "", once, 1, true, []string{"text/html.*Log in"}, nil},
		{"no such route", "nothing", "", once, 1, true, []string{"status 404"}, nil},
		{"no such cursor", "cursor", "", once, 1, true, []string{`there is no cursor "id"`}, nil},
		{"an event that is not taken", "refused", "", once, 1, true, []string{"404"}, nil},
		{"a server that cannot begin", "no server", "", once, 1, true,
			[]string{"the server ended before it was ready", "there is no database"}, nil},
		{"a server that ends in the middle", "fatal", "", once, 1, true, []string{"exit status 7: the disk is full"}, nil},
		{"a test binary without Main", "no main", "", once, 0, true, []string{"call pushtest.Main in TestMain"}, nil},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			got := runFact(t, row.fact, row.engine, strings.Fields(row.flags)...)
			if got.failed != row.fails || strings.Contains(got.out, "FAIL") != row.fails {
				t.Errorf("failed: %t", got.failed)
			}
			if got.servers != row.servers && row.servers >= 0 {
				t.Errorf("%d servers, want %d", got.servers, row.servers)
			}
			for _, want := range row.want {
				if !regexp.MustCompile(want).MatchString(got.out) {
					t.Errorf("it does not say %s", want)
				}
			}
			for _, not := range row.not {
				if regexp.MustCompile(not).MatchString(got.out) {
					t.Errorf("it says %s", not)
				}
			}
			if t.Failed() {
				t.Logf("%s", got.out)
			}
		})
	}
}
