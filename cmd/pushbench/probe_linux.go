package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// probeLoopback opens a connection over loopback, sends 1,000 bytes and
// compares the kernel's counters (TCP_INFO) of both ends with that. Without
// them no ledger can balance. The first error says that there is no
// connection, the second that it is not counted.
func probeLoopback(ctx context.Context) (loopback, counters error) {
	const size = 1000
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return err, nil
	}
	defer listener.Close()
	near, err := (&net.Dialer{}).DialContext(ctx, "tcp4", listener.Addr().String())
	if err != nil {
		return err, nil
	}
	defer near.Close()
	far, err := listener.Accept()
	if err != nil {
		return err, nil
	}
	defer far.Close()
	if _, err := near.Write(make([]byte, size)); err != nil {
		return err, nil
	}
	if _, err := io.ReadFull(far, make([]byte, size)); err != nil {
		return err, nil
	}
	return nil, checkCounters(near, far, size)
}

// checkCounters compares TCP_INFO of both ends with size bytes sent from near
// to far.
func checkCounters(near, far net.Conn, size uint64) error {
	sent, err := tcpInfo(near)
	if err != nil {
		return err
	}
	received, err := tcpInfo(far)
	if err != nil {
		return err
	}
	switch {
	case sent.Bytes_sent != size:
		return fmt.Errorf("bytes_sent says %d after %d bytes", sent.Bytes_sent, size)
	case received.Bytes_received != size:
		return fmt.Errorf("bytes_received says %d after %d bytes", received.Bytes_received, size)
	case sent.Segs_out == 0 || received.Segs_in == 0:
		return errors.New("segments are not counted")
	}
	return nil
}

func tcpInfo(c net.Conn) (info *unix.TCPInfo, err error) {
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		return nil, err
	}
	if e := raw.Control(func(fd uintptr) {
		info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	}); e != nil {
		return nil, e
	}
	return info, err
}

// timerOvershoot returns the median of how late a thread of its own wakes up
// from n sleeps of the given length: what the publisher's schedule stands on.
func timerOvershoot(n int, length time.Duration) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Timer slack is the thread's, and the thread goes back to the runtime.
	if before, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0); err == nil {
		if unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) == nil {
			defer unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(before), 0, 0, 0)
		}
	}
	late := make([]time.Duration, n)
	due := time.Now()
	for i := range late {
		due = due.Add(length)
		for d := time.Until(due); d > 0; d = time.Until(due) {
			ts := unix.NsecToTimespec(int64(d))
			// An interrupted sleep goes round again.
			_ = unix.Nanosleep(&ts, nil)
		}
		late[i] = time.Since(due)
	}
	slices.Sort(late)
	return late[n/2]
}

// clockCost is the median time of one reading of the clock.
func clockCost() time.Duration {
	const rounds, reads = 21, 500
	var took [rounds]time.Duration
	for i := range took {
		began := time.Now()
		last := began
		for range reads {
			last = time.Now()
		}
		took[i] = last.Sub(began) / reads
	}
	slices.Sort(took[:])
	return took[rounds/2]
}
