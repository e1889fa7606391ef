package results

// A Path is what lay between the clients and the server of a trial.
type Path struct {
	Kind    string  `json:"kind"`                         // loopback; network: to a target at an address of its own; veth: between network namespaces; tunnel: the same with what follows
	Profile string  `json:"profile,omitempty"`            // name of a usual network whose figures these are, such as 4g; absent: it has none
	MTU     int     `json:"mtu"`                          // bytes of the largest IP packet
	Delay   float64 `json:"delay_sec,omitempty"`          // of every packet, each way
	Jitter  float64 `json:"jitter_sec,omitempty"`         // the delay is uniform within Delay ± Jitter; packets stay in order
	Rate    float64 `json:"rate_bytes_per_sec,omitempty"` // each way; 0: unlimited
	Loss    float64 `json:"loss,omitempty"`               // share of packets, each way
	Seed    uint64  `json:"seed,omitempty"`               // of jitter and loss

	ToServer *Carried `json:"to_server,omitempty"` // what it did with the clients' packets; absent over loopback
	ToClient *Carried `json:"to_client,omitempty"` // what it did with the server's packets; absent over loopback
}

// Carried is what became of the packets that a path was given in one direction,
// from its opening to the end of the trial, and what the path itself added.
type Carried struct {
	Packets   int64   `json:"packets"`       // that came into it
	Bytes     int64   `json:"bytes"`         // of these, as IP packets
	Delivered int64   `json:"delivered"`     // that came out of it
	Lost      int64   `json:"lost"`          // at random, by its loss
	Dropped   int64   `json:"dropped"`       // that found the queue in front of its rate full
	Overrun   int64   `json:"overrun"`       // that the kernel dropped at an end, before it or after it: not asked for
	Refused   int64   `json:"refused"`       // that the kernel would not take from a tunnel: not asked for
	LateMean  float64 `json:"late_mean_sec"` // of the departures from a tunnel after they were due: in every time that was measured over it
	LateMax   float64 `json:"late_max_sec"`  // the latest of them
}
