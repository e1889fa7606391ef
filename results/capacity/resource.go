package capacity

import (
	"cmp"
	"fmt"
	"slices"

	"pushbench/results"
)

// What ended a search, as its trials tell. Package results has the others: what was missing
// before a trial could be made.
const (
	Generator = "generator"      // the load generator: the result says nothing about the server
	Others    = "other programs" // of the machine: the result says nothing about the server
	ServerCPU = "server CPU"     // the CPU time that the server could get
	ProxyCPU  = "proxy CPU"      // that of the proxy in front of it
	Backplane = "backplane CPU"  // that of the backplane between its nodes
	Quota     = "CPU quota"      // of the control group in which everything runs
	Unopened  = "connections"    // not all could be opened: nothing was measured, and nothing tells why
	Unknown   = "unknown"        // nothing that the record holds was used up
)

// Limits above which a resource is taken for used up.
const (
	busy        = 0.85 // of all cores
	nearCeiling = 0.7  // of what the generator takes from a server that does nothing
	oneThread   = 0.9  // of a core, by a server that uses no more than one
)

// resource says what a trial that broke had used up, of a machine with so many cores, and
// how that shows.
func resource(t *results.Trial, cores int) (what, why string) {
	known := t.Lacks(results.Outside) == "" && t.Server.Share > 0
	switch share, ok := t.OfCeiling(); {
	case lost(t) != "":
		return Generator, "an agent, which carried out a part of the load, was lost: " + lost(t)
	case t.Failed != "" && t.Connection.Opened == 0:
		return Unopened, "the trial failed before all clients were connected, so that nothing was measured"
	case t.Trust.Throttled > 0:
		what, shares := most(parties(t), cores)
		if what != Generator {
			what = Quota
		}
		return what, fmt.Sprintf("the CPU quota was used up, and processes were paused for %s: %s",
			results.FormatValue(t.Trust.Throttled, "sec"), shares)
	case ok && share > nearCeiling:
		return Generator, fmt.Sprintf("the load generator was at %.0f %% of its own ceiling", 100*share)
	case warned(t, "agent-limit"):
		return Generator, "the agents, which carried out the load, published late or used nearly all of the CPU time"
	case warned(t, "schedule-lag"):
		return Generator, fmt.Sprintf("the load generator published late: of a hundred events 99 at most by %s",
			results.FormatValue(t.Trust.Lag.Quantile(0.99), "sec"))
	case !known && t.Trust.Busy > busy:
		return Unknown, fmt.Sprintf("%.0f %% of %d cores were in use, and it is not known how much of that was the server",
			100*t.Trust.Busy, cores)
	case !known:
		return Unknown, "it is not known what the server used"
	case t.Trust.Busy > busy:
		what, shares := most(withOthers(t, cores), cores)
		return what, "the cores were used up: " + shares
	}
	_, shares := most(withOthers(t, cores), cores)
	one := t.Backplane == nil || t.Backplane.Nodes == 1 // process, which may have one thread
	if cores > 1 && one && t.Server.Share >= oneThread && t.Server.Share <= 2-oneThread {
		return ServerCPU, "the server used as much as one thread can: " + shares
	}
	return Unknown, "no resource was used up: " + shares
}

// A party is somebody who used CPU time in the window.
type party struct {
	what, name string
	share      float64 // of one core
}

// parties are those that belong to the trial.
func parties(t *results.Trial) []party {
	all := []party{{ServerCPU, "the server", t.Server.Share}, {Generator, "the load generator", t.Generator.Share}}
	if t.Proxy != nil && t.Load.Window > 0 {
		all = append(all, party{ProxyCPU, "the proxy", t.Proxy.CPU / t.Load.Window})
	}
	if t.Backplane != nil && t.Load.Window > 0 {
		all = append(all, party{Backplane, "the backplane", t.Backplane.CPU / t.Load.Window})
	}
	return all
}

// withOthers are also those that have nothing to do with the trial, or the kernel: they used
// what the parties did not.
func withOthers(t *results.Trial, cores int) []party {
	all := parties(t)
	rest := t.Trust.Busy * float64(cores)
	for _, p := range all {
		rest -= p.share
	}
	return append(all, party{Others, "other programs", max(0, rest)})
}

// most is who used most of the CPU time in the window, and how much each did.
func most(all []party, cores int) (what, shares string) {
	for i, p := range all {
		switch {
		case i == 0:
			shares = fmt.Sprintf("of %d cores %s used %.2f", cores, p.name, p.share)
		case i == len(all)-1:
			shares += fmt.Sprintf(" and %s %.2f", p.name, p.share)
		default:
			shares += fmt.Sprintf(", %s %.2f", p.name, p.share)
		}
	}
	return slices.MaxFunc(all, func(a, b party) int { return cmp.Compare(a.share, b.share) }).what, shares
}

// lost is the name of an agent that did not see the trial to its end.
func lost(t *results.Trial) string {
	if t.Parts == nil {
		return ""
	}
	i := slices.IndexFunc(t.Parts.Agents, func(a results.Agent) bool { return a.Lost != "" })
	if i < 0 {
		return ""
	}
	return t.Parts.Agents[i].Name
}

func warned(t *results.Trial, code string) bool {
	return slices.ContainsFunc(t.Warnings, func(w results.Warning) bool { return w.Code == code })
}

// ended is what most of the trials that broke had used up, what says nothing about the server
// first where several are as frequent, and how that shows in one of them.
func ended(broken []*results.Trial, cores int) (what, why string) {
	counts, words := map[string]int{}, map[string]string{}
	for _, t := range broken {
		what, why := resource(t, cores)
		counts[what]++
		if words[what] == "" {
			words[what] = why
		}
	}
	all := []string{Generator, Others, Unopened, ServerCPU, ProxyCPU, Backplane, Quota, Unknown}
	what = slices.MaxFunc(all, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[a], counts[b]), cmp.Compare(slices.Index(all, b), slices.Index(all, a)))
	})
	return what, words[what]
}
