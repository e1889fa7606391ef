package results

import (
	"path/filepath"
	"strings"
	"testing"
)

// searched is a record of a search without a trial.
func searched() *Record {
	return &Record{Schema: Schema, Targets: []Target{{Name: Builtin}}, Trials: []*Trial{}, Scenarios: []Scenario{{Name: "x", Variants: []string{"sse"}}},
		Capacity: &Capacity{Of: "clients", Objectives: []string{"p99-sec <= 0.1"}, Trials: 6, Start: 100, Step: 10, Least: 10, Most: 1000, Resolution: 0.1,
			Ends: []End{{Target: Builtin, Variant: "sse", Level: 500, Resource: Descriptors, Reason: "few"}}}}
}

func TestCapacityIsChecked(t *testing.T) {
	for _, row := range []struct {
		fact   string
		change func(*Capacity)
		want   string // empty: nothing is wrong
	}{
		{"a search", func(*Capacity) {}, ""},
		{"of nothing that can be raised", func(c *Capacity) { c.Of = "payload" }, `capacity.of: is "payload", and clients or rate can be raised`},
		{"without an objective", func(c *Capacity) { c.Objectives = nil }, "capacity.objectives: is empty"},
		{"an objective that is none", func(c *Capacity) { c.Objectives = []string{"missed-events == 0", "fast"} }, "capacity.objectives[1]: the form is metric"},
		{"no trials", func(c *Capacity) { c.Trials = 0 }, "capacity.trials: is 0"},
		{"levels that do not ascend", func(c *Capacity) { c.Start = 5 }, "capacity.start: is 5, and step 10"},
		{"a step of nothing", func(c *Capacity) { c.Step = 0 }, "capacity.start: "},
		{"levels beyond all measure", func(c *Capacity) { c.Most = MostLevel + 1 }, "capacity.start: "},
		{"a resolution of nothing", func(c *Capacity) { c.Resolution = 0 }, "capacity.resolution: is 0"},
		{"a coarse one", func(c *Capacity) { c.Resolution = 1.5 }, "capacity.resolution: is 1.5"},
		{"an end of no target", func(c *Capacity) { c.Ends[0].Target = "other" }, `capacity.ends[0].target: "other" is not among`},
		{"an end below nothing", func(c *Capacity) { c.Ends[0].Level = -1 }, "capacity.ends[0].level: is -1"},
	} {
		r := searched()
		row.change(r.Capacity)
		err := r.Validate()
		switch {
		case row.want == "" && err != nil, row.want != "" && (err == nil || !strings.HasPrefix(err.Error(), row.want)):
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}

func TestCapacityIsKept(t *testing.T) {
	dir := t.TempDir()
	if err := Save(dir, searched()); err != nil {
		t.Fatal(err)
	}
	r, err := Load(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Capacity; c == nil || c.Most != 1000 || len(c.Ends) != 1 || c.Ends[0].Resource != Descriptors {
		t.Errorf("%+v", c)
	}
}
