package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results/scale"
)

// A wall is a finding about something that limits how many clients can be held at a time.
type wall struct {
	finding
	At int // most clients; unlimited: as many as anybody asks for
}

const unlimited = math.MaxInt

// sparedMemory is the share of the free memory that is not planned with.
const sparedMemory = 0.1

// walls says how many clients each resource of the machine allows, in the order in which
// connections need them, where n are wanted. clients are what one of them takes; nil: it is
// not known. It is a pure function.
func (f facts) walls(n int, clients []scale.Client) []wall {
	all := []wall{f.processFiles(n), f.machineFiles(n), f.addresses(n), f.conntrack(n), f.backlog(n)}
	for _, c := range clients {
		all = append(all, f.memoryFor(n, c))
	}
	if clients == nil {
		all = append(all, wall{finding{State: missing, Name: "memory", Value: gibibytes(f.Free) + " free",
			Meaning: "no record tells how much a client takes",
			Mend:    "pushbench run live-feed, or --record DIR"}, unlimited})
	}
	for i, w := range all {
		if w.At < n {
			all[i].State = broken
		} else if w.State == "" {
			all[i].State, all[i].Mend = ok, ""
		}
	}
	return all
}

// allowed words how many clients a resource allows.
func allowed(at int) string { return "up to " + text.Count(at, "client") }

func (f facts) processFiles(n int) wall {
	at := clientsFor(f.Files)
	need := uint64(n) + ownFiles
	w := wall{finding{Name: "descriptors", Value: text.Number(float64(f.Files)) + " for a process",
		Meaning: allowed(at) + " in one server process and one load generator",
		Mend: fmt.Sprintf("ulimit -Hn %d in the shell that starts pushbench, or LimitNOFILE=%d in its unit",
			need, need)}, at}
	if parts := scale.Parts(n, at); parts > 1 {
		w.Meaning += fmt.Sprintf("; %d of each would hold %s", parts, text.Number(float64(n)))
	}
	if f.FilesMost > 0 && need > f.FilesMost {
		w.Mend = fmt.Sprintf("sysctl -w fs.nr_open=%d, then %s", need, w.Mend)
	}
	return w
}

func (f facts) machineFiles(n int) wall {
	if f.FileMax == 0 {
		return wall{finding{State: missing, Name: "open files", Value: "unknown",
			Meaning: "the kernel does not tell how many files the machine may have open"}, unlimited}
	}
	at := int(min((f.FileMax-min(f.FileMax, f.FilesUsed))/2, math.MaxInt32)) // both ends are here
	return wall{finding{Name: "open files", Value: inUse(float64(f.FilesUsed), float64(f.FileMax)),
		Meaning: allowed(at) + " with both ends on this machine",
		Mend:    fmt.Sprintf("sysctl -w fs.file-max=%d", f.FilesUsed+2*(uint64(n)+ownFiles))}, at}
}

// addresses are no wall on loopback, where the load generator takes as many as it needs.
func (f facts) addresses(n int) wall {
	each := f.Ports - ownPorts
	w := wall{finding{Name: "ports", Value: text.Number(float64(f.Ports)) + " for each source address"}, unlimited}
	switch parts := scale.Parts(n, each); {
	case f.PortTop == 0:
		w.Value, w.State, w.Meaning = "unknown", missing, "the kernel does not show the range of ports for clients"
	case parts == 0:
		w.At, w.Meaning, w.Mend = 0, "no client can be opened", `sysctl -w net.ipv4.ip_local_port_range="1024 65535"`
	case parts == 1:
		w.Meaning = "one address is enough"
	default:
		w.Meaning = fmt.Sprintf("%s addresses of 127.0.0.0/8, which the load generator takes by itself; "+
			"over a network so many addresses at the clients' machines, or ports at which the server listens",
			text.Number(float64(parts)))
	}
	return w
}

func (f facts) conntrack(n int) wall {
	if f.ConntrackMax == 0 {
		return wall{finding{Name: "conntrack", Value: "not in use",
			Meaning: "no firewall counts the connections"}, unlimited}
	}
	at := max(0, f.ConntrackMax-f.ConntrackUsed)
	return wall{finding{Name: "conntrack", Value: inUse(float64(f.ConntrackUsed), float64(f.ConntrackMax)),
		Meaning: allowed(at) + ", where a firewall rule looks at connections; the packets of others are dropped",
		Mend:    fmt.Sprintf("sysctl -w net.netfilter.nf_conntrack_max=%d", f.ConntrackUsed+n+n/8)}, at}
}

