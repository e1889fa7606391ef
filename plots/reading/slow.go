package reading

import "pushbench/plots/view"

// slowReadings tell what came of the clients that read slowly; empty where there are none.
func slowReadings(s view.Scenario) []string {
	return []string{
		list(s, "slow-delivered-share", "Of the events, the slow clients had read in the end"),
		list(s, "slow-dropped-share", "Of the events, the server dropped for slow clients"),
		list(s, "slow-cuts/client", "Connections that the server ended, per slow client"),
	}
}
