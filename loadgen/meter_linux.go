package loadgen

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// A meter reads a process's figures from outside, by procfs and its CPU clock.
type meter struct {
	proc procfs.Proc
	pid  int
	io   string // /proc/PID/io
}

func newMeter(pid int) (*meter, error) {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return nil, err
	}
	return &meter{p, pid, fmt.Sprintf("/proc/%d/io", pid)}, nil
}

// cpu is the process's CPU time in nanoseconds, all threads, dead ones
// included: the process CPU-time clock (clock_getcpuclockid(3)), which is
// exact where /proc/PID/stat counts ticks of 10 ms.
func (m *meter) cpu() (int64, error) {
	const cpuclockSched = 2
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^m.pid<<3|cpuclockSched), &ts); err != nil {
		return 0, err
	}
	return ts.Nano(), nil
}

// calls reads /proc/PID/io (proc_pid_io(5)), which the kernel may deny. It counts
// read(2), write(2) and their kin on any file, but no recvmsg(2) or sendmsg(2).
// It is read without procfs, at a third of its cost, because the reading is
// within the window.
func (m *meter) calls() (c calls) {
	fd, err := unix.Open(m.io, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return c
	}
	defer unix.Close(fd)
	var buf [512]byte
	n, err := unix.Read(fd, buf[:])
	if err != nil {
		return c
	}
	return parseCalls(string(buf[:n]))
}

func parseCalls(text string) (c calls) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		n, err := strconv.ParseInt(value, 10, 64)
		switch {
		case err != nil:
		case name == "syscr":
			c.reads = n
		case name == "syscw":
			c.writes = n
		}
	}
	return c
}

func (m *meter) read() (u usage, err error) {
	var errs [4]error
	u.cpu, errs[0] = m.cpu()
	stat, err := m.proc.Stat()
	errs[1] = err
	u.resident = int64(stat.RSS) * int64(os.Getpagesize())
	u.descriptors, errs[2] = m.descriptors()
	threads, err := procfs.AllThreads(m.pid)
	errs[3] = err
	for _, t := range threads {
		if s, err := t.NewStatus(); err == nil { // a thread may have ended meanwhile
			u.voluntary += int64(s.VoluntaryCtxtSwitches)
			u.involuntary += int64(s.NonVoluntaryCtxtSwitches)
		}
	}
	return u, errors.Join(errs[:]...)
}

// descriptors is the number of open file descriptors: the size of their
// directory since Linux 6.2. To list it would make the kernel keep inodes.
func (m *meter) descriptors() (int, error) {
	info, err := os.Stat(fmt.Sprintf("/proc/%d/fd", m.pid))
	if err != nil {
		return 0, err
	}
	if n := info.Size(); n > 0 {
		return int(n), nil
	}
	return m.proc.FileDescriptorsLen()
}

func readMachine() (m machine, err error) {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return m, err
	}
	stat, err := fs.Stat()
	if err != nil {
		return m, err
	}
	c := stat.CPUTotal
	m.busy = c.User + c.Nice + c.System + c.IRQ + c.SoftIRQ + c.Steal
	m.total = m.busy + c.Idle + c.Iowait
	m.pressure = -1
	if psi, err := fs.PSIStatsForResource("cpu"); err == nil && psi.Some != nil {
		m.pressure = int64(psi.Some.Total)
	}
	sockets, err := fs.NetSockstat()
	if err != nil {
		return m, err
	}
	for _, p := range sockets.Protocols {
		if p.Protocol == "TCP" && p.Mem != nil {
			m.kernel += int64(*p.Mem) * int64(os.Getpagesize())
		}
	}
	m.dropped = listenDrops(fs)
	memory, err := fs.Meminfo()
	if err != nil {
		return m, err
	}
	if memory.SlabBytes != nil {
		m.kernel += int64(*memory.SlabBytes)
	}
	return m, nil
}

// listenDrops is how many connections the kernel has dropped because too many waited to be
// accepted (ListenDrops of /proc/self/net/netstat); -1: it does not tell.
func listenDrops(fs procfs.FS) int64 {
	self, err := fs.Self()
	if err != nil {
		return -1
	}
	counters, err := self.Netstat()
	if err != nil || counters.ListenDrops == nil {
		return -1
	}
	return int64(*counters.ListenDrops)
}
