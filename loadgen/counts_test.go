package loadgen

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/servers"
)

// The counts of a part are read at the instants on which all parts agree, although this one is
// busy with the beginning of its window until the end of it.
func TestCountsWaitForNothing(t *testing.T) {
	o := Options{
		Target: serve(t, servers.Options{}), Variant: variant(t, "sse"), Clients: 2, Rate: 50, Payload: 64,
		Warmup: 50 * time.Millisecond, Window: 200 * time.Millisecond,
	}
	var ready atomic.Bool
	var readings atomic.Int32 // of the server's processes: one before the edge is taken, and both counts
	all := make(chan struct{})
	o.Part = &Part{Part: account.Part{Of: 1}, Meet: func(_ context.Context, at Stage) (int64, error) {
		ready.Store(at == Ready)
		return clock.Now(), nil
	}}
	o.Target.Processes = func() ([]int, error) {
		if ready.Load() && readings.Add(1) == 3 {
			close(all)
		}
		return []int{os.Getpid()}, nil
	}
	var once sync.Once
	o.Target.Retransmitted = func() (int64, error) {
		if ready.Load() {
			once.Do(func() { // the first edge is to be taken
				select {
				case <-all:
				case <-time.After(openTimeout):
					t.Error("the counts are read after the edge is taken")
				}
			})
		}
		return 0, nil
	}
	got := trial(t, o)
	if p := got.Parts; got.Failed != "" || p.Counted.From < 0 || p.Counted.To < 0 || p.Dialed <= p.Opened {
		t.Errorf("%s, %+v", got.Failed, p)
	}
}

// Of the kernel's memory the server's ends have their share: half where all clients are on its
// machine, and all where none is.
func TestKernelMemoryOfTheServersEnds(t *testing.T) {
	var before, after footprint
	before.machine.kernel, after.machine.kernel = 1000, 13000
	for _, row := range []struct {
		fact string
		part *Part
		want int64
	}{
		{"one load generator", nil, 6000},
		{"an agent", &Part{Part: account.Part{Of: 2}}, 6000},
		{"all agents are here", &Part{Part: account.Nothing, here: 10}, 6000},
		{"half of the clients are here", &Part{Part: account.Nothing, here: 5}, 8000},
		{"all agents are elsewhere", &Part{Part: account.Nothing}, 12000},
	} {
		o := Options{Clients: 10, Part: row.part}
		if got := memory(before, after, o.endsHere()).Kernel; got != row.want {
			t.Errorf("%s: %d bytes, want %d", row.fact, got, row.want)
		}
	}
}
