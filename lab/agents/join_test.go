//go:build linux

package agents

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"

	"pushbench/loadgen"
)

// joined has agents join at a NATS server from this process.
func joined(t *testing.T, h *hub, all ...Options) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, len(all))
	for _, o := range all {
		there := make(chan struct{})
		var once sync.Once
		o.URL, o.Token, o.Host = cmp.Or(o.URL, h.url), h.token, "here"
		o.Tell = func(string) { once.Do(func() { close(there) }) }
		go func() { ended <- Join(ctx, o) }()
		select {
		case <-there:
		case err := <-ended:
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		leave()
		for range all {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
}

func external(t *testing.T) *hub {
	t.Helper()
	h, err := newHub()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return h
}

// hire takes those into service that have joined.
func hire(t *testing.T, h *hub) (*Crew, error) {
	t.Helper()
	return hireSome(t, h, 0)
}

// hireSome is hire where so many must have joined.
func hireSome(t *testing.T, h *hub, count int) (*Crew, error) {
	t.Helper()
	c := New(CrewOptions{URL: h.url, Token: h.token, Count: count, Build: testBuild, Host: "here"})
	err := c.Hire(t.Context())
	if err != nil {
		c.Close()
	}
	return c, err
}

func refused(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// Agents that have joined by themselves carry out a trial, in the order of their names. They
// work for one coordinator at a time, and go on when it has left.
func TestJoin(t *testing.T) {
	t.Parallel()
	h := external(t)
	joined(t, h, Options{Name: "b", Build: testBuild}, Options{Name: "a", Build: testBuild})
	first, err := hire(t, h)
	if err != nil {
		t.Fatal(err)
	}
	trial, err := first.Run(t.Context(), options(t, "sse", 4, 2))
	if err != nil || trial.Failed != "" {
		t.Error(err, trial)
	} else if got := trial.Parts.Agents; len(got) != 2 || got[0].Name != "a" || got[1].Name != "b" {
		t.Errorf("%+v", got)
	}
	_, err = hire(t, h)
	refused(t, err, "agent a (machine here, process ")
	refused(t, err, "it works for another coordinator, whose run is "+first.run)
	first.Close()
	second, err := hire(t, h)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
	err = Join(t.Context(), Options{URL: h.url, Token: h.token, Name: "a", Build: testBuild, Host: "there"})
	refused(t, err, "agent a (machine here, process ")
	refused(t, err, "has joined already: choose another --name")
}

// Where it is said how many agents there are, none is left out in silence.
func TestCount(t *testing.T) {
	t.Parallel()
	h := external(t)
	joined(t, h, Options{Name: "b", Build: testBuild}, Options{Name: "a", Build: testBuild})
	crew, err := hireSome(t, h, 2)
	if err != nil {
		t.Fatal(err)
	}
	crew.Close()
	_, err = hireSome(t, h, 1)
	refused(t, err, "agents asked for: 1; answered at nats://127.0.0.1:")
	refused(t, err, ": 2 (a, b); end the others, or ask for 2")
	_, err = hireSome(t, h, 3)
	refused(t, err, ": 2 (a, b); start the others (pushbench agent --join nats://127.0.0.1:")
}

// A coordinator that does not answer, because it is stopped, keeps its agents: who else wants
// them is told so before it gives up.
func TestStoppedCoordinator(t *testing.T) {
	t.Parallel()
	h := external(t)
	joined(t, h, Options{Name: "a", Build: testBuild})
	stopped, err := hireNobody(t, h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stopped.conn.SubscribeSync(subjectHere("first")); err != nil { // it is there, and does not answer
		t.Fatal(err)
	}
	if _, err := ask(stopped.conn, "a", order{Ask: enlist, Run: "first"}); err != nil {
		t.Fatal(err)
	}
	_, err = hire(t, h)
	refused(t, err, "agent a (machine here, process ")
	refused(t, err, "it works for another coordinator, whose run is first")
}

// An agent that is lost is told to give the trial up, as well as one of which nothing has been
// heard yet: it may only have been stopped.
func TestLostAgentsAreAborted(t *testing.T) {
	t.Parallel()
	h := external(t)
	crew, err := hireNobody(t, h)
	if err != nil {
		t.Fatal(err)
	}
	var orders []*nats.Subscription
	var members []member
	for _, name := range []string{"reported", "lost", "silent"} {
		sub, err := crew.conn.SubscribeSync(subjectOf(name))
		if err != nil {
			t.Fatal(err)
		}
		orders, members = append(orders, sub), append(members, member{hello: hello{Name: name}})
	}
	a := newAttempt(crew, members, nil, make([]loadgen.Share, 3))
	a.states[0].done, a.states[0].told = true, true
	a.lose(1, "nothing was heard of it")
	a.end()
	for i, sub := range orders {
		if n, _, err := sub.Pending(); err != nil || (n == 1) != (i > 0) || n > 1 {
			t.Errorf("%d orders to the agent that is %s, %v", n, members[i].Name, err)
		}
	}
}

// hireNobody is a coordinator of no agents.
func hireNobody(t *testing.T, h *hub) (*Crew, error) {
	t.Helper()
	c := New(CrewOptions{URL: h.url, Token: h.token, Build: testBuild, Host: "here"})
	t.Cleanup(c.Close)
	return c, c.attach()
}

// A coordinator that has died without a word does not keep its agents.
func TestCoordinatorIsGone(t *testing.T) {
	t.Parallel()
	h := external(t)
	joined(t, h, Options{Name: "a", Build: testBuild})
	first, err := hire(t, h)
	if err != nil {
		t.Fatal(err)
	}
	first.members = nil // it dismisses nobody
	first.Close()
	second, err := hire(t, h)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	h := external(t)
	_, err := hire(t, h)
	refused(t, err, "no agent has joined at nats://127.0.0.1:")
	joined(t, h, Options{Name: "old", Build: NewBuild("v1", "abc")})
	_, err = hire(t, h)
	refused(t, err, " is pushbench v1 of commit abc, and this is pushbench test of commit abc: numbers of different programs are not added up")
	refused(t, Join(t.Context(), Options{URL: h.url, Token: "wrong", Name: "a", Build: testBuild, Host: "here"}), "no NATS server at nats://127.0.0.1:")
	refused(t, Join(t.Context(), Options{URL: h.url, Name: "a b"}), `is not "a b"`)
	for host, want := range map[string]string{"127.0.0.1:80": "", "10.0.0.1:80": "", "10.0.0.2:80": "it does not load 10.0.0.2", "localhost:80": "it does not load localhost", "x": "is none"} {
		err := (&task{HTTP: host}).permitted([]string{"10.0.0.1"})
		if want == "" && err != nil {
			t.Errorf("%s: %v", host, err)
		} else if want != "" {
			refused(t, err, want)
		}
	}
}
