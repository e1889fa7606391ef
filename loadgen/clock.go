package loadgen

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// epoch is the zero of every instant in this package: nanoseconds on the
// monotonic clock, so that an instant is an int64 and costs no memory.
var epoch = time.Now()

func now() int64 { return int64(time.Since(epoch)) }

// toWall is the inverse: an instant as others on this machine know it.
func toWall(at int64) time.Time {
	t := time.Now()
	return t.Add(time.Duration(at) - t.Sub(epoch))
}

// fromWall converts a wall-clock time of this machine, just past, to an
// instant. The wall clock may drift against the monotonic one, so the two are
// compared now and not at the epoch.
func fromWall(unixNano int64) int64 {
	t := time.Now()
	return int64(t.Sub(epoch)) - (t.UnixNano() - unixNano)
}

// wallSlip is how far the wall clock has moved against the monotonic clock
// since the epoch.
func wallSlip() int64 {
	t := time.Now()
	return t.UnixNano() - epoch.UnixNano() - int64(t.Sub(epoch))
}

// preciseThread binds the calling goroutine to a thread whose timers have a
// slack of 1 ns, for sleepUntil, and returns what undoes it. Where the kernel
// refuses, sleepUntil still works with the default slack of 50 µs, and the
// schedule lag shows it.
//
// Note: to leave the thread locked, so that it ends with its goroutine, would
// be simpler. But a child process that asked for a signal at its parent's
// death (Pdeathsig) gets it when the thread that started it ends.
func preciseThread() (release func()) {
	runtime.LockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	return func() {
		_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) // the thread's default
		runtime.UnlockOSThread()
	}
}

// sleepUntil blocks the thread until the instant at. It wakes at least every
// 20 ms to look at ctx and returns its error.
func sleepUntil(ctx context.Context, at int64) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		left := at - now()
		if left <= 0 {
			return nil
		}
		ts := unix.NsecToTimespec(min(left, int64(20*time.Millisecond)))
		_ = unix.Nanosleep(&ts, nil) // EINTR: the loop sleeps the rest
	}
}

// waitUntil waits for the instant at without holding a thread, to about a
// millisecond.
func waitUntil(ctx context.Context, at int64) error {
	t := time.NewTimer(time.Duration(at - now()))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
