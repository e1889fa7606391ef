package servers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"

	"pushbench/servers/wire"
)

// counters are what the server counts about itself.
type counters struct {
	connections atomic.Int64
	published   atomic.Uint64
	gaps        atomic.Uint64
	slow        atomic.Uint64
	carriers    map[wire.Transport]*carrier // one per transport, never changed
}

// A carrier counts what one transport did.
type carrier struct {
	subscribers atomic.Int64
	delivered   atomic.Uint64
	empty       atomic.Uint64
}

func (c *counters) init() {
	c.carriers = make(map[wire.Transport]*carrier)
	for _, t := range wire.Transports() {
		c.carriers[t] = new(carrier)
	}
}

// figures answers GET /stats.
func (s *Server) figures(w http.ResponseWriter, r *http.Request) error {
	gc, err := param(r.URL.RawQuery, wire.ParamGC)
	if err != nil {
		return err
	}
	if gc == "1" {
		runtime.GC()
		debug.FreeOSMemory() // collects once more, which shrinks stacks further, and gives back what is free
	}
	stats, err := s.Stats()
	if err != nil {
		return err
	}
	body, err := json.Marshal(stats)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Content-Type"] = typeJSON
	h["Cache-Control"] = noStore
	_, err = w.Write(append(body, '\n'))
	return writeError{err}.orNil()
}

// Stats returns what the server knows about itself. Memory, CPU time and
// descriptors are those of the whole process.
func (s *Server) Stats() (wire.Stats, error) {
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return wire.Stats{}, fmt.Errorf("getrusage: %w", err)
	}
	descriptors, err := countDescriptors()
	if err != nil {
		return wire.Stats{}, fmt.Errorf("counting descriptors: %w", err)
	}
	stats := wire.Stats{
		Goroutines:  runtime.NumGoroutine(),
		HeapAlloc:   mem.HeapAlloc,
		HeapInuse:   mem.HeapInuse,
		StackInuse:  mem.StackInuse,
		RuntimeSys:  mem.Sys - mem.HeapReleased,
		GCCycles:    mem.NumGC,
		CPUSeconds:  seconds(usage.Utime) + seconds(usage.Stime),
		Descriptors: descriptors,
		Connections: s.stats.connections.Load(),
		Subscribers: make(map[wire.Transport]int64),
		Published:   s.stats.published.Load(),
		Delivered:   make(map[wire.Transport]uint64),
		Empty:       make(map[wire.Transport]uint64),
		Gaps:        s.stats.gaps.Load(),
		Slow:        s.stats.slow.Load(),
		Epoch:       s.hub.Epoch(),
		History:     s.hub.held.Load(),
		Topics:      s.hub.Newest(),
	}
	for t, c := range s.stats.carriers {
		stats.Subscribers[t] = c.subscribers.Load()
		stats.Delivered[t] = c.delivered.Load()
		stats.Empty[t] = c.empty.Load()
	}
	return stats, nil
}

// countDescriptors asks for the directory's size, which is their number since
// Linux 6.2. To list them would make the kernel keep an inode for each, which
// a reader of the machine's memory would find.
func countDescriptors() (int, error) {
	const dir = "/proc/self/fd"
	info, err := os.Stat(dir)
	if err != nil {
		return 0, err
	}
	if n := info.Size(); n > 0 {
		return int(n), nil
	}
	list, err := os.ReadDir(dir)
	return len(list) - 1, err // without the one that reads the directory
}

func seconds(t syscall.Timeval) float64 {
	return float64(t.Sec) + float64(t.Usec)/1e6
}
