package loadgen

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers/wire"
)

// The load of BenchmarkCost: as many deliveries per second for any number of clients. Each
// event goes to ten of them, so that what publishing one costs is in each delivery alike.
const (
	costFanOut  = 10
	costRate    = 1000 // events per second of all topics together
	costPayload = 128
	costBefore  = 1500 * time.Millisecond // from the beginning of publishing until the first reading
	costFor     = 4 * time.Second         // until the last one
	costAfter   = 500 * time.Millisecond
)

// BenchmarkCost is what a delivery costs the load generator and the server as the number of
// clients grows: CPU time, with a server in a process of its own. Run it with -benchtime=1x.
//
// The bare reader is a goroutine for each connection, which reads the frames of the tcp floor
// and looks at nothing. The reader vegeta is that library as it comes: each of its workers asks
// by net/http for one client, and reads the answer.
func BenchmarkCost(b *testing.B) {
	for _, clients := range []int{10, 100, 1000, 10_000} {
		for _, reader := range []string{"bare", "sse", "websocket", "longpoll", "vegeta"} {
			b.Run(fmt.Sprintf("clients=%d/reader=%s", clients, reader), func(b *testing.B) {
				for b.Loop() {
					var from, to tally
					switch reader {
					case "bare":
						from, to = besides(b, clients, readBare)
					case "vegeta":
						from, to = besides(b, clients, askVegeta)
					default:
						from, to = costOf(b, reader, clients)
					}
					n := float64(to.delivered - from.delivered)
					b.ReportMetric(float64(to.self-from.self)/1e3/n, "loadgen-µs/event")
					b.ReportMetric(float64(to.server-from.server)/1e3/n, "server-µs/event")
					b.ReportMetric(float64(to.mallocs-from.mallocs)/n, "loadgen-allocs/event")
					b.ReportMetric(n/costFor.Seconds(), "events/s")
				}
			})
		}
	}
}

// A tally is what was used and done up to now. Of the load generator's CPU time, what the
// publisher waited awake is not in it.
type tally struct {
	self, server int64 // nanoseconds of CPU time
	delivered    int64
	mallocs      uint64
}

func tallied(b *testing.B, server int, p *published, delivered int64) tally {
	t := tally{delivered: delivered}
	for pid, ns := range map[int]*int64{os.Getpid(): &t.self, server: &t.server} {
		m, err := newMeter(pid)
		if err != nil {
			b.Fatal(err)
		}
		if *ns, err = m.cpu(); err != nil {
			b.Fatal(err)
		}
	}
	t.self -= p.spun.Load()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.mallocs = m.Mallocs
	return t
}

