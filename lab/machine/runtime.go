package machine

import (
	"math"
	"os"
	"runtime"
	"runtime/metrics"
)

// A Runtime is how Go's runtime is set up, by its environment or by itself:
// https://pkg.go.dev/runtime#hdr-Environment_Variables.
type Runtime struct {
	Procs       int    // GOMAXPROCS: threads that run Go code at a time
	GC          int    // GOGC: growth of the heap until the next collection, percent; -1: off
	MemoryLimit int64  // GOMEMLIMIT, bytes; 0: none
	Debug       string // GODEBUG, as it was given
}

// OwnRuntime is that of this process. A server that inherits the environment
// has the same.
func OwnRuntime() Runtime {
	r := Runtime{Procs: runtime.GOMAXPROCS(0), Debug: os.Getenv("GODEBUG")}
	samples := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/gomemlimit:bytes"}}
	metrics.Read(samples)
	if v := samples[0].Value; v.Kind() == metrics.KindUint64 {
		r.GC = -1
		if v.Uint64() <= math.MaxInt32 {
			r.GC = int(v.Uint64())
		}
	}
	if v := samples[1].Value; v.Kind() == metrics.KindUint64 && v.Uint64() < math.MaxInt64 {
		r.MemoryLimit = int64(v.Uint64())
	}
	return r
}
