//go:build !linux

package loadgen

import (
	"errors"
	"net"
	"syscall"
)

// errLinux is what there is of a measurement elsewhere: sockets and processes
// are read by Linux's own calls.
var errLinux = errors.New("measuring needs Linux: it reads the kernel's counters and time stamps of sockets and processes")

type space struct{ b []byte }

type stamper struct {
	lent *space
	room int
}

func newStamper(*net.TCPConn, bool) *stamper { return nil }

func (*stamper) unread() bool { return false }

func (*stamper) held(int64) bool { return false }

func (*stamper) read([]byte) (int, int64, error) { return 0, 0, errLinux }

func (*stamper) borrow(*lender) (int, int64, error) { return 0, 0, errLinux }

func (*stamper) release() {}

func (*conn) hungUp() bool { return false }

func (*conn) readable() bool { return true }

type departures struct{}

func newDepartures(*net.TCPConn) *departures { return nil }

func (*departures) wrote(int, int64) {}

func (*departures) collect(func(began, unixNano int64)) {}

type meter struct{}

func newMeter(int) (*meter, error) { return nil, errLinux }

func (*meter) cpu() (int64, error) { return 0, errLinux }

func (*meter) calls() calls { return calls{} }

func (*meter) read() (usage, error) { return usage{}, errLinux }

type group struct{ ended int }

func newGroup(*Target) (*group, error) { return nil, errLinux }

func (*group) refresh() error { return errLinux }

func (*group) cpu() (int64, error) { return 0, errLinux }

func (*group) calls() calls { return calls{} }

func (*group) read() (usage, error) { return usage{}, errLinux }

func (*group) proportional() (int64, error) { return 0, errLinux }

func readMachine() (machine, error) { return machine{}, errLinux }

func narrowed(syscall.RawConn, int) error { return errLinux }

func bindLate(string, string, syscall.RawConn) error { return errLinux }

type ends struct{}

func endsOf(net.Conn) ends { return ends{} }

func sever([]ends) error { return errLinux }

// CanCut says why connections cannot be cut here.
func CanCut() error { return errLinux }
