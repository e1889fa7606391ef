package model

import (
	"fmt"

	"pushbench/results"
)

// predictAge is the mean age of information: the time since the newest event
// on the schedule, plus how late it comes.
func predictAge(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	if unit != "age-sec" || l.Rate <= 0 || t.Latency.Count() == 0 {
		return Prediction{}, false
	}
	late := t.Latency.Mean()
	// At each edge of the window a part of a gap is in the average whose event is
	// not, or the other way round; the latency is to the histogram's three digits.
	p := Prediction{Source: "Kaul, Yates, Gruteser: Real-time status: how often should one update? (INFOCOM 2012)", Tolerance: l.scatter() + digit}
	switch {
	case l.beats() > 0:
		p.Value = 1/(2*l.beats()) + late
		p.Formula = fmt.Sprintf("1/(2λ) + the measured mean latency, λ = %.4g/s of a topic; tolerance: one gap of the window", l.beats())
	case l.Arrival == "poisson": // every Tth event of a Poisson process: (T + 1)/(2R), which is 1/λ for one topic
		p.Value = float64(l.Topics+1)/(2*l.Rate) + late
		p.Formula = fmt.Sprintf("1/λ + the measured mean latency, λ = %.4g/s", l.Rate)
		if l.Topics > 1 {
			p.Formula = fmt.Sprintf("(T + 1)/(2R) + the measured mean latency, R = %.4g/s over T = %d topics in turn", l.Rate, l.Topics)
		}
	default:
		return Prediction{}, false
	}
	return p, true
}
