package proof

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/safe"
)

// Provenance lists every field of the record's provenance, each with its name.
func Provenance(r *results.Record) [][2]string {
	p := r.Provenance
	out := [][2]string{
		{"run", r.ID}, {"began", r.Began.UTC().Format(time.RFC3339)}, {"ended", r.Ended.UTC().Format(time.RFC3339)},
		{"trials", fmt.Sprintf("%d of %d planned", len(r.Trials), r.Planned)}, {"seed", fmt.Sprint(r.Seed)}, {"schema", fmt.Sprint(r.Schema)},
		{"pushbench", p.Version}, {"commit", p.Commit}, {"command", safe.Command(p.Command...)}, {"Go", p.GoVersion},
		{"system", p.OS}, {"kernel", p.Kernel}, {"host (hash)", p.Host}, {"CPU", p.CPU}, {"cores", fmt.Sprint(p.Cores)},
		{"memory", text.Bytes(float64(p.Memory))}, {"congestion control", p.Congestion}, {"CPU governor", p.Governor},
		{"descriptor limit", text.Number(float64(p.Files))}, {"path", p.Path},
	}
	for _, t := range r.Targets {
		name := "target " + text.Name(t.Name)
		out = append(out, [2]string{name, answered(t)})
		for _, x := range t.Traits {
			out = append(out, [2]string{name + ", " + text.Name(x.Name), text.Told(x.Text)})
		}
	}
	for _, s := range r.Scenarios {
		if p := s.Proxy; p != nil {
			out = append(out, [2]string{"proxy of " + text.Name(s.Name), proxied(*p)})
		}
		if n := s.Nodes; n != nil {
			line := text.Nodes(*n)
			if n.Version != "" {
				line += ", version " + text.Told(n.Version)
			}
			out = append(out, [2]string{"nodes of " + text.Name(s.Name), line})
		}
	}
	out = append(out, granted(p.Granted)...)
	for _, name := range slices.Sorted(maps.Keys(p.Modules)) {
		out = append(out, [2]string{name, p.Modules[name]})
	}
	for i := range out {
		if out[i][1] == "" {
			out[i][1] = "unknown"
		}
	}
	return out
}

// answered says who a target is, and what it lacks.
func answered(t results.Target) string {
	line := "pushbench's own servers"
	switch {
	case len(t.Command) > 0:
		line = safe.Command(t.Command...)
	case t.Text != "":
		line = "a server that ran already"
	}
	if t.File != "" {
		line += "; described by " + text.Told(t.File)
	}
	if t.Version != "" {
		line += "; version " + text.Told(t.Version)
	}
	for _, a := range t.Absent {
		line += "; not known: " + lacked(a.What) + " (" + text.Told(a.Reason) + ")"
	}
	return line
}

// lacked says what a target cannot tell or do.
func lacked(what string) string {
	switch what {
	case results.Figures:
		return "its own figures"
	case results.Outside:
		return "the figures of its processes"
	case results.Version:
		return "its version"
	case results.Floor:
		return "the floor of raw TCP"
	case results.Due:
		return "when its events are due"
	case results.Opening:
		return "what opening a client takes"
	}
	return text.Name(what)
}

// granted says what the processes were given of the machine, in words; a record
// of before that was noted does not know.
func granted(g results.Granted) [][2]string {
	out := [][2]string{{"threads of Go code (GOMAXPROCS)", ""}, {"garbage collection (GOGC)", ""}, {"memory limit (GOMEMLIMIT)", ""},
		{"GODEBUG", ""}, {"CPU quota", ""}, {"CPUs allowed", g.Affinity}}
	if g == (results.Granted{}) {
		return out
	}
	for i, line := range []string{text.Number(float64(g.Procs)) + " in each process", fmt.Sprintf("when the heap has grown by %d\u00a0%%", g.GC), "none", "none", "none"} {
		out[i][1] = line
	}
	if g.GC < 0 {
		out[1][1] = "off"
	}
	if g.MemoryLimit > 0 {
		out[2][1] = text.Bytes(float64(g.MemoryLimit)) + " in each process"
	}
	if g.Debug != "" {
		out[3][1] = g.Debug
	}
	if g.Quota > 0 {
		out[4][1] = text.Number(g.Quota) + " cores for all processes together"
	}
	return out
}

// proxied says what stood in front of the server.
func proxied(p results.Proxy) string {
	line := text.Proxy(p)
	if p.Version != "" {
		line += ", version " + text.Told(p.Version)
	}
	return line + ": " + text.Told(p.About)
}
