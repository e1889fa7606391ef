package loadgen

import (
	"context"
	"runtime"
	"runtime/debug"

	"pushbench/results"
	"pushbench/servers/wire"
)

// footprint is what server, generator and kernel use at one instant.
type footprint struct {
	stats        wire.Stats
	server, self usage
	machine      machine
}

// afterCollection reads the footprint after a collection of garbage on both
// sides.
func (s *session) afterCollection(ctx context.Context) (h footprint, err error) {
	err = s.Together.exclusively(func() error {
		h, err = s.collected(ctx)
		return err
	})
	return h, err
}

func (s *session) collected(ctx context.Context) (h footprint, err error) {
	if h.stats, err = s.stats.read(ctx, true); err != nil {
		return h, err
	}
	collect()
	// Before the processes: to read their figures makes the kernel keep inodes.
	if h.machine, err = readMachine(); err != nil {
		return h, err
	}
	return s.add(h)
}

func (s *session) processes() (h footprint, err error) { return s.add(footprint{}) }

func (s *session) add(h footprint) (_ footprint, err error) {
	if h.self, err = s.self.read(); err != nil {
		return h, err
	}
	if s.server != nil {
		s.reading.Lock()
		defer s.reading.Unlock()
		h.server, err = s.server.read()
	}
	return h, err
}

// memory is what connections that are held open add to the footprint. Of each connection so
// many ends are on this machine.
func memory(a, b footprint, ends float64) results.Held {
	d := func(x, y uint64) int64 { return int64(y) - int64(x) }
	h := results.Held{
		Stacks:      d(a.stats.StackInuse, b.stats.StackInuse),
		Heap:        d(a.stats.HeapAlloc, b.stats.HeapAlloc),
		Kernel:      int64(float64(b.machine.kernel-a.machine.kernel) / ends),
		Resident:    b.server.resident - a.server.resident,
		Goroutines:  int64(b.stats.Goroutines - a.stats.Goroutines),
		Descriptors: int64(b.server.descriptors - a.server.descriptors),
		Generator:   b.self.resident - a.self.resident,
	}
	h.Runtime = d(a.stats.RuntimeSys, b.stats.RuntimeSys) - h.Stacks - h.Heap
	return h
}

// headroom fills how much the machine had left between two readings: those at
// the ends of the window or, when nothing is published in it, of opening.
func (s *session) headroom(a, b machine, seconds float64) {
	t := &s.trial.Trust
	t.Pressure = -1
	if a.pressure >= 0 && b.pressure >= 0 {
		t.Pressure = float64(b.pressure-a.pressure) / 1e6 / seconds
	}
	if total := b.total - a.total; total > 0 {
		t.Busy = (b.busy - a.busy) / total
	}
}

// collect gives the generator's garbage back to the system, so that its
// resident memory is what it needs.
func collect() {
	runtime.GC()
	debug.FreeOSMemory()
}
