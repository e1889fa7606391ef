package servers

import (
	"time"

	"golang.org/x/sys/unix"
)

// shortPause is the longest that the kernel's own sleep is used for: it holds a
// thread.
const shortPause = 5 * time.Millisecond

// pause sleeps. The runtime's timers of an idle process are late by up to a
// millisecond, since it waits for the network in whole ones; a short pause is left to
// the kernel, which is late by 50 µs.
func pause(d time.Duration) {
	if d > shortPause {
		time.Sleep(d)
		return
	}
	for end := time.Now().Add(d); d > 0; d = time.Until(end) {
		ts := unix.NsecToTimespec(int64(d))
		_ = unix.Nanosleep(&ts, nil) // interrupted by a signal it is called again
	}
}
