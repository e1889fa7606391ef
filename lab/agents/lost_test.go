//go:build linux

package agents

import (
	"bytes"
	"errors"
	"net"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"pushbench/loadgen"
	"pushbench/servers/wire"
)

// An agent that is killed, stopped or cut off in mid-trial is named with the time. Its
// deliveries are missed, all others are there, and the next trial has new agents.
func TestLostAgent(t *testing.T) {
	t.Parallel()
	signal := func(s syscall.Signal) func(*Crew) error {
		return func(c *Crew) error { return c.members[1].worker.Signal(s) }
	}
	for _, row := range []struct {
		fact    string
		silence time.Duration
		do      func(*Crew) error
		want    string
	}{
		{"it is killed", 0, signal(syscall.SIGKILL), `signal: killed`},
		{"it is ended by a signal", 0, signal(syscall.SIGTERM), `it was ended by a signal`},
		{"it is stopped", 3 * time.Second, signal(syscall.SIGSTOP), `nothing was heard of it since \d\d:\d\d:\d\d\.\d\d\d UTC`},
		{"its connection is cut", 0, func(c *Crew) error { return cut(c, c.members[1].Name) }, `exit status 2: the connection to the NATS server is lost.*`},
	} {
		t.Run(row.fact, func(t *testing.T) {
			t.Parallel()
			crew, o := local(t, 2, row.silence), options(t, "sse", 4, 2)
			o.Acts = []loadgen.Act{{At: 50 * time.Millisecond, Do: func() error { return row.do(crew) }}}
			trial, err := crew.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			want := `^agent 1 \(trial-1-agent-1 on machine here, process \d+\) was lost: at \d\d:\d\d:\d\d\.\d\d\d UTC, ` +
				`\d+\.\d\d\d s after the start: ` + row.want + `; its \d+ deliveries are missed$`
			if !regexp.MustCompile(want).MatchString(trial.Failed) {
				t.Errorf("%q, want %s", trial.Failed, want)
			}
			dead, other, d := trial.Parts.Agents[1], trial.Parts.Agents[0], trial.Deliveries
			if d.Expected != dead.Expected+other.Expected || d.Missed != dead.Expected || dead.Lost == "" {
				t.Errorf("%+v, and of the agent that is lost %+v", d, dead)
			}
			if d.Delivered != other.Expected || other.Delivered != other.Expected || other.Lost+other.Failed != "" {
				t.Errorf("%+v, and of the other agent %+v", d, other)
			}
			if trial, err = crew.Run(t.Context(), options(t, "sse", 4, 2)); err != nil || trial.Failed != "" {
				t.Errorf("the next trial: %v, %q", err, trial.Failed)
			}
		})
	}
}

// cut ends the connection with that name at the NATS server.
func cut(c *Crew, name string) error {
	all, err := c.hub.server.Connz(&server.ConnzOptions{})
	if err != nil {
		return err
	}
	for _, conn := range all.Conns {
		if conn.Name == name {
			return c.hub.server.DisconnectClientByID(conn.Cid)
		}
	}
	return errNobody
}

// An agent that dies while clients are being connected ends the trial, and is named.
func TestLostWhileOpening(t *testing.T) {
	t.Parallel()
	crew, o := local(t, 2, 0), options(t, "sse", 4, 2)
	var once sync.Once
	o.Target.HTTP = relay(t, o.Target.HTTP, func(b []byte) bool {
		if bytes.HasPrefix(b, []byte("GET "+wire.RouteSSE)) {
			once.Do(func() { _ = crew.members[1].worker.Signal(syscall.SIGKILL) })
		}
		return true
	})
	trial, err := crew.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := `^agent 1 \(.*\) was lost: at .*, before the start: signal: killed; its \d+ deliveries are missed$`
	if d := trial.Deliveries; !regexp.MustCompile(want).MatchString(trial.Failed) || d.Missed != d.Expected {
		t.Errorf("%q, want %s; %+v", trial.Failed, want, d)
	}
}

