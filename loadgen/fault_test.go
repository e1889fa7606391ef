package loadgen

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pushbench/loadgen/clock"
	"pushbench/results"
)

var fourAndFloor = []string{"polling/interval=50ms", "longpoll", "sse", "websocket", "tcp"}

// eachTransport runs test on the four transports and the floor, all at a time:
// such a test waits more than it works.
func eachTransport(t *testing.T, test func(t *testing.T, name string)) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, name := range fourAndFloor {
		all.Go(func() { t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) { test(t, name) }) })
	}
}

// A witness counts receptions, apart from the accounts that it is compared
// with.
type witness struct {
	mu      sync.Mutex
	seen    map[uint64]int // receptions of each event
	clients map[int]int    // receptions by each client
	total   int
	at      int // when set, calls then at this reception
	then    func()
}

func newWitness() *witness { return &witness{seen: map[uint64]int{}, clients: map[int]int{}} }

func (w *witness) Received(client int, seq uint64, _, _ time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[seq]++
	w.clients[client]++
	if w.total++; w.total == w.at {
		w.then()
	}
}

func (w *witness) Counted(int, netip.AddrPort, netip.AddrPort, results.Ledger, time.Time, time.Time) {
}

// compare checks every count of a trial that broke off against the schedule
// and the witness: nothing is missed that was seen, and nothing is forgotten.
func (w *witness) compare(t *testing.T, o Options, got *results.Trial) {
	t.Helper()
	if err := o.prepare(); err != nil {
		t.Fatal(err)
	}
	offsets, err := Schedule(o.Rate, o.Arrival, o.Burst, o.Spacing, o.Warmup, o.Window, o.Seed)
	if err != nil {
		t.Fatal(err)
	}
	expected, measured, scheduled := len(offsets)*o.Clients, 0, 0
	for _, at := range offsets {
		if at >= o.Warmup {
			scheduled++
		}
	}
	for seq, n := range w.seen {
		if n > o.Clients {
			t.Errorf("event %d was received %d times by %d clients", seq, n, o.Clients)
		}
		if offsets[seq] >= o.Warmup {
			measured += n
		}
	}
	want := results.Deliveries{
		Offered: int64(len(offsets)), Published: got.Deliveries.Published, // below
		Expected: int64(expected), Delivered: int64(w.total), Missed: int64(expected - w.total),
		InWindow: got.Deliveries.InWindow, Timed: got.Deliveries.Timed, // by edges that a broken trial does not come to
		Events: int64(scheduled),
	}
	if got.Deliveries != want {
		t.Errorf("deliveries %+v, want %+v", got.Deliveries, want)
	}
	if p := int(got.Deliveries.Published); p < 0 || p > len(offsets) {
		t.Errorf("the server acknowledged %d of %d events", p, len(offsets))
	}
	if n := got.Latency.Count(); n != int64(measured) {
		t.Errorf("%d latencies of %d receptions in the window", n, measured)
	}
}

// above is how many values of h are above sec.
func above(h results.Histogram, sec float64) int64 {
	n := int(h.Count())
	first := sort.Search(n, func(i int) bool { return h.Quantile((float64(i)+0.5)/float64(n)) > sec })
	return int64(n - first)
}

// awaitStopped returns when every thread of the process stands still, which is
// some time after SIGSTOP was sent.
func awaitStopped(pid int) error {
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		stats, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		if err != nil || len(stats) == 0 {
			return fmt.Errorf("process %d has no threads: %v", pid, err)
		}
		running := 0
		for _, file := range stats {
			b, err := os.ReadFile(file)
			if err == nil && !regexp.MustCompile(`\) [Tt] `).Match(b) {
				running++
			}
		}
		if running == 0 {
			return nil
		}
	}
	return fmt.Errorf("process %d does not stop", pid)
}

// A server that is killed fails the trial at once, and what was measured is in
// it: every pair of event and client is either delivered or missed.
func TestKilledServer(t *testing.T) {
	before := goleak.IgnoreCurrent()
	defer func() { goleak.VerifyNone(t, before) }()
	eachTransport(t, func(t *testing.T, name string) {
		target, server := startServer(t)
		gone := make(chan struct{})
		target.Gone = gone
		go func() {
			defer close(gone)
			_, _ = server.Wait() // says that it was killed
		}()
		seen := newWitness()
		seen.at, seen.then = 100, func() { _ = server.Kill() } // fails when it is dead, which is as well
		o := Options{
			Target: target, Variant: variant(t, name), Clients: 5, Rate: 100, Payload: 100,
			Window: time.Minute, Trace: seen,
		}
		got, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if why := regexp.MustCompile(`server process ended|lost its connection|publish|^client \d: `); !why.MatchString(got.Failed) {
			t.Errorf("failed with %q", got.Failed)
		}
		if got.Latency.Count() == 0 || got.Deliveries.Missed == 0 {
			t.Errorf("%d latencies, %+v", got.Latency.Count(), got.Deliveries)
		}
		seen.compare(t, o, got)
		<-gone
	})
}

