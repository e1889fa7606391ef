package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/procfs"

	"pushbench/lab/machine"
	"pushbench/lab/path"
	"pushbench/lab/proxy"
	"pushbench/loadgen"
	"pushbench/scenarios/front"
)

// gather takes about half a second, most of it for the timers and the versions of proxies.
func gather(ctx context.Context) (facts, error) {
	f := facts{Cores: runtime.NumCPU(), Quota: machine.OwnGroup().Quota(), Runtime: machine.OwnRuntime(), Pressure: -1, Tools: map[string]string{}, Proxies: map[string]string{}}
	limits := machine.OwnLimits()
	f.Files, f.Ports = limits.Files, limits.Ports
	f.FilesMost, _ = strconv.ParseUint(line("/proc/sys/fs/nr_open"), 10, 64)
	f.PortLow, f.PortTop = machine.PortRange()
	f.Governor = line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
	f.ClockSource = line("/sys/devices/system/clocksource/clocksource0/current_clocksource")
	f.Congestion = line("/proc/sys/net/ipv4/tcp_congestion_control")
	f.FileMax, f.FilesUsed = fileTable(line("/proc/sys/fs/file-nr"))
	f.Somaxconn = wholeNumber("/proc/sys/net/core/somaxconn")
	f.SynBacklog = wholeNumber("/proc/sys/net/ipv4/tcp_max_syn_backlog")
	f.ConntrackMax = wholeNumber("/proc/sys/net/netfilter/nf_conntrack_max")
	f.ConntrackUsed = wholeNumber("/proc/sys/net/netfilter/nf_conntrack_count")
	f.Paths = path.Possible()
	f.Cuts = loadgen.CanCut()
	for _, t := range tools {
		for _, name := range strings.Fields(t.Names) {
			if path, err := exec.LookPath(name); err == nil && f.Tools[t.Program] == "" {
				f.Tools[t.Program] = path
			}
		}
	}
	for _, p := range front.Programs() {
		if proxy.Missing(front.Proxy{Program: p.Name}) == "" {
			f.Proxies[p.Name] = proxy.Version(ctx, p.Name)
		}
	}
	if err := f.readProc(); err != nil {
		return f, err
	}
	if free := machine.Free(); free > 0 { // a control group may grant less
		f.Free = min(f.Free, free)
	}
	f.Loopback, f.Counters = probeLoopback(ctx)
	f.ClockRead = machine.ClockCost()
	f.Overshoot = machine.TimerOvershoot(200, 500*time.Microsecond)
	return f, nil
}

func (f *facts) readProc() error {
	proc, err := procfs.NewDefaultFS()
	if err != nil {
		return err
	}
	if psi, err := proc.PSIStatsForResource("cpu"); err == nil && psi.Some != nil {
		f.Pressure = psi.Some.Avg10 / 100
	}
	if load, err := proc.LoadAvg(); err == nil {
		f.Load = load.Load1
	}
	mem, err := proc.Meminfo()
	if err != nil {
		return err
	}
	value := func(p *uint64) uint64 {
		if p == nil {
			return 0
		}
		return *p
	}
	f.Memory, f.Free = value(mem.MemTotalBytes), value(mem.MemAvailableBytes)
	f.Swapped = value(mem.SwapTotalBytes) - min(value(mem.SwapTotalBytes), value(mem.SwapFreeBytes))
	return nil
}

// wholeNumber returns the whole number in a small file of the kernel; 0 when there is none.
func wholeNumber(path string) int {
	n, err := strconv.Atoi(line(path))
	if err != nil {
		return 0
	}
	return n
}

// line returns the text of a small file of the kernel; empty when it cannot
// be read.
func line(path string) string {
	b, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
