package lab

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"pushbench/lab/machine"
	"pushbench/results"
)

// Collect returns what a reader must know of this machine and program to
// reproduce and to judge a run: version is that of pushbench, commit the one
// that the build was told, if any, and command its command line. What cannot be
// told is empty, zero or "unknown".
//
// The directory that the program is started in says nothing about the program:
// without a commit from the build there is none.
func Collect(version, commit string, command []string) results.Provenance {
	p := results.Provenance{
		Version:    version,
		Commit:     cmp.Or(commit, "unknown"),
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
		Files:      machine.OwnLimits().Files,
		Path:       "loopback",
		Modules:    map[string]string{},
		Granted:    granted(),
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	p.Modules = modules(info.Deps)
	p.Commit = cmp.Or(commit, stamped(info.Settings), "unknown")
	return p
}

func granted() results.Granted {
	r := machine.OwnRuntime()
	return results.Granted{
		Procs: r.Procs, GC: r.GC, MemoryLimit: r.MemoryLimit, Debug: r.Debug,
		Quota: machine.OwnGroup().Quota(), Affinity: machine.Affinity(),
	}
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

// host is the beginning of a hash of the machine's identity.
func host() string {
	id := read("/etc/machine-id")
	if id == "" {
		id, _ = os.Hostname() // a machine without either is one among its like
	}
	sum := sha256.Sum256([]byte("pushbench " + id))
	return hex.EncodeToString(sum[:])[:12]
}

// Booted is the beginning of a hash of the machine since it was started: processes for which it is
// the same have one clock. The machine's identity does not tell that, because copies of a machine
// may have the same.
func Booted() string {
	id := read("/proc/sys/kernel/random/boot_id")
	if id == "" {
		return host()
	}
	sum := sha256.Sum256([]byte("pushbench boot " + id))
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
