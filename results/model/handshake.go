package model

import (
	"fmt"

	"pushbench/results"
)

// overhead is what software adds to a time that a path decides, in seconds:
// the tolerance grows by it.
const overhead = 0.002

// overPath is the prediction of a time that a path decides.
func overPath(seconds float64, formula, source string) Prediction {
	return Prediction{seconds, formula, source, 0.05 + overhead/seconds}
}

// predictHandshake is how many round trips the phases of opening a connection
// take, where the path has a delay to tell them by.
func predictHandshake(t *results.Trial, unit string) (Prediction, bool) {
	trip := 2 * t.Path.Delay
	if trip <= 0 || t.Path.Jitter > 0 {
		return Prediction{}, false
	}
	secure := secure(t)
	const tcp, tls, http = "RFC 9293 section 3.5: SYN and SYN-ACK", "RFC 8446 section 2: one round trip, full or resumed", "RFC 9112: one request and one answer; RFC 6455 section 4: the upgrade is one, too"
	once := func(source string) (Prediction, bool) {
		return overPath(trip, fmt.Sprintf("1 round trip of %s", results.FormatValue(trip, "sec")), source), true
	}
	switch {
	case unit == "connect-sec":
		return once(tcp)
	case unit == "tls-sec" && secure:
		return once(tls)
	case unit == "http-sec":
		return once(http)
	case unit == "open-sec":
		n, source := 2.0, tcp+"; "+http
		if secure {
			n, source = 3, tcp+"; "+tls+"; "+http
		}
		return overPath(n*trip, fmt.Sprintf("%g round trips of %s", n, results.FormatValue(trip, "sec")), source), true
	}
	return Prediction{}, false
}
