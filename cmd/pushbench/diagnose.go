package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"pushbench/lab/path"
	"pushbench/plots/text"
	"pushbench/scenarios/front"
)

// ownFiles is how many descriptors the Runner keeps back of a process's limit,
// one of them for the publisher; the rest is one for each client.
const ownFiles = 129

// ownPorts is the same of the ports of one address.
const ownPorts = 9

// diagnose says what the facts mean for measuring. It is a pure function.
func diagnose(f facts) []finding {
	findings := []finding{
		f.descriptors(), f.ports(), f.cores(), f.runtime(), f.governor(), f.load(), f.pressure(), f.memory(),
		f.counters(), f.timers(), f.clock(), f.congestion(), f.namespaces(), f.cuts(),
	}
	for _, t := range tools {
		v := finding{State: ok, Name: t.Program, Value: f.Tools[t.Program], Meaning: t.About}
		if v.Value == "" {
			v.State, v.Value = missing, "not installed"
		}
		findings = append(findings, v)
	}
	for _, p := range front.Programs() {
		findings = append(findings, f.proxy(p))
	}
	return findings
}

func (f facts) descriptors() finding {
	clients := 0
	if f.Files > ownFiles {
		clients = int(min(f.Files-ownFiles, math.MaxInt32))
	}
	v := finding{State: ok, Name: "descriptors", Value: text.Number(float64(f.Files)),
		Meaning: fmt.Sprintf("up to %s clients in one trial, one descriptor each on both sides", text.Number(float64(clients)))}
	if clients < 10_000 {
		v.State = warn
		v.Mend = "ulimit -Hn 65536 in the shell that starts pushbench, or LimitNOFILE=65536 in its unit"
		if f.FilesMost > 0 && f.FilesMost < 65536 {
			v.Mend = "sysctl -w fs.nr_open=1048576, then " + v.Mend
		}
	}
	if clients == 0 {
		v.State, v.Meaning = broken, "no client can be opened"
	}
	return v
}

func (f facts) ports() finding {
	clients := max(0, f.Ports-ownPorts)
	if f.PortTop == 0 {
		return finding{State: warn, Name: "ports", Value: "unknown", Meaning: "the kernel does not show the range of ports for clients"}
	}
	v := finding{State: ok, Name: "ports", Value: fmt.Sprintf("%d-%d", f.PortLow, f.PortTop),
		Meaning: fmt.Sprintf("up to %s clients from one address; on loopback a trial takes as many addresses as it needs", text.Number(float64(clients)))}
	if clients < 10_000 {
		v.State, v.Mend = warn, `sysctl -w net.ipv4.ip_local_port_range="1024 65535"`
	}
	if clients == 0 {
		v.State, v.Meaning = broken, "no client can be opened"
	}
	return v
}

func (f facts) cores() finding {
	v := finding{State: ok, Name: "cores", Value: strconv.Itoa(f.Cores), Meaning: "server and load generator can have one each"}
	switch {
	case f.Quota > 0 && f.Quota < float64(f.Cores):
		v.State = warn
		v.Value = fmt.Sprintf("%d, limited to %s by a quota", f.Cores, strconv.FormatFloat(f.Quota, 'g', 3, 64))
		v.Meaning = "when the quota is used up, all processes pause for tens of milliseconds, which counts as latency; a trial says when that happened"
		v.Mend = "lift the CPU quota of this container, or give it whole cores (cpuset)"
	case f.Cores < 2:
		v.State = warn
		v.Meaning = "server and load generator take turns, and waiting for a turn counts as latency"
		v.Mend = "use a machine with at least two cores"
	}
	return v
}

