package results

// Trust is how far the generator and the machine can be believed.
type Trust struct {
	Lag           Histogram `json:"schedule_lag"`              // due until its write begins
	Pressure      float64   `json:"cpu_pressure"`              // share of the window, or of opening when nothing is published, in which some task waited for a CPU (PSI some); -1: not available
	Ceiling       float64   `json:"ceiling_per_sec,omitempty"` // deliveries, or answers of transports that ask, that the generator takes per second from a server that does nothing else (a null server), with the trial's own variant, number of clients and payload; 0: not measured
	CeilingSpread float64   `json:"ceiling_spread,omitempty"`  // how much less the least of five parts of that measurement was, as a share
	CeilingIdle   float64   `json:"ceiling_idle,omitempty"`    // share of it in which the null server had nothing to do; near 0 the ceiling is a lower bound
	Busy          float64   `json:"machine_busy"`              // share of all cores in use over the same time; of trials side by side with CPUs of their own for servers and generator, of the busier part
	ClockSlip     float64   `json:"clock_slip_sec"`            // wall clock against monotonic clock over the trial
	ClockSteps    int64     `json:"clock_steps,omitempty"`     // times at which this machine's wall clock was set during the trial
	ClockStep     float64   `json:"clock_step_sec,omitempty"`  // the largest of these steps, without its sign
	Impossible    int64     `json:"impossible,omitempty"`      // events and deliveries that the server had, by its clock, before they were due or after they were received
	Throttled     float64   `json:"throttled_sec,omitempty"`   // how long processes were paused in the trial because a CPU quota was used up, over all CPUs
	Stamps        Stamps    `json:"stamps"`                    // by what the latencies end
}

// SharedShare is by how much of itself the mean latency may be lower, at most, because
// several events have the time stamp of the last of them; 0: nothing came.
func (t *Trial) SharedShare() float64 {
	n := t.Latency.Count()
	if n == 0 {
		return 0
	}
	share, _ := per(t.Trust.Stamps.SharedMean*float64(t.Trust.Stamps.Shared), t.Latency.Mean()*float64(n))
	return min(share, 1)
}

// Stamps say by what the latencies end: the kernel's time stamp of the last
// byte of the read that brought the event.
type Stamps struct {
	Kernel     int64   `json:"kernel"`          // latencies that end by the kernel's stamp
	Missing    int64   `json:"missing"`         // latencies that end when the client's read returned: there is no stamp, or it is one of before a lost packet was there
	Shared     int64   `json:"shared"`          // of the first: the read brought some of what follows the event, too, so that the stamp may be later than the event's own
	SharedMean float64 `json:"shared_mean_sec"` // mean over these of how much earlier the event may have come at most: since it was due, or since the client's read before
	SharedMax  float64 `json:"shared_max_sec"`  // the greatest
}
