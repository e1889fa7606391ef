package results

// A Workload is what a trial's clients and publisher did.
type Workload struct {
	Clients  int     `json:"clients"`                // simulated subscribers
	Topics   int     `json:"topics"`                 // client i subscribes to topic i mod topics
	Rate     float64 `json:"rate_per_sec"`           // events per second over all topics; 0: none
	Send     float64 `json:"send_per_sec,omitempty"` // events that each client publishes per second, over its own connection where the transport can; the rate is that of all together. 0: a publisher apart from the clients does
	Arrival  string  `json:"arrival"`                // constant, poisson, burst
	Burst    int     `json:"burst,omitempty"`        // events at one moment, when arrivals come in bursts
	Spacing  float64 `json:"spacing_sec,omitempty"`  // from one event of a burst to the next
	Payload  int     `json:"payload_bytes"`          // of one event, exactly
	Filler   string  `json:"filler,omitempty"`       // what pads a payload to its size: random, letters and digits at random; empty: one sentence again and again, which compression shortens to almost nothing
	Retained int     `json:"retained,omitempty"`     // events in each topic's history before a client connects
	Warmup   float64 `json:"warmup_sec"`             // events flow, nothing counts but deliveries
	Window   float64 `json:"window_sec"`             // the measured time, after the warm-up

	WarmupAsked float64 `json:"warmup_asked_sec,omitempty"` // the warm-up that the scenario says, where the one that was run is longer: polling's longest interval, and one more event for each topic; 0: it is the same
	Hash        string  `json:"hash,omitempty"`             // SHA-256 of this load and its conditions without the variant, hex: trials of two records are of one load when it is the same

	Reconnect *Reconnect `json:"reconnect,omitempty"` // what clients do that have lost their connection; absent: it fails the trial

	Slow *SlowClients `json:"slow,omitempty"` // clients beside these that read slowly; absent: there are none

	Interval  float64 `json:"interval_sec,omitempty"`  // polling
	Heartbeat float64 `json:"heartbeat_sec,omitempty"` // of the server, on a stream that was silent for so long; 0: not known
	Opening   int     `json:"opening"`                 // connections opened at a time
}
