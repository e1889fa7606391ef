package servers

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	gonats "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	goredis "github.com/redis/go-redis/v9"

	"pushbench/lab/broker"
	"pushbench/lab/process"
	"pushbench/scenarios"
	"pushbench/servers/backplane"
	"pushbench/servers/backplane/nats"
	"pushbench/servers/backplane/redis"
	"pushbench/servers/wire"
)

// A testBroker is one that tests share. Each of them has nodes with a name of their own.
type testBroker struct {
	url   string
	named atomic.Int64
}

// group returns what opens the nodes of a new group.
func (b *testBroker) group(t testing.TB) func() backplane.Backplane {
	address := fmt.Sprintf("%s#%d", b.url, b.named.Add(1))
	return func() backplane.Backplane { return openNode(t, address) }
}

// openNode connects to a broker until the test ends.
func openNode(t testing.TB, address string) backplane.Backplane {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if strings.HasPrefix(address, "nats:") {
		b, err := nats.Open(t.Context(), address, 8192, log)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		return b
	}
	b, err := redis.Open(t.Context(), address, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// startRedis starts a Redis until the test ends, or skips the test.
func startRedis(t testing.TB) *broker.Broker {
	t.Helper()
	if missing := broker.Missing(scenarios.BackplaneRedis); missing != "" {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	return startBroker(t, scenarios.BackplaneRedis)
}

// startNATS starts a NATS server until the test ends.
func startNATS(t testing.TB) string {
	t.Helper()
	return startBroker(t, scenarios.BackplaneNATS).URL
}

// startBroker starts a broker until the test ends.
func startBroker(t testing.TB, kind string) *broker.Broker {
	t.Helper()
	b, err := broker.Start(t.Context(), broker.Options{Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Stop(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// backplanes run a test with nodes of each kind. group returns what opens the nodes of a new
// group.
func backplanes(t *testing.T, test func(t *testing.T, group func(t testing.TB) func() backplane.Backplane)) {
	t.Run("memory", func(t *testing.T) {
		test(t, func(testing.TB) func() backplane.Backplane {
			m := backplane.NewMemory()
			return func() backplane.Backplane { return m }
		})
	})
	t.Run("redis", func(t *testing.T) {
		b := &testBroker{url: startRedis(t).URL}
		test(t, b.group)
	})
	t.Run("nats", func(t *testing.T) {
		b := &testBroker{url: startNATS(t)}
		test(t, b.group)
	})
}

// startNode starts a server that has joined the others.
func startNode(t testing.TB, o Options, open func() backplane.Backplane) *testServer {
	t.Helper()
	o.Backplane = open()
	o.Heartbeat = cmp.Or(o.Heartbeat, time.Hour) // a test may wait for a while
	ts := start(t, o)
	ts.from = ts
	select {
	case <-ts.node.joined:
	case <-time.After(20 * time.Second):
		t.Fatal("the node does not join")
	}
	return ts
}

// Clients of one node get what is published at another as if it were published at theirs. What a
// transport does about it is the same behind each backplane.
func TestConformanceOfNodes(t *testing.T) {
	backplanes(t, func(t *testing.T, group func(t testing.TB) func() backplane.Backplane) {
		transports := wire.Transports()
		if !strings.HasSuffix(t.Name(), "/memory") {
			transports = []wire.Transport{wire.SSE}
		}
		conformAt(t, func(t testing.TB, o Options) *testServer {
			open := group(t)
			from := startNode(t, o, open)
			ts := startNode(t, o, open)
			ts.from = from
			return ts
		}, false, transports, Injections{}, form{}, http1)
	})
}

// All nodes number events alike, whoever publishes them, and a client goes on at any of them.
func TestNodesNumberAlike(t *testing.T) {
	backplanes(t, func(t *testing.T, group func(t testing.TB) func() backplane.Backplane) {
		const each = 50
		open := group(t)
		nodes := []*testServer{startNode(t, Options{}, open), startNode(t, Options{}, open), startNode(t, Options{}, open)}
		var publishers sync.WaitGroup
		for i, ts := range nodes {
			publishers.Go(func() {
				for n := range each {
					if _, err := ts.send(ts.topic(t, "t").Topic, fmt.Appendf(nil, "%d", i*each+n)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		publishers.Wait()
		all := func(ts *testServer) []string {
			to := ts.topic(t, "t")
			if err := to.await(t.Context(), uint64(len(nodes)*each)); err != nil {
				t.Fatal(err)
			}
			events, gap := to.View().After(0)
			if gap != nil || len(events) != len(nodes)*each {
				t.Fatalf("%d events, %v", len(events), gap)
			}
			var texts []string
			for i, e := range events {
				if e.ID != uint64(i+1) {
					t.Errorf("event %d has number %d", i+1, e.ID)
				}
				texts = append(texts, event(e.ID, string(e.Payload)))
			}
			return texts
		}
		want := all(nodes[0])
		if got := all(nodes[1]); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("one node has %q, another %q", want, got)
		}
		if epoch := nodes[2].Hub().Epoch(); epoch != nodes[0].Hub().Epoch() {
			t.Errorf("the epochs are %s and %s", nodes[0].Hub().Epoch(), epoch)
		}
		cursor := 0
		for i := range 6 { // from node to node
			c := dialSSE(t, nodes[i%len(nodes)], "t", fmt.Sprint(cursor))
			expect(t, c, want[cursor:cursor+20]...)
			c.close()
			cursor += 20
		}
	})
}

// A node that is behind another one waits for what a client has from there. It is no gap.
func TestANodeThatIsBehind(t *testing.T) {
	m := backplane.NewMemory()
	ts := startNode(t, Options{}, func() backplane.Backplane { return m })
	ts.publish(t, "t", 1)
	for _, after := range []string{"2", ts.Hub().Epoch() + "-4"} {
		last := ts.topic(t, "t").View().Newest()
		came := make(chan string, 1)
		go func() {
			c := dialSSE(t, ts, "t", after)
			defer c.close()
			came <- c.next()
		}()
		ts.node.Place("t", last+1, []byte("1"))
		ts.node.Place("t", last+2, []byte("2"))
		if got := <-came; got != event(last+2, "2") {
			t.Errorf("a client with the cursor %s gets %s", after, got)
		}
	}
	status, head, _ := ts.do(t, "GET", "/polling?topic=new&after=1", "")
	if status != 410 || head.Get(wire.HeaderCursor) != "0" {
		t.Errorf("a cursor of nothing that comes: status %d, cursor %s", status, head.Get(wire.HeaderCursor))
	}
	if topics := ts.Hub().Newest(); len(topics) != 1 {
		t.Errorf("topics %v", topics)
	}
}

// A node that dies takes nothing with it: its clients go on at another one.
func TestANodeDies(t *testing.T) {
	backplanes(t, func(t *testing.T, group func(t testing.TB) func() backplane.Backplane) {
		open := group(t)
		first, second := startNode(t, Options{}, open), startNode(t, Options{}, open)
		c := dialSSE(t, first, "t", "0")
		first.publish(t, "t", 2)
		expect(t, c, `event 1 {"n":1}`, `event 2 {"n":2}`)
		first.cancel()
		expect(t, c, "end")
		c.close()
		first.ended(t)
		if err := second.topic(t, "t").await(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		second.publish(t, "t", 1)
		c = dialSSE(t, second, "t", "1")
		defer c.close()
		expect(t, c, `event 2 {"n":2}`, `event 3 {"n":3}`)
	})
}

// A node that comes later has the numbers of the others. A client that comes to it with a
// cursor gets what it misses, or is told of a gap: from Redis there is no history.
func TestANodeComesLater(t *testing.T) {
	backplanes(t, func(t *testing.T, group func(t testing.TB) func() backplane.Backplane) {
		open := group(t)
		startNode(t, Options{}, open).publish(t, "t", 3)
		late := startNode(t, Options{}, open)
		c := dialSSE(t, late, "t", "1")
		defer c.close()
		kept := strings.HasSuffix(t.Name(), "/nats")
		if kept {
			expect(t, c, `event 2 {"n":2}`, `event 3 {"n":3}`)
		} else {
			expect(t, c, "gap 1 4")
		}
		current := dialSSE(t, late, "t", "3")
		defer current.close()
		late.publish(t, "t", 1)
		expect(t, c, `event 4 {"n":4}`)
		expect(t, current, `event 4 {"n":4}`)
		if _, gap := late.topic(t, "t").View().After(0); (gap == nil) != kept {
			t.Errorf("the gap of a client without events is %v", gap)
		}
	})
}

// away cuts the nodes' subscriptions, and does to Redis what happens meanwhile.
func away(t *testing.T, url string, meanwhile func(goredis.Pipeliner)) {
	t.Helper()
	o, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(o)
	defer client.Close()
	_, err = client.TxPipelined(t.Context(), func(p goredis.Pipeliner) error {
		p.ClientKillByFilter(t.Context(), "TYPE", "pubsub")
		meanwhile(p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What was published while a node was away is lost to its clients, and they are told.
func TestANodeThatWasAway(t *testing.T) {
	url := startRedis(t).URL
	open := func() backplane.Backplane { return openNode(t, url+"#away") }
	ts := startNode(t, Options{}, open)
	ts.publish(t, "t", 3)
	c := dialSSE(t, ts, "t", "2")
	defer c.close()
	expect(t, c, `event 3 {"n":3}`)
	away(t, url, func(p goredis.Pipeliner) { p.HIncrBy(t.Context(), "{away}:numbers", "t", 2) })
	expect(t, c, "gap 3 6")
	ts.publish(t, "t", 1)
	expect(t, c, `event 6 {"n":6}`)
}

// When the backplane has lost its numbers, they go on above all that a node knows, and each
// client is told of a gap.
func TestABackplaneThatLosesItsNumbers(t *testing.T) {
	const next = 3 + backplane.Jump + 1
	lost := func(t *testing.T, open func() backplane.Backplane, lose func()) {
		one, other := startNode(t, Options{}, open), startNode(t, Options{}, open)
		one.publish(t, "t", 3)
		c, d := dialSSE(t, one, "t", "3"), dialSSE(t, other, "t", "0")
		defer c.close()
		defer d.close()
		expect(t, d, `event 1 {"n":1}`, `event 2 {"n":2}`, `event 3 {"n":3}`)
		lose()
		gap := fmt.Sprintf("gap 3 %d", next)
		expect(t, c, gap)
		expect(t, d, gap)
		other.publish(t, "t", 1)
		last := event(next, fmt.Sprintf(`{"n":%d}`, next))
		expect(t, c, last)
		expect(t, d, last)
		e := dialSSE(t, one, "t", one.Hub().Epoch()+"-3")
		defer e.close()
		expect(t, e, gap, last)
	}
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		url := startRedis(t).URL
		lost(t, func() backplane.Backplane { return openNode(t, url) }, func() {
			away(t, url, func(p goredis.Pipeliner) { p.FlushAll(t.Context()) })
		})
	})
	t.Run("nats", func(t *testing.T) {
		t.Parallel()
		url := startNATS(t)
		lost(t, func() backplane.Backplane { return openNode(t, url) }, func() {
			conn, err := gonats.Connect(url)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			js, err := jetstream.New(conn)
			if err == nil {
				err = js.DeleteStream(t.Context(), backplane.DefaultName)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

// Redis may also lose them while all nodes are connected: who publishes next tells it.
func TestABackplaneThatForgets(t *testing.T) {
	url := startRedis(t).URL
	open := func() backplane.Backplane { return openNode(t, url) }
	one, other := startNode(t, Options{}, open), startNode(t, Options{}, open)
	one.publish(t, "t", 3)
	c := dialSSE(t, other, "t", "2")
	defer c.close()
	expect(t, c, `event 3 {"n":3}`)
	o, err := goredis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(o)
	defer client.Close()
	if err := client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := one.send(one.topic(t, "t").Topic, []byte("4")); err != nil {
		t.Fatal(err)
	}
	const next = 3 + backplane.Jump + 1
	expect(t, c, fmt.Sprintf("gap 3 %d", next), event(next, "4"))
}

// Where nobody is left who knows the numbers, a node that does is told to start again.
func TestANodeOfAnotherEpoch(t *testing.T) {
	url := startRedis(t).URL
	ts := startNode(t, Options{}, func() backplane.Backplane { return openNode(t, url+"#other") })
	ts.publish(t, "t", 1)
	away(t, url, func(p goredis.Pipeliner) { p.Set(t.Context(), "{other}:epoch", "00000000", 0) })
	select {
	case err := <-ts.served:
		if err == nil || !strings.HasSuffix(err.Error(), "start this node again") {
			t.Errorf("it ends with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
}

// BenchmarkBackplane is one event of 128 bytes from one node to another: the latency that a
// backplane adds to it.
func BenchmarkBackplane(b *testing.B) {
	opens := map[string]func() func() backplane.Backplane{
		"memory": func() func() backplane.Backplane {
			m := backplane.NewMemory()
			return func() backplane.Backplane { return m }
		},
		"redis": func() func() backplane.Backplane { return (&testBroker{url: startRedis(b).URL}).group(b) },
		"nats":  func() func() backplane.Backplane { return (&testBroker{url: startNATS(b)}).group(b) },
	}
	for name, opened := range opens {
		b.Run("backplane="+name, func(b *testing.B) {
			open := opened()
			from, to := startNode(b, Options{}, open), startNode(b, Options{}, open)
			there, here := from.topic(b, "t").Topic, to.topic(b, "t").Topic
			b.ReportAllocs()
			for b.Loop() {
				number, err := from.send(there, wire.AppendPayload(nil, 1, 128))
				if err == nil {
					err = here.await(b.Context(), number)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// redisAt runs a Redis at a port, and returns when it takes connections. It keeps nothing.
func redisAt(t *testing.T, port int) (kill func()) {
	t.Helper()
	server, err := process.Program{
		Command: []string{"redis-server", "--bind", "127.0.0.1", "--port", fmt.Sprint(port), "--dir", t.TempDir(), "--save", ""},
		Signal:  syscall.SIGKILL,
	}.Start()
	if err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(&goredis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", port), MaxRetries: -1})
	defer client.Close()
	until(t, "Redis answers", func() bool { return client.Ping(t.Context()).Err() == nil })
	return func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}
}

// While Redis is away nothing is acknowledged. When it was started again the node's clients are told
// of a gap, and get what is published from then on.
func TestABackplaneThatRestarts(t *testing.T) {
	startRedis(t) // or it is not installed
	port, err := process.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	kill := redisAt(t, port)
	address := fmt.Sprintf("redis://127.0.0.1:%d", port)
	o := Options{WriteTimeout: 300 * time.Millisecond}
	ts := startNode(t, o, func() backplane.Backplane { return openNode(t, address) })
	ts.publish(t, "t", 3)
	c := dialSSE(t, ts, "t", "2")
	defer c.close()
	expect(t, c, `event 3 {"n":3}`)
	kill()
	if status, _, body := ts.do(t, "POST", "/publish?topic=t", "4\n"); status != 503 {
		t.Errorf("status %d, %s", status, body)
	}
	defer redisAt(t, port)()
	until(t, "the backplane takes events again", func() bool {
		status, _, _ := ts.do(t, "POST", "/publish?topic=t", "5\n")
		return status == 200
	})
	const next = 3 + backplane.Jump + 1
	expect(t, c, fmt.Sprintf("gap 3 %d", next), event(next, "5"))
}
