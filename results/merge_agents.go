package results

import (
	"fmt"
	"math"
	"slices"
)

// A reason is why the part of an agent is missing or wrong.
type reason struct{ who, why string }

// toldReasons is how many reasons a trial tells. Each agent has its own beside the total.
const toldReasons = 4

// summed words reasons: equal ones once, and of many the first few.
func summed(all []reason) (words []string) {
	for len(all) > 0 {
		if len(words) == toldReasons {
			return append(words, fmt.Sprintf("the parts of %d more agents are missing or wrong", len(all)))
		}
		one := all[0]
		rest := slices.DeleteFunc(slices.Clone(all), func(r reason) bool { return r.why == one.why })
		if others := len(all) - len(rest) - 1; others > 0 {
			one.who += fmt.Sprintf(" and %d more", others)
		}
		words, all = append(words, one.who+one.why), rest
	}
	return words
}

// limits says which agents may have been the limit for want of CPU time: all of a machine whose
// agents together used nearly all that one of them may use.
func (p *Parts) limits() {
	type machine struct{ share, cores float64 }
	machines := map[string]machine{}
	for _, a := range p.Agents {
		m := machines[a.Host]
		machines[a.Host] = machine{m.share + a.Share, max(m.cores, float64(a.Cores))}
	}
	for i := range p.Agents {
		a := &p.Agents[i]
		if m := machines[a.Host]; a.Limit == "" && m.cores > 0 && m.share > busyLimit*m.cores {
			a.Limit = "the agents of its machine used nearly all of its CPU time"
		}
	}
}

// wrong is the most by which the clock of the agent may have been wrong between the two
// comparisons, each of which has a bound.
func (a *Agent) wrong() float64 { return max(a.Bound, math.Abs(a.Drift)+a.BoundAfter) }

// apart fills how far the agents may have begun and read their counts apart, and by how much
// latencies from one to another may be wrong.
func (p *Parts) apart() {
	var start, from, to reach
	from.add(p.Counted.From, 0)
	to.add(p.Counted.To, 0)
	var worst [2]float64
	for i := range p.Agents {
		a := &p.Agents[i]
		wrong := a.wrong()
		start.add(a.Start, a.Bound)
		if a.Lost+a.Failed == "" { // else it may have read nothing
			from.add(a.Counted.From, wrong)
			to.add(a.Counted.To, wrong)
		}
		switch {
		case wrong > worst[0]:
			worst = [2]float64{wrong, worst[0]}
		case wrong > worst[1]:
			worst[1] = wrong
		}
	}
	p.Apart = max(from.width(), to.width())
	if len(p.Agents) > 1 {
		p.Spread, p.Error = start.width(), worst[0]+worst[1]
	}
}

// A reach is the interval in which instants are, each of which has a bound; the zero value has
// none.
type reach struct {
	some        bool
	first, last float64
}

func (r *reach) add(at, bound float64) {
	if !r.some {
		*r = reach{true, at - bound, at + bound}
		return
	}
	r.first, r.last = min(r.first, at-bound), max(r.last, at+bound)
}

func (r reach) width() float64 { return r.last - r.first }

// apartLimit is the share of the window by which readings of counts may be apart.
const apartLimit = 0.01

// countsApart is the doubt about what is divided by deliveries that were counted at other
// instants.
func (t *Trial) countsApart() (w Warning, ok bool) {
	if t.Load.Window == 0 || t.Parts.Apart <= apartLimit*t.Load.Window {
		return Warning{}, false
	}
	return Warning{"counts-apart", fmt.Sprintf("the server's CPU time and the deliveries of the agents were read "+
		"more than %.0f %% of the window apart: what the server used for an event may be wrong by as much", 100*apartLimit)}, true
}
