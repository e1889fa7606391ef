package results

import (
	"fmt"
	"math"
)

// SamplesFor is how many independent values the quantile q needs: 1/(1 − q), so
// that one value lies beyond it. With fewer values it would be the maximum. A p90
// needs 10, a p99 100, a p99.9 1,000. The least and the greatest need one.
func SamplesFor(q float64) int64 {
	if q <= 0 || q >= 1 {
		return 1
	}
	// 1 − q is off by half an ulp of 1, so that 1/(1 − 0.9) is a little more than 10.
	return int64(math.Ceil(1/(1-q) - 1e-6))
}

// Samples is how many independent values the trial's percentiles of latency
// stand on. A transport that pushes brings an event to all its clients in one
// sweep, and long-polling does so, too: what delays one delays all, so that the
// unit is the event. A poll comes when its own client's turn is, wherever the
// event falls: there each delivery is one.
func (t *Trial) Samples() int64 {
	if t.Transport == "polling" || t.Latency.Count() == 0 {
		return t.Latency.Count()
	}
	if n := t.Deliveries.Events; n > 0 {
		return n
	}
	// A record of layout 1 does not say.
	if n := t.ToServer.Count(); n > 0 {
		return n
	}
	return int64(math.Round(t.Load.Rate * t.Load.Window))
}

// FewEvents is the doubt about the trial's p99 when it stands on fewer than the
// samples that one needs; ok is false when it does not, or nothing was delivered.
// The text has no figures of the trial, so that trials with the same doubt have
// the same.
func (t *Trial) FewEvents() (w Warning, ok bool) {
	need := SamplesFor(0.99)
	if n := t.Samples(); n == 0 || n >= need {
		return Warning{}, false
	}
	if t.Transport == "polling" {
		return Warning{"few-samples", fmt.Sprintf("fewer than %d deliveries in the window: too few for a p99", need)}, true
	}
	return Warning{"few-events", fmt.Sprintf("fewer than %d events in the window: too few for a p99, because all deliveries of an event are late together", need)}, true
}

// lacking says that n values of something are too few for the percentile
// called name; empty when there are none, which is another matter, or enough.
func lacking(n int64, q float64, name, values string) string {
	if need := SamplesFor(q); n > 0 && n < need {
		return fmt.Sprintf("%d of the %d %s that a %s needs", n, need, values, name)
	}
	return ""
}
