package results

// Provenance is what a reader needs to reproduce a run and to judge whether
// two runs compare.
type Provenance struct {
	Version    string            `json:"version"`            // of pushbench
	Commit     string            `json:"commit"`             // "unknown" when it cannot be told; "+dirty" appended when the tree was changed
	Command    []string          `json:"command"`            // the command line
	GoVersion  string            `json:"go_version"`         // of the toolchain that built pushbench
	OS         string            `json:"os"`                 // GOOS/GOARCH
	Kernel     string            `json:"kernel"`             // release
	Host       string            `json:"host"`               // a hash, so that records of one machine can be told apart without naming it
	CPU        string            `json:"cpu"`                // model name
	Cores      int               `json:"cores"`              // that the process may use
	Memory     uint64            `json:"memory_bytes"`       // of the machine
	Congestion string            `json:"congestion_control"` // TCP algorithm of the kernel
	Governor   string            `json:"governor,omitempty"` // CPU frequency governor, where there is one
	Files      uint64            `json:"descriptor_limit"`   // open files that a process may have
	Path       string            `json:"path"`               // what lies between client and server, in words: "loopback"; each trial says it in full
	Modules    map[string]string `json:"modules"`            // version of each dependency that was built in
	Granted    Granted           `json:"granted,omitzero"`   // what the processes were given of the machine
}

// Granted is what the load generator was given of the machine and how Go's
// runtime was set up in it, and so in each server of the run, which inherits it.
type Granted struct {
	Procs       int     `json:"gomaxprocs"`                 // GOMAXPROCS: threads that run Go code at a time, in each process
	GC          int     `json:"gogc"`                       // GOGC: growth of the heap until the next collection, percent; -1: off
	MemoryLimit int64   `json:"gomemlimit_bytes,omitempty"` // GOMEMLIMIT; 0: none
	Debug       string  `json:"godebug,omitempty"`          // GODEBUG of the environment; empty: none
	Quota       float64 `json:"cpu_quota_cores,omitempty"`  // CPU time that the control groups grant to all processes together, in cores; 0: no limit
	Affinity    string  `json:"affinity,omitempty"`         // CPUs that the processes may run on: 0-3,8; empty: not known
}
