//go:build linux

package process

import (
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ListensAt reports whether a process of the tree is seen to listen at a port. What answers there
// may be another program.
func (t *Tree) ListensAt(port int) bool {
	pids, err := t.Processes(nil)
	return err == nil && slices.ContainsFunc(Listening(pids), func(at netip.AddrPort) bool { return int(at.Port()) == port })
}

// Listening returns the addresses at which the processes accept TCP connections.
func Listening(pids []int) (all []netip.AddrPort) {
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
