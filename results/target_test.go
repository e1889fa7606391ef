package results_test

import (
	"pushbench/results"
	"pushbench/results/example"
	"testing"
)

// A target is one more dimension of a cell, and what it cannot tell is no number.
func TestTargets(t *testing.T) {
	r := *example.Record()
	r.Targets = []results.Target{{Name: "mine"}, {Name: results.Builtin}}
	var sse *results.Trial
	for _, one := range example.Record().Trials {
		if one.Scenario == "connect" && one.Variant == "sse" && one.Number == 1 {
			sse = one
		}
	}
	mine, ours := *sse, *sse
	mine.Target = "mine"
	mine.Absent = []results.Absent{{What: results.Figures, Reason: "it answered GET /stats with 404"}}
	mine.Connection.Held = results.Held{Resident: 1 << 20, Kernel: 1 << 20, Descriptors: 100}
	r.Trials = []*results.Trial{&ours, &mine}
	cells := r.Cells()
	if len(cells) != 2 || cells[0].Target != "mine" || cells[1].Target != results.Builtin {
		t.Fatalf("%d cells, %+v", len(cells), cells)
	}
	for _, unit := range []string{"server-mem-B/conn", "stacks-B/conn", "heap-B/conn", "runtime-B/conn", "goroutines/conn"} {
		m, _ := results.MetricByUnit(unit)
		if s, ok := cells[0].Summarize(m); ok || cells[0].Why(m) != "it answered GET /stats with 404" {
			t.Errorf("%s of a target without figures is %v, because of %q", unit, s, cells[0].Why(m))
		}
		if _, ok := cells[1].Summarize(m); !ok || cells[1].Why(m) != "" {
			t.Errorf("%s of our own servers is absent: %q", unit, cells[1].Why(m))
		}
	}
	for _, unit := range []string{"resident-B/conn", "fds/conn"} {
		m, _ := results.MetricByUnit(unit)
		if _, ok := cells[0].Summarize(m); !ok {
			t.Errorf("%s is seen from outside", unit)
		}
	}
	mine.Target = "nobody"
	if err := r.Validate(); err == nil {
		t.Error("a trial against a target that the record does not have is valid")
	}
}

// Of a server whose processes are not known nothing is told from outside.
func TestTargetWithoutProcesses(t *testing.T) {
	r := *example.Record()
	r.Trials = append([]*results.Trial(nil), r.Trials...)
	for i, one := range r.Trials {
		c := *one
		c.Absent = append(c.Absent, results.Absent{What: results.Outside, Reason: "it runs already"})
		r.Trials[i] = &c
	}
	for _, unit := range []string{"server-cpu-sec/event", "server-cpu-sec/conn", "server-syscalls/event", "kernel-B/conn", "outside-B/conn", "resident-B/conn", "fds/conn"} {
		m, _ := results.MetricByUnit(unit)
		told := false
		for i, c := range example.Record().Cells() {
			if _, ok := c.Summarize(m); !ok {
				continue
			}
			told = true
			if s, ok := r.Cells()[i].Summarize(m); ok || r.Cells()[i].Why(m) == "" {
				t.Errorf("%s of %s is %v, because of %q", unit, c.Variant, s, r.Cells()[i].Why(m))
			}
		}
		if !told && unit != "server-syscalls/event" {
			t.Errorf("no cell has %s", unit)
		}
	}
}

// What a server grows by is told of one that has served nobody before.
func TestTargetThatHasServed(t *testing.T) {
	r := *example.Record()
	for _, served := range []bool{false, true} {
		r.Trials = append([]*results.Trial(nil), example.Record().Trials...)
		for i, one := range r.Trials {
			c := *one
			if served {
				c.Absent = append(c.Absent, results.Absent{What: results.Resident, Reason: "it is warm"})
			}
			r.Trials[i] = &c
		}
		told := map[string]int{}
		for _, cell := range r.Cells() {
			for _, unit := range []string{"outside-B/conn", "resident-B/conn", "kernel-B/conn"} {
				m, _ := results.MetricByUnit(unit)
				if _, ok := cell.Summarize(m); ok {
					told[unit]++
				} else if served && unit != "kernel-B/conn" && cell.Why(m) != "it is warm" {
					t.Errorf("%s of %s is absent, because of %q", unit, cell.Variant, cell.Why(m))
				}
			}
		}
		if (told["outside-B/conn"] > 0) == served || (told["resident-B/conn"] > 0) == served || told["kernel-B/conn"] == 0 {
			t.Errorf("served before: %t, told: %v", served, told)
		}
	}
}

// Memory for each connection is not told of a server that closes connections between polls.
func TestMemoryOfNoConnection(t *testing.T) {
	for _, row := range []struct {
		transport   string
		descriptors int64
		told        bool
	}{
		{"polling", 0, false}, {"polling", 40, false}, {"polling", 299, true}, {"websocket", 0, true},
	} {
		trial := &results.Trial{Transport: row.transport, Connection: results.Connection{
			Opened: 300, Held: results.Held{Resident: 12 << 20, Descriptors: row.descriptors},
		}}
		m, _ := results.MetricByUnit("outside-B/conn")
		_, ok := m.Value(trial)
		if why := m.Why(trial); ok != row.told || (why == "") != row.told || !row.told && why != "the server holds no connection between two polls" {
			t.Errorf("%d descriptors of 300 clients over %s: told %t, because %q", row.descriptors, row.transport, ok, why)
		}
	}
}
