package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// overhead is what software adds to one round trip of a time that a path decides,
// in seconds: the emulated path some tenths of a millisecond for each transit, and
// two processes that wake one another on busy cores. It is the tolerance.
const overhead = 0.002

// overPath is the prediction of a time that a path decides, of so many round
// trips; a part of one counts as one.
func overPath(seconds, trips float64, formula, source string) Prediction {
	software := overhead * max(1, math.Ceil(trips))
	return Prediction{seconds, formula + fmt.Sprintf("; tolerance: software %s, three digits", results.FormatValue(software, "sec")), source, software/seconds + digit}
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
		return overPath(trip, 1, fmt.Sprintf("1 round trip of %s", results.FormatValue(trip, "sec")), source), true
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
		return overPath(n*trip, n, fmt.Sprintf("%g round trips of %s", n, results.FormatValue(trip, "sec")), source), true
	}
	return Prediction{}, false
}
