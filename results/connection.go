package results

// Connection is what it takes to open and to hold one connection.
type Connection struct {
	Opened     int64     `json:"opened"`            // connections on which one round trip was over
	TCP        Histogram `json:"tcp"`               // connect until connected
	TLS        Histogram `json:"tls"`               // handshake; empty without TLS
	HTTP       Histogram `json:"http"`              // request sent until the answer's head has reached the clients' machine; the tcp floor: its first frame
	Open       Histogram `json:"open"`              // all of the above: connect until one round trip is over
	FirstEvent Histogram `json:"first_event"`       // connect until the first retained event has reached the clients' machine; empty without one
	Resumed    int64     `json:"resumed"`           // TLS handshakes that resumed a session
	Seconds    float64   `json:"seconds"`           // opening all connections
	ServerCPU  float64   `json:"server_cpu_sec"`    // for all of them
	ClientCPU  float64   `json:"generator_cpu_sec"` // for all of them
	Held       Held      `json:"held"`              // what they cost while held open
}

// Held is what Opened connections add to the server while they are held open
// and idle: the difference between after and before, for all connections.
type Held struct {
	Stacks      int64 `json:"stacks_bytes,omitempty"`   // goroutine stacks
	Heap        int64 `json:"heap_bytes,omitempty"`     // live heap after a collection
	Runtime     int64 `json:"runtime_bytes,omitempty"`  // what the Go runtime took from the system beyond stacks and heap
	Kernel      int64 `json:"kernel_bytes"`             // socket buffers and slab objects; half of what both ends took on this machine, or all of it where the clients are elsewhere
	Resident    int64 `json:"resident_bytes"`           // the process's RSS, from outside
	Goroutines  int64 `json:"goroutines,omitempty"`     // of the server
	Descriptors int64 `json:"descriptors"`              // open files of the server
	Generator   int64 `json:"generator_resident_bytes"` // RSS that the load generator added for them
}

// Process is what a process used over the window, seen from outside.
type Process struct {
	CPU         float64 `json:"cpu_sec"`               // user and system time
	Share       float64 `json:"share"`                 // of one core: CPU seconds by window seconds
	Resident    int64   `json:"resident_bytes"`        // RSS at the end of the window
	Descriptors int     `json:"descriptors"`           // open files at the end of the window
	Goroutines  int     `json:"goroutines,omitempty"`  // at the end of the window, of the load generator; absent: not known
	Voluntary   int64   `json:"voluntary_switches"`    // context switches: it waited
	Involuntary int64   `json:"involuntary_switches"`  // context switches: it was made to wait
	Reads       int64   `json:"read_calls,omitempty"`  // system calls of the read family over the window (/proc/PID/io); absent: not known
	Writes      int64   `json:"write_calls,omitempty"` // of the write family
	Allocations int64   `json:"allocations,omitempty"` // objects that the server allocated from when all connections were open until the last event had arrived, by its own figures; absent: not known
}
