package results

// How events are spread over time: the values of Workload.Arrival.
const (
	Constant = "constant" // one every 1/rate
	Poisson  = "poisson"  // independent exponential gaps with mean 1/rate
	Bursts   = "burst"    // Burst events at one instant, or as far apart as Spacing says, every Burst/rate
)