// runtime is how Go is set up by its environment, which every server inherits.
func (f facts) runtime() finding {
	r := f.Runtime
	v := finding{State: ok, Name: "Go runtime", Value: "default", Meaning: "generator and servers run as Go programs usually do"}
	var set, mend []string
	note := func(is bool, name, value string) {
		if is {
			set, mend = append(set, name+"="+value), append(mend, name)
		}
	}
	gc := strconv.Itoa(r.GC)
	if r.GC < 0 {
		gc = "off"
	}
	note(r.Procs < f.Cores && (f.Quota == 0 || float64(r.Procs) < f.Quota), "GOMAXPROCS", strconv.Itoa(r.Procs))
	note(r.GC != 100, "GOGC", gc)
	note(r.MemoryLimit > 0, "GOMEMLIMIT", strconv.FormatInt(r.MemoryLimit, 10))
	note(r.Debug != "", "GODEBUG", r.Debug)
	if set != nil {
		v.State, v.Value = warn, strings.Join(set, " ")
		v.Meaning = "generator and servers inherit it; the record says so; compare such a run only with others that have it, too"
		v.Mend = "unset " + strings.Join(mend, " ")
	}
	return v
}

func (f facts) governor() finding {
	v := finding{State: ok, Name: "CPU governor", Value: f.Governor, Meaning: "the clock rate does not depend on what ran before"}
	switch f.Governor {
	case "performance":
	case "":
		v.State, v.Value = missing, "unknown"
		v.Meaning = "usual in a virtual machine or container: the host decides how fast it runs, and there is nothing to set here. Trust ratios more than absolute figures"
	default:
		v.State, v.Meaning = warn, "the clock rate rises with load, so quiet scenarios look slower than busy ones"
		v.Mend = "cpupower frequency-set -g performance"
	}
	return v
}

func (f facts) load() finding {
	v := finding{State: ok, Name: "load", Value: fmt.Sprintf("%.2f over the last minute", f.Load), Meaning: "the machine is idle enough"}
	if f.Load > 0.25*float64(f.Cores) {
		v.State = warn
		v.Meaning = fmt.Sprintf("other programs are using the %d core%s, and waiting for them counts as latency", f.Cores, plural(f.Cores))
		v.Mend = "stop other work, wait a minute, and try again"
	}
	return v
}

func (f facts) pressure() finding {
	switch {
	case f.Pressure < 0:
		return finding{State: missing, Name: "CPU pressure", Value: "not told by the kernel", Meaning: "a run cannot tell that it was disturbed (PSI)",
			Mend: "boot with psi=1, on a kernel built with CONFIG_PSI"}
	case f.Pressure > 0.05:
		return finding{State: warn, Name: "CPU pressure", Value: percent(f.Pressure) + " of the last 10 s", Meaning: "tasks are waiting for a CPU before anything is measured",
			Mend: "stop other work, wait, and try again"}
	}
	return finding{State: ok, Name: "CPU pressure", Value: percent(f.Pressure) + " of the last 10 s", Meaning: "each trial records it (PSI), so that a disturbed one shows"}
}

func (f facts) memory() finding {
	const need = 1 << 30
	v := finding{State: ok, Name: "memory", Value: fmt.Sprintf("%s free of %s", gibibytes(f.Free), gibibytes(f.Memory)), Meaning: "10,000 clients take about half a GiB on both sides together"}
	switch {
	case f.Free < need:
		v.State = warn
		v.Mend = "stop other work, or run scenarios with fewer clients"
	case f.Swapped > need/4:
		v.State = warn
		v.Value += ", " + gibibytes(f.Swapped) + " swapped out"
		v.Meaning = "to read a page back from swap adds milliseconds of latency"
		v.Mend = "swapoff -a during the run, if there is enough memory"
	}
	return v
}

func (f facts) counters() finding {
	v := finding{State: ok, Name: "TCP_INFO", Value: "bytes and segments are counted", Meaning: "the ledger of bytes can be checked against the kernel"}
	switch {
	case f.Loopback != nil:
		v = finding{State: broken, Name: "loopback", Value: f.Loopback.Error(), Meaning: "clients cannot reach the servers",
			Mend: "ip link set lo up; or permit connections to 127.0.0.1 in the firewall"}
	case f.Counters != nil:
		v = finding{State: broken, Name: "TCP_INFO", Value: f.Counters.Error(), Meaning: "the ledger of bytes cannot be checked against the kernel, so every trial would fail",
			Mend: "use Linux 4.19 or later; emulated kernels (gVisor, WSL 1) do not count"}
	}
	return v
}

