package results

// nodesMetrics are what the backplane between the nodes of a server costs, where there is one.
func nodesMetrics() []Metric {
	return []Metric{
		lower("backplane-cpu-sec/event", "backplane CPU per delivered event", "backplane CPU/event", kindSec,
			"CPU time of all processes of the backplane between the nodes of the server over the window, user and system, divided by the deliveries between the same two readings. The backplane has each published event once from its publisher and gives it to each node once, however many clients there are.",
			func(t *Trial) (float64, bool) {
				if t.Backplane == nil {
					return 0, false
				}
				v, ok := per(t.Backplane.CPU, float64(t.timed()))
				return v, ok && v > 0
			}),
	}
}
