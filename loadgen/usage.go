package loadgen

import "pushbench/results"

// usage is what a process has used up to now.
type usage struct {
	cpu                    int64 // nanoseconds
	resident               int64
	descriptors            int
	voluntary, involuntary int64 // context switches of the threads that are alive
}

// calls are the system calls of the read and of the write family that a process
// has made up to now; the zero value: the kernel does not tell.
type calls struct{ reads, writes int64 }

// since are the calls made after from was read, zero unless both are known.
func (c calls) since(from calls) calls {
	if c == (calls{}) || from == (calls{}) {
		return calls{}
	}
	return calls{c.reads - from.reads, c.writes - from.writes}
}

// process is what was used between two readings, seconds apart: ns of CPU time,
// system calls and what else the readings say.
func process(from, to usage, ns int64, made calls, seconds float64) results.Process {
	cpu := float64(ns) / 1e9
	return results.Process{
		CPU: cpu, Share: cpu / seconds, Resident: to.resident, Descriptors: to.descriptors,
		Voluntary: to.voluntary - from.voluntary, Involuntary: to.involuntary - from.involuntary,
		Reads: made.reads, Writes: made.writes,
	}
}

// machine is what the whole machine has used up to now.
type machine struct {
	busy, total float64 // CPU seconds of all cores
	pressure    int64   // microseconds in which some task waited for a CPU; -1: the kernel does not tell
	kernel      int64   // bytes in socket buffers and slabs
	dropped     int64   // connections that the kernel has dropped before a program accepted them; -1: it does not tell
}
