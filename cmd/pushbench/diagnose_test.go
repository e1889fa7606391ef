package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pushbench/lab/machine"
	"pushbench/lab/path"
)

// healthy is a machine without a fault.
func healthy() facts {
	return facts{
		Files: 65_536, FilesMost: 1 << 20, PortLow: 32_768, PortTop: 60_999, Ports: 28_232, Cores: 8,
		Runtime: machine.Runtime{Procs: 8, GC: 100}, Governor: "performance", Pressure: 0.001, Overshoot: 20 * time.Microsecond, ClockRead: 40 * time.Nanosecond,
		ClockSource: "tsc", Congestion: "cubic", Memory: 32 << 30, Free: 30 << 30, Load: 0.1,
		Tools:   map[string]string{"chromium": "/usr/bin/chromium", "firefox": "/usr/bin/firefox-esr", "node": "/usr/bin/node", "redis": "/usr/bin/redis-server"},
		Proxies: map[string]string{"nginx": "1.22.1", "haproxy": "2.6.12", "apache": "2.4.67", "caddy": "2.6.2", "varnish": "7.1.1"},
	}
}

func TestJudge(t *testing.T) {
	for _, row := range []struct {
		fact   string
		change func(*facts)
		name   string
		state  state
		says   string
	}{
		{"each client takes a descriptor, some are kept back", func(f *facts) { f.Files = 20_000 }, "descriptors", ok, "up to 19,871 clients"},
		{"few descriptors are a warning with a cure", func(f *facts) { f.Files = 1024 }, "descriptors", warn, "ulimit -Hn 65536"},
		{"the kernel's own ceiling has to be lifted first", func(f *facts) { f.Files, f.FilesMost = 1024, 4096 }, "descriptors", warn, "fs.nr_open"},
		{"no descriptors, no clients", func(f *facts) { f.Files = 64 }, "descriptors", broken, "no client"},
		{"a narrow range of ports", func(f *facts) { f.Ports = 233 }, "ports", warn, "ip_local_port_range"},
		{"ports that the kernel does not tell", func(f *facts) { f.PortLow, f.PortTop, f.Ports = 0, 0, 0 }, "ports", warn, "unknown"},
		{"a single core", func(f *facts) { f.Cores, f.Runtime.Procs = 1, 1 }, "cores", warn, "take turns"},
		{"a container's quota", func(f *facts) { f.Quota, f.Runtime.Procs = 2, 2 }, "cores", warn, "limited to 2 by a quota"},
		{"a quota below one core, of which Go takes two threads", func(f *facts) { f.Cores, f.Quota, f.Runtime.Procs = 2, 0.5, 2 }, "cores", warn, "limited to 0.5 by a quota"},
		{"a quota of as much as there is", func(f *facts) { f.Quota = 8 }, "cores", ok, "one each"},
		{"fewer threads than cores", func(f *facts) { f.Runtime.Procs = 1 }, "Go runtime", warn, "GOMAXPROCS=1"},
		{"threads that a quota explains", func(f *facts) { f.Quota, f.Runtime.Procs = 2.5, 3 }, "cores", warn, "limited to 2.5 by a quota"},
		{"no collector", func(f *facts) { f.Runtime.GC = -1 }, "Go runtime", warn, "GOGC=off"},
		{"a memory limit", func(f *facts) { f.Runtime.MemoryLimit = 1 << 20 }, "Go runtime", warn, "GOMEMLIMIT=1048576"},
		{"a debugging setting", func(f *facts) { f.Runtime.Debug = "gctrace=1" }, "Go runtime", warn, "unset GODEBUG"},
		{"a governor that saves power", func(f *facts) { f.Governor = "powersave" }, "CPU governor", warn, "cpupower"},
		{"no governor to be seen", func(f *facts) { f.Governor = "" }, "CPU governor", missing, "virtual machine"},
		{"other work on the machine", func(f *facts) { f.Load = 4 }, "load", warn, "stop other work"},
		{"no pressure figures", func(f *facts) { f.Pressure = -1 }, "CPU pressure", missing, "psi=1"},
		{"tasks wait for a CPU", func(f *facts) { f.Pressure = 0.2 }, "CPU pressure", warn, "20.0 %"},
		{"little memory", func(f *facts) { f.Free = 1 << 28 }, "memory", warn, "0.2 GiB free"},
		{"memory swapped out", func(f *facts) { f.Swapped = 1 << 30 }, "memory", warn, "swapoff"},
		{"no loopback", func(f *facts) { f.Loopback = errors.New("network is unreachable") }, "loopback", broken, "lo up"},
		{"a kernel that does not count", func(f *facts) { f.Counters = errors.New("bytes_sent says 0") }, "TCP_INFO", broken, "every trial would fail"},
		{"timers that wake up late", func(f *facts) { f.Overshoot = time.Millisecond }, "timers", warn, "1000 µs late"},
		{"a slow clock", func(f *facts) { f.ClockSource, f.ClockRead = "hpet", time.Microsecond }, "clock", warn, "clocksource=tsc"},
		{"a congestion control that paces", func(f *facts) { f.Congestion = "bbr" }, "congestion", ok, "paces"},
		{"no namespaces", func(f *facts) { f.Paths = errors.New("operation not permitted") }, "namespaces", missing, "root"},
		{"too few privileges", func(f *facts) {
			f.Paths = fmt.Errorf("no namespace: %w", &path.Error{Err: errors.New("unshare: not permitted"), Hint: "be root"})
		}, "namespaces", missing, "(no namespace: unshare: not permitted); everything else does be root"},
		{"no privilege to cut connections", func(f *facts) { f.Cuts = fmt.Errorf("cutting: %w: it takes CAP_NET_ADMIN", syscall.EPERM) }, "cuts", missing, "setcap cap_net_admin+ep bin/pushbench"},
		{"a kernel that cuts no connections", func(f *facts) { f.Cuts = fmt.Errorf("cutting: %w", syscall.EOPNOTSUPP) }, "cuts", missing, "CONFIG_INET_DIAG_DESTROY"},
		{"few ports", func(f *facts) { f.Ports = 100 }, "ports", warn, "up to 91 clients from one address"},
		{"next to no ports", func(f *facts) { f.Ports = 9 }, "ports", broken, "no client can be opened"},
		{"a program that is not there", func(f *facts) { delete(f.Tools, "node") }, "node", missing, "not installed"},
		{"a proxy that is not there", func(f *facts) { delete(f.Proxies, "apache") }, "apache", missing, "apt install apache2"},
		{"a proxy that does not tell its version", func(f *facts) { f.Proxies["caddy"] = "" }, "caddy", ok, "installed: scenarios with proxy: caddy can be run"},
	} {
		f := healthy()
		row.change(&f)
		findings := diagnose(f)
		i := slices.IndexFunc(findings, func(v finding) bool { return v.Name == row.name })
		if i < 0 {
			t.Errorf("%s: no finding %q", row.fact, row.name)
			continue
		}
		got := findings[i]
		if text := got.Value + ": " + got.Meaning + " " + got.Mend; got.State != row.state || !strings.Contains(text, row.says) {
			t.Errorf("%s: got %s %q, want %s with %q", row.fact, got.State, text, row.state, row.says)
		}
		for j, v := range findings {
			if j != i && v.State != ok {
				t.Errorf("%s: %s is %s, too", row.fact, v.Name, v.State)
			}
		}
	}
}

func TestHealthyMachineHasNothingToMend(t *testing.T) {
	var b strings.Builder
	writeFindings(&b, diagnose(healthy()))
	if text := b.String(); strings.Contains(text, "fix:") || !strings.HasSuffix(text, "\nThis machine can measure.\n") {
		t.Error(text)
	}
}
