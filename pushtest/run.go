package pushtest

import (
	"context"
	"errors"
	"flag"
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
// An event that a client misses or gets twice, a lost connection, and bytes that do not
// add up to the sockets' counters are errors of b. A server that cannot be started or
// spoken to ends the benchmark. Doubts about the measurement, such as a busy machine,
// are logged. Run blocks until the server process has ended, and leaves nothing behind.
func Run(b *testing.B, load Load) {
	b.Helper()
	o, err := load.options(b.N)
	if err != nil {
		b.Fatalf("pushtest: %v", err)
	}
	// The testing package goes by the timer when it decides how many iterations the next
	// run has. So the timer measures the window, which is as long as the iterations are.
	var timer sync.Mutex // each act has a goroutine of its own
	o.Acts = []loadgen.Act{
		{At: -time.Millisecond, Do: locked(&timer, b.ResetTimer)},
		{At: o.Window, Do: locked(&timer, b.StopTimer)},
	}
	t, err := measure(b.Context(), o)
	b.StopTimer()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		b.Skip("pushtest: measuring needs Linux")
	case err != nil:
		b.Fatalf("pushtest: %v", err)
	case t.Failed != "":
		b.Errorf("pushtest: %s", t.Failed)
		return
	}
	measured.Store(b, t)
	b.Cleanup(func() { measured.Delete(b) })
	report(b, t, load.Report)
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
	switch end := s.stop(); {
	case end == nil:
	case err != nil:
		err = errors.Join(err, end)
	case t.Failed != "":
		t.Failed += "; " + end.Error()
	default:
		t.Warnings = append(t.Warnings, results.Warning{Code: "server-end", Text: end.Error()})
	}
	return t, err
}

// report prints the metrics of t, and its warnings when the metrics are those that the
// testing package will print.
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
	if !last(b) {
		return
	}
	for _, w := range t.Warnings {
		b.Logf("doubtful: %s", w.Text)
	}
}

// last reports whether the testing package will print the numbers of this run: it has
// as many iterations, or has lasted as long, as -benchtime asks for.
func last(b *testing.B) bool {
	asked := flag.Lookup("test.benchtime").Value.String()
	if count, ok := strings.CutSuffix(asked, "x"); ok {
		n, err := strconv.Atoi(count)
		return err == nil && b.N >= n
	}
	d, err := time.ParseDuration(asked)
	return err == nil && b.Elapsed() >= d
}
