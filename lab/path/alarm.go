//go:build linux

package path

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// epoch is the zero of every instant in this package: nanoseconds on the
// monotonic clock.
var epoch = time.Now()

func now() int64 { return int64(time.Since(epoch)) }

// An alarm is a timerfd(2) under the runtime's poller: a goroutine that waits
// for it holds neither a thread nor a processor and wakes to the precision of
// the kernel's timers, which no timer slack widens. One goroutine may wait.
//
// Note: loadgen sleeps on threads of its own with nanosleep(2). A pump that
// did would hold a processor of the Go scheduler in each sleep until the
// runtime takes it away, at the cost of the load generator in the same
// process: with 400 connections over one tunnel of 10 ms, on two cores, a
// round trip's 99th percentile was 280 ms over the link's 20 that way and is
// 3 ms over with the alarm. The runtime's own timers wake up to a millisecond
// late.
type alarm struct {
	file *os.File
}

func newAlarm() (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	return &alarm{os.NewFile(uintptr(fd), "timerfd")}, nil
}

// sleepUntil blocks until the instant at. Close ends it with an error that is
// os.ErrClosed.
func (a *alarm) sleepUntil(at int64) error {
	var expirations [8]byte
	for left := at - now(); left > 0; left = at - now() {
		if err := a.set(left); err != nil {
			return err
		}
		if _, err := a.file.Read(expirations[:]); err != nil {
			return err
		}
	}
	return nil
}

// set makes the file readable in that many nanoseconds.
func (a *alarm) set(left int64) error {
	in := unix.ItimerSpec{Value: unix.NsecToTimespec(left)}
	return withDescriptor(a.file, func(fd int) error {
		return os.NewSyscallError("timerfd_settime", unix.TimerfdSettime(fd, 0, &in, nil))
	})
}

// Close ends a sleep that is under way.
func (a *alarm) Close() error { return a.file.Close() }
