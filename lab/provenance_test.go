package lab

import (
	"regexp"
	"runtime/debug"
	"slices"
	"testing"
)

func TestCollect(t *testing.T) {
	p := Collect("1.2.3", "", []string{"pushbench", "run"})
	if p.Version != "1.2.3" || !slices.Equal(p.Command, []string{"pushbench", "run"}) || p.Path != "loopback" {
		t.Errorf("what was given is not what is there: %+v", p)
	}
	if !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(p.Host) {
		t.Errorf("host %q is not twelve hexadecimal digits", p.Host)
	}
	if !regexp.MustCompile(`^(unknown|[0-9a-f]{40}(\+dirty)?)$`).MatchString(p.Commit) {
		t.Errorf("commit %q", p.Commit)
	}
	if p.Cores < 1 || p.Memory == 0 || p.Files == 0 || p.Kernel == "" || p.GoVersion == "" || p.CPU == "" || p.Congestion == "" {
		t.Errorf("something is missing: %+v", p)
	}
	if g := p.Granted; g.Procs < 1 || g.GC == 0 || g.Affinity == "" {
		t.Errorf("what was granted is not there: %+v", g)
	}
	if again := Collect("1.2.3", "", nil); again.Host != p.Host {
		t.Error("one machine has two hashes")
	}
}

// All processes of a machine agree on when it was started, and that is no name of the machine.
func TestBooted(t *testing.T) {
	if a, b := Booted(), Booted(); len(a) != 12 || a != b || a == host() {
		t.Errorf("%q and %q on %q", a, b, host())
	}
}

func TestModules(t *testing.T) {
	got := modules([]*debug.Module{
		{Path: "example.org/a", Version: "v1.0.0"},
		{Path: "example.org/b", Version: "v2.0.0", Replace: &debug.Module{Path: "example.org/c", Version: "v3.0.0"}},
	})
	if len(got) != 2 || got["example.org/a"] != "v1.0.0" || got["example.org/c"] != "v3.0.0" {
		t.Errorf("got %v, want a and what replaces b", got)
	}
}

func TestStamped(t *testing.T) {
	tests := []struct {
		sentence string
		settings []debug.BuildSetting
		want     string
	}{
		{"a clean tree is its commit", []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "false"}}, "abc"},
		{"a changed tree says so", []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "abc"}}, "abc+dirty"},
		{"without a stamp there is nothing", []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}}, ""},
	}
	for _, test := range tests {
		if got := stamped(test.settings); got != test.want {
			t.Errorf("%s: got %q, want %q", test.sentence, got, test.want)
		}
	}
}

// The commit is the build's: where the program is started does not matter.
func TestCommitIsOfTheBuild(t *testing.T) {
	if got := Collect("", "", nil).Commit; got != "unknown" { // go test stamps nothing
		t.Errorf("in a checkout a program without a stamp is of %q", got)
	}
	if got := Collect("", "abc+dirty", nil).Commit; got != "abc+dirty" {
		t.Errorf("a build that was told abc+dirty is of %q", got)
	}
}

func TestCPUModel(t *testing.T) {
	tests := []struct{ sentence, text, want string }{
		{"x86 names the model of each core", "processor\t: 0\nmodel name\t: A  CPU @ 2.00GHz\nprocessor\t: 1\nmodel name\t: B\n", "A CPU @ 2.00GHz"},
		{"a board names itself", "processor\t: 0\nBogoMIPS\t: 108\n\nModel\t\t: Board 4\n", "Board 4"},
		{"an empty name is none", "model name\t:\nHardware\t: H\n", "H"},
		{"no name is unknown", "processor\t: 0\n", "unknown"},
	}
	for _, test := range tests {
		if got := cpuModel(test.text); got != test.want {
			t.Errorf("%s: got %q, want %q", test.sentence, got, test.want)
		}
	}
}

func TestMemory(t *testing.T) {
	tests := []struct {
		sentence, text string
		want           uint64
	}{
		{"kB are KiB", "MemTotal:       16 kB\nMemFree: 1 kB\n", 16384},
		{"another unit is not guessed", "MemTotal: 16 MB\n", 0},
		{"a number too large is none", "MemTotal: 99999999999999999999 kB\n", 0},
		{"no line is none", "", 0},
	}
	for _, test := range tests {
		if got := memory(test.text); got != test.want {
			t.Errorf("%s: got %d, want %d", test.sentence, got, test.want)
		}
	}
}
