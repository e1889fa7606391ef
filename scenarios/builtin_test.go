package scenarios

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"
)

func TestBuiltin(t *testing.T) {
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !slices.ContainsFunc(all, func(s Scenario) bool { return s.Name+".yaml" == name }) {
			t.Errorf("%s is embedded and not in the list", name)
		}
	}
	for _, s := range all {
		if s.File != BuiltinFile || !strings.HasSuffix(s.About, ".") {
			t.Errorf("%s: file %q, about %q", s.Name, s.File, s.About)
		}
		if !strings.HasPrefix(s.Text, "# ") || !strings.Contains(s.Text, "?\n") || !strings.Contains(s.Text, "# How to read it:") {
			t.Errorf("%s does not begin with its question and how to read the answer", s.Name)
		}
		for _, c := range s.Cells() {
			if c.Variant.Duration(wire.Interval) > s.Duration {
				t.Errorf("%s: %s polls less than once in %s", s.Name, c.Variant, s.Duration)
			}
		}
		if s.Suite == SuiteFull && s.Trials < 10 {
			t.Errorf("%s: the full suite has at least ten trials of each cell, not %d", s.Name, s.Trials)
		}
	}
}

func TestDefaultSuite(t *testing.T) {
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	suite := slices.DeleteFunc(all, func(s Scenario) bool { return s.Suite != SuiteDefault })
	intervals := map[time.Duration]bool{}
	transports := map[wire.Transport]bool{}
	for _, s := range suite {
		for _, c := range s.Cells() {
			transports[c.Variant.Transport] = true
			intervals[c.Variant.Duration(wire.Interval)] = true
		}
	}
	for _, tr := range wire.Transports() {
		if !transports[tr] {
			t.Errorf("the default suite has no %s", tr)
		}
	}
	for _, d := range []time.Duration{500 * time.Millisecond, 10 * time.Second} {
		if !intervals[d] {
			t.Errorf("the default suite has no poll interval of %s", d)
		}
	}
	var keys []string
	for _, s := range suite {
		if s.Sweep.Key != "" {
			keys = append(keys, s.Sweep.Key)
		}
	}
	if !slices.Equal(keys, sweepKeys()) {
		t.Errorf("the default suite sweeps %v, want each of %v", keys, sweepKeys())
	}
}