// costOf runs one valid trial and reads twice within its window.
func costOf(b *testing.B, variant string, clients int) (from, to tally) {
	v, err := wire.ParseVariant(variant)
	if err != nil {
		b.Fatal(err)
	}
	var s *session
	read := func(into *tally) func() error {
		return func() error {
			*into = tallied(b, s.Target.PID, s.publisher.figures(), s.rec.Delivered())
			return nil
		}
	}
	o := Options{
		Variant: v, Clients: clients, Topics: clients / costFanOut, Rate: costRate, Payload: costPayload, Opening: 64,
		Window: costBefore + costFor + costAfter,
		Acts:   []Act{{costBefore, read(&from)}, {costBefore + costFor, read(&to)}},
	}
	o.Target, _ = startServer(b)
	if err := o.prepare(); err != nil {
		b.Fatal(err)
	}
	offsets, err := o.schedule()
	if err != nil {
		b.Fatal(err)
	}
	if s, err = newSession(&o, offsets); err != nil {
		b.Fatal(err)
	}
	defer s.stats.close()
	if s.publisher, err = s.newSource(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer s.publisher.close()
	defer s.hangUp()
	if err := s.open(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := s.measure(b.Context(), offsets); err != nil {
		b.Fatal(err)
	}
	if s.trial.Failed != "" {
		b.Fatal(s.trial.Failed)
	}
	return from, to
}

// A starter starts readers of another kind, and returns what ends them.
type starter func(b *testing.B, t Target, clients int) (stop func())

// besides publishes the same load for other readers, and reads twice meanwhile.
func besides(b *testing.B, clients int, start starter) (from, to tally) {
	target, _ := startServer(b)
	defer start(b, target, clients)()
	due, err := Schedule(costRate, results.Constant, 1, 0, 0, costBefore+costFor+costAfter, 0)
	if err != nil {
		b.Fatal(err)
	}
	topics := clients / costFanOut
	rec := account.New(clock.NewWall(), 0, topics, 0, len(due))
	d := &dialer{via: direct, address: target.HTTP, clock: rec.Clock}
	p, err := newPublisher(b.Context(), rec, d, topics, costPayload, wire.Pangram)
	if err != nil {
		b.Fatal(err)
	}
	defer p.close()
	began := clock.Now() + int64(lead)
	rec.Begin(began, due, 0, costFor)
	var publishing sync.WaitGroup
	publishing.Go(func() {
		if err := p.run(b.Context()); err != nil {
			b.Error(err)
		}
	})
	for _, at := range []struct {
		after time.Duration
		into  *tally
	}{{costBefore, &from}, {costBefore + costFor, &to}} {
		if err := clock.WaitUntil(b.Context(), began+int64(at.after)); err != nil {
			b.Fatal(err)
		}
		*at.into = tallied(b, target.PID, p.figures(), costFanOut*p.sent.Load())
	}
	publishing.Wait()
	return from, to
}

// readBare starts bare readers.
func readBare(b *testing.B, t Target, clients int) (stop func()) {
	var readers sync.WaitGroup
	var all []net.Conn
	for i := range clients {
		c, err := net.Dial("tcp", t.TCP)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, c)
		fmt.Fprintf(c, "%s 0\n", topicName(i%(clients/costFanOut)))
		readers.Go(func() {
			buf := make([]byte, 1024)
			for {
				if _, err := c.Read(buf); err != nil {
					return
				}
			}
		})
	}
	return func() {
		for _, c := range all {
			c.Close()
		}
		readers.Wait()
	}
}

// askVegeta starts an attack in a closed loop, whose client asks by net/http.
func askVegeta(b *testing.B, t Target, clients int) (stop func()) {
	ctx, cancel := context.WithCancel(b.Context())
	transport := &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}
	a := &asking{Transport: transport, ctx: ctx, cursors: make([]string, clients)}
	idle := make(chan int, clients)
	for i := range clients {
		a.cursors[i] = "0"
		idle <- i
	}
	a.over = func(i int) { idle <- i }
	targeter := func(to *vegeta.Target) error {
		select {
		case i := <-idle:
			to.Method = http.MethodGet
			to.URL = fmt.Sprintf("http://%s%s&%s=30s&%s=%s#%d", t.HTTP, target(wire.LongPoll, topicName(i%(clients/costFanOut))),
				wire.ParamWait, wire.ParamAfter, a.cursors[i], i)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	n := uint64(clients)
	attacker := vegeta.NewAttacker(vegeta.Workers(n), vegeta.MaxWorkers(n), vegeta.Client(&http.Client{Transport: a}))
	var attack sync.WaitGroup
	attack.Go(func() {
		for range attacker.Attack(targeter, waitingPacer{ctx, nil}, 0, "") {
		}
	})
	return func() {
		cancel()
		attack.Wait()
		transport.CloseIdleConnections()
	}
}

// asking is net/http's transport, with the cursors of the clients.
type asking struct {
	*http.Transport
	ctx     context.Context
	cursors []string
	over    func(client int)
}

func (a *asking) RoundTrip(req *http.Request) (*http.Response, error) {
	i, err := strconv.Atoi(req.URL.Fragment)
	if err != nil {
		return nil, &url.Error{Op: "client", URL: req.URL.Fragment, Err: err}
	}
	res, err := a.Transport.RoundTrip(req.WithContext(a.ctx))
	if err == nil {
		a.cursors[i] = res.Header.Get(wire.HeaderCursor)
		a.over(i)
	}
	return res, err
}