// A server that stands still shows in the latency, because it counts from the
// schedule: events that were due in the meantime waited for its end, and
// nobody waited with sending them (no coordinated omission). A generator that
// waits for each event would see it once for each client.
func TestStalledServerShows(t *testing.T) {
	t.Parallel()
	const stall = 2 * time.Second
	eachTransport(t, func(t *testing.T, name string) {
		if strings.HasPrefix(name, "polling") {
			name = "polling/interval=10ms" // so that p99 is of many polls
		}
		target, server := startServer(t)
		var stood time.Duration
		seen := newWitness()
		o := Options{
			Target: target, Variant: variant(t, name), Clients: 5, Rate: 100, Payload: 100,
			Warmup: 100 * time.Millisecond, Window: 3500 * time.Millisecond, Trace: seen, Uncorrected: true,
			Acts: []Act{{At: 200 * time.Millisecond, Do: func() error {
				if err := server.Signal(syscall.SIGSTOP); err != nil {
					return err
				}
				if err := awaitStopped(server.Pid); err != nil {
					return err
				}
				stopped := clock.Now()
				if err := clock.WaitUntil(t.Context(), stopped+int64(stall)); err != nil {
					return err
				}
				stood = time.Duration(clock.Now() - stopped)
				return server.Signal(syscall.SIGCONT)
			}}},
		}
		got := trial(t, o)
		if got.Failed != "" {
			t.Fatal(got.Failed)
		}
		seen.compare(t, o, got)
		if d := got.Deliveries; d.Missed != 0 || d.Published != d.Offered {
			t.Errorf("deliveries: %+v", d)
		}
		// What was due at least half a stall before its end waited so long.
		half := stall.Seconds() / 2
		waited := int64(o.Clients) * int64(o.Rate*(stood.Seconds()-half))
		if n := above(got.Latency, half); n < waited {
			t.Errorf("%d latencies above %g s, though %d events waited longer", n, half, waited)
		}
		if share := float64(waited) / float64(got.Latency.Count()); share > 0.01 && got.Latency.Quantile(0.99) < half {
			t.Errorf("p99 is %g s, though %.0f %% waited longer than %g s", got.Latency.Quantile(0.99), 100*share, half)
		}
		if n := above(got.Uncorrected, half); n != int64(o.Clients) {
			t.Errorf("%d clients that wait for each event saw one stall %d times", o.Clients, n)
		}
		if n := got.Uncorrected.Count(); n > 100*int64(o.Clients) && got.Uncorrected.Quantile(0.99) > half {
			t.Errorf("uncorrected, p99 of %d shows the stall: %g s", n, got.Uncorrected.Quantile(0.99))
		}
	})
}

// A server that stands still for good ends the trial in time, which says how
// many deliveries are missing. So it does when the publisher is in the middle
// of a write for which the server has no room.
func TestServerStopsForGood(t *testing.T) {
	t.Parallel()
	for fact, payload := range map[string]int{"small events": 100, "events beyond all buffers": 512 << 10} {
		var both sync.WaitGroup
		defer both.Wait()
		both.Go(func() {
			eachTransport(t, func(t *testing.T, name string) {
				target, server := startServer(t)
				defer func() {
					if err := server.Signal(syscall.SIGCONT); err != nil { // to end by SIGTERM
						t.Error(err)
					}
				}()
				seen := newWitness()
				o := Options{
					Target: target, Variant: variant(t, name), Clients: 2, Rate: 50, Payload: payload,
					Window: 600 * time.Millisecond, Trace: seen,
					Acts: []Act{{At: 200 * time.Millisecond, Do: func() error { return server.Signal(syscall.SIGSTOP) }}},
				}
				got := trial(t, o)
				want := fmt.Sprintf("%d of the deliveries are missing", got.Deliveries.Missed)
				if !strings.HasPrefix(got.Failed, want) || got.Deliveries.Missed == 0 {
					t.Errorf("%s: failed with %q, %+v", fact, got.Failed, got.Deliveries)
				}
				seen.compare(t, o, got)
			})
		})
	}
}
