package pushtest

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"

	"pushbench/servers/wire"
)

// serveFigures answers questions for the figures of this process on a listener of its
// own, so that they are no route of the server that is measured.
func serveFigures(file *os.File) error {
	l, err := net.FileListener(file)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+wire.RouteStats, figures)
	go func() { _ = http.Serve(l, mux) }() // until the process ends
	return nil
}

// figures answers GET /stats, as package servers does.
func figures(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get(wire.ParamGC) == "1" {
		runtime.GC()
		debug.FreeOSMemory() // collects once more, which shrinks stacks further, and gives back what is free
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(wire.Stats{ // fails when nobody asks any more
		Goroutines: runtime.NumGoroutine(), HeapAlloc: m.HeapAlloc, HeapInuse: m.HeapInuse, StackInuse: m.StackInuse,
		RuntimeSys: m.Sys - m.HeapReleased, Mallocs: m.Mallocs, GCCycles: m.NumGC,
	})
}
