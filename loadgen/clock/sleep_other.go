//go:build !linux

package clock

import (
	"context"
	"time"
)

// PreciseThread does nothing here: timers have what slack the system gives them.
func PreciseThread() (release func()) { return func() {} }

// SleepUntil waits until about a millisecond before the instant at.
func SleepUntil(ctx context.Context, at int64) error {
	return WaitUntil(ctx, at-int64(time.Millisecond))
}
