package clock

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// PreciseThread binds the calling goroutine to a thread whose timers have a
// slack of 1 ns, for SleepUntil, and returns what undoes it. Where the kernel
// refuses, SleepUntil still works with the default slack of 50 µs, and the
// schedule lag shows it.
//
// Note: to leave the thread locked, so that it ends with its goroutine, would
// be simpler. But a child process that asked for a signal at its parent's
// death (Pdeathsig) gets it when the thread that started it ends.
func PreciseThread() (release func()) {
	runtime.LockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	return func() {
		_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) // the thread's default
		runtime.UnlockOSThread()
	}
}

// SleepUntil blocks the thread until the instant at. It wakes at least every
// 20 ms to look at ctx and returns its error.
func SleepUntil(ctx context.Context, at int64) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		left := at - Now()
		if left <= 0 {
			return nil
		}
		ts := unix.NsecToTimespec(min(left, int64(20*time.Millisecond)))
		_ = unix.Nanosleep(&ts, nil) // EINTR: the loop sleeps the rest
	}
}
