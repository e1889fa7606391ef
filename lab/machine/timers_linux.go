package machine

import (
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// TimerOvershoot returns the median of how late a thread of its own wakes up
// from n sleeps of the given length: what the publisher's schedule stands on.
func TimerOvershoot(n int, length time.Duration) time.Duration {
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

// ClockCost is the median time of one reading of the clock.
func ClockCost() time.Duration {
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
