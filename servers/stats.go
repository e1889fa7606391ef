package servers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync/atomic"

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
	cpu, err := cpuSeconds()
	if err != nil {
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
		Mallocs:     mem.Mallocs,
		GCCycles:    mem.NumGC,
		CPUSeconds:  cpu,
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
