package main

import (
	"fmt"
	"time"
)

func percent(share float64) string { return fmt.Sprintf("%.1f %%", share*100) }

func gibibytes(n uint64) string { return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30)) }

func micros(d time.Duration) string { return fmt.Sprintf("%d µs", d.Microseconds()) }

// span formats how long something takes, to the second: 45s, 2m10s, 1h05m.
func span(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
}
