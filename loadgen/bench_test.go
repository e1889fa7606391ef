package loadgen

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers/wire"
)

// BenchmarkReceive is the generator's own cost: CPU time and allocations for
// each event received, with the server in a process of its own. Run it with
// -benchtime=1x: an iteration is two trials, whose difference leaves out
// opening and closing.
func BenchmarkReceive(b *testing.B) {
	for _, name := range []string{
		"tcp", "sse", "sse/http=2", "sse/http=2/streams=100", "websocket", "websocket/http=2", "longpoll", "longpoll/http=2", "polling/interval=500ms",
	} {
		b.Run(name, func(b *testing.B) {
			v, err := wire.ParseVariant(name)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				o := Options{Variant: v, Clients: 1000, Rate: 20, Payload: 128, Warmup: 500 * time.Millisecond, Window: time.Second}
				short, m1 := benchTrial(b, o)
				o.Window = 5 * time.Second
				long, m2 := benchTrial(b, o)
				events := float64(long.Deliveries.Delivered - short.Deliveries.Delivered)
				d := long.Deliveries
				b.ReportMetric(1e6*long.Generator.CPU/float64(d.InWindow), "cpu-µs/event")
				b.ReportMetric(1e6*long.Server.CPU/float64(d.InWindow), "server-cpu-µs/event")
				b.ReportMetric((float64(m2)-float64(m1))/events, "allocs/event")
				b.ReportMetric(float64(d.Missed), "missed")
				b.ReportMetric(1e6*long.Latency.Quantile(0.5), "p50-µs")
				b.ReportMetric(100*long.Trust.Busy, "machine-busy-%")
				b.ReportMetric(1e6*long.Trust.Lag.Quantile(0.99), "lag-p99-µs")
			}
		})
	}
}

// BenchmarkBare is the least that a reader with a goroutine for each
// connection can cost on this machine: it reads the tcp floor's frames into a
// buffer and looks at nothing. BenchmarkReceive is to be read as a ratio to it.
func BenchmarkBare(b *testing.B) {
	for b.Loop() {
		const clients, events = 1000, 100
		target, _ := startServer(b)
		var readers sync.WaitGroup
		for range clients {
			c, err := net.Dial("tcp", target.TCP)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			fmt.Fprintf(c, "t0 0\n")
			readers.Go(func() {
				buf := make([]byte, 1024)
				for got := 0; got < wire.FrameHead+events*(wire.FrameHead+128); {
					n, err := c.Read(buf)
					if got += n; err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		rec := account.New(clock.NewWall(), 0, 1, 0, events)
		p, err := newPublisher(b.Context(), rec, &dialer{via: direct, address: target.HTTP, clock: rec.Clock}, 1, 128, wire.Pangram)
		if err != nil {
			b.Fatal(err)
		}
		due, _ := Schedule(20, results.Constant, 1, 0, 0, 5*time.Second, 0)
		rec.Begin(clock.Now(), due, 0, 5*time.Second)
		m, _ := newMeter(os.Getpid())
		before, _ := m.cpu()
		if err := p.run(b.Context()); err != nil {
			b.Fatal(err)
		}
		readers.Wait()
		after, _ := m.cpu()
		p.close()
		b.ReportMetric(float64(after-before-p.spun.Load())/1e3/(clients*events), "cpu-µs/event")
	}
}

// BenchmarkSchedule is how late the publisher's writes begin, for each kind of
// arrival, without clients that take the CPUs from it.
func BenchmarkSchedule(b *testing.B) {
	for _, arrival := range []string{results.Constant, results.Poisson, results.Bursts} {
		b.Run(arrival, func(b *testing.B) {
			for b.Loop() {
				target, _ := startServer(b)
				due, err := Schedule(200, arrival, 20, 0, 0, 4*time.Second, 1)
				if err != nil {
					b.Fatal(err)
				}
				rec := account.New(clock.NewWall(), 0, 1, 0, len(due))
				p, err := newPublisher(b.Context(), rec, &dialer{via: direct, address: target.HTTP, clock: rec.Clock}, 1, 128, wire.Pangram)
				if err != nil {
					b.Fatal(err)
				}
				rec.Begin(clock.Now()+int64(lead), due, 0, 4*time.Second)
				if err := p.run(b.Context()); err != nil {
					b.Fatal(err)
				}
				p.close()
				b.ReportMetric(1e6*p.lag.Quantile(0.5), "p50-µs")
				b.ReportMetric(1e6*p.lag.Quantile(0.99), "p99-µs")
				b.ReportMetric(1e6*p.lag.Max(), "max-µs")
			}
		})
	}
}

// BenchmarkHold is what an idle client costs: resident memory on both sides,
// and the sum of what server, generator and kernel hold.
func BenchmarkHold(b *testing.B) {
	for _, name := range []string{"tcp", "sse", "websocket", "longpoll", "polling/interval=10s"} {
		b.Run(name, func(b *testing.B) {
			v, err := wire.ParseVariant(name)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				const n = 4000
				t, _ := benchTrial(b, Options{Variant: v, Clients: n, Window: 100 * time.Millisecond, Payload: 128})
				h := t.Connection.Held
				b.ReportMetric(float64(h.Generator)/n, "loadgen-B/client")
				b.ReportMetric(float64(h.Resident)/n, "server-B/client")
				b.ReportMetric(float64(h.Kernel)/n, "kernel-B/client")
				b.ReportMetric(n/t.Connection.Seconds, "conns/s")
			}
		})
	}
}

// BenchmarkMany holds 10,000 subscribers in one process against one server
// process and counts what goes missing.
func BenchmarkMany(b *testing.B) {
	for _, name := range []string{"sse", "websocket"} {
		b.Run(name, func(b *testing.B) {
			v, err := wire.ParseVariant(name)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				t, _ := benchTrial(b, Options{Variant: v, Clients: 10000, Rate: 2, Payload: 128, Warmup: 500 * time.Millisecond, Window: 5 * time.Second, Opening: 64})
				b.ReportMetric(float64(t.Deliveries.Delivered), "delivered")
				b.ReportMetric(float64(t.Deliveries.Missed), "missed")
				b.ReportMetric(1e3*t.Latency.Quantile(0.5), "p50-ms")
				b.ReportMetric(1e3*t.Latency.Quantile(0.99), "p99-ms")
				b.ReportMetric(float64(t.Connection.Held.Generator)/10000, "loadgen-B/client")
				b.ReportMetric(float64(t.Connection.Held.Resident)/10000, "server-B/client")
				b.ReportMetric(100*t.Trust.Busy, "machine-busy-%")
			}
		})
	}
}

// benchTrial runs one valid trial on a fresh server process and returns how
// many objects this process allocated during it.
func benchTrial(b *testing.B, o Options) (*results.Trial, uint64) {
	b.Helper()
	o.Target, _ = startServer(b)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	t, err := Run(context.Background(), o)
	if err != nil {
		b.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if t.Failed != "" {
		b.Fatal(t.Failed)
	}
	return t, after.Mallocs - before.Mallocs
}
