package results

// The kinds of a Fault.
const (
	FaultCut     = "cut"     // the clients' connections are reset from outside
	FaultRestart = "restart" // the server is ended and started again at its addresses
	FaultReload  = "reload"  // the proxy in front reloads its configuration
)

// A Fault is what befell the clients' connections, or the proxy that has them, in mid-trial.
type Fault struct {
	Kind  string  `json:"kind"`               // cut: the kernel aborted them at the clients' machine, and sent a reset to the server (SOCK_DESTROY); restart: the server was ended (SIGTERM) and started again; reload: the proxy in front was told to reload its configuration, which had not changed
	After float64 `json:"after_sec"`          // from the beginning of the window
	Share float64 `json:"share,omitempty"`    // of the clients whose connections were cut, those with the lowest numbers; 0: all of them
	Down  float64 `json:"down_sec,omitempty"` // of a restart: from the order to end until the server was ready again
}

// A Reconnect is what clients do that have lost their connection. Those to which the server
// pushes wait, connect again and go on behind the last event that they have; those that ask
// have a new connection for their next request.
type Reconnect struct {
	After  float64 `json:"after_sec"`            // from the loss until the client connects
	Jitter float64 `json:"jitter_sec,omitempty"` // up to so much is added at random, for each client and loss anew
	Forget bool    `json:"forget,omitempty"`     // clients of WebSocket do not say which event was their last, and begin with new ones
}

// A Recovery is how the clients came back that had lost their connection.
type Recovery struct {
	Lost      int64     `json:"lost"`                   // connections that clients lost
	Clients   int64     `json:"clients"`                // clients that lost at least one
	Refused   int64     `json:"refused"`                // attempts to connect again that failed
	Opened    int64     `json:"opened"`                 // connections that took the place of a lost one
	Open      Histogram `json:"open"`                   // of these: connect until the answer's head has come, where the server pushes; until connected, TLS included, where clients ask
	Reconnect Histogram `json:"reconnect"`              // from the fault, or from the loss where there was none, until the connection counts as open
	Recover   Histogram `json:"recover"`                // from the same moment until the client has all events that were due before its new connection was open, except those that are lost to it
	Handshake Ledger    `json:"handshake"`              // bytes of these connections until they were open; they are in the window's, too
	ServerCPU float64   `json:"server_cpu_sec"`         // CPU time of the server in the second after the fault; 0: not known
	Dropped   *int64    `json:"listen_drops,omitempty"` // connections that the kernel dropped in the window, for all programs of the machine, because too many waited to be accepted (ListenDrops of /proc/net/netstat); absent: not known, as over a path between network namespaces
}

// Disturbed reports whether clients lost connections in t.
func (t *Trial) Disturbed() bool { return t.Fault != nil || t.Recovery != nil && t.Recovery.Lost > 0 }
