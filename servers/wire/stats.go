package wire

// Ready is the one line that a server process writes to standard output when
// it accepts connections and was asked for a machine-readable ready line.
type Ready struct {
	HTTP   string   `json:"http"`           // host:port of the HTTP server
	TCP    string   `json:"tcp,omitempty"`  // host:port of the tcp floor
	Cert   string   `json:"cert,omitempty"` // PEM certificate to trust, when the server speaks TLS
	PID    int      `json:"pid"`
	Inject []string `json:"inject,omitempty"` // by what the server was made worse on purpose
}

// Stats is a server's answer to GET /stats: what it knows about itself.
// Sizes are bytes, times are seconds.
type Stats struct {
	Goroutines  int     `json:"goroutines"`
	HeapAlloc   uint64  `json:"heap_alloc_bytes"`  // live and not yet collected objects
	HeapInuse   uint64  `json:"heap_inuse_bytes"`  // spans that hold objects
	StackInuse  uint64  `json:"stack_inuse_bytes"` // goroutine stacks
	RuntimeSys  uint64  `json:"runtime_sys_bytes"` // obtained from the system, less what was given back
	Mallocs     uint64  `json:"mallocs"`           // objects allocated since the process began, those that are collected, too
	GCCycles    uint32  `json:"gc_cycles"`
	CPUSeconds  float64 `json:"cpu_seconds"` // user and system time, getrusage
	Descriptors int     `json:"descriptors"` // open file descriptors

	Connections int64                `json:"connections"`   // open now, all listeners
	Subscribers map[Transport]int64  `json:"subscribers"`   // streams and held requests open now
	Published   uint64               `json:"published"`     // events accepted
	Delivered   map[Transport]uint64 `json:"delivered"`     // events handed to a client's connection
	Empty       map[Transport]uint64 `json:"empty"`         // polls answered with nothing new
	Gaps        uint64               `json:"gaps"`          // clients told that events are gone
	Slow        uint64               `json:"slow"`          // clients disconnected because they fell behind
	Epoch       string               `json:"epoch"`         // tells the numbers of this process's events from those of another
	History     int64                `json:"history_bytes"` // payload kept, of all topics together
	Topics      map[string]uint64    `json:"topics"`        // number of each topic's newest event
}

// Ack is one line of the response to POST /publish: the server has the event.
// Lines come in the order of the events, while the request is still open.
type Ack struct {
	ID uint64 `json:"id"` // the event's number in its topic, from 1
	At int64  `json:"at"` // when the server had read it whole, Unix nanoseconds
}
