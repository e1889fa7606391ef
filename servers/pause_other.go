//go:build !linux

package servers

import "time"

func pause(d time.Duration) { time.Sleep(d) }
