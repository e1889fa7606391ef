package target

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"pushbench/lab/process"
	"pushbench/targets"
)

// elsewhere is a hint for a program that does not listen at its port: it names the addresses
// at which the program listens. It is empty where these cannot be read, and where the program
// does listen at the port.
func elsewhere(tree *process.Tree, p *targets.Process, port int) string {
	pids, err := tree.Processes(nil)
	if err != nil {
		return ""
	}
	var at []string
	for _, a := range listening(pids) {
		if int(a.Port()) == port && (a.Addr().IsUnspecified() || a.Addr().IsLoopback() && a.Addr().Is4()) {
			return ""
		}
		at = append(at, a.String())
	}
	switch {
	case at == nil:
		return "the program listens at no port: ready: {within: 1m} waits longer for it"
	case p.Chosen():
		return fmt.Sprintf("the program listens at %s, and not at the port that is {port} in start: and PORT in its environment", strings.Join(at, " and "))
	}
	return fmt.Sprintf("the program listens at %s, and url: in the target file names another address", strings.Join(at, " and "))
}

// listensAt reports whether a process of the program is seen to listen at a port.
func listensAt(tree *process.Tree, port int) bool {
	pids, err := tree.Processes(nil)
	return err == nil && slices.ContainsFunc(listening(pids), func(at netip.AddrPort) bool { return int(at.Port()) == port })
}

// listening are the addresses at which the processes accept TCP connections.
func listening(pids []int) (all []netip.AddrPort) {
	for _, pid := range pids {
		dir := "/proc/" + strconv.Itoa(pid)
		sockets := map[string]bool{}
		descriptors, _ := filepath.Glob(dir + "/fd/*") // fails for a bad pattern alone
		for _, d := range descriptors {
			if to, err := os.Readlink(d); err == nil { // an error: it is closed
				sockets[to] = true
			}
		}
		for _, table := range []string{"tcp", "tcp6"} {
			text, err := os.ReadFile(dir + "/net/" + table)
			if err != nil { // the process has ended, or there is no IPv6
				continue
			}
			for line := range strings.Lines(string(text)) {
				at, inode, ok := listener(line)
				if ok && sockets["socket:["+inode+"]"] && !slices.Contains(all, at) {
					all = append(all, at)
				}
			}
		}
	}
	return all
}

// listener reads a line of /proc/net/tcp or tcp6 (proc_pid_net(5)); ok is false where it
// is not that of a socket that accepts connections.
func listener(line string) (at netip.AddrPort, inode string, ok bool) {
	const local, state, number = 1, 3, 9
	fields := strings.Fields(line)
	if len(fields) <= number || fields[state] != "0A" {
		return at, "", false
	}
	address, port, _ := strings.Cut(fields[local], ":")
	n, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return at, "", false
	}
	var bytes []byte
	for word := range slices.Chunk([]byte(address), 8) { // each has the order of the machine
		part, err := strconv.ParseUint(string(word), 16, 32)
		if err != nil {
			return at, "", false
		}
		bytes = binary.NativeEndian.AppendUint32(bytes, uint32(part))
	}
	a, ok := netip.AddrFromSlice(bytes)
	return netip.AddrPortFrom(a.Unmap(), uint16(n)), fields[number], ok
}
