package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"pushbench/scenarios/front"
	"pushbench/scenarios/link"
)

// Hash returns the SHA-256, in hex, of what decides the load that s puts on a
// server: clients, topics, events, times, opening, heartbeat, path, proxy, nodes, stall,
// what clients send, fault, what clients do after it, slow clients, fresh servers and
// what is swept. The warm-up is the one that is run. The poll intervals of all variants
// decide it, and where it differs from point to point, these are hashed.
// Texts, comments, expectations, the number of trials, other variants and the
// values of the sweep are not in it. If two runs have the same hash, the cells
// that both have are of the same load.
func (s Scenario) Hash() string {
	longest := longestInterval(s.Variants)
	switch s.Sweep.Key { // the value outside the sweep is never used
	case SweepClients:
		s.Clients = 0
	case SweepPayload:
		s.Events.Payload = 0
	case SweepRate:
		s.Events.Rate = 0 // so that the warm-up stays as it was asked
		return s.hash(longest)
	}
	c := Cell{Scenario: s} // of no variant: with a swept interval, each point has its own
	c.warmUp()
	return c.Scenario.hash(0)
}

// Hash returns that of the load of the cell, which is the same for all variants of
// the point.
func (c Cell) Hash() string {
	s := c.Scenario
	s.Sweep = Sweep{}
	return s.hash(0)
}

func (s Scenario) hash(longest time.Duration) string {
	canon, err := json.Marshal(struct { // times are nanoseconds
		Clients, Topics  int
		Events           Events
		Warmup, Duration time.Duration
		Longest          time.Duration `json:",omitzero"`
		Opening          int
		Heartbeat        time.Duration
		Sweep            string
		Path             *link.Link   `json:",omitempty"`
		Proxy            *front.Proxy `json:",omitempty"`
		Nodes            int          `json:",omitzero"`
		Backplane        string       `json:",omitzero"`
		Stall            Stall        `json:",omitzero"`
		Send             Send         `json:",omitzero"`
		Fault            Fault        `json:",omitzero"`
		Reconnect        *Reconnect   `json:",omitempty"`
		Slow             Slow         `json:",omitzero"`
		Fresh            bool         `json:",omitzero"`
	}{s.Clients, s.Topics, s.Events, s.Warmup, s.Duration, longest, s.Opening, s.Heartbeat, s.Sweep.Key, s.Path, s.Proxy, s.Nodes, s.Backplane, s.Stall, s.Send, s.Fault, s.Reconnect, s.Slow, s.Fresh})
	if err != nil {
		panic(err) // numbers and strings only; Parse lets no NaN and no infinity in
	}
	sum := sha256.Sum256(canon)
	return hex.EncodeToString(sum[:])
}
