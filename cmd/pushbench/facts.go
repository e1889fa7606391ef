package main

import (
	"time"

	"pushbench/lab/machine"
)

// facts is what doctor found on a machine. Sizes are bytes.
type facts struct {
	Files, FilesMost uint64          // descriptor limit; what the kernel would allow
	PortLow, PortTop int             // the range of ephemeral ports
	Ports            int             // those of it that are not reserved
	Cores            int             // CPUs that we may use
	Quota            float64         // CPU time that control groups grant, in cores; 0: no limit
	Runtime          machine.Runtime // Go's, as servers inherit it
	Governor         string
	Pressure         float64 // share of the last 10 s in which some task waited for a CPU; -1: the kernel does not tell
	Loopback         error   // nil: a connection over loopback works
	Counters         error   // nil: TCP_INFO counts what a socket sends
	Overshoot        time.Duration
	ClockRead        time.Duration
	ClockSource      string
	Congestion       string
	Paths            error // why no path with a delay can be made; nil: it can
	Cuts             error // why connections cannot be cut; nil: they can
	Tools            map[string]string
	Proxies          map[string]string // versions of those that are installed; empty where one does not tell
	Memory, Free     uint64
	Swapped          uint64
	Load             float64 // tasks, over the last minute

	FileMax, FilesUsed          uint64 // open files of the machine: most, and in use; 0: not known
	Somaxconn, SynBacklog       int    // connections that may wait to be accepted, and to be complete; 0: not known
	ConntrackMax, ConntrackUsed int    // connections that a firewall tracks: most, and in use; 0: it tracks none
}

// tools are programs that the built-in scenarios do without, and what each is
// for.
var tools = []struct{ Program, Names, About string }{
	{"chromium", "chromium chromium-browser google-chrome", "experiments and tests in a real browser need it (Debian: chromium)"},
	{"firefox", "firefox-esr firefox", "experiments and tests in a real browser need it (Debian: firefox-esr)"},
	{"node", "node nodejs", "only the test of npm clients needs it"},
	{"redis", "redis-server", "scenarios with backplane: redis need it (Debian: redis-server)"},
}
