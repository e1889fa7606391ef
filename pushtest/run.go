package pushtest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/loadgen"
	"pushbench/results"
)

// usual are the metrics that Run prints when a Load does not say which, those of them
// that the measurement has.
var usual = []string{
	"p50-sec", "p99-sec", "max-sec", "open-sec", "protocol-B/event", "wire-B/event", "requests/event",
	"server-cpu-sec/event", "server-allocs/event", "resident-B/conn", "goroutines/conn", "fds/conn",
}

// Run measures the server of [Main] under the load. It starts the server in a process
// of its own, opens the clients, publishes b.N events when they are due, receives them
// on every client, and ends the process. Then it reports metrics, by the names that
// benchstat reads: see [Metrics]. It suppresses ns/op, which would be the time from one
// event to the next.
//
// The testing package runs a benchmark with few iterations first, to learn how many it
// needs. Run starts nothing then, because how long events take to be due is known. A
// benchmark calls Run once, and in no loop.
//
// An event that a client misses or gets twice, a lost connection, and bytes that do not
// add up to the sockets' counters are errors of b. A server that cannot be started or
// spoken to ends the benchmark. What the server has printed is part of the message.
// Doubts about the measurement, such as a busy machine, are logged. Run blocks until the
// server process has ended, and leaves nothing behind.
func Run(b *testing.B, load Load) {
	b.Helper()
	if runtime.GOOS != "linux" {
		b.Skip("pushtest: measuring needs Linux")
	}
	if _, again := measured.Load(b); again || b.N == 0 { // b.N is 0 inside a loop over b.Loop
		b.Fatal("pushtest: Run publishes b.N events by itself: call it once in a benchmark, and in no loop")
	}
	o, err := load.options(b.N)
	if err != nil {
		b.Fatalf("pushtest: %v", err)
	}
	b.Cleanup(func() { measured.Delete(b) })
	if rehearsed(b, o.Window) {
		measured.Store(b, (*results.Trial)(nil))
		return
	}
	// The testing package goes by the timer when it decides whether it needs another run.
	// So the timer measures the window, which is as long as the iterations are.
	var timer sync.Mutex // each act has a goroutine of its own
	o.Acts = []loadgen.Act{
		{At: 0, Do: locked(&timer, b.ResetTimer)},
		{At: o.Window, Do: locked(&timer, b.StopTimer)},
	}
	t, err := measure(b.Context(), o)
	b.StopTimer()
	switch {
	case err != nil:
		b.Fatalf("pushtest: %v", err)
	case t.Failed != "":
		b.Errorf("pushtest: %s", t.Failed)
		return
	}
	measured.Store(b, t)
	report(b, t, load.Report)
	_, d := benchtime()
	pass(b, d-b.Elapsed())
}

// rehearsed reports whether the testing package will run the benchmark again, with more
// iterations. It goes by the timer, so rehearsed lets the time pass on it that the
// iterations would take.
func rehearsed(b *testing.B, window time.Duration) bool {
	count, d := benchtime()
	if b.N < count {
		return true
	}
	if window >= d {
		return false
	}
	b.ResetTimer()
	pass(b, window)
	return b.Elapsed() < d // false on a machine that stood still meanwhile
}

// pass lets so much time pass on b's timer.
func pass(b *testing.B, d time.Duration) {
	if d > 0 {
		b.StartTimer()
		time.Sleep(d)
	}
	b.StopTimer()
}

// benchtime is what -benchtime asks for: a count of iterations, or for how long.
func benchtime() (count int, d time.Duration) {
	asked := flag.Lookup("test.benchtime").Value.String()
	if n, ok := strings.CutSuffix(asked, "x"); ok {
		count, _ = strconv.Atoi(n) // the flag has been read as one of the two
		return count, 0
	}
	d, _ = time.ParseDuration(asked)
	return 0, d
}

func locked(mu *sync.Mutex, f func()) func() error {
	return func() error {
		mu.Lock()
		defer mu.Unlock()
		f()
		return nil
	}
}

// measure carries out one trial, against a fresh server unless there is an address.
func measure(ctx context.Context, o loadgen.Options) (*results.Trial, error) {
	if o.Target.HTTP != "" {
		o.Target.NoFigures = "pushtest has not started the server"
		return loadgen.Run(ctx, o)
	}
	if !started {
		return nil, errors.New("there is no server: call pushtest.Main in TestMain, or set Load.Address")
	}
	s, err := start(ctx)
	if err != nil {
		return nil, err
	}
	o.Target.HTTP, o.Target.Figures, o.Target.PID, o.Target.Gone = s.http, s.figures, s.pid, s.gone
	t, err := loadgen.Run(ctx, o)
	end := s.stop()
	if said := s.said(); end == nil && said != "" && (err != nil || t.Failed != "") {
		end = fmt.Errorf("the server printed last: %s", said)
	}
	switch {
	case end == nil:
	case err != nil:
		err = fmt.Errorf("%w; %w", err, end)
	case t.Failed != "":
		t.Failed += "; " + end.Error()
	default:
		t.Warnings = append(t.Warnings, results.Warning{Code: "server-end", Text: end.Error()})
	}
	return t, err
}

// report prints the metrics of t, and its warnings.
func report(b *testing.B, t *results.Trial, names []string) {
	b.Helper()
	if names == nil {
		names = usual
	}
	for _, name := range names {
		m, _ := results.MetricByUnit(name)
		if v, ok := m.Value(t); ok {
			b.ReportMetric(v, name)
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, w := range t.Warnings {
		b.Logf("doubtful: %s", w.Text)
	}
}
