package results

// A Proxy is what stood in front of the server in all trials of a scenario.
type Proxy struct {
	Name    string `json:"name"`              // of the program: nginx
	Config  string `json:"config"`            // of its configuration: default, tuned and so on
	About   string `json:"about"`             // how it is set up, without a full stop
	Version string `json:"version,omitempty"` // of the program; absent: it does not tell
	Text    string `json:"text"`              // its configuration or, where variants need several, such as one with TLS, all of them one behind the other. The addresses and the directory are other ones in each trial
}

// A Front is the proxy that the clients of one trial connected to.
type Front struct {
	Name   string  `json:"name"`       // of the program
	Config string  `json:"config"`     // of its configuration
	CPU    float64 `json:"cpu_sec"`    // user and system time of its processes over the window
	Held   int64   `json:"held_bytes"` // what the memory of its processes grew by while all connections were opened, with each page that several of them share counted once (Pss)
}