// An agent of which nothing comes any more, though its connection is not closed, is lost. The
// run cannot go on without it.
func TestBlackHole(t *testing.T) {
	t.Parallel()
	h := external(t)
	var dark atomic.Bool
	through := relay(t, strings.TrimPrefix(h.url, "nats://"), func([]byte) bool { return !dark.Load() })
	joined(t, h, Options{Name: "a", Build: testBuild}, Options{Name: "b", Build: testBuild, URL: "nats://" + through})
	crew := New(CrewOptions{URL: h.url, Token: h.token, Count: 2, Build: testBuild, Host: "here", Silence: 3 * time.Second})
	t.Cleanup(crew.Close)
	if err := crew.Hire(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := options(t, "sse", 4, 2)
	o.Acts = []loadgen.Act{{Do: func() error { dark.Store(true); return nil }}}
	trial, err := crew.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := `^agent 1 \(b on machine here, process \d+\) was lost: at .*: nothing was heard of it since .* UTC; its \d+ deliveries are missed$`
	if !regexp.MustCompile(want).MatchString(trial.Failed) {
		t.Errorf("%q, want %s", trial.Failed, want)
	}
	_, err = crew.Run(t.Context(), options(t, "sse", 4, 2))
	refused(t, err, "nobody takes the part of an agent that is not there: b was lost at ")
	refused(t, err, "start it again (pushbench agent --join nats://127.0.0.1:")
}

// A coordinator whose own connection ends says so, and blames no agent: in that trial and in
// the next one.
func TestControlIsLost(t *testing.T) {
	t.Parallel()
	crew, o := local(t, 2, 0), options(t, "sse", 4, 2)
	o.Acts = []loadgen.Act{{Do: func() error { return cut(crew, "coordinator of run "+crew.run) }}}
	trial, err := crew.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(trial.Failed, errControl.Error()) {
		t.Errorf("%q", trial.Failed)
	}
	if _, err := crew.Run(t.Context(), options(t, "sse", 4, 2)); !errors.Is(err, errControl) {
		t.Errorf("the next trial: %v", err)
	}
	if _, _, err := crew.start(t.Context()); !errors.Is(err, errControl) {
		t.Errorf("agents that are started: %v", err)
	}
}

// relay accepts connections and passes on what comes over them, both ways, as long as pass says
// so. It returns its address.
func relay(t *testing.T, to string, pass func(b []byte) bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var accepting, running sync.WaitGroup
	ends := make(chan net.Conn, 1024)
	copying := func(to, from net.Conn) {
		defer to.Close()
		b := make([]byte, 64<<10)
		for {
			n, err := from.Read(b)
			if err != nil {
				return
			}
			if !pass(b[:n]) {
				continue
			}
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
	}
	accepting.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			ends <- near
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			ends <- far
			running.Go(func() { copying(far, near) })
			running.Go(func() { copying(near, far) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		accepting.Wait()
		for done := false; !done; {
			select {
			case c := <-ends:
				_ = c.Close()
			default:
				done = true
			}
		}
		running.Wait()
	})
	return l.Addr().String()
}

// An agent whose part cannot even begin ends the trial at once. The other cannot begin either: the
// trial's word says so when both had spoken before the coordinator ended it.
func TestNoServer(t *testing.T) {
	t.Parallel()
	crew, o := local(t, 2, 0), options(t, "sse", 4, 2)
	o.Target.HTTP = "127.0.0.1:1"
	trial, err := crew.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if want := `^agent \d \(.*\)( and 1 more)?: publisher: .*connection refused`; !regexp.MustCompile(want).MatchString(trial.Failed) {
		t.Errorf("%q, want %s", trial.Failed, want)
	}
	if d := trial.Deliveries; d.Expected == 0 || d.Missed != d.Expected {
		t.Errorf("%+v", d)
	}
}