func (f facts) timers() finding {
	v := finding{State: ok, Name: "timers", Value: "wake up " + micros(f.Overshoot) + " late (median)", Meaning: "the publisher keeps its schedule"}
	if f.Overshoot > 100*time.Microsecond {
		v.State = warn
		v.Meaning = "events leave late by that much, which counts as latency of every transport"
		v.Mend = "stop other work; in a virtual machine, give it a core of its own"
	}
	return v
}

func (f facts) clock() finding {
	source := f.ClockSource
	if source == "" {
		source = "source unknown"
	}
	v := finding{State: ok, Name: "clock", Value: fmt.Sprintf("%s, %d ns a reading", source, f.ClockRead.Nanoseconds()), Meaning: "reading the clock is cheap"}
	if f.ClockRead > 250*time.Nanosecond {
		v.State = warn
		v.Meaning = "the clock is read for each event and client; such slow reads take CPU from what is measured"
		if !slices.Contains([]string{"tsc", "kvm-clock", "arch_sys_counter"}, f.ClockSource) {
			v.Mend = "boot with clocksource=tsc where the processor allows it"
		}
	}
	return v
}

func (f facts) congestion() finding {
	v := finding{State: ok, Name: "congestion", Value: f.Congestion, Meaning: "the congestion control of every connection; it is in the record"}
	switch f.Congestion {
	case "":
		v.State, v.Value, v.Meaning = missing, "unknown", "the record cannot say which congestion control was in use"
	case "bbr":
		v.Meaning = "it paces what is sent; the record says so; compare only with runs that used it, too"
	}
	return v
}

func (f facts) namespaces() finding {
	v := finding{State: ok, Name: "namespaces", Value: "allowed", Meaning: "pushbench truth, and paths with delay and loss, work here"}
	if f.Paths != nil {
		v.State, v.Value = missing, "not available"
		why := f.Paths.Error()
		v.Mend = "run as root, or with CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW, where the kernel has veth and tun"
		var known *path.Error
		if errors.As(f.Paths, &known) {
			why, v.Mend = strings.TrimSuffix(why, " ("+known.Hint+")"), known.Hint
		}
		v.Meaning = fmt.Sprintf("pushbench truth, and paths with delay and loss, do not work here (%s); everything else does", why)
	}
	return v
}

// cuts are connections that the kernel is told to abort: SOCK_DESTROY of sock_diag(7).
func (f facts) cuts() finding {
	v := finding{State: ok, Name: "cuts", Value: "allowed", Meaning: "scenarios with fault: {cut: 1s} can be run"}
	if f.Cuts != nil {
		v.State, v.Value = missing, "not available"
		v.Meaning = fmt.Sprintf("scenarios with fault: {cut: 1s} are not run (%v)", f.Cuts)
		v.Mend = "run as root, or: sudo setcap cap_net_admin+ep bin/pushbench"
		if errors.Is(f.Cuts, errors.ErrUnsupported) {
			v.Mend = "use a kernel that is built with CONFIG_INET_DIAG_DESTROY"
		}
	}
	return v
}

// proxy is a program that a scenario may put in front of the server.
func (f facts) proxy(p front.Program) finding {
	v := finding{State: ok, Name: p.Name, Meaning: "scenarios with proxy: " + p.Name + " can be run"}
	version, installed := f.Proxies[p.Name]
	switch {
	case !installed:
		v.State, v.Value, v.Mend = missing, "not installed", "apt install "+p.Package
		v.Meaning = "scenarios with proxy: " + p.Name + " are not run"
	case version == "":
		v.Value = "installed"
	default:
		v.Value = version
	}
	return v
}
