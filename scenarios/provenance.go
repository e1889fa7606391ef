package scenarios

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"pushbench/results"
)

// Collect returns what a reader must know of this machine and program to
// reproduce and to judge a run: version is that of pushbench and command its
// command line. What cannot be told is empty, zero or "unknown".
func Collect(version string, command []string) results.Provenance {
	p := results.Provenance{
		Version:    version,
		Commit:     "unknown",
		Command:    command,
		GoVersion:  runtime.Version(),
		OS:         runtime.GOOS + "/" + runtime.GOARCH,
		Kernel:     kernel(),
		Host:       host(),
		CPU:        cpuModel(read("/proc/cpuinfo")),
		Cores:      runtime.NumCPU(),
		Memory:     memory(read("/proc/meminfo")),
		Congestion: read("/proc/sys/net/ipv4/tcp_congestion_control"),
		Governor:   read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
		Files:      descriptors(),
		Path:       "loopback",
		Modules:    map[string]string{},
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	p.Modules = modules(info.Deps)
	p.Commit = stamped(info.Settings)
	if p.Commit == "" {
		p.Commit = checkedOut(info.Main.Path)
	}
	return p
}

// modules returns the versions of all modules that the program consists of. A
// test's program knows none.
func modules(deps []*debug.Module) map[string]string {
	versions := map[string]string{}
	for _, m := range deps {
		if m.Replace != nil {
			m = m.Replace
		}
		versions[m.Path] = m.Version
	}
	return versions
}

// stamped is the commit that the go command wrote into the program, or
// nothing.
func stamped(settings []debug.BuildSetting) string {
	commit, dirty := "", ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if commit == "" {
		return ""
	}
	return commit + dirty
}

// checkedOut asks git for the commit of the working directory, if that is a
// checkout of the module: a program made by `go run` or `go test` has no
// stamp.
func checkedOut(module string) string {
	root, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return "unknown"
	}
	mod, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "go.mod"))
	if err != nil || !bytes.HasPrefix(mod, []byte("module "+module+"\n")) {
		return "unknown"
	}
	commit, err := exec.Command("git", "rev-parse", "--verify", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	name := strings.TrimSpace(string(commit))
	// Runs that are kept in the tree, and what quotes them, are not the program.
	changed, err := exec.Command("git", "status", "--porcelain", "--", ":/", ":(top,exclude)*.md",
		":(top,exclude)results/baseline", ":(top,exclude)results/truth", ":(top,exclude)results/reproduction").Output()
	if err != nil || len(changed) > 0 {
		name += "+dirty"
	}
	return name
}

func kernel() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "unknown"
	}
	return unix.ByteSliceToString(u.Sysname[:]) + " " + unix.ByteSliceToString(u.Release[:])
}

// host is the beginning of a hash of the machine's identity.
func host() string {
	id := read("/etc/machine-id")
	if id == "" {
		id, _ = os.Hostname() // a machine without either is one among its like
	}
	sum := sha256.Sum256([]byte("pushbench " + id))
	return hex.EncodeToString(sum[:])[:12]
}

// cpuModel finds the processor's name in the text of /proc/cpuinfo.
func cpuModel(cpuinfo string) string {
	for _, key := range []string{"model name", "Model", "cpu model", "Hardware", "uarch"} {
		for line := range strings.Lines(cpuinfo) {
			name, value, ok := strings.Cut(line, ":")
			if ok && strings.TrimSpace(name) == key && strings.TrimSpace(value) != "" {
				return strings.Join(strings.Fields(value), " ")
			}
		}
	}
	return "unknown"
}

// memory finds the machine's memory in bytes in the text of /proc/meminfo.
func memory(meminfo string) uint64 {
	for line := range strings.Lines(meminfo) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" && f[2] == "kB" {
			kb, err := strconv.ParseUint(f[1], 10, 54)
			if err != nil {
				return 0
			}
			return kb << 10
		}
	}
	return 0
}

// read returns the text of a small file, or nothing when there is none.
func read(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