// inUse says how much of what there is is used.
func inUse(used, most float64) string {
	return fmt.Sprintf("%s of %s in use", text.Number(used), text.Number(most))
}

// backlog is no wall for clients that are there, but for those that come at once.
func (f facts) backlog(n int) wall {
	at := min(f.Somaxconn, f.SynBacklog)
	w := wall{finding{Name: "backlog", Value: fmt.Sprintf("%s (somaxconn), %s (tcp_max_syn_backlog)",
		text.Number(float64(f.Somaxconn)), text.Number(float64(f.SynBacklog)))}, unlimited}
	switch {
	case at == 0:
		w.Value, w.State = "unknown", missing
		w.Meaning = "the kernel does not tell how many connections may wait to be accepted"
	case n > at:
		w.State = warn
		w.Meaning = fmt.Sprintf("so many connections may wait to be accepted; if all %s clients come at once, "+
			"as after a restart, the others try again after 1 s, 3 s and so on", text.Number(float64(n)))
		w.Mend = "sysctl -w net.core.somaxconn=65535 net.ipv4.tcp_max_syn_backlog=65535 before the server starts; " +
			"and clients that wait for a random time"
	default:
		w.Meaning = "all clients may come at once"
	}
	return w
}

func (f facts) memoryFor(n int, c scale.Client) wall {
	at := c.Fit((1 - sparedMemory) * float64(f.Free))
	need := c.For(n)
	over := view.StyleOf(c.Transport).Name
	return wall{finding{Name: "memory", Of: "over " + over, Value: fmt.Sprintf("%s of %s free", gibibytes(f.Free), gibibytes(f.Memory)),
		Meaning: fmt.Sprintf("%s over %s: each takes %s at the server (%s) and %s at the load generator",
			allowed(at), over, bytesOf(c.Server()), parts(c), bytesOf(c.Generator+c.Peer())),
		Mend: fmt.Sprintf("%s free, or the clients on other machines, which takes %s there and %s here",
			gibibytes(uint64((need.Server()+need.Clients())/(1-sparedMemory))),
			bytesOf(need.Clients()), bytesOf(need.Server()))}, at}
}

// parts are those of a client's memory at the server.
func parts(c scale.Client) string {
	return fmt.Sprintf("stacks %s, heap %s, runtime %s, kernel %s",
		bytesOf(c.Stacks), bytesOf(c.Heap), bytesOf(c.Runtime), bytesOf(c.Kernel))
}

// first is the wall that comes first; ok is false when none comes before n clients.
func first(all []wall, n int) (w wall, ok bool) {
	w.At = n
	for _, one := range all {
		if one.At < w.At {
			w, ok = one, true
		}
	}
	return w, ok
}

// writeWalls writes the walls, which of them comes first, and a plan.
func writeWalls(w io.Writer, f facts, n int, clients []scale.Client, from string) error {
	all := f.walls(n, clients)
	var lines []finding
	for _, one := range all {
		lines = append(lines, one.finding)
	}
	writeLines(w, lines)
	fmt.Fprintln(w)
	l := consoleOf(w)
	width := min(l.width, plainWidth)
	if one, ok := first(all, n); ok {
		fmt.Fprintln(w, l.bold(wrap(fmt.Sprintf("The first wall is %s: %s.", strings.TrimSpace(one.Name+" "+one.Of), allowed(one.At)), width, 0)))
		fmt.Fprintln(w, l.bold(wrap("To move it: "+one.Mend, width, 0)))
	} else {
		fmt.Fprintln(w, l.bold(wrap("This machine can hold "+text.Count(n, "client")+", as far as is known.", width, 0)))
	}
	if len(clients) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	return writeScalePlan(w, host{f.Cores, f.Memory, f.Files}, n, clients, from)
}

// fileTable reads /proc/sys/fs/file-nr (proc(5)): open files, 0, and the most; 0 where it
// cannot be read.
func fileTable(text string) (most, used uint64) {
	f := strings.Fields(text)
	if len(f) != 3 {
		return 0, 0
	}
	used, err := strconv.ParseUint(f[0], 10, 64)
	most, errMost := strconv.ParseUint(f[2], 10, 64)
	if err != nil || errMost != nil {
		return 0, 0
	}
	return most, used
}
