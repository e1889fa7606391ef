package capacity

import (
	"fmt"

	"pushbench/results"
)

// Judge says whether a trial held: it is valid and within all objectives. If not, wrong
// says why. Where an objective cannot be judged, because the trial has no such number,
// judged is false and wrong says why. It panics for an objective that is none: a record that
// was loaded has only such as can be read.
func Judge(objectives []string, t *results.Trial) (held bool, wrong string, judged bool) {
	if t.Failed != "" {
		return false, "the trial failed: " + t.Failed, true
	}
	for _, text := range objectives {
		bound, err := results.ParseBound(text)
		if err != nil {
			panic(fmt.Sprintf("capacity: %q: %v", text, err))
		}
		if wrong, judged = bound.Judge(t); wrong != "" {
			return false, text + " " + wrong, judged
		}
	}
	return true, "", true
}

// At is the level of the load in a trial of a search that raises of.
func At(of string, t *results.Trial) int {
	if of == "clients" {
		return t.Load.Clients
	}
	return int(t.Load.Rate + 0.5)
}
