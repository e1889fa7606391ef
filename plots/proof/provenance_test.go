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

// Who answered is told in full: how it was started, how it is spoken to, what it lacks.
func TestAnswered(t *testing.T) {
	got := map[string]string{}
	for _, kv := range Provenance(&results.Record{Targets: []results.Target{
		{Name: results.Builtin}, {Name: "old", Command: []string{"./old", "a b"}},
		{Name: "mine", Command: []string{"node", "x"}, File: "mine.yaml", Text: "about: x\n", Version: "5.3", Traits: []results.Trait{{Name: "SSE", Text: "GET /events"}},
			Absent: []results.Absent{{What: results.Floor, Reason: "it has none"}}},
		{Name: "there", File: "http://h/e", Text: "about: x\n"},
	}}) {
		got[kv[0]] = kv[1]
	}
	for name, want := range map[string]string{
		"target builtin": "pushbench's own servers", "target old": "./old 'a b'", "target mine": "node x; described by mine.yaml; version 5.3; not known: the floor of raw TCP (it has none)",
		"target mine, SSE": "GET /events", "target there": "a server that ran already; described by http://h/e",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}
