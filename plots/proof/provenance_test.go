package proof

import (
	"testing"

	"pushbench/results"
)

// What the processes were given stands among the provenance, in words.
func TestGranted(t *testing.T) {
	names := []string{"threads of Go code (GOMAXPROCS)", "garbage collection (GOGC)", "memory limit (GOMEMLIMIT)", "GODEBUG", "CPU quota", "CPUs allowed"}
	for _, c := range []struct {
		fact string
		g    results.Granted
		want []string
	}{
		{"everything restricted", results.Granted{Procs: 2, GC: -1, MemoryLimit: 512e6, Debug: "gctrace=1", Quota: 1.5, Affinity: "0-1"},
			[]string{"2 in each process", "off", "512 MB in each process", "gctrace=1", "1.5 cores for all processes together", "0-1"}},
		{"nothing restricted", results.Granted{Procs: 8, GC: 100},
			[]string{"8 in each process", "when the heap has grown by 100 %", "none", "none", "none", "unknown"}},
		{"a record that does not know", results.Granted{}, []string{"unknown", "unknown", "unknown", "unknown", "unknown", "unknown"}},
	} {
		got := map[string]string{}
		for _, kv := range Provenance(&results.Record{Provenance: results.Provenance{Granted: c.g}}) {
			got[kv[0]] = spaced(kv[1])
		}
		for i, name := range names {
			if got[name] != c.want[i] {
				t.Errorf("%s: %s is %q, want %q", c.fact, name, got[name], c.want[i])
			}
		}
	}
}
