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
	const tcp, tls = "RFC 9293 section 3.5: SYN and SYN-ACK", "RFC 8446 section 2: one round trip, full or resumed"
	http, asked := "RFC 9112: one request and one answer; RFC 6455 section 4: the upgrade is one, too", 1.0
	if t.Transport == "websocket" && overHTTP(t) == "2" {
		http, asked = "RFC 8441 section 3: the server's settings come first, and then one request and one answer", 2
	}
	trips := func(n float64, source string) (Prediction, bool) {
		text := "1 round trip"
		if n > 1 {
			text = fmt.Sprintf("%g round trips", n)
		}
		return overPath(n*trip, n, text+" of "+results.FormatValue(trip, "sec"), source), true
	}
	switch {
	case unit == "connect-sec":
		return trips(1, tcp)
	case unit == "tls-sec" && secure:
		return trips(1, tls)
	case unit == "http-sec" && (asked == 1 || !shared(t)): // the first client of a connection alone waits for settings
		return trips(asked, http)
	case unit == "open-sec" && !shared(t):
		if secure {
			return trips(2+asked, tcp+"; "+tls+"; "+http)
		}
		return trips(1+asked, tcp+"; "+http)
	}
	return Prediction{}, false
}
