package results

// Nodes are the processes that were the server together in all trials of a scenario. Client i is at
// node i modulo their number, and one that has lost its connection comes back to the next one; the
// events of topic i are published at node i modulo their number.
type Nodes struct {
	Count     int    `json:"count"`             // of the processes
	Backplane string `json:"backplane"`         // what carried events between them: redis or nats
	Version   string `json:"version,omitempty"` // of that program; absent: it does not tell
}

// A Backplane is what carried the events of one trial between the nodes of its server. Their own
// connections to it are a part of the server.
type Backplane struct {
	Name  string  `json:"name"`    // redis or nats
	Nodes int     `json:"nodes"`   // processes of the server
	CPU   float64 `json:"cpu_sec"` // user and system time of its own processes over the window
}
