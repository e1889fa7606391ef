//go:build !linux

package servers

import (
	"syscall"
	"time"
)

// unsent is not known: SIOCOUTQ is Linux's.
func unsent(any) (n int, known bool) { return 0, false }

// giveUpAfter leaves it to the kernel when to end a connection on which nothing
// is acknowledged: TCP_USER_TIMEOUT is Linux's.
func giveUpAfter(syscall.RawConn, time.Duration) error { return nil }

// What a process used and has open is told on Linux only, where it is measured:
// elsewhere the server says 0.

func cpuSeconds() (float64, error) { return 0, nil }

func countDescriptors() (int, error) { return 0, nil }
