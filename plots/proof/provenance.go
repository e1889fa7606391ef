package proof

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pushbench/plots/table"
	"pushbench/plots/words"
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
		{"memory", words.Bytes(float64(p.Memory))}, {"congestion control", p.Congestion}, {"CPU governor", p.Governor},
		{"descriptor limit", words.Number(float64(p.Files))}, {"path", p.Path},
	}
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

// NotRun tables what was asked and not run, with the reasons.
func NotRun(r *results.Record) table.Table {
	t := table.Table{Columns: []table.Column{{Title: "scenario"}, {Title: "point"}, {Title: "variant"}, {Title: "reason"}}}
	for _, n := range r.NotRun {
		t.Rows = append(t.Rows, []table.Value{{Text: n.Scenario}, {Text: n.Point}, {Text: n.Variant}, {Text: words.Told(n.Reason)}})
	}
	return t
}
